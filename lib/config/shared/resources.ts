import type { Cpu } from 'cdk8s-plus-28';
import { bytes, type ComputeResources, quantity, type Size } from '../../common/units';
import { converted, type Fallback, NOTES, option, options, Refusal, type Value } from '../option';
import { cpu, size } from '../values';

/** CPU and memory of one container, in the form that Kubernetes has for them. */
interface Amounts {
  readonly cpu?: Cpu;
  readonly memory?: Size;
}

const amounts = options<Amounts>(
  {
    cpu: option(cpu('250m'), 'CPU in cores (2, 0.5) or millicores (250m).', { otherwise: 'not set', example: '250m' }),
    memory: option(size('512Mi'), 'Memory: 512Mi, 2Gi.', { otherwise: 'not set', example: '512Mi' }),
  },
  [],
  'CPU and memory; write {cpu: 250m, memory: 512Mi}',
);

interface Resources {
  readonly requests?: Amounts;
  readonly limits?: Amounts;
}

/** Requests and limits of a container. */
export const resources: Value<ComputeResources> = converted(
  options<Resources>(
    {
      requests: option(amounts, 'What the scheduler sets aside.', { otherwise: 'nothing', example: { cpu: '250m', memory: '512Mi' } }),
      limits: option(amounts, 'What the container may not exceed. A CPU limit makes scrapes late.', {
        otherwise: 'none',
        example: { memory: '512Mi' },
      }),
    },
    [
      {
        reads: ['requests', 'limits'],
        check: ({ requests, limits }) => {
          if (requests?.memory && limits?.memory && bytes(requests.memory) > bytes(limits.memory)) {
            return new Refusal(`at most the limit of ${quantity(limits.memory)}; lower the request or raise the limit`, [
              'requests',
              'memory',
            ]);
          }
          if (requests?.cpu && limits?.cpu && millicores(requests.cpu) > millicores(limits.cpu)) {
            return new Refusal(`at most the limit of ${limits.cpu.amount}; lower the request, or leave the limit out`, ['requests', 'cpu']);
          }
          return undefined;
        },
      },
    ],
    'requests and limits; write {requests: {cpu: 250m, memory: 512Mi}, limits: {memory: 512Mi}}',
  ),
  ({ requests, limits }) => ({
    cpuRequest: requests?.cpu,
    memoryRequest: requests?.memory,
    cpuLimit: limits?.cpu,
    memoryLimit: limits?.memory,
  }),
).register(NOTES, { id: 'Resources' });

function millicores({ amount }: Cpu): number {
  return amount.endsWith('m') ? Number.parseInt(amount, 10) : Number(amount) * 1000;
}

/** The resources of programs that watch every pod of the cluster, as data. */
export function roomy(): Fallback {
  return { default: { requests: { cpu: '100m', memory: '512Mi' }, limits: { memory: '2Gi' } } };
}

/** `requests` and a memory limit equal to the request, as data. */
export function steady(cpuAmount: string, memory: string): Fallback {
  return { default: { requests: { cpu: cpuAmount, memory }, limits: { memory } } };
}

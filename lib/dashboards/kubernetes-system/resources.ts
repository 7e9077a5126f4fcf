import { MetricUnit } from '../../common/metric-family';
import { type Column, highIsBad, type Row, sized, table, timeseries } from '../vocabulary';
import { CONTAINER, containers, held, of } from './selectors';

const COLUMNS: readonly Column[] = [
  { title: 'Namespace', label: 'namespace' },
  { title: 'Pod', label: 'pod' },
  { title: 'Container', label: 'container' },
];

const CPU_USED = (window: string) => `sum by (namespace) (rate(${containers('container_cpu_usage_seconds_total')}[${window}]))`;
const MEMORY_USED = `sum by (namespace) (${containers('container_memory_working_set_bytes')})`;
const asked = (what: 'requests' | 'limits', resource: 'cpu' | 'memory') => `sum by (namespace) (${held(what, resource)})`;

/** What pods ask for, and what they use. */
export const resources = (): Row => ({
  title: 'Asked for and used',
  panels: [
    sized(
      24,
      9,
      table({
        title: 'Asked for and used by namespace',
        description:
          'What the pods of each namespace ask for, may use and use. Far more asked for than used: others could have it. Use above the request: those are the first to go when a node runs short.',
        unit: MetricUnit.CORES,
        decimals: 1,
        queries: [
          { expr: asked('requests', 'cpu') },
          { expr: CPU_USED('5m') },
          { expr: asked('limits', 'cpu') },
          { expr: asked('requests', 'memory') },
          { expr: MEMORY_USED },
          { expr: asked('limits', 'memory') },
        ],
        columns: [
          { title: 'Namespace', label: 'namespace' },
          { title: 'CPU asked for', query: 0 },
          { title: 'CPU used', query: 1 },
          { title: 'CPU limit', query: 2 },
          { title: 'Memory asked for', query: 3, unit: MetricUnit.BYTES },
          { title: 'Memory used', query: 4, unit: MetricUnit.BYTES },
          { title: 'Memory limit', query: 5, unit: MetricUnit.BYTES },
        ],
        sortBy: 'Memory used',
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'CPU by namespace',
        description: 'CPU that the containers of each namespace use. A step up beside an upgrade names its cause.',
        unit: MetricUnit.CORES,
        min: 0,
        queries: [{ expr: CPU_USED('$__rate_interval'), legend: '{{namespace}}' }],
      }),
    ),
    sized(
      12,
      8,
      timeseries({
        title: 'Memory by namespace',
        description: 'Memory in use by the containers of each namespace, without what can be dropped. A slow rise is a leak.',
        unit: MetricUnit.BYTES,
        min: 0,
        queries: [{ expr: MEMORY_USED, legend: '{{namespace}}' }],
      }),
    ),
    sized(
      12,
      9,
      table({
        title: 'Memory nearest to the limit',
        description: 'The twenty containers nearest to their memory limit. At 100 % they are killed: raise the limit, or find the leak.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [
          {
            expr: `topk(20, max by (${CONTAINER}) (${containers('container_memory_working_set_bytes')}) / on (${CONTAINER}) (max by (${CONTAINER}) (${of('kube_pod_container_resource_limits', 'resource="memory"')}) > 0))`,
          },
        ],
        columns: [...COLUMNS, { title: 'Of its limit', thresholds: highIsBad(0.8, 0.95) }],
        sortBy: 'Of its limit',
        noValue: 'no container has a limit',
      }),
    ),
    sized(
      12,
      9,
      table({
        title: 'Most held back by the CPU limit',
        description:
          'Share of the last quarter of an hour’s periods in which a container ran into its CPU limit; the twenty worst. Raise it where the program is slow.',
        unit: MetricUnit.RATIO,
        decimals: 0,
        queries: [
          {
            expr: `topk(20, sum by (${CONTAINER}) (rate(${containers('container_cpu_cfs_throttled_periods_total')}[15m])) / (sum by (${CONTAINER}) (rate(${containers('container_cpu_cfs_periods_total')}[15m])) > 0))`,
          },
        ],
        // short bursts run into it now and then without harm
        columns: [...COLUMNS, { title: 'Of its periods', thresholds: highIsBad(0.25, 0.5) }],
        sortBy: 'Of its periods',
        noValue: 'no container has a CPU limit',
      }),
    ),
  ],
});

import type { WorkloadProps } from '../../common/workload';
import { type Fallback, type Options, option } from '../option';
import { dnsLabel, dottedName, image, labels, list } from '../values';
import { resources } from './resources';
import { tolerations } from './tolerations';

const IMAGE_PULL_SECRETS = option(
  list(dottedName('registry', true), 'registry'),
  "Names of Secrets with registry credentials, in the workload's namespace.",
  { otherwise: 'none', example: ['registry'] },
);

/** What {@link workload} is told about one component. */
export interface WorkloadDefaults {
  readonly name: string;
  /** Where the namespace comes from when it is left out. */
  readonly namespace: { readonly otherwise: string; readonly example: string };
  readonly image: string;
  readonly resources: Fallback;
  /** @default - Soperator's system nodes */
  readonly nodeSelector?: { readonly [label: string]: string };
  /** @default - none */
  readonly tolerations?: readonly object[];
  /** @default - none */
  readonly priorityClassName?: string;
  /** Longest name, where an operator puts something in front. @default 63 */
  readonly maxName?: number;
}

/** The options of what runs pods. */
export function workload(defaults: WorkloadDefaults): Options<WorkloadProps> {
  const { priorityClassName } = defaults;
  return {
    name: option(dnsLabel(defaults.name, defaults.maxName), 'Name of the workload and of its Service. Another name is another object.', {
      default: defaults.name,
    }),
    namespace: option(dnsLabel(defaults.namespace.example), 'Namespace of the workload.', defaults.namespace),
    image: option(image(defaults.image), 'Image with a fixed tag or digest.', {
      otherwise: 'the version that the pipeline was proven with',
      example: defaults.image,
    }),
    resources: option(resources, 'CPU and memory of the main container.', defaults.resources),
    imagePullSecrets: IMAGE_PULL_SECRETS,
    nodeSelector: option(labels(), 'Labels that a node must carry to run it; {} for every node.', {
      default: defaults.nodeSelector ?? { 'slurm.nebius.ai/nodeset': 'system' },
    }),
    tolerations: option(
      tolerations,
      'Taints that the pods bear.',
      defaults.tolerations
        ? { default: defaults.tolerations }
        : { otherwise: 'none', example: [{ key: 'dedicated', value: 'system', effect: 'NoSchedule' }] },
    ),
    priorityClassName: option(
      dottedName('system-cluster-critical'),
      'Priority class of the pods; it must exist in the cluster.',
      priorityClassName ? { default: priorityClassName } : { otherwise: 'none', example: 'system-cluster-critical' },
    ),
  };
}

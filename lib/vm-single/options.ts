import type { Duration, Size } from 'cdk8s';
import type { Mode } from '../common/mode';
import type { Scale } from '../common/scale';
import type { WorkloadProps } from '../common/workload';
import type { QueueBudget } from '../scrape/queue-budget';
import type { ScrapeProps } from '../scrape/source-props';

/** Options of `VMSingle`. */
export interface VMSingleProps extends WorkloadProps, ScrapeProps {
  /** What makes the workload. @default Mode.OPERATOR */
  readonly mode?: Mode;
  /** How long samples are kept, in whole hours; 1 day or more. @default Duration.days(30) */
  readonly retentionPeriod?: Duration;
  /**
   * Size of the volume. It can grow later where the storage class allows it, never shrink. One that cannot hold the retention is an error.
   *
   * @default - what the retention needs at the scale of the cluster, 30Gi at least
   */
  readonly storageSize?: Size;
  /** Storage class of the volume. @default - the cluster's default class */
  readonly storageClassName?: string;
  /** Samples of one series closer than this are merged into one. @default - the shortest interval of what is scraped into it */
  readonly dedupInterval?: Duration;
  /** What the cluster grows to; sizes CPU, memory and volume. @default - see there */
  readonly scale?: Scale;
  /** What agents keep for the store while it is away. @default - the agent's `buffer` */
  readonly buffer?: QueueBudget;
  /** More command-line flags, without their dash. They win over the pipeline's own. @default - none */
  readonly extraArgs?: { readonly [flag: string]: string };
}

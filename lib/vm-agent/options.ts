import type { Size } from 'cdk8s';
import type { Mode } from '../common/mode';
import type { Scale } from '../common/scale';
import type { SeriesProfile } from '../common/series-profile';
import type { WorkloadProps } from '../common/workload';
import type { QueueBudget } from '../scrape/queue-budget';
import type { ScrapeProps } from '../scrape/source-props';
import type { UserScrapes } from './user-scrapes';

/** Options of `VMAgent` that another construct passes through. */
export interface VMAgentOptions extends WorkloadProps, ScrapeProps {
  /** What makes the workload. @default Mode.OPERATOR */
  readonly mode?: Mode;
  /** What the cluster grows to; sizes CPU, memory, shards, the queue's volume and limits of scrapes. @default - see there */
  readonly scale?: Scale;
  /**
   * Number of agents that share the targets, 1 to 100: each scrapes its part of them.
   *
   * @default - as many as `scale` needs: one up to about five hundred nodes of eight GPUs
   */
  readonly shards?: number;
  /** What is kept for each destination while it takes nothing, unless it has a budget of its own. @default QueueBudget.outage(Duration.hours(6)) */
  readonly buffer?: QueueBudget;
  /** Size of the volume that holds what is kept for all destinations; of each shard. @default - what the budgets need, 10Gi at least */
  readonly queueSize?: Size;
  /** Storage class of the queue's volume. @default - the cluster's default class */
  readonly queueStorageClassName?: string;
  /** Size of one scrape above which it is refused, the agent's own included, unless a source has its own limit or `scale` asks for more. @default Size.mebibytes(32) */
  readonly maxScrapeSize?: Size;
  /** What becomes of scrapes that users add as objects of their own; only with the operator. @default - those in the agent's namespace are picked up */
  readonly userScrapes?: UserScrapes;
  /** User id that the agent runs as; 1 or more. Only for a token file that nobody else may read. @default 65534 */
  readonly runAsUser?: number;
  /** More command-line flags, without their dash. They win over the pipeline's own. @default - none */
  readonly extraArgs?: { readonly [flag: string]: string };
  /** Version of the operator that reads the resource: `0.74.1`; only with the operator. @default - the version that the pipeline was proven with */
  readonly operatorVersion?: string;
  /** Image of the operator's sidecar that reloads the configuration; only with the operator. @default - the one released with the operator's version */
  readonly configReloaderImage?: string;
}

/** Options of `VMAgent`. */
export interface VMAgentProps extends VMAgentOptions {
  /** Value of the label `cluster` on every series. */
  readonly cluster: string;
  /** How much will be taken of the sources; for the number of agents where `scale` decides about it. @default SeriesProfile.FULL */
  readonly seriesProfile?: SeriesProfile;
}

import type { ApiObject, Size } from 'cdk8s';
import type { ObjectOwner } from '../common/deployment';
import type { ComputeResources } from '../common/units';
import type { Destination } from '../scrape/destination';
import type { ScrapeTarget } from '../scrape/scrape-target';
import type { VMAgentOptions } from './options';

/** What an agent is, whatever makes it. What depends on targets and destinations is worked out when it is asked for: they are added later. */
export interface AgentPlan {
  /** Name, namespace and identity of its objects. */
  readonly owner: ObjectOwner & { readonly namespace: string };
  /** Options as they were given, checked. */
  readonly props: VMAgentOptions;
  /** The agent's image. */
  readonly image: string;
  /** Value of the label `cluster` on every series. */
  readonly cluster: string;
  /** Name of its Service, and the beginning of the names of its workloads. */
  readonly serviceName: string;
  /** Name of the service account. */
  readonly serviceAccountName: string;
  /** Port of its own metrics and of its pages. */
  readonly port: number;
  /** Number of agents that share the targets. */
  readonly shards: number;
  /** Everything that is scraped. */
  targets(): readonly ScrapeTarget[];
  /** All destinations, in the order of their queues. */
  destinations(): readonly Destination[];
  /** Size of the queue's volume of each shard. */
  queueSize(): Size;
  /** CPU and memory of each shard. */
  resources(): ComputeResources;
  /** Flags that every backend gives the agent, without their dash. */
  flags(): { readonly [flag: string]: string };
}

/** What makes an agent: the operator's resource, or workloads. */
export interface AgentBackend {
  /** The resource, or one workload a shard. */
  readonly workloads: readonly ApiObject[];
  /** Told of each target once it is known. What a target declares may still grow until the tree is rendered. */
  scrape(target: ScrapeTarget): void;
}

/** How long the agent may take to write its queue to the volume when it is stopped, the operator's pause before that included; in seconds. */
export const TERMINATION_GRACE_S = 60;

import type { Size } from 'cdk8s';
import type { ObjectOwner } from '../common/deployment';
import type { ComputeResources } from '../common/units';
import type { VMSingleProps } from './options';

/** What a store is, whatever makes it. What depends on what is scraped into it is worked out when it is asked for. */
export interface StorePlan {
  /** Name, namespace and identity of its objects. */
  readonly owner: ObjectOwner & { readonly namespace: string };
  /** Options as they were given, checked. */
  readonly props: VMSingleProps;
  /** The store's image. */
  readonly image: string;
  /** Name of its Service, its workload and its claim. */
  readonly serviceName: string;
  /** Name of the service account. */
  readonly serviceAccountName: string;
  /** Port of writes, queries and its own metrics. */
  readonly port: number;
  /** The retention as the flag has it: `30d`. */
  readonly retention: string;
  /** Size of the volume. */
  storageSize(): Size;
  /** CPU and memory. */
  resources(): ComputeResources;
  /** Flags besides those of port, retention and volume, without their dash. */
  flags(): { readonly [flag: string]: string };
}

/** Memory caches and the last seconds are written out before the end; the operator sleeps 15 s of this first. In seconds. */
export const TERMINATION_GRACE_S = 120;

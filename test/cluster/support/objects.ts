/** String labels or annotations. */
export interface Strings {
  readonly [key: string]: string;
}

/** The metadata that every object has. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly generation?: number;
  readonly creationTimestamp: string;
  readonly labels?: Strings;
  readonly annotations?: Strings;
  readonly ownerReferences?: readonly { readonly uid: string }[];
}

/** Any object of the cluster. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Metadata;
}

/** What the API server answers to a list. */
export interface KubeList<T> {
  readonly items: readonly T[];
}

/** A security context, of a pod or of a container. */
export interface SecurityContext {
  readonly runAsUser?: number;
  readonly runAsNonRoot?: boolean;
}

/** A container as its pod's specification has it. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly args?: readonly string[];
  readonly securityContext?: SecurityContext;
  readonly volumeMounts?: readonly { readonly name: string; readonly mountPath: string }[];
}

/** A container as its pod's status has it. */
export interface ContainerStatus {
  readonly name: string;
  readonly ready: boolean;
  readonly restartCount: number;
  readonly state?: { readonly terminated?: { readonly exitCode: number } };
  /** The user that it runs as, where the node's container runtime says so. */
  readonly user?: { readonly linux?: { readonly uid: number } };
}

/** A condition of a status. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
}

/** What a pod is made of. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly securityContext?: SecurityContext;
  readonly nodeSelector?: Strings;
}

/** A pod. */
export interface Pod extends KubeObject {
  readonly spec: PodSpec;
  readonly status: {
    readonly phase: string;
    readonly podIP?: string;
    readonly conditions?: readonly Condition[];
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

/** A node. */
export interface Node extends KubeObject {
  readonly status: { readonly addresses: readonly { readonly type: string; readonly address: string }[] };
}

/** A Deployment, DaemonSet or StatefulSet. */
export interface Workload extends KubeObject {
  readonly spec: { readonly template: { readonly metadata: { readonly labels?: Strings }; readonly spec: PodSpec } };
}

/** A VMAgent or VMSingle. */
export interface VmResource extends KubeObject {
  readonly status?: { readonly updateStatus?: string; readonly reason?: string; readonly observedGeneration?: number };
}

/** How messages call an object: `Deployment soperator/slurm-exporter`. */
export function titleOf({ kind, metadata: { name, namespace } }: KubeObject): string {
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`;
}

/** The titles of some objects, in alphabetic order. */
export function titles(objects: readonly KubeObject[]): string[] {
  return objects.map(titleOf).sort();
}

/** Whether an object carries all of some labels. */
export function carries(object: KubeObject, labels: Strings): boolean {
  return Object.entries(labels).every(([key, value]) => object.metadata.labels?.[key] === value);
}

/** Labels and annotations. */
export interface Strings {
  readonly [key: string]: string;
}

/** The metadata of an object, as far as it is read. */
export interface Metadata {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Strings;
  readonly annotations?: Strings;
  readonly creationTimestamp?: string;
  readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
}

/** Any object. */
export interface KubeObject {
  readonly metadata: Metadata;
}

/** A taint of a node. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
}

/** A node. */
export interface Node extends KubeObject {
  readonly spec?: { readonly taints?: readonly Taint[] };
  readonly status?: { readonly capacity?: Strings };
}

/** A container. */
export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number; readonly hostPort?: number }[];
}

/** A Deployment or a DaemonSet. */
export interface Workload extends KubeObject {
  readonly spec: {
    readonly selector?: { readonly matchLabels?: Strings };
    readonly template: {
      readonly metadata?: { readonly labels?: Strings };
      readonly spec: { readonly hostNetwork?: boolean; readonly containers: readonly Container[] };
    };
  };
  /** Of a DaemonSet. */
  readonly status?: { readonly desiredNumberScheduled?: number; readonly numberReady?: number };
}

/** An agent of a VictoriaMetrics operator. */
export interface Agent extends KubeObject {
  readonly spec?: { readonly selectAllByDefault?: boolean };
}

/** A Service. */
export interface Service extends KubeObject {
  readonly spec: {
    readonly selector?: Strings;
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  };
}

/** A storage class. */
export interface StorageClass extends KubeObject {
  readonly provisioner: string;
  readonly allowVolumeExpansion?: boolean;
}

/** What an object is called in a sentence: `monitoring/node-exporter`. */
export function titleOf({ metadata: { namespace, name } }: KubeObject): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** Labels of a workload's pods. */
export function podLabels({ spec }: Workload): Strings {
  return spec.template.metadata?.labels ?? {};
}

/** Containers of a workload's pods. */
export function containersOf({ spec }: Workload): readonly Container[] {
  return spec.template.spec.containers;
}

/** Words of a container's command line. */
export function argsOf({ command = [], args = [] }: Container): readonly string[] {
  return [...command, ...args];
}

/** Whether some labels carry all of others. */
export function carries(labels: Strings | undefined, wanted: Strings): boolean {
  return Object.entries(wanted).every(([key, value]) => labels?.[key] === value);
}

/** A few of many, as the end of a sentence: `a, b and 5 more`. */
export function some(names: readonly string[], most = 3): string {
  if (names.length <= most + 1) return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  return `${names.slice(0, most).join(', ')} and ${names.length - most} more`;
}

/** A number with its noun: `1 node`, `3 nodes`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

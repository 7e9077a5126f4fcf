import { type ApiObjectMetadata, Lazy, type Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import type { Construct } from 'constructs';
import { COMPONENT_LABEL, type Identity, objectLabels, selectorLabels } from './labels';
import { quantity } from './units';

/** Name and namespace of the objects of one component, and who they belong to. */
export interface ObjectOwner {
  /** Name of the object. */
  readonly name: string;
  /** Namespace of the object. @default - none: the object belongs to the cluster */
  readonly namespace?: string;
  /** Who the object belongs to. */
  readonly identity: Identity;
}

/** Metadata of one object, with the recommended labels. */
export function metadata(owner: ObjectOwner): ApiObjectMetadata & { readonly name: string } {
  return { name: owner.name, ...(owner.namespace ? { namespace: owner.namespace } : {}), labels: { ...objectLabels(owner.identity) } };
}

/** A pod template whose labels are those that the workload's selector wants. */
export function podTemplate(owner: ObjectOwner, spec: k8s.PodSpec, annotations?: { readonly [key: string]: string }): k8s.PodTemplateSpec {
  return { metadata: { labels: { ...objectLabels(owner.identity) }, ...(annotations ? { annotations: { ...annotations } } : {}) }, spec };
}

/** The selector that fits {@link podTemplate}. */
export function podSelector(owner: ObjectOwner): k8s.LabelSelector {
  return { matchLabels: { ...selectorLabels(owner.identity) } };
}

/** One named TCP port of a Service. */
export interface NamedPort {
  /** Name of the Service's port; a scrape finds it by this name. */
  readonly name: string;
  /** Number of the Service's port. */
  readonly port: number;
  /** Name of the container's port. @default - the same name */
  readonly targetPort?: string;
}

/** A Service in front of the pods of {@link podTemplate}. */
export function service(
  scope: Construct,
  id: string,
  owner: ObjectOwner,
  ports: readonly NamedPort[],
  type = 'ClusterIP',
): k8s.KubeService {
  return new k8s.KubeService(scope, id, {
    metadata: metadata(owner),
    spec: {
      type,
      selector: { ...selectorLabels(owner.identity) },
      ports: ports.map(({ name, port, targetPort }) => ({
        name,
        port,
        targetPort: k8s.IntOrString.fromString(targetPort ?? name),
        protocol: 'TCP',
      })),
    },
  });
}

/**
 * A service account.
 *
 * @param automount whether pods get its token without asking; only for pods that cannot be told to ask
 */
export function serviceAccount(scope: Construct, id: string, owner: ObjectOwner, automount = false): k8s.KubeServiceAccount {
  return new k8s.KubeServiceAccount(scope, id, { metadata: metadata(owner), automountServiceAccountToken: automount });
}

/**
 * A claim of a volume that one pod at a time writes to. It is rendered by itself, and not made by its workload, so that it can grow.
 *
 * It says nothing of the component: the VictoriaMetrics operator does so on the claims that it makes, with another word, and applying
 * ours over one of those would be a conflict.
 */
export function claim(
  scope: Construct,
  id: string,
  owner: ObjectOwner,
  size: () => Size,
  storageClassName?: string,
): k8s.KubePersistentVolumeClaim {
  const labels = Object.entries(objectLabels(owner.identity)).filter(([key]) => key !== COMPONENT_LABEL);
  return new k8s.KubePersistentVolumeClaim(scope, id, {
    metadata: { ...metadata(owner), labels: Object.fromEntries(labels) },
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName,
      resources: Lazy.any({
        produce: (): k8s.ResourceRequirements => ({ requests: { storage: k8s.Quantity.fromString(quantity(size())) } }),
      }),
    },
  });
}

/** Flags as the arguments of a Go program. */
export function flagList(flags: { readonly [flag: string]: string }): string[] {
  return Object.entries(flags).map(([flag, value]) => `-${flag}=${value}`);
}

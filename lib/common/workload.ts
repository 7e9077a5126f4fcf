import { k8s } from 'cdk8s-plus-28';
import type { IConstruct } from 'constructs';
import { reject } from './errors';
import { ImageSource } from './image-source';
import type { Labels } from './labels';
import { amountsAs, type ComputeResources, resourceRequirements } from './units';

/** Which taints of a node a pod bears. */
export interface Toleration {
  /** The taint's key. @default - every key, with operator `Exists` */
  readonly key?: string;
  /** `Exists` or `Equal`. @default 'Equal' when a value is given, else 'Exists' */
  readonly operator?: string;
  /** The taint's value. @default - any */
  readonly value?: string;
  /** `NoSchedule`, `PreferNoSchedule` or `NoExecute`. @default - every effect */
  readonly effect?: string;
}

/** Where the pods of a component run. */
export interface PlacementProps {
  /** Labels a node must carry. @default - the component's own, see there */
  readonly nodeSelector?: Labels;
  /** Taints that the pods bear. @default - the component's own, see there */
  readonly tolerations?: readonly Toleration[];
  /** Priority class of the pods. It must exist in the cluster. @default - the component's own, see there */
  readonly priorityClassName?: string;
}

/** What every component that runs pods shares. */
export interface WorkloadProps extends PlacementProps {
  /** Name of the workload and its Service. @default - the contract's name of the component */
  readonly name?: string;
  /** Namespace of the workload. @default - the contract's namespace of the component */
  readonly namespace?: string;
  /** Image with a fixed tag or digest. @default - the version that the pipeline was proven with */
  readonly image?: string;
  /** CPU and memory of the main container. @default - the component's own, see there */
  readonly resources?: ComputeResources;
  /** Names of Secrets that hold registry credentials, in the workload's namespace. @default - those of all images, where there are such; else none */
  readonly imagePullSecrets?: readonly string[];
}

/** The user that most images here can run as: `nobody`. The number is needed because some images name their user instead. */
export const NOBODY = 65534;

/** Nodes that carry Soperator's own services. */
export const SYSTEM_NODES: Labels = { 'slurm.nebius.ai/nodeset': 'system' };

/** Priority class, there in every cluster, of what a node under pressure must not evict: without it nobody would see the pressure. */
export const CRITICAL = 'system-cluster-critical';

/** A pod's security context under which Pod Security `restricted` admits it. */
export function restrictedPod(uid: number = NOBODY, withVolume = false): k8s.PodSecurityContext {
  return {
    runAsNonRoot: true,
    runAsUser: uid,
    runAsGroup: uid,
    ...(withVolume ? { fsGroup: uid, fsGroupChangePolicy: 'OnRootMismatch' } : {}),
    seccompProfile: { type: 'RuntimeDefault' },
  };
}

/** A container's security context under which Pod Security `restricted` admits it, with a read-only root file system. */
export function restrictedContainer(): k8s.SecurityContext {
  return {
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  };
}

/**
 * The fields of a pod spec that come from the placement and pull secrets of the props.
 *
 * @param scope the component, for what holds of all images
 */
export function placement(
  scope: IConstruct,
  props: WorkloadProps,
  defaults: PlacementProps,
): Pick<k8s.PodSpec, 'nodeSelector' | 'tolerations' | 'priorityClassName' | 'imagePullSecrets'> {
  const tolerations = props.tolerations ?? defaults.tolerations ?? [];
  const selector = props.nodeSelector ?? defaults.nodeSelector ?? {};
  const priorityClassName = props.priorityClassName ?? defaults.priorityClassName;
  const pullSecrets = props.imagePullSecrets ?? ImageSource.of(scope).pullSecrets;
  return {
    ...(Object.keys(selector).length > 0 ? { nodeSelector: { ...selector } } : {}),
    ...(tolerations.length > 0 ? { tolerations: tolerations.map(toleration) } : {}),
    ...(priorityClassName ? { priorityClassName } : {}),
    ...(pullSecrets.length > 0 ? { imagePullSecrets: pullSecrets.map((name) => ({ name })) } : {}),
  };
}

/**
 * One toleration in full: the operator follows from whether there is a value.
 *
 * @throws InvalidOptionError when the API server would refuse it
 */
export function toleration(given: Toleration): Toleration & { readonly operator: string } {
  const operators = ['Exists', 'Equal'];
  const effects = ['NoSchedule', 'PreferNoSchedule', 'NoExecute'];
  const known = operators.includes(given.operator ?? 'Exists') && effects.includes(given.effect ?? 'NoSchedule');
  const complete = given.value === undefined ? given.operator !== 'Equal' : given.key !== undefined && given.operator !== 'Exists';
  if (!known || !complete) {
    reject('tolerations', {
      option: 'toleration',
      got: given,
      expected: `an operator of ${operators.join(', ')}, an effect of ${effects.join(', ')}, and a key where there is a value`,
      instead: "write { key: 'nvidia.com/gpu' } to bear any value of a taint",
    });
  }
  return { ...given, operator: given.operator ?? (given.value === undefined ? 'Exists' : 'Equal') };
}

/** Resources as the typed objects of Kubernetes want them. */
export function kubeResources(resources: ComputeResources): k8s.ResourceRequirements {
  const { requests, limits } = resourceRequirements(resources);
  return { requests: amountsAs(requests, k8s.Quantity.fromString), limits: amountsAs(limits, k8s.Quantity.fromString) };
}

/** An environment variable with a field of the pod. The API version is written out: the API server fills it in, which a second field manager would conflict with. */
export function fieldEnv(name: string, fieldPath: string): k8s.EnvVar {
  return { name, valueFrom: { fieldRef: { apiVersion: 'v1', fieldPath } } };
}

/** A probe that GETs a path of a named port. */
export function httpProbe(
  path: string,
  port: string,
  timing: Pick<k8s.Probe, 'initialDelaySeconds' | 'periodSeconds' | 'timeoutSeconds' | 'failureThreshold'> = {},
): k8s.Probe {
  return { httpGet: { path, port: k8s.IntOrString.fromString(port) }, ...timing };
}

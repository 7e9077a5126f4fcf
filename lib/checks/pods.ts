import type { Labels } from '../common/labels';
import { at, type Json, type KubeObject, list, perTree, strings, text } from './tree';

/** Kinds that make pods of a template. */
const POD_MAKERS = ['Deployment', 'StatefulSet', 'DaemonSet', 'Job', 'ReplicaSet'];

/** The pods that one object makes. */
export interface PodTemplate {
  /** The object that makes them. */
  readonly owner: KubeObject;
  /** Their namespace. */
  readonly namespace: string;
  /** Their labels. */
  readonly labels: Labels;
  /** Their specification. */
  readonly spec: Json;
  /** How many there are at a time; nothing for one a node. */
  readonly replicas?: number;
}

/** The pods that the objects of a tree make. What an operator makes of its resources is not among them. */
export const podTemplates = perTree((tree): readonly PodTemplate[] => [
  ...tree.ofKind(...POD_MAKERS).map((owner) => {
    const replicas = at(owner.json, 'spec', 'replicas');
    return {
      owner,
      namespace: owner.namespace,
      labels: strings(at(owner.json, 'spec', 'template', 'metadata', 'labels')),
      spec: at(owner.json, 'spec', 'template', 'spec'),
      replicas: owner.kind === 'DaemonSet' ? undefined : typeof replicas === 'number' ? replicas : 1,
    };
  }),
  ...tree.ofKind('CronJob').map((owner) => ({
    owner,
    namespace: owner.namespace,
    labels: strings(at(owner.json, 'spec', 'jobTemplate', 'spec', 'template', 'metadata', 'labels')),
    spec: at(owner.json, 'spec', 'jobTemplate', 'spec', 'template', 'spec'),
    replicas: 1,
  })),
  ...tree
    .ofKind('Pod')
    .map((owner) => ({ owner, namespace: owner.namespace, labels: owner.labels, spec: at(owner.json, 'spec'), replicas: 1 })),
]);

/** All containers of a pod. */
export function containers(spec: Json): readonly Json[] {
  return [...list(at(spec, 'containers')), ...list(at(spec, 'initContainers'))];
}

/** The names of all container ports of a pod. */
export function containerPorts(spec: Json): string[] {
  return containers(spec).flatMap((container) => list(at(container, 'ports')).map((port) => text(at(port, 'name'))));
}

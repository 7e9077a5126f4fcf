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
  /** Their annotations. */
  readonly annotations: Labels;
  /** Their specification. */
  readonly spec: Json;
  /** Where the specification stands in the object: `spec.template.spec`. */
  readonly place: string;
  /** How many there are at a time; nothing for one a node. */
  readonly replicas?: number;
}

/** The pods that the objects of a tree make. What an operator makes of its resources is not among them. */
export const podTemplates = perTree((tree): readonly PodTemplate[] => [
  ...tree.ofKind(...POD_MAKERS).map((owner) => {
    const replicas = at(owner.json, 'spec', 'replicas');
    return template(owner, ['spec', 'template'], owner.kind === 'DaemonSet' ? undefined : typeof replicas === 'number' ? replicas : 1);
  }),
  ...tree.ofKind('CronJob').map((owner) => template(owner, ['spec', 'jobTemplate', 'spec', 'template'], 1)),
  ...tree.ofKind('Pod').map((owner) => template(owner, [], 1)),
]);

function template(owner: KubeObject, path: readonly string[], replicas: number | undefined): PodTemplate {
  return {
    owner,
    namespace: owner.namespace,
    labels: strings(at(owner.json, ...path, 'metadata', 'labels')),
    annotations: strings(at(owner.json, ...path, 'metadata', 'annotations')),
    spec: at(owner.json, ...path, 'spec'),
    place: [...path, 'spec'].join('.'),
    replicas,
  };
}

/** All containers of a pod. */
export function containers(spec: Json): readonly Json[] {
  return [...list(at(spec, 'containers')), ...list(at(spec, 'initContainers'))];
}

/** The names of all container ports of a pod. */
export function containerPorts(spec: Json): string[] {
  return containers(spec).flatMap((container) => list(at(container, 'ports')).map((port) => text(at(port, 'name'))));
}

/** One container of a pod, and where it stands. */
export interface PlacedContainer {
  /** The container. */
  readonly container: Json;
  /** `spec.template.spec.containers[main]`. */
  readonly place: string;
}

/** All containers of a pod with their places. */
export function placedContainers({ spec, place }: PodTemplate): PlacedContainer[] {
  return ['containers', 'initContainers'].flatMap((field) =>
    list(at(spec, field)).map((container) => ({ container, place: `${place}.${field}[${text(at(container, 'name'))}]` })),
  );
}

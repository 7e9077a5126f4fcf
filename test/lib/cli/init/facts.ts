import { Facts, type FactsData, type Kind, type Kinds } from '../../../../lib/cli/init/facts';
import type { KubeObject, Metadata, Node, Service, StorageClass, Strings, Taint, Workload } from '../../../../lib/cli/init/objects';

/** Objects of a made cluster, by kind. */
export type Objects = { readonly [kind in Kind]?: readonly Kinds[kind][] };

export const DEFAULT_CLASS: StorageClass = {
  metadata: { name: 'standard', annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' } },
  provisioner: 'example.com/disk',
  allowVolumeExpansion: true,
};

/** A node of the system. */
export function node(name: string, { labels = { 'slurm.nebius.ai/nodeset': 'system' }, taints = [], gpus }: NodeParts = {}): Node {
  const capacity = { cpu: '16', ...(gpus === undefined ? {} : { 'nvidia.com/gpu': String(gpus) }) };
  return { metadata: { name, labels }, spec: { taints }, status: { capacity } };
}

interface NodeParts {
  readonly labels?: Strings;
  readonly taints?: readonly Taint[];
  readonly gpus?: number;
}

/** A node with GPUs as the GPU operator labels it. */
export function gpuNode(name: string, gpus?: number, labels: Strings = { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' }): Node {
  return node(name, { labels, gpus, taints: [{ key: 'nvidia.com/gpu', value: 'true', effect: 'NoSchedule' }] });
}

export function namespace(name: string, labels?: Strings): KubeObject {
  return { metadata: { name, labels } };
}

/** A Deployment or DaemonSet of one container. */
export function workload(title: string, labels: Strings, parts: WorkloadParts = {}): Workload {
  const { image, args, env, ports = [], hostNetwork, nodes, owner, own } = parts;
  return {
    metadata: { ...named(title), labels: own, ownerReferences: owner === undefined ? undefined : [{ kind: owner, name: 'owner' }] },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          hostNetwork,
          containers: [{ name: 'main', image, args, env, ports: ports.map(([name, containerPort]) => ({ name, containerPort })) }],
        },
      },
    },
    ...(nodes === undefined ? {} : { status: { desiredNumberScheduled: nodes, numberReady: nodes } }),
  };
}

interface WorkloadParts {
  readonly image?: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
  readonly ports?: readonly (readonly [string | undefined, number])[];
  readonly hostNetwork?: boolean;
  /** Of a DaemonSet: how many it runs on. */
  readonly nodes?: number;
  readonly owner?: string;
  /** Labels of the object itself. */
  readonly own?: Strings;
}

export function service(
  title: string,
  labels: Strings,
  ports: readonly (readonly [string | undefined, number])[],
  selector?: Strings,
): Service {
  return { metadata: { ...named(title), labels }, spec: { selector, ports: ports.map(([name, port]) => ({ name, port })) } };
}

export function resource(title: string): KubeObject {
  return { metadata: named(title) };
}

function named(title: string): Metadata {
  const [first = '', name] = title.split('/');
  return name === undefined ? { name: first } : { namespace: first, name };
}

/** A cluster that was read. Without objects of a kind it has none. */
export function facts(objects: Objects = {}, data: Partial<FactsData> = {}): Facts {
  return new Facts({
    context: { name: 'prod-admin', cluster: 'prod', server: 'https://prod.example.com' },
    kubernetes: 'v1.34.4',
    groups: ['apps', 'storage.k8s.io'],
    pods: 20,
    unread: {},
    ...data,
    objects: { 'storageclasses.storage.k8s.io': [DEFAULT_CLASS], nodes: [node('system-0'), gpuNode('gpu-0', 8)], ...objects },
  });
}

/** The Services and Deployments of Soperator that there are in any cluster with it. */
export const SOPERATOR = {
  rest: service('soperator/soperator-rest-svc', {}, [[undefined, 6820]]),
  manager: service('soperator-system/soperator-controller-metrics', { 'app.kubernetes.io/name': 'helm-soperator-metrics' }, [
    ['https-metrics', 8443],
  ]),
  exporter: workload('soperator/soperator-slurm-exporter', {
    'app.kubernetes.io/name': 'slurm-cluster',
    'app.kubernetes.io/instance': 'soperator',
    'app.kubernetes.io/component': 'exporter',
  }),
  vmOperator: workload(
    'monitoring-system/metrics-victoria-metrics-operator',
    { 'app.kubernetes.io/name': 'victoria-metrics-operator', 'app.kubernetes.io/instance': 'metrics' },
    { image: 'docker.io/victoriametrics/operator:v0.70.1', ports: [['http', 8080]] },
  ),
  gpuExporter: workload(
    'soperator/helm-soperator-dcgm-exporter-ds',
    { app: 'nvidia-dcgm-exporter' },
    { nodes: 1, ports: [['metrics', 9400]] },
  ),
};

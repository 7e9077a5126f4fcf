import { gunzipSync } from 'node:zlib';
import { parse } from 'yaml';
import type { Cluster } from './cluster';
import { carries, type KubeObject, type Node, type Pod, type Strings } from './objects';
import { GPU_NODES, MONITORING, NODE_EXPORTER, SLURM, SOPERATOR } from './pipeline';

/** One target, in the words of the table of jobs. */
export interface Target {
  readonly job: string;
  /** All other labels. */
  readonly labels: Strings;
  readonly url: string;
  readonly interval: string;
}

/** A target as the agent sees it. */
export interface ActiveTarget extends Target {
  /** Empty while it is up, else the reason. */
  readonly trouble: string;
}

/** What differs where the platform brings some of the sources. */
export interface Sources {
  readonly slurmExporter: Strings;
  readonly dcgmExporter: Strings;
  readonly dcgmInterval: string;
  readonly vmOperator: Strings;
}

/** Everything is the pipeline's own. */
export const OWN_SOURCES: Sources = {
  slurmExporter: { 'app.kubernetes.io/name': 'slurm-exporter', 'app.kubernetes.io/part-of': 'soperator-metrics' },
  dcgmExporter: { 'app.kubernetes.io/name': 'dcgm-exporter', 'app.kubernetes.io/part-of': 'soperator-metrics' },
  dcgmInterval: '15s',
  vmOperator: { 'app.kubernetes.io/name': 'vm-operator', 'app.kubernetes.io/part-of': 'soperator-metrics' },
};

const KUBELET_PATHS = ['/metrics', '/metrics/cadvisor', '/metrics/probes', '/metrics/resource'];
/** Our label of GPU series, and the label of the node that it is copied from. */
const NODE_LABELS: Strings = {
  nvlink_instance_group: 'nebius.com/nvlink-instance-group',
  slurm_nodeset: 'slurm.nebius.ai/nodeset',
  slurm_nodeset_name: 'slurm.nebius.ai/nodeset-name',
};

/** The table of jobs, written out for the nodes and pods that this cluster has. */
export async function tableOfJobs(cluster: Cluster, sources: Sources = OWN_SOURCES): Promise<Target[]> {
  const [nodes, pods] = await Promise.all([cluster.list<Node>('nodes'), cluster.list<Pod>('pods', '--all-namespaces')]);
  const find = (namespace: string, labels: Strings) =>
    pods.filter((pod) => pod.metadata.namespace === namespace && pod.status.phase === 'Running' && carries(pod, labels));
  const named = (name: string) => ({ 'app.kubernetes.io/name': name });
  const url = (pod: Pod, port: number, scheme = 'http') => `${scheme}://${pod.status.podIP}:${port}/metrics`;
  const plain = (job: string, namespace: string, labels: Strings, port: number, scheme = 'http') =>
    find(namespace, labels).map((pod) => ({
      job,
      interval: '30s',
      url: url(pod, port, scheme),
      labels: { instance: pod.metadata.name, namespace },
    }));

  const slurmExporter = find(SLURM, sources.slurmExporter).flatMap((pod) =>
    Object.entries({ metrics: 8080, monitoring: 8081 }).map(([endpoint, port]) => ({
      job: 'slurm-exporter',
      interval: '30s',
      url: url(pod, port),
      labels: { instance: pod.metadata.name, namespace: SLURM, endpoint },
    })),
  );
  const dcgmExporter = nodes
    .filter((node) => carries(node, GPU_NODES))
    .flatMap((node) =>
      find(SLURM, sources.dcgmExporter)
        .filter(({ spec }) => spec.nodeName === node.metadata.name)
        .map((pod) => ({
          job: 'dcgm-exporter',
          interval: sources.dcgmInterval,
          url: url(pod, 9400),
          labels: { instance: node.metadata.name, namespace: SLURM, ...nodeLabels(node) },
        })),
    );
  const onNodes = nodes.flatMap((node) => [
    { job: 'node-exporter', interval: '30s', url: `http://${address(node)}:9100/metrics`, labels: { instance: node.metadata.name } },
    ...KUBELET_PATHS.map((path) => ({
      job: 'kubelet',
      interval: '30s',
      url: `https://${address(node)}:10250${path}`,
      labels: { instance: node.metadata.name, metrics_path: path },
    })),
  ]);
  const kubeStateMetrics = find(MONITORING, named('kube-state-metrics')).flatMap((pod) =>
    Object.entries({ http: 8080, telemetry: 8081 }).map(([endpoint, port]) => ({
      job: 'kube-state-metrics',
      interval: '30s',
      url: url(pod, port),
      labels: { instance: pod.metadata.name, endpoint },
    })),
  );
  return inOrder([
    ...slurmExporter,
    ...dcgmExporter,
    ...onNodes,
    ...kubeStateMetrics,
    ...plain('soperator-controller', SOPERATOR, named('helm-soperator'), 8443, 'https'),
    ...plain('vmagent', MONITORING, named('vmagent'), 8429),
    ...plain('vmsingle', MONITORING, named('vmsingle'), 8429),
    ...plain('vm-operator', MONITORING, sources.vmOperator, 8080),
    ...plain('grafana', MONITORING, named('grafana'), 3000),
  ]);
}

/** The namespaces that targets are looked for in. */
export const TARGET_NAMESPACES = [MONITORING, NODE_EXPORTER, SLURM, SOPERATOR];

/**
 * What an agent scrapes now, with the intervals of its configuration.
 *
 * @param agent what answers: the pod, where there are several
 */
export async function activeTargets(cluster: Cluster, agent = 'svc/vmagent-metrics'): Promise<ActiveTarget[]> {
  const answer: TargetsAnswer = JSON.parse(await cluster.fetch(MONITORING, agent, 8429, '/api/v1/targets?state=active'));
  const intervals = await configuredIntervals(cluster);
  return inOrder(
    answer.data.activeTargets.map(({ labels: { job = '', ...labels }, scrapeUrl, scrapePool, health, lastError }) => ({
      job,
      labels,
      url: scrapeUrl,
      interval: intervals.get(scrapePool) ?? `no scrape of the configuration is called ${scrapePool}`,
      trouble: health === 'up' ? '' : `${health} ${lastError}`,
    })),
  );
}

/** Targets without what the agent says of their health. */
export function withoutHealth(targets: readonly ActiveTarget[]): Target[] {
  return targets.map(({ job, labels, url, interval }) => ({ job, labels, url, interval }));
}

/** A line for every target that is not up. */
export function troubles(targets: readonly ActiveTarget[]): string[] {
  return targets.filter(({ trouble }) => trouble !== '').map(({ job, url, trouble }) => `${job} ${url}: ${trouble}`);
}

interface TargetsAnswer {
  readonly data: {
    readonly activeTargets: readonly {
      readonly labels: Strings;
      readonly scrapeUrl: string;
      readonly scrapePool: string;
      readonly health: string;
      readonly lastError: string;
    }[];
  };
}

interface WithData extends KubeObject {
  readonly data: Strings;
}

interface ScrapeConfiguration {
  readonly global: { readonly scrape_interval: string };
  readonly scrape_configs: readonly { readonly job_name: string; readonly scrape_interval?: string }[];
}

/** The agent's configuration: in a Secret that the operator writes, or in a ConfigMap that is rendered. */
async function configurationOf(cluster: Cluster): Promise<string> {
  const [secret] = await cluster.list<WithData>('secret', '-n', MONITORING, '--field-selector=metadata.name=vmagent-metrics');
  if (secret) return gunzipSync(Buffer.from(secret.data['vmagent.yaml.gz'] ?? '', 'base64')).toString();
  return (await cluster.get<WithData>('configmap', '-n', MONITORING, 'vmagent-metrics')).data['scrape.yaml'] ?? '';
}

/** The interval of every scrape by its name in the agent's configuration. */
async function configuredIntervals(cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  const configuration: ScrapeConfiguration = parse(await configurationOf(cluster));
  const usual = configuration.global.scrape_interval;
  return new Map(configuration.scrape_configs.map(({ job_name, scrape_interval }) => [job_name, scrape_interval ?? usual]));
}

function nodeLabels(node: Node): Strings {
  const labels = Object.entries(NODE_LABELS).map(([label, key]) => [label, node.metadata.labels?.[key] ?? '']);
  return Object.fromEntries(labels.filter(([, value]) => value !== ''));
}

function address(node: Node): string {
  return node.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? `${node.metadata.name} has no address`;
}

function inOrder<T extends Target>(targets: readonly T[]): T[] {
  const key = ({ job, url }: T) => `${job} ${url}`;
  return [...targets].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

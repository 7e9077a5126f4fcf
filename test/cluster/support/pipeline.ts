import type { Cluster } from './cluster';
import { eventually } from './eventually';
import { type KubeObject, type Pod, titles, type VmResource } from './objects';

/** Namespace of agent, store, view, operator and kube-state-metrics. */
export const MONITORING = 'monitoring-system';
/** Namespace of the node exporter. */
export const NODE_EXPORTER = 'node-exporter-system';
/** Namespace of the SLURM cluster. */
export const SLURM = 'soperator';
/** Namespace of Soperator's manager. */
export const SOPERATOR = 'soperator-system';
/** Namespaces of somebody else that the pipeline lives beside. */
export const FOREIGN = [SLURM, SOPERATOR];
/** Names of the agent and of the store. */
export const AGENT = 'vmagent/metrics';
export const STORE = 'vmsingle/metrics-victoria-metrics-k8s-stack';
/** The agent's only pod. */
export const AGENT_POD = 'vmagent-metrics-0';
/** Nodes that the GPU exporter runs on. */
export const GPU_NODES = { 'nvidia.com/gpu.deploy.dcgm-exporter': 'true' };

/** On the namespace of a pipeline that these tests applied, and may remove. */
const MARK = 'soperator-metrics/applied-by-tests';

/** Refuses a cluster that has a pipeline, or anything else with the definitions that come and go with one. */
export async function requireNone(cluster: Cluster): Promise<void> {
  const isThere = (object: KubeObject) => isLabelledOurs(object) || (object.kind === 'Namespace' && object.metadata.name === MONITORING);
  const present = (await cluster.everything()).filter(isThere);
  if (present.length === 0) return;
  throw new Error(`these tests fill and empty a cluster: expected one without a pipeline, got\n${titles(present).join('\n')}`);
}

/** Takes away what removing a pipeline keeps: its definitions, and namespaces with the data in them. */
export async function removeKept(cluster: Cluster, ...namespaces: readonly string[]): Promise<void> {
  await cluster.run('kubectl', ['delete', 'namespace', '--ignore-not-found', MONITORING, NODE_EXPORTER, ...namespaces]);
  const definitions = (await cluster.list('customresourcedefinitions')).map(({ metadata }) => metadata.name);
  const ours = definitions.filter((name) => name.endsWith('.operator.victoriametrics.com'));
  if (ours.length > 0) await cluster.run('kubectl', ['delete', 'customresourcedefinition', '--ignore-not-found', ...ours]);
}

/** Notes that the pipeline in the cluster is the tests' own. */
export async function mark(cluster: Cluster): Promise<void> {
  await cluster.kubectl('annotate', 'namespace', MONITORING, `${MARK}=true`);
}

/** Refuses any pipeline but the one that the first file applied: these tests change and remove what they find. */
export async function requirePipeline(cluster: Cluster): Promise<void> {
  const namespaces = await cluster.list('namespaces');
  if (namespaces.find(({ metadata }) => metadata.name === MONITORING)?.metadata.annotations?.[MARK] !== 'true') {
    throw new Error('there is no pipeline in the cluster that these tests applied: run them from the first file on');
  }
}

/** Waits until the operator has made of agent and store what their resources say now. */
export async function operational(cluster: Cluster): Promise<void> {
  await eventually('agent and store are operational in their present form', 120, async () => {
    const resources = await cluster.list<VmResource>('-n', MONITORING, AGENT, STORE);
    for (const { metadata, status } of resources) {
      // before the operator has noticed a change, the status is still that of the generation before
      expect(status).toMatchObject({ updateStatus: 'operational', observedGeneration: metadata.generation });
    }
  });
}

/**
 * Lets the agent's pod have what its Secrets and ConfigMaps say now. The kubelet looks at them when it looks at the pod, which takes up to two
 * minutes, or when the pod changes.
 */
export async function lookAtVolumes(cluster: Cluster): Promise<void> {
  await cluster.kubectl('annotate', 'pod', '-n', MONITORING, AGENT_POD, '--overwrite', `soperator-metrics/looked=${Date.now()}`);
}

/** Whether an object was rendered here, or made by the operator of what was. */
export function isLabelledOurs({ kind, metadata }: KubeObject): boolean {
  const labels = metadata.labels ?? {};
  return (
    labels['app.kubernetes.io/part-of'] === 'soperator-metrics' ||
    labels['managed-by'] === 'vm-operator' ||
    (kind === 'CustomResourceDefinition' && metadata.name.endsWith('.operator.victoriametrics.com'))
  );
}

/** Splits objects into the pipeline's, with all that they own and all in its namespaces, and those of others. */
export function split(objects: readonly KubeObject[]): { readonly ours: KubeObject[]; readonly others: KubeObject[] } {
  const own = new Set(objects.filter((object) => isOurNamespace(object) || isLabelledOurs(object)).map(({ metadata }) => metadata.uid));
  for (let known = -1; known !== own.size; ) {
    known = own.size;
    for (const { metadata } of objects) if (metadata.ownerReferences?.some(({ uid }) => own.has(uid))) own.add(metadata.uid);
  }
  const isOurs = ({ metadata }: KubeObject) => own.has(metadata.uid);
  return { ours: objects.filter(isOurs), others: objects.filter((object) => !isOurs(object)) };
}

function isOurNamespace({ kind, metadata }: KubeObject): boolean {
  const namespace = kind === 'Namespace' ? metadata.name : metadata.namespace;
  return namespace === MONITORING || namespace === NODE_EXPORTER;
}

/** The pods of the pipeline, the operator's included, in the order of their names. */
export async function pipelinePods(cluster: Cluster): Promise<readonly Pod[]> {
  const pods = await cluster.list<Pod>('pods', '--all-namespaces');
  return pods.filter(isLabelledOurs).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
}

/**
 * Lines of the logs of operator and agent that say that somebody was refused something.
 *
 * @param operator what runs the operator; empty where there is none
 */
export async function refusals(cluster: Cluster, operator = 'deployment/vm-operator'): Promise<string[]> {
  const logs = await Promise.all(
    [AGENT_POD, ...(operator ? [operator] : [])].map((who) => cluster.kubectl('logs', '-n', MONITORING, who, '--all-containers')),
  );
  return logs.flatMap((log) => log.split('\n').filter((line) => /forbidden|unauthorized|cannot (list|watch|get)/i.test(line)));
}

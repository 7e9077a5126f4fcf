import { identityRules, metaLabelKey } from '../scrape/identity-rules';
import { evaluateRelabeling, finalizeTargetLabels, type LabelSet } from '../scrape/relabel-evaluate';
import type { RelabelRule } from '../scrape/relabel-rule';
import { DiscoveryRole, type ScrapeEndpoint, type ScrapeTarget, TargetLabel } from '../scrape/scrape-target';

/** What tells the replicas of a source apart. */
export interface Replica {
  /** Name of the pod. */
  readonly pod: string;
  /** Name of its node. */
  readonly node: string;
}

/** The labels, in order, under which one and the same series of a source arrives: equal texts are one series in the store. */
export interface SeriesLabels {
  /** Of a sample that the source exposes. */
  readonly sample: string;
  /** Of the automatic series, such as `up`, which no rule over samples sees. */
  readonly automatic: string;
}

/** Rules that drop whole targets or samples say nothing about how those that stay are told apart. */
const DROPPING = /^(keep|drop)/;

/** The labels of one target, by endpoint and replica. */
type LabelsOfTarget = (endpoint: ScrapeEndpoint, replica: Replica) => SeriesLabels;

/** Rules are compiled once for each target: that takes longer than everything else here. */
const known = new WeakMap<ScrapeTarget, LabelsOfTarget>();

/**
 * The labels that a target's rules make, for each of its endpoints and replicas.
 *
 * @throws InvalidOptionError when backends would not agree on what a rule makes
 */
export function labelsOf(target: ScrapeTarget, endpoint: ScrapeEndpoint, replica: Replica): SeriesLabels {
  const labels = known.get(target) ?? compiled(target);
  known.set(target, labels);
  return labels(endpoint, replica);
}

function compiled(target: ScrapeTarget): LabelsOfTarget {
  const changing = (rules: readonly RelabelRule[]) => rules.filter(({ action }) => !DROPPING.test(action));
  const ofTarget = changing([...identityRules(target), ...target.relabelConfigs]);
  const ofSamples = changing(target.metricRelabelConfigs);
  return (endpoint, replica) => {
    const labels = finalizeTargetLabels(evaluateRelabeling(ofTarget, discovered(target, endpoint, replica)) ?? {}) ?? {};
    return { sample: inOrder(evaluateRelabeling(ofSamples, { ...labels, __name__: 'metric' }) ?? {}), automatic: inOrder(labels) };
  };
}

/** What discovery says about a target, and the labels that a renderer leaves where the target asks for them. */
function discovered(
  { discovery, nodeLabels = {}, targetLabels }: ScrapeTarget,
  { port = '', path = '/metrics' }: ScrapeEndpoint,
  { pod, node }: Replica,
): LabelSet {
  const namespace = discovery.namespaces[0] ?? '';
  return {
    __address__: `${discovery.role === DiscoveryRole.NODES ? node : pod}:80`,
    __scheme__: 'http',
    __metrics_path__: path,
    ...(discovery.role === DiscoveryRole.NODES
      ? { __meta_kubernetes_node_name: node }
      : { __meta_kubernetes_namespace: namespace, __meta_kubernetes_pod_name: pod, __meta_kubernetes_pod_node_name: node }),
    ...Object.fromEntries(Object.values(nodeLabels).map((key) => [`__meta_kubernetes_node_label_${metaLabelKey(key)}`, 'same'])),
    ...(targetLabels.includes(TargetLabel.NAMESPACE) ? { namespace } : {}),
    ...(targetLabels.includes(TargetLabel.ENDPOINT) ? { endpoint: port } : {}),
  };
}

function inOrder(labels: LabelSet): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

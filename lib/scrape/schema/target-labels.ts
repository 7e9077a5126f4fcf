import type { FamilyLabel } from '../../common/metric-family';
import { identityRules, metaLabelKey } from '../identity-rules';
import { RelabelRule } from '../relabel-rule';
import { DiscoveryRole, type ScrapeEndpoint, type ScrapeTarget, TargetLabel } from '../scrape-target';
import { afterRules, type Outcome } from './after-rules';
import type { Labels } from './labels';
import { readsOf } from './parts';

const ANY: FamilyLabel = {};
const SOMETIMES: FamilyLabel = { optional: true };

/** Labels that a target's rules leave of what discovery finds, as its series get them. */
export function targetLabels(target: ScrapeTarget, endpoint: ScrapeEndpoint): Outcome {
  const rules = targetRules(target, endpoint);
  const outcome = afterRules(rules, discovered(target, endpoint, rules));
  const own = new Map([...outcome.labels].filter(([name]) => !name.startsWith('__')));
  // without one, vmagent writes the address
  const instance = own.get('instance');
  if (instance === undefined || instance.optional) own.set('instance', ANY);
  return { ...outcome, labels: own };
}

/** The rules of every backend, in words that they share. */
export function targetRules(target: ScrapeTarget, { port }: ScrapeEndpoint): readonly RelabelRule[] {
  const why = 'the table of jobs has it';
  return [
    ...(target.targetLabels.includes(TargetLabel.NAMESPACE) && target.discovery.role !== DiscoveryRole.NODES
      ? [RelabelRule.copyLabel(why, '__meta_kubernetes_namespace', TargetLabel.NAMESPACE)]
      : []),
    ...(target.targetLabels.includes(TargetLabel.ENDPOINT) && port !== undefined
      ? [RelabelRule.setLabel(why, TargetLabel.ENDPOINT, port)]
      : []),
    ...identityRules(target),
    ...target.relabelConfigs,
  ];
}

/** What discovery says. Whatever else a rule asks for may be there or not. */
function discovered(
  { discovery, nodeLabels = {}, tls }: ScrapeTarget,
  { path = '/metrics' }: ScrapeEndpoint,
  rules: readonly RelabelRule[],
): Labels {
  const isNodes = discovery.role === DiscoveryRole.NODES;
  const asked = rules.flatMap(readsOf).filter((name) => name.startsWith('__meta_'));
  return new Map<string, FamilyLabel>([
    ...asked.map((name): [string, FamilyLabel] => [name, SOMETIMES]),
    ['__address__', ANY],
    ['__scheme__', { values: [tls ? 'https' : 'http'] }],
    ['__metrics_path__', { values: [path] }],
    ...(isNodes
      ? [['__meta_kubernetes_node_name', ANY] as const]
      : [
          ['__meta_kubernetes_namespace', { values: discovery.namespaces }] as const,
          ['__meta_kubernetes_pod_name', ANY] as const,
          ['__meta_kubernetes_pod_node_name', ANY] as const,
        ]),
    ...Object.values(nodeLabels).map((key) => [`__meta_kubernetes_node_label_${metaLabelKey(key)}`, SOMETIMES] as const),
  ]);
}

import { RelabelRule } from './relabel-rule';
import { DiscoveryRole, InstanceLabel, type ScrapeTarget, TargetLabel } from './scrape-target';

/** Writes a Kubernetes label key as discovery does in the names of its meta labels. */
export function metaLabelKey(key: string): string {
  return key.replace(/[^a-zA-Z0-9_]/g, '_');
}

/**
 * The rules that give a target its identity in the table of jobs: `job`, `instance` and the labels it asked for. They read
 * only discovery's meta labels, so that every backend can run them.
 */
export function identityRules(target: ScrapeTarget): RelabelRule[] {
  const rules = [RelabelRule.setLabel('dashboards and rules select by job', 'job', target.job), instanceRule(target)];
  if (target.targetLabels.includes(TargetLabel.METRICS_PATH)) {
    rules.push(RelabelRule.copyLabel('endpoints of one job share names of metrics', '__metrics_path__', 'metrics_path'));
  }
  for (const [label, key] of Object.entries(target.nodeLabels ?? {})) {
    rules.push(RelabelRule.copyLabel('panels group by it', `__meta_kubernetes_node_label_${metaLabelKey(key)}`, label));
  }
  return rules;
}

function instanceRule({ discovery, instance }: ScrapeTarget): RelabelRule {
  switch (instance) {
    case InstanceLabel.NODE:
      return RelabelRule.copyLabel(
        'series of a node outlive the pod that exposes them',
        discovery.role === DiscoveryRole.NODES ? '__meta_kubernetes_node_name' : '__meta_kubernetes_pod_node_name',
        'instance',
      );
    case InstanceLabel.POD:
      return RelabelRule.copyLabel('an address says nothing to a reader', '__meta_kubernetes_pod_name', 'instance');
    case InstanceLabel.ADDRESS:
      return RelabelRule.copyLabel('no pod stands behind it that could give it a name', '__address__', 'instance');
  }
}

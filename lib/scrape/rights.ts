import { DiscoveryRole, type ScrapeTarget } from './scrape-target';

/** One rule of a Role or ClusterRole. */
export interface RightsRule {
  /** Groups of the resources. */
  readonly apiGroups?: readonly string[];
  /** Resources of those groups. */
  readonly resources?: readonly string[];
  /** Paths that belong to no resource. */
  readonly nonResourceUrls?: readonly string[];
  /** What may be done. */
  readonly verbs: readonly string[];
}

/** What an agent must be allowed so that it finds and reads its targets. */
export interface AgentRights {
  /** Rules for the whole cluster: nodes, and what belongs to no namespace. */
  readonly cluster: readonly RightsRule[];
  /** Rules for single namespaces, by namespace in alphabetic order. */
  readonly namespaces: ReadonlyMap<string, readonly RightsRule[]>;
}

const WATCH = ['list', 'watch'];

/** Works out the least rights that discovery of the targets and the targets themselves ask for. */
export function rightsOf(targets: readonly ScrapeTarget[]): AgentRights {
  const cluster = new Map<string, RightsRule>();
  const namespaces = new Map<string, Map<string, RightsRule>>();
  const add = (rules: Map<string, RightsRule>, rule: RightsRule) => rules.set(JSON.stringify(rule), rule);
  for (const target of targets) {
    const nodes = target.discovery.role === DiscoveryRole.NODES || Object.keys(target.nodeLabels ?? {}).length > 0;
    if (nodes) add(cluster, { apiGroups: [''], resources: ['nodes'], verbs: WATCH });
    for (const right of target.rights ?? []) {
      add(
        cluster,
        right.nonResourceUrls
          ? { nonResourceUrls: right.nonResourceUrls, verbs: right.verbs }
          : { apiGroups: [right.apiGroup ?? ''], resources: right.resources ?? [], verbs: right.verbs },
      );
    }
    for (const namespace of target.discovery.namespaces) {
      const rules = namespaces.get(namespace) ?? new Map<string, RightsRule>();
      namespaces.set(namespace, rules);
      add(rules, { apiGroups: [''], resources: ['pods'], verbs: WATCH });
      if (target.discovery.role === DiscoveryRole.SERVICES) {
        add(rules, { apiGroups: [''], resources: ['services'], verbs: WATCH });
        add(rules, { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: WATCH });
      }
    }
  }
  const inOrder = (rules: Map<string, RightsRule>) => [...rules.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
  return {
    cluster: inOrder(cluster),
    namespaces: new Map([...namespaces.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rules]) => [name, inOrder(rules)])),
  };
}

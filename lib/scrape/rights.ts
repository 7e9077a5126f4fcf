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

/** A rule, and what each target wants it for. */
export interface NeededRule {
  readonly rule: RightsRule;
  /** Why, with the names of the scrapes. */
  readonly needs: ReadonlyMap<Need, readonly string[]>;
}

/** The same as {@link AgentRights}, with the needs behind each rule. */
export interface NeededRights {
  readonly cluster: readonly NeededRule[];
  readonly namespaces: ReadonlyMap<string, readonly NeededRule[]>;
}

/** What a target wants a right for. Two of the same words are one object. */
export interface Need {
  /** `finds the pods` */
  readonly why: string;
  /** What becomes of it without the right: `they are not scraped`. @default - it is said already */
  readonly otherwise?: string;
}

const WATCH = ['list', 'watch'];

const FINDS_NODES: Need = { why: 'finds the nodes', otherwise: 'they are not scraped' };
const FINDS_PODS: Need = { why: 'finds the pods', otherwise: 'they are not scraped' };
const NAMES_PODS: Need = { why: 'names the pods behind the Service', otherwise: 'series do not say which pod or node they are of' };
const FINDS_SERVICE: Need = { why: 'finds the Service', otherwise: 'it is not scraped' };
const FINDS_ADDRESSES: Need = { why: 'finds the addresses behind the Service', otherwise: 'it is not scraped' };
const IS_ASKED_FOR: Need = { why: 'the target answers only who has it' };

/** Works out the least rights that discovery of the targets and the targets themselves ask for. */
export function rightsOf(targets: readonly ScrapeTarget[]): AgentRights {
  const { cluster, namespaces } = neededRights(targets);
  const rules = (needed: readonly NeededRule[]) => needed.map(({ rule }) => rule);
  return { cluster: rules(cluster), namespaces: new Map([...namespaces].map(([name, needed]) => [name, rules(needed)])) };
}

/** Works out the same with what each right is for. */
export function neededRights(targets: readonly ScrapeTarget[]): NeededRights {
  const cluster = new Collected();
  const namespaces = new Map<string, Collected>();
  const labelNeeds = new Map<string, Need>();
  const labelNeed = (labels: readonly string[]): Need => {
    const why = `reads labels of nodes: ${labels.join(', ')}`;
    const need = labelNeeds.get(why) ?? { why, otherwise: 'series lack these labels' };
    labelNeeds.set(why, need);
    return need;
  };
  for (const { name, discovery, nodeLabels = {}, rights = [] } of targets) {
    const nodes = { apiGroups: [''], resources: ['nodes'], verbs: WATCH };
    if (discovery.role === DiscoveryRole.NODES) cluster.add(nodes, FINDS_NODES, name);
    else if (Object.keys(nodeLabels).length > 0) cluster.add(nodes, labelNeed(Object.keys(nodeLabels)), name);
    for (const { nonResourceUrls, apiGroup = '', resources = [], verbs } of rights) {
      cluster.add(nonResourceUrls ? { nonResourceUrls, verbs } : { apiGroups: [apiGroup], resources, verbs }, IS_ASKED_FOR, name);
    }
    for (const namespace of discovery.namespaces) {
      const rules = namespaces.get(namespace) ?? new Collected();
      namespaces.set(namespace, rules);
      const throughService = discovery.role === DiscoveryRole.SERVICES;
      rules.add({ apiGroups: [''], resources: ['pods'], verbs: WATCH }, throughService ? NAMES_PODS : FINDS_PODS, name);
      if (throughService) {
        rules.add({ apiGroups: [''], resources: ['services'], verbs: WATCH }, FINDS_SERVICE, name);
        rules.add({ apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: WATCH }, FINDS_ADDRESSES, name);
      }
    }
  }
  return {
    cluster: cluster.inOrder(),
    namespaces: new Map(
      [...namespaces.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, collected]) => [name, collected.inOrder()]),
    ),
  };
}

/** The needs behind a rule in one sentence: `finds the pods of slurm-exporter, or they are not scraped`. */
export function needsText({ needs }: NeededRule): string {
  return [...needs]
    .map(
      ([{ why, otherwise }, scrapes]) => `${why} (${[...scrapes].sort().join(', ')})${otherwise === undefined ? '' : `, or ${otherwise}`}`,
    )
    .sort()
    .join('; ');
}

/** Rules, each once, with all that want them. */
class Collected {
  private readonly rules = new Map<string, { readonly rule: RightsRule; readonly needs: Map<Need, string[]> }>();

  add(rule: RightsRule, need: Need, scrape: string): void {
    const key = JSON.stringify(rule);
    const known = this.rules.get(key) ?? { rule, needs: new Map<Need, string[]>() };
    this.rules.set(key, known);
    const scrapes = known.needs.get(need) ?? [];
    known.needs.set(need, scrapes.includes(scrape) ? scrapes : [...scrapes, scrape]);
  }

  inOrder(): NeededRule[] {
    return [...this.rules.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, needed]) => needed);
  }
}

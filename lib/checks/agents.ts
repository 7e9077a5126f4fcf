import type { ICollector } from '../scrape/collector';
import type { CheckContext } from './check';
import { mountedFile } from './files';
import { Flags } from './flags';
import { operatorMade } from './operator-made';
import { type PodTemplate, placedContainers, podTemplates } from './pods';
import { scrapesOfConfig } from './scrape-configs';
import { MONITOR_KINDS, SCRAPE_KINDS, type Scrape, scrapesOfCollector, scrapesOfObject, selfScrape } from './scrapes';
import { destinationsOf, stores } from './stores';
import { at, entries, type Json, type KubeObject, list, perTree, selects, strings, type Tree, text, titleOf } from './tree';

/** Something that scrapes: a collector, with the VMAgent or the workloads that it rendered; a VMAgent or workload of the user. */
export interface Agent {
  /** What complaints are about. */
  readonly on: ICollector | KubeObject;
  /** How messages call it. */
  readonly title: string;
  /** The collector; nothing for what the user brings. */
  readonly collector?: ICollector;
  /** The VMAgent; nothing for what does without the operator. */
  readonly resource?: KubeObject;
  /** The workloads that it runs as: one a shard. None for a VMAgent, of which the operator makes them. */
  readonly workloads: readonly AgentWorkload[];
  /** Its namespace. */
  readonly namespace: string;
  /** Its service account; empty when the operator makes one. */
  readonly account: string;
  /** Where it writes: the stores behind its URLs, or URLs. */
  readonly into: readonly string[];
  /** How many pods scrape the same. */
  readonly replicas: number;
  /** How often it scrapes where a scrape does not say so. */
  readonly interval: string;
}

/** Whether a construct of a collector rendered an object. */
export function isOf(collector: ICollector, object: KubeObject): boolean {
  return object.path.startsWith(`${collector.node.path}/`);
}

/** A workload that runs an agent without the operator. */
export interface AgentWorkload {
  /** Its pods. */
  readonly pods: PodTemplate;
  /** The flags of the agent's container. */
  readonly flags: Flags;
  /** The agent's container. */
  readonly container: Json;
}

const CONFIG = 'promscrape.config';
const MEMBERS = 'promscrape.cluster.membersCount';
const MEMBER = 'promscrape.cluster.memberNum';

/** The workloads of a tree that scrape what a configuration file says. */
const agentWorkloads = perTree((tree): readonly AgentWorkload[] =>
  podTemplates(tree).flatMap((pods) =>
    placedContainers(pods)
      .map(({ container, place }) => ({ pods, container, flags: new Flags(container, place) }))
      .filter(({ flags }) => flags.has(CONFIG)),
  ),
);

/** Every agent of an app: collectors first, then what the user brings. */
export function agents({ tree, collectors }: CheckContext): Agent[] {
  const resources = tree.ofKind('VMAgent');
  const workloads = agentWorkloads(tree);
  const brought = (object: KubeObject) => !collectors.some((collector) => isOf(collector, object));
  const into = (urls: readonly string[], namespace: string) => urls.flatMap((url) => destinationsOf(tree, url, namespace));
  return [
    ...collectors.map((collector) => {
      const resource = resources.find((object) => isOf(collector, object));
      const own = workloads.filter(({ pods }) => isOf(collector, pods.owner));
      const urls = collector.destinations.map(({ url }) => url);
      return {
        on: collector,
        title: resource ? titleOf(resource) : collector.node.path,
        collector,
        resource,
        workloads: own,
        namespace: collector.namespace,
        account: collector.serviceAccountName,
        into: into(urls, collector.namespace),
        replicas: resource ? Number(at(resource.json, 'spec', 'replicaCount') ?? 1) : Math.max(1, ...own.map(replicasOf)),
        interval: intervalOf(resource),
      };
    }),
    ...resources.filter(brought).map((resource) => ({
      on: resource,
      title: titleOf(resource),
      resource,
      workloads: [],
      namespace: resource.namespace,
      account: text(at(resource.json, 'spec', 'serviceAccountName')),
      into: into(
        list(at(resource.json, 'spec', 'remoteWrite')).map((write) => text(at(write, 'url'))),
        resource.namespace,
      ),
      replicas: Number(at(resource.json, 'spec', 'replicaCount') ?? 1),
      interval: intervalOf(resource),
    })),
    ...byShards(workloads.filter(({ pods }) => brought(pods.owner))).map((shards) => {
      const [{ pods, flags }] = shards;
      const title = titleOf(pods.owner);
      return {
        on: pods.owner,
        title,
        workloads: shards,
        namespace: pods.namespace,
        account: text(at(pods.spec, 'serviceAccountName')) || 'default',
        into: [
          ...into(flags.list('remoteWrite.url'), pods.namespace),
          // a store that scrapes keeps what it scrapes
          ...stores(tree).flatMap((store) => (store.on === pods.owner ? [store.title] : [])),
        ],
        replicas: Math.max(...shards.map(replicasOf)),
        interval: intervalOf(undefined),
      };
    }),
  ];
}

/** Workloads that share the targets of one configuration are one agent. */
function byShards(workloads: readonly AgentWorkload[]): (readonly [AgentWorkload, ...AgentWorkload[]])[] {
  const groups = new Map<string, [AgentWorkload, ...AgentWorkload[]]>();
  for (const workload of workloads) {
    const { pods, flags } = workload;
    const told = flags.all().flatMap(({ name, values }) => (name === MEMBER ? [] : [[name, ...values]]));
    const key = Number(flags.value(MEMBERS)) > 1 ? JSON.stringify([pods.namespace, ...told]) : pods.owner.path;
    const group = groups.get(key);
    if (group) group.push(workload);
    else groups.set(key, [workload]);
  }
  return [...groups.values()];
}

/** How many pods of a workload scrape the same: its members share the targets, each of which several may be told to scrape. */
function replicasOf({ pods, flags }: AgentWorkload): number {
  const replicas = pods.replicas ?? 1;
  const members = Number(flags.value(MEMBERS) || 1);
  if (members <= 1) return replicas;
  const factor = Number(flags.value('promscrape.cluster.replicationFactor') || 1);
  // a number that is not written out is each pod's own
  return /^\d+$/.test(flags.value(MEMBER) || '0') ? factor * replicas : factor;
}

/** The operator writes 30 s into the configuration where the resource has no interval. */
function intervalOf(resource: KubeObject | undefined): string {
  return text(at(resource?.json, 'spec', 'scrapeInterval')) || '30s';
}

/** The scrapes that users bring as objects: those of the tree that no collector rendered. */
export function broughtScrapes({ tree, collectors }: CheckContext, kinds = SCRAPE_KINDS): KubeObject[] {
  return tree.ofKind(...Object.keys(kinds)).filter((object) => !collectors.some((collector) => isOf(collector, object)));
}

/** Everything that an agent scrapes: its own targets, then what it selects of others. */
export function scrapesOf(context: CheckContext, agent: Agent): Scrape[] {
  const { collector, resource } = agent;
  const { tree } = context;
  const own = collector ? scrapesOfCollector(collector) : configured(tree, agent);
  if (!resource) return own;
  const others = tree.ofKind(...Object.keys(SCRAPE_KINDS)).filter((object) => !collector || !isOf(collector, object));
  const made = operatorMade(tree).filter(
    ({ scraped, ...parts }) => scraped && takes(tree, resource, { ...parts.resource, kind: 'VMServiceScrape', labels: parts.labels }),
  );
  return [...own, ...others.filter((object) => takes(tree, resource, object)).flatMap(scrapesOfObject), ...made.map(selfScrape)];
}

/** What the configuration file of a workload says, where it is a ConfigMap of the tree. Its shards have the same. */
function configured(tree: Tree, { workloads: [workload], namespace }: Agent): Scrape[] {
  if (!workload) return [];
  const { pods, container, flags } = workload;
  const mounts = { volumes: list(at(pods.spec, 'volumes')), volumeMounts: list(at(container, 'volumeMounts')) };
  const { keys = [] } = mountedFile(mounts, flags.value(CONFIG)) ?? {};
  return keys.flatMap(({ kind, name, key }) => {
    const config = kind === 'ConfigMap' ? tree.find('ConfigMap', name, namespace) : undefined;
    return config ? scrapesOfConfig(config, key, namespace) : [];
  });
}

/**
 * Whether a VMAgent selects a scrape, or what an operator makes of a ServiceMonitor or PodMonitor.
 *
 * @see https://docs.victoriametrics.com/operator/resources/vmagent/#scraping
 */
export function takes(tree: Tree, agent: KubeObject, scrape: KubeObject): boolean {
  const kind = SCRAPE_KINDS[scrape.kind] ?? MONITOR_KINDS[scrape.kind];
  if (!kind || at(agent.json, 'spec', 'ingestOnlyMode') === true) return false;
  if (at(agent.json, 'spec', 'daemonSetMode') === true && kind.selectedBy !== 'podScrape') return false;
  const { selector, namespaceSelector } = selectorsOf(agent, scrape);
  if (selector === undefined && namespaceSelector === undefined) return at(agent.json, 'spec', 'selectAllByDefault') === true;
  return (
    selects(selector, scrape.labels) &&
    (namespaceSelector === undefined
      ? scrape.namespace === agent.namespace
      : selects(namespaceSelector, namespaceLabels(tree, scrape.namespace)))
  );
}

/** The selectors of a VMAgent that decide about a scrape. */
export function selectorsOf(agent: KubeObject, scrape: KubeObject): { readonly selector: Json; readonly namespaceSelector: Json } {
  const { selectedBy } = SCRAPE_KINDS[scrape.kind] ?? MONITOR_KINDS[scrape.kind] ?? { selectedBy: '' };
  const field = (name: string) => at(agent.json, 'spec', name) ?? undefined;
  return { selector: field(`${selectedBy}Selector`), namespaceSelector: field(`${selectedBy}NamespaceSelector`) };
}

/** Every namespace carries its name as a label, set by the API server. */
function namespaceLabels(tree: Tree, name: string) {
  return { ...tree.find('Namespace', name)?.labels, 'kubernetes.io/metadata.name': name };
}

/** The Secrets and ConfigMaps that a scrape names, in its own namespace. */
export function keyReferences(
  scrape: KubeObject,
): { readonly kind: 'Secret' | 'ConfigMap'; readonly name: string; readonly place: string }[] {
  const found: { kind: 'Secret' | 'ConfigMap'; name: string; place: string }[] = [];
  const visit = (json: Json, place: string, parent: string): void => {
    for (const [index, item] of list(json).entries()) visit(item, `${place}[${index}]`, parent);
    const { name, key } = strings(json);
    if (name && key) found.push({ kind: parent === 'configMap' ? 'ConfigMap' : 'Secret', name, place });
    for (const [field, value] of entries(json)) visit(value, `${place}.${field}`, field);
  };
  visit(scrape.json.spec, 'spec', '');
  return found;
}

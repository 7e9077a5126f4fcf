import type { ICollector } from '../scrape/collector';
import type { CheckContext } from './check';
import { operatorMade } from './operator-made';
import { MONITOR_KINDS, SCRAPE_KINDS, type Scrape, scrapesOfCollector, scrapesOfObject, selfScrape } from './scrapes';
import { at, entries, type Json, type KubeObject, list, selects, strings, type Tree, text, titleOf } from './tree';

/** Something that scrapes: a collector, a VMAgent resource, or a collector that rendered one. */
export interface Agent {
  /** What complaints are about. */
  readonly on: ICollector | KubeObject;
  /** How messages call it. */
  readonly title: string;
  /** The collector; nothing for a VMAgent that the user brings. */
  readonly collector?: ICollector;
  /** The VMAgent; nothing for a collector that renders none. */
  readonly resource?: KubeObject;
  /** Its namespace. */
  readonly namespace: string;
  /** Its service account; empty when the operator makes one. */
  readonly account: string;
  /** Where it writes. */
  readonly urls: readonly string[];
  /** How often it scrapes where a scrape does not say so. */
  readonly interval: string;
}

/** Whether a construct of a collector rendered an object. */
export function isOf(collector: ICollector, object: KubeObject): boolean {
  return object.path.startsWith(`${collector.node.path}/`);
}

/** Every collector and every VMAgent of an app. */
export function agents({ tree, collectors }: CheckContext): Agent[] {
  const resources = tree.ofKind('VMAgent');
  return [
    ...collectors.map((collector) => {
      const resource = resources.find((object) => isOf(collector, object));
      return {
        on: collector,
        title: resource ? titleOf(resource) : collector.node.path,
        collector,
        resource,
        namespace: collector.namespace,
        account: collector.serviceAccountName,
        urls: collector.destinations.map(({ url }) => url),
        interval: intervalOf(resource),
      };
    }),
    ...resources
      .filter((resource) => !collectors.some((collector) => isOf(collector, resource)))
      .map((resource) => ({
        on: resource,
        title: titleOf(resource),
        resource,
        namespace: resource.namespace,
        account: text(at(resource.json, 'spec', 'serviceAccountName')),
        urls: list(at(resource.json, 'spec', 'remoteWrite')).map((write) => text(at(write, 'url'))),
        interval: intervalOf(resource),
      })),
  ];
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
  const own = collector ? scrapesOfCollector(collector) : [];
  if (!resource) return own;
  const { tree } = context;
  const others = tree.ofKind(...Object.keys(SCRAPE_KINDS)).filter((object) => !collector || !isOf(collector, object));
  const made = operatorMade(tree).filter(
    ({ scraped, ...parts }) => scraped && takes(tree, resource, { ...parts.resource, kind: 'VMServiceScrape', labels: parts.labels }),
  );
  return [...own, ...others.filter((object) => takes(tree, resource, object)).flatMap(scrapesOfObject), ...made.map(selfScrape)];
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

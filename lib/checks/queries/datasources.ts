import { load } from 'js-yaml';
import type { ICollector } from '../../scrape/collector';
import type { Destination } from '../../scrape/destination';
import { agents } from '../agents';
import type { CheckContext } from '../check';
import { milliseconds } from '../durations';
import { destinationsOf } from '../stores';
import { at, type Json, list, perTree, strings, type Tree, text } from '../tree';
import type { DashboardFile, DatasourceReference } from './dashboards';

/** The plugin that speaks to everything with the API of Prometheus. */
export const PROMETHEUS = 'prometheus';
/** Step of Grafana where a data source has none. */
const DEFAULT_STEP = 15_000;

/** A data source that a Grafana of the tree is provisioned with. */
export interface Datasource {
  readonly uid: string;
  readonly name: string;
  /** Plugin: `prometheus`, `loki`. */
  readonly type: string;
  readonly isDefault: boolean;
  readonly url: string;
  /** Namespace in which a short name in the URL is looked up. */
  readonly namespace: string;
  /** Step below which its graphs do not go, in milliseconds. */
  readonly minStepMs: number;
}

/** The data sources in a tree's ConfigMaps. */
export const datasources = perTree((tree: Tree): readonly Datasource[] =>
  tree.ofKind('ConfigMap').flatMap(({ json, namespace }) =>
    Object.values(strings(json.data))
      .filter((content) => /^datasources:/m.test(content))
      .flatMap((content) => list(at(parsed(content), 'datasources')))
      .map((source) => ({
        uid: text(at(source, 'uid')),
        name: text(at(source, 'name')),
        type: text(at(source, 'type')),
        isDefault: at(source, 'isDefault') === true,
        url: text(at(source, 'url')),
        namespace,
        minStepMs: milliseconds(text(at(source, 'jsonData', 'timeInterval'))) ?? DEFAULT_STEP,
      })),
  ),
);

function parsed(content: string): Json {
  try {
    return load(content) as Json;
  } catch {
    return undefined;
  }
}

/** What a query asks: a data source of the tree, one that is no Prometheus, or one that is not there. */
export type Asked =
  | { readonly kind: 'store'; readonly datasource?: Datasource }
  | { readonly kind: 'other' }
  | { readonly kind: 'missing'; readonly uid: string };

/** What a query of a dashboard asks, as far as the tree knows the data sources. */
export function asked(all: readonly Datasource[], variables: DashboardFile['variables'], reference: DatasourceReference = {}): Asked {
  const { type, uid = '' } = reference;
  if (type !== undefined && type !== PROMETHEUS) return { kind: 'other' };
  const ofPrometheus = all.filter((source) => source.type === PROMETHEUS);
  const usual = ofPrometheus.find(({ isDefault }) => isDefault) ?? ofPrometheus[0];
  const store = (datasource = usual): Asked => ({ kind: 'store', ...(datasource && { datasource }) });
  const [, bare, braced] = /^\$(?:(\w+)|\{(\w+)[^}]*\})$/.exec(uid) ?? [];
  const named = bare ?? braced;
  const variable = variables.find(({ name }) => name === named);
  if (variable) {
    if (variable.query !== PROMETHEUS) return { kind: 'other' };
    return store(ofPrometheus.find((source) => [source.uid, source.name].includes(variable.current)));
  }
  if (uid === '' || uid === 'default') {
    // without a type, the default may be any plugin
    const first = all.find(({ isDefault }) => isDefault);
    return type === undefined && first && first.type !== PROMETHEUS ? { kind: 'other' } : store();
  }
  // Grafana's own, such as `-- Dashboard --`
  if (/^(-- .* --|grafana)$/.test(uid)) return { kind: 'other' };
  const found = all.find((source) => [source.uid, source.name].includes(uid));
  if (found) return found.type === PROMETHEUS ? store(found) : { kind: 'other' };
  return all.length === 0 ? store() : { kind: 'missing', uid };
}

/** What a collector writes into a store. */
export interface Feed {
  readonly collector: ICollector;
  /** @default - the way is not known: what it collects may arrive */
  readonly destination?: Destination;
}

/** The ways by which samples reach a data source. Where none is seen, as with a read address of its own, all collectors may write there. */
export function feedsOf({ tree, collectors }: CheckContext, datasource: Datasource | undefined): Feed[] {
  const read = datasource === undefined ? [] : placesOf(tree, datasource.url, datasource.namespace);
  const feeds = collectors.flatMap((collector) =>
    collector.destinations
      .filter(({ url }) => placesOf(tree, url, collector.namespace).some((place) => read.includes(place)))
      .map((destination) => ({ collector, destination })),
  );
  return feeds.length > 0 ? feeds : collectors.map((collector) => ({ collector }));
}

/** Agents that no collector stands for and that may write into a data source: nobody knows what they scrape. */
export function strangersOf(context: CheckContext, datasource: Datasource | undefined): string[] {
  const read = datasource === undefined ? [] : placesOf(context.tree, datasource.url, datasource.namespace);
  return agents(context)
    .filter(({ collector, into }) => !collector && into.some((place) => read.length === 0 || read.includes(hostOf(place))))
    .map(({ title }) => title);
}

/** What is behind a URL: stores, or the host that it names, since writing and reading have different paths. */
function placesOf(tree: Tree, url: string, namespace: string): string[] {
  return destinationsOf(tree, url, namespace).map(hostOf);
}

function hostOf(place: string): string {
  return URL.canParse(place) ? new URL(place).host : place;
}

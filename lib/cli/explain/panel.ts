import type { DashboardFile } from '../../checks/queries/dashboards';
import { asked, datasources } from '../../checks/queries/datasources';
import { examine } from '../../checks/queries/examine';
import { panelsOf, queriesOf } from '../../checks/queries/panels';
import { type StoreView, viewOf } from '../../checks/queries/store-view';
import type { QueryUse } from '../../checks/queries/uses';
import { at, text } from '../../checks/tree';
import type { FamilyCondition } from '../../common/metric-family';
import { prometheusDuration } from '../../common/units';
import { placeOf, placeText } from '../../outputs';
import { labelsOf, type Query, QuerySyntaxError, readQuery, readVariableQuery, type Selector } from '../../promql';
import { type Cluster, sourceOf } from './cluster';
import { emptying } from './emptying';

/** A part of a dashboard in one cluster: what it asks, who answers, what would empty it. */
export interface ToldPanel {
  readonly dashboard: string;
  /** Title of the panel, `variable node` or `annotation "Restarts"`. */
  readonly part: string;
  /** Kind of panel: `timeseries`, `table`. @default - it is no panel */
  readonly type?: string;
  readonly description?: string;
  readonly queries: readonly ToldQuery[];
  /** Variables of the dashboard that stand in its queries, and what they list. */
  readonly variables: readonly { readonly name: string; readonly query: string }[];
}

/** A query of a panel. */
export interface ToldQuery {
  /** `query A`, where there are several. */
  readonly name?: string;
  readonly text: string;
  /** Labels of the result. @default - they depend on what is not known */
  readonly labels?: readonly string[];
  readonly needs: readonly ToldNeed[];
  /** Metrics without which it gives nothing: any of these lists, all of it missing. None where something is always given. */
  readonly emptyWithout: readonly (readonly string[])[];
  /** Comparisons that leave only some series: nothing may pass while all is well. */
  readonly filters: readonly string[];
  /** What is wrong with it in this cluster. */
  readonly problems: readonly string[];
}

/** Series that a query asks for. */
export interface ToldNeed {
  /** As the query has it, without its window. */
  readonly selector: string;
  /** @default - the query asks by a pattern */
  readonly metric?: string;
  /** Labels by which it asks. */
  readonly asksFor: readonly string[];
  /** Who produces it; nobody known where that is empty. */
  readonly producers: readonly ToldProducer[];
}

/** Who produces series that a query asks for. */
export interface ToldProducer {
  readonly metric: string;
  /** The option of the pipeline that brings the source. @default - a source of somebody's own */
  readonly source?: string;
  readonly scrape: string;
  readonly job: string;
  readonly interval: string;
  /** What must be there or have happened, or be switched on. @default - nothing */
  readonly when?: FamilyCondition;
  /** Labels of the series in the store. */
  readonly labels: readonly string[];
}

/** A part of a dashboard. */
interface Part {
  readonly file: DashboardFile;
  readonly part: string;
  readonly uses: readonly QueryUse[];
}

/** All parts of all dashboards that ask for something. */
function partsOf({ dashboards }: Cluster): Part[] {
  return dashboards.flatMap((file) => {
    const parts = new Map<string, QueryUse[]>();
    for (const use of queriesOf(file)) {
      const { part } = placeOf(file, use);
      parts.set(part, [...(parts.get(part) ?? []), use]);
    }
    return [...parts].map(([part, uses]) => ({ file, part, uses }));
  });
}

/** Places of all parts: `Cluster health: GPUs`. */
export function panelNames(cluster: Cluster): string[] {
  return partsOf(cluster).map(({ file, part }) => placeText({ dashboard: file.title, part }));
}

/** Places that a text means: one that is called so, else those that are so within their dashboards, else those with that in their name. */
export function panelsNamed(name: string, cluster: Cluster): string[] {
  const places = panelNames(cluster);
  if (places.includes(name)) return [name];
  const wanted = name.trim().toLowerCase();
  const exact = places.filter((place) => place.toLowerCase() === wanted);
  if (exact.length > 0) return exact;
  const titled = places.filter((place) => place.toLowerCase().endsWith(`: ${wanted}`));
  if (titled.length > 0) return titled;
  return wanted === '' ? [] : places.filter((place) => place.toLowerCase().includes(wanted));
}

/** Tells of a part of a dashboard. */
export function tellPanel(place: string, cluster: Cluster): ToldPanel | undefined {
  const found = partsOf(cluster).find(({ file, part }) => placeText({ dashboard: file.title, part }) === place);
  if (found === undefined) return undefined;
  const { file, part, uses } = found;
  const panel = panelsOf(file.json).find((one) => text(at(one, 'title')) === part && !part.startsWith('variable '));
  const description = text(at(panel, 'description'));
  const used = new Set(uses.flatMap((use) => [...use.text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name)));
  return {
    dashboard: file.title,
    part,
    ...(panel === undefined ? {} : { type: text(at(panel, 'type')) }),
    ...(description === '' ? {} : { description }),
    queries: uses.map((use) => tellQuery(use, file, cluster)),
    variables: file.variables.filter(({ name, type }) => used.has(name) && type === 'query').map(({ name, query }) => ({ name, query })),
  };
}

/** The store that a query asks, as it is known; by cluster, for it takes its time. */
const views = new WeakMap<Cluster, Map<string | undefined, StoreView>>();

function storeOf(use: QueryUse, file: DashboardFile, cluster: Cluster): StoreView | undefined {
  const all = datasources(cluster.context.tree);
  const target = asked(all, file.variables, use.datasource);
  if (target.kind !== 'store') return undefined;
  const known = views.get(cluster) ?? new Map<string | undefined, StoreView>();
  views.set(cluster, known);
  const view = known.get(target.datasource?.uid) ?? viewOf(cluster.context, target.datasource);
  known.set(target.datasource?.uid, view);
  return view;
}

function tellQuery(use: QueryUse, file: DashboardFile, cluster: Cluster): ToldQuery {
  const view = storeOf(use, file, cluster);
  const query = parsed(use);
  const common = { ...(use.name === undefined ? {} : { name: use.name }), text: use.text };
  const { objections, gaps } = view ? examine(use, view) : { objections: [], gaps: [] };
  const problems = [
    ...objections.map(({ fault, place }) => `${place}: got ${fault.got}, expected ${fault.expected}; ${fault.instead}`),
    ...gaps.map(
      ({ wanted, expected, remedy, isFallback }) => `${wanted}: expected ${expected}${isFallback ? ', or it shows less' : ''}; ${remedy}`,
    ),
  ];
  if (query === undefined || view === undefined) return { ...common, needs: [], emptyWithout: [], filters: [], problems };
  const { result } = labelsOf(query, view.arrivals.schema);
  const needs = new Map(query.selectors.map(({ selector }) => [selector.key, selector]));
  return {
    ...common,
    ...(result.open || use.isVariable ? {} : { labels: [...result.labels.keys()].filter((name) => name !== '__name__').sort() }),
    needs: [...needs.values()].map((selector) => tellNeed(query, selector, view)),
    ...emptying(query),
    problems,
  };
}

function parsed({ text: query, variables, isVariable }: QueryUse): Query | undefined {
  try {
    return isVariable ? readVariableQuery(query, variables).query : readQuery(query, variables);
  } catch (error) {
    // examine() tells
    if (error instanceof QuerySyntaxError) return undefined;
    throw error;
  }
}

function tellNeed({ text: query }: Query, selector: Selector, { arrivals }: StoreView): ToldNeed {
  const written = query.slice(selector.start, selector.end).replace(/\[[^\]]*\]\s*(offset .*|@.*)?$/s, '');
  return {
    selector: written.replace(/\s+/g, ' '),
    ...(selector.name === undefined ? {} : { metric: selector.name }),
    asksFor: selector.matchers.map(({ label }) => label),
    producers: arrivals.sourcesOf(selector).map(({ target, sample, labels }) => {
      const source = sourceOf(target.job);
      return {
        metric: labels.get('__name__')?.values?.[0] ?? selector.name ?? '',
        ...(source === undefined ? {} : { source }),
        scrape: target.name,
        job: target.job,
        interval: prometheusDuration(target.scrapeInterval),
        ...(sample.family?.when ? { when: sample.family.when } : {}),
        labels: [...labels.keys()].filter((name) => name !== '__name__').sort(),
      };
    }),
  };
}

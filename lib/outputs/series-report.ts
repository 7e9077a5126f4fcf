import type { IConstruct } from 'constructs';
import { Tree } from '../checks';
import { dashboardFiles, readDashboard } from '../checks/queries/dashboards';
import { queriesOf } from '../checks/queries/panels';
import type { QueryUse } from '../checks/queries/uses';
import type { MetricType, MetricUnit } from '../common/metric-family';
import { passes, QuerySyntaxError, readQuery, readVariableQuery, type Selector } from '../promql';
import { isCollector } from '../scrape/collector';
import { type Arrival, SeriesSchema } from '../scrape/schema';

/** What becomes of a metric on its way to one destination. */
export interface MetricFate {
  /** Name of the destination. */
  readonly destination: string;
  /** The reason of the rule that drops it. @default - it arrives */
  readonly droppedBy?: string;
}

/** A metric of one page of a source: what it is, what becomes of it, and who asks for it. */
export interface MetricReport {
  /** Name of its series. */
  readonly name: string;
  /** Value of the label `job`. */
  readonly job: string;
  /** The scrape that brings it: `kubelet-cadvisor`. */
  readonly scrape: string;
  readonly type: MetricType;
  readonly unit: MetricUnit;
  /** What it says. @default - the agent makes it of each scrape */
  readonly help?: string;
  /** What must be there or have happened, or be switched on, in a few words. @default - nothing: it is always there */
  readonly when?: string;
  /** Labels with which it arrives where it does. */
  readonly labels: readonly string[];
  /** Labels that the agent sums over before it sends it. */
  readonly summedOver: readonly string[];
  /** What becomes of it, by destination. */
  readonly fates: readonly MetricFate[];
  /** Panels, variables and annotations that ask for it: `Cluster health: GPUs`. */
  readonly readBy: readonly string[];
}

/** Whether a metric arrives at any destination. */
export function isStored({ fates }: MetricReport): boolean {
  return fates.some(({ droppedBy }) => droppedBy === undefined);
}

/**
 * Every metric that is known to be scraped in an app: where it comes from, what rules drop it on the way to which destination, and which
 * panels ask for it. Dashboards are those of the app, whoever added them.
 *
 * @param root the app, or the chart that is asked about
 */
export function seriesReport(root: IConstruct): MetricReport[] {
  const readers = new Readers(root);
  return root.node
    .findAll()
    .filter(isCollector)
    .flatMap((collector) => {
      const ways = collector.destinations.map(({ name, relabelConfigs }) => ({
        name,
        schema: new SeriesSchema(collector.scrapedTargets, { destinationRules: relabelConfigs }),
      }));
      // rules of a destination may give names that others do not have
      const names = [...new Set(ways.flatMap(({ schema }) => schema.names))];
      return names.flatMap((name) =>
        ways
          .flatMap(({ schema }, index) =>
            arrivals(schema, name).filter((arrival) => ways.slice(0, index).every((way) => !same(way.schema, name, arrival))),
          )
          .map((arrival) => ({
            ...described(name, arrival),
            fates: ways.map(({ name: destination, schema }) => fate(destination, same(schema, name, arrival))),
            readBy: readers.of(name, arrival),
          })),
      );
    });
}

function arrivals(schema: SeriesSchema, name: string): (Arrival & { readonly droppedBy?: { readonly why: string } })[] {
  const { arriving, dropped } = schema.metric(name);
  return [...arriving, ...dropped];
}

/** The same metric of the same page on its way to another destination. */
function same(schema: SeriesSchema, name: string, { target, endpoint }: Arrival) {
  return arrivals(schema, name).find((other) => other.target.name === target.name && other.endpoint === endpoint);
}

function fate(destination: string, arrival: { readonly droppedBy?: { readonly why: string } } | undefined): MetricFate {
  if (arrival === undefined) return { destination, droppedBy: 'it has another name there' };
  return { destination, ...(arrival.droppedBy && { droppedBy: arrival.droppedBy.why }) };
}

function described(name: string, { target, sample, labels }: Arrival): Omit<MetricReport, 'fates' | 'readBy'> {
  const { when, help } = sample.family ?? {};
  const needed = [when?.option, when?.hardware, when?.event].filter((part) => part !== undefined);
  return {
    name,
    job: target.job,
    scrape: target.name,
    type: sample.type,
    unit: sample.unit,
    ...(help === undefined ? {} : { help }),
    ...(needed.length === 0 ? {} : { when: needed.join(', ') }),
    labels: [...labels.keys()].filter((label) => label !== '__name__').sort(),
    summedOver: target.sums?.find(({ as }) => as === name)?.without ?? [],
  };
}

/** A selector in a query, and where that is. */
interface Reader {
  readonly place: string;
  readonly selector: Selector;
}

/** Everything in an app that asks for series. */
export class Readers {
  private readonly byName = new Map<string, Reader[]>();
  /** Those that match names by a pattern. */
  private readonly others: Reader[] = [];

  constructor(root: IConstruct) {
    for (const file of dashboardFiles(Tree.of(root))) {
      const dashboard = readDashboard(file);
      // what is no dashboard is the query contract's to tell
      if (typeof dashboard === 'string') continue;
      for (const use of queriesOf(dashboard)) this.add(`${dashboard.title}: ${use.part.replace(/^panel "(.*)"$/s, '$1')}`, use);
    }
  }

  /** Who asks for series of a name, whatever their labels. */
  named(name: string): readonly string[] {
    return [...new Set(this.asking(name).map(({ place }) => place))];
  }

  /** Who asks for a metric of a page. */
  of(name: string, { labels }: Arrival): readonly string[] {
    const isAsked = ({ selector }: Reader) =>
      selector.matchers.every((matcher) => {
        const values = labels.get(matcher.label)?.values;
        return matcher.variables.length > 0 || values === undefined || values.some((value) => passes(matcher, value));
      });
    return [
      ...new Set(
        this.asking(name)
          .filter(isAsked)
          .map(({ place }) => place),
      ),
    ];
  }

  private asking(name: string): readonly Reader[] {
    return [
      ...(this.byName.get(name) ?? []),
      ...this.others.filter(({ selector }) => selector.nameMatchers.every((one) => passes(one, name))),
    ];
  }

  private add(place: string, use: QueryUse): void {
    for (const selector of selectorsOf(use)) {
      if (selector.name === undefined) this.others.push({ place, selector });
      else this.byName.set(selector.name, [...(this.byName.get(selector.name) ?? []), { place, selector }]);
    }
  }
}

function selectorsOf({ text, variables, isVariable }: QueryUse): readonly Selector[] {
  try {
    const query = isVariable ? readVariableQuery(text, variables).query : readQuery(text, variables);
    return query?.selectors.map(({ selector }) => selector) ?? [];
  } catch (error) {
    // a query that nobody can read asks for nothing; the query contract tells
    if (error instanceof QuerySyntaxError) return [];
    throw error;
  }
}

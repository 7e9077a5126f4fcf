import { MetricUnit } from '../../common/metric-family';
import type { LabelInfo, Schema, Selector, SeriesSchema } from '../../promql';
import { passes } from '../../promql';
import { RelabelAction, type RelabelRule } from '../../scrape/relabel-rule';
import { type Arrival, SeriesSchema as PipelineSchema, type SeriesSchemaOptions } from '../../scrape/schema';
import type { ScrapeTarget } from '../../scrape/scrape-target';
import { LeftOut } from './left-out';

/** Something that writes into a store, and what it does to the samples. */
export interface Way extends SeriesSchemaOptions {
  readonly targets: readonly ScrapeTarget[];
}

/** What is known of the series in one store, for everything that asks it. */
export class Arrivals {
  /** What promql asks. */
  readonly schema: Schema = (selector) => this.series(selector);

  /** Sources that nobody scrapes. */
  readonly leftOut: LeftOut;

  private readonly schemas: readonly PipelineSchema[];
  private readonly known = new Map<string, SeriesSchema | undefined>();

  constructor(readonly ways: readonly Way[]) {
    this.leftOut = new LeftOut(ways.flatMap(({ targets }) => targets));
    this.schemas = ways.map(({ targets, ...options }) => new PipelineSchema(targets, options));
  }

  /** Names of all series. */
  get names(): readonly string[] {
    return this.schemas.flatMap(({ names }) => names);
  }

  /** Where series of a name come from. */
  arriving(name: string): readonly Arrival[] {
    return this.schemas.flatMap((schema) => schema.metric(name).arriving);
  }

  /** Where series of a name would come from, were they not dropped. */
  dropped(name: string) {
    return this.schemas.flatMap((schema) => schema.metric(name).dropped);
  }

  /** Names of targets that expose a family of a name, whatever becomes of it. */
  exposing(name: string): readonly string[] {
    const family = name.replace(/_(bucket|sum|count)$/, '');
    const has = ({ catalog }: ScrapeTarget['endpoints'][number]) =>
      catalog?.families.some((candidate) => candidate.name === name || candidate.name === family);
    return this.ways.flatMap(({ targets }) => targets.filter(({ endpoints }) => endpoints.some(has)).map((target) => target.name));
  }

  /** Targets that may have series that matchers ask for, because what they expose is not known, or not all of it. */
  possible(name: string, matchers: Selector['matchers']): readonly ScrapeTarget[] {
    const jobs = matchers.filter(({ label, variables }) => label === 'job' && variables.length === 0);
    return this.schemas
      .flatMap((schema) => schema.metric(name).possible)
      .filter((target) => mayHaveAnotherJob(target) || jobs.every((matcher) => passes(matcher, target.job)));
  }

  /** Where the series of a selector come from. */
  sourcesOf({ name, nameMatchers, matchers }: Selector): readonly Arrival[] {
    if (this.leftOut.isAskedFor(matchers)) return [];
    const names =
      name !== undefined
        ? [name]
        : nameMatchers.length > 0 && nameMatchers.every(({ variables }) => variables.length === 0)
          ? this.names.filter((candidate) => nameMatchers.every((matcher) => passes(matcher, candidate)))
          : [];
    const all = names.flatMap((candidate) => this.arriving(candidate));
    // where none has it all, those that have most: what they lack is what is wrong
    const scores = all.map(({ labels }) => matchers.filter((matcher) => matcher.variables.length > 0 || canPass(labels, matcher)).length);
    const best = Math.max(...scores);
    if (best < matchers.length && name !== undefined && this.possible(name, matchers).length > 0) return [];
    return all.filter((_, index) => scores[index] === best);
  }

  private series(selector: Selector): SeriesSchema | undefined {
    const { key } = selector;
    if (!this.known.has(key)) this.known.set(key, together(this.sourcesOf(selector)));
    return this.known.get(key);
  }
}

/** Where series bring a job of their own, or a rule may write one. */
function mayHaveAnotherJob({ honorLabels, relabelConfigs, metricRelabelConfigs }: ScrapeTarget): boolean {
  return honorLabels === true || [...relabelConfigs, ...metricRelabelConfigs].some(writesJob);
}

function writesJob({ action, targetLabel, replacement }: RelabelRule): boolean {
  return targetLabel === 'job' || (action === RelabelAction.LABEL_MAP && (replacement === 'job' || /\$/.test(replacement ?? '$1')));
}

function canPass(labels: Arrival['labels'], matcher: Selector['matchers'][number]): boolean {
  const info = labels.get(matcher.label);
  if (info === undefined || info.optional) {
    if (passes(matcher, '')) return true;
    if (info === undefined) return false;
  }
  return info.values ? info.values.some((value) => passes(matcher, value)) : !(matcher.op === '=' && matcher.value === '');
}

/** What is known of series that come from several places: what holds for all of them. */
function together(arrivals: readonly Arrival[]): SeriesSchema | undefined {
  const [first, ...others] = arrivals;
  if (first === undefined) return undefined;
  const labels = new Map<string, LabelInfo>(others.length === 0 ? first.labels : []);
  labels.delete('__name__');
  for (const name of others.length === 0 ? [] : new Set(arrivals.flatMap((arrival) => [...arrival.labels.keys()]))) {
    if (name === '__name__') continue;
    const infos = arrivals.map((arrival) => arrival.labels.get(name));
    const values = infos.every((info) => info === undefined || info.values) && [...new Set(infos.flatMap((info) => info?.values ?? []))];
    const isOptional = infos.some((info) => info === undefined || info.optional);
    labels.set(name, { ...(values && { values }), ...(isOptional && { optional: true }) });
  }
  const type = same(arrivals.map(({ sample }) => sample.type));
  const unit = same(arrivals.map(unitOf));
  const bucketUnit = same(arrivals.map(({ sample }) => sample.bucketUnit));
  return {
    labels,
    ...(type && { type }),
    ...(unit && { unit }),
    ...(bucketUnit && { bucketUnit }),
    scrapeIntervalMs: Math.max(...arrivals.map(({ target }) => target.scrapeInterval.toMilliseconds())),
    key: first.key.filter((label) => others.every(({ key }) => key.includes(label))),
  };
}

function same<T>([first, ...others]: readonly T[]): T | undefined {
  return others.every((other) => other === first) ? first : undefined;
}

/** A family whose label tells the unit of each series has none of its own. */
function unitOf({ sample, labels }: Arrival): MetricUnit | undefined {
  return sample.unit === MetricUnit.COUNT && labels.has('unit') ? undefined : sample.unit;
}

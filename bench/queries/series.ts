import { MetricType, MetricUnit } from '../../lib/common/metric-family';
import type { Arrival, SeriesSchema } from '../../lib/scrape/schema';
import type { LabelSet, Needs } from './needs';
import { SOURCES } from './sources';
import { constant, counter, gauge, type Shape } from './values';
import { NODES_IN_FULL, type World } from './world';

/** Something that has a series of each metric of its kind: a GPU, a container, a job. */
export interface Thing {
  /** Its labels. A metric takes those that it has by the schema; more do no harm. */
  readonly labels: LabelSet;
  /** @default - by type and unit of the metric */
  readonly shape?: Shape;
  /** Seconds since the start of the data from and to which it is there. @default - all the time */
  readonly from?: number;
  readonly to?: number;
}

/** What a source has series of. */
export interface Source {
  /** Value of the label `job`. */
  readonly job: string;
  /** Targets that are scraped: the labels of each that it does not share with all others of the page. */
  targets(world: World, page: Arrival): Iterable<LabelSet>;
  /** What has the metric, beside the labels of its target; the target itself where it is the only thing. */
  things(world: World, name: string, page: Arrival, target: LabelSet): Iterable<Thing>;
}

/** A series. */
export interface Series {
  readonly labels: LabelSet;
  readonly shape: Shape;
  readonly intervalS: number;
  /** What is scraped at once with it. */
  readonly target: string;
  readonly from?: number;
  readonly to?: number;
}

/** All series that pages read, with the labels that they have behind the pipeline. */
export function* seriesOf(world: World, schema: SeriesSchema, needs: Needs): Generator<Series> {
  for (const name of needs.names) {
    for (const page of schema.metric(name).arriving) {
      const shared = fixedLabels(page);
      if (needs.reads(name, shared)) yield* seriesOfPage(world, name, page, shared, needs.readsOneNode(name, shared));
    }
  }
}

function* seriesOfPage(world: World, name: string, page: Arrival, shared: LabelSet, ofOneNode: boolean): Generator<Series> {
  const source = SOURCES.find(({ job }) => job === page.target.job);
  if (source === undefined) throw new Error(`${name}: nothing is known of job ${page.target.job}; add a file to bench/queries/sources`);
  const intervalS = page.target.scrapeInterval?.toSeconds() ?? 30;
  let left = ofOneNode ? NODES_IN_FULL : Number.POSITIVE_INFINITY;
  for (const ofTarget of source.targets(world, page)) {
    if (left-- <= 0) return;
    const target = `${source.job} ${Object.values(ofTarget).join(' ')}`;
    const things: Iterable<Thing> = page.sample.family ? source.things(world, name, page, ofTarget) : [{ labels: {}, ...ofScrape(name) }];
    for (const { labels, shape, from, to } of things) {
      const when = { from, to: ended(to, world) };
      const all: LabelSet = { ...labels, ...ofTarget, ...shared };
      for (const part of partsOf(page)) {
        const usual = usualShape(page, part.share);
        yield { labels: fitting(name, page, { ...all, ...part.labels }, source.job), shape: shape ?? usual, intervalS, target, ...when };
      }
    }
  }
}

/** How long an instant query goes on seeing a series that has ended without a word. */
const LOOKBACK_S = 300;

/**
 * The end of a series. An agent marks it as ended, the import cannot: what ends in the last minutes does so early enough not to be seen
 * beside its successor.
 */
const ended = (to: number | undefined, { lengthS }: World): number | undefined =>
  to !== undefined && to < lengthS ? Math.min(to, lengthS - LOOKBACK_S) : to;

/** Labels that all series of the page have with the same value. */
function fixedLabels({ labels }: Arrival): LabelSet {
  const fixed: [string, string][] = [];
  for (const [label, { values = [], optional }] of labels) {
    const [only] = values;
    if (values.length === 1 && only !== undefined && !optional) fixed.push([label, only]);
  }
  return Object.fromEntries(fixed);
}

/** The labels that the schema has for a metric, of those that are known. */
function fitting(name: string, { labels }: Arrival, known: LabelSet, job: string): LabelSet {
  const fit: [string, string][] = [];
  for (const [label, { optional }] of labels) {
    const value = known[label];
    if (value !== undefined) fit.push([label, value]);
    else if (!optional) throw new Error(`${name}: no value for the label ${label}; give it one in bench/queries/sources, job ${job}`);
  }
  return Object.fromEntries(fit);
}

/** Ends of buckets, a share of what is counted in each. */
const BUCKETS = ['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf'];
const LONG_BUCKETS = ['60', '300', '600', '1800', '3600', '7200', '14400', '28800', '86400', '172800', '604800', '+Inf'];
const QUANTILES = ['0.5', '0.9', '0.97', '0.99', '1'];

/** Buckets or quantiles of a metric that has them, with the share of what is counted that is below. */
function partsOf({ sample: { typeLabel, family } }: Arrival): readonly { readonly labels: LabelSet; readonly share: number }[] {
  if (typeLabel === undefined) return [{ labels: {}, share: 1 }];
  const long = family?.name.startsWith('slurm_') ?? false;
  const ends = typeLabel === 'quantile' ? QUANTILES : long ? LONG_BUCKETS : BUCKETS;
  return ends.map((end, index) => ({ labels: { [typeLabel]: end }, share: (index + 1) / ends.length }));
}

/** A value that is plausible for a metric of which no source says more. */
function usualShape({ sample: { type, unit, family } }: Arrival, share: number): Shape {
  const grows = type === MetricType.COUNTER || type === MetricType.HISTOGRAM || type === MetricType.VM_HISTOGRAM;
  if (type === MetricType.INFO) return constant(1);
  const size = share;
  switch (unit) {
    case MetricUnit.BYTES:
      return grows ? counter(20_000_000 * size) : gauge(1_000_000_000, 8_000_000_000);
    case MetricUnit.SECONDS:
      return grows ? counter(0.4 * size) : gauge(0, 2);
    case MetricUnit.TIMESTAMP:
      return constant(1_735_000_000);
    case MetricUnit.RATIO:
      return gauge(0, 1);
    case MetricUnit.PERCENT:
      return gauge(0, 100);
    case MetricUnit.CELSIUS:
      return gauge(35, 75);
    default:
      return grows ? counter((family?.name.includes('error') ? 0.001 : 3) * size) : gauge(0, 40);
  }
}

function ofScrape(name: string): { readonly shape: Shape } {
  switch (name) {
    case 'up':
      return { shape: constant(1) };
    case 'scrape_timeout_seconds':
      return { shape: constant(10) };
    case 'scrape_duration_seconds':
      return { shape: gauge(0.005, 0.4) };
    case 'scrape_response_size_bytes':
      return { shape: gauge(100_000, 900_000) };
    default:
      return { shape: gauge(900, 4000) };
  }
}

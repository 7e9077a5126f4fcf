import { type FamilyLabel, type MetricCatalog, type MetricFamily, MetricType, MetricUnit } from '../../common/metric-family';
import type { ScrapeTarget } from '../scrape-target';

/** Samples of one name: a family, a part of a histogram or summary, or what the agent says of each scrape. */
export interface Sample {
  /** @default - the agent makes it of each scrape */
  readonly family?: MetricFamily;
  readonly type: MetricType;
  readonly unit: MetricUnit;
  /** What the label of a bucket counts. @default - it is no bucket */
  readonly bucketUnit?: MetricUnit;
  /** The label that comes with the type. @default - none */
  readonly typeLabel?: string;
}

const ANY: FamilyLabel = {};

/** Labels of samples as they are exposed. */
export function exposedLabels(name: string, { family, typeLabel }: Sample): [string, FamilyLabel][] {
  return [
    ['__name__', { values: [name] }],
    ...Object.entries(family?.labels ?? {}),
    ...(typeLabel === undefined ? [] : [[typeLabel, ANY] as [string, FamilyLabel]]),
  ];
}

/** What a histogram or summary puts behind the name of its family. */
const PARTS = ['_bucket', '_sum', '_count'];

/** The family that a name would be a part of: `x` for `x_bucket`; nothing for the name of no part. */
export function stemOf(name: string): string | undefined {
  const part = PARTS.find((end) => name.endsWith(end));
  return part && name.slice(0, -part.length);
}

/** Families of catalogs by name: pages share catalogs. */
const byName = new WeakMap<MetricCatalog, ReadonlyMap<string, MetricFamily>>();

/** The families of a catalog by name. */
export function familiesOf(catalog: MetricCatalog): ReadonlyMap<string, MetricFamily> {
  const known = byName.get(catalog);
  if (known) return known;
  const made = new Map(catalog.families.map((family) => [family.name, family]));
  byName.set(catalog, made);
  return made;
}

/** The samples of this name that a catalog has. */
export function sampleOf(catalog: MetricCatalog, name: string): Sample | undefined {
  const families = familiesOf(catalog);
  const family = families.get(name);
  if (family) return partOf(family, '');
  const stem = stemOf(name);
  const whole = stem === undefined ? undefined : families.get(stem);
  return whole && partOf(whole, name.slice(whole.name.length));
}

/** Names of all samples that a catalog has. */
export function namesOf(catalog: MetricCatalog): readonly string[] {
  return catalog.families.flatMap((family) =>
    isWhole(family) ? family.name : ['', ...PARTS].filter((part) => partOf(family, part)).map((part) => family.name + part),
  );
}

/** Names of the samples that one catalog has and another has not. */
export function namesBeyond(catalog: MetricCatalog, other: MetricCatalog): readonly string[] {
  const known = new Set(namesOf(other));
  return namesOf(catalog).filter((name) => !known.has(name));
}

const BUCKET_LABELS: ReadonlyMap<MetricType, string> = new Map([
  [MetricType.HISTOGRAM, 'le'],
  [MetricType.VM_HISTOGRAM, 'vmrange'],
]);

/** Whether all samples of a family bear its name. */
function isWhole({ type, bucketsOnly }: MetricFamily): boolean {
  return !bucketsOnly && type !== MetricType.SUMMARY && !BUCKET_LABELS.has(type);
}

function partOf(family: MetricFamily, part: string): Sample | undefined {
  const { type, unit } = family;
  const bucketLabel = BUCKET_LABELS.get(type);
  if (family.bucketsOnly && part !== '_bucket') return undefined;
  if (isWhole(family)) return part === '' ? { family, type, unit } : undefined;
  switch (part) {
    case '_sum':
      return { family, type, unit };
    case '_count':
      return { family, type, unit: MetricUnit.COUNT };
    case '_bucket':
      if (bucketLabel === undefined) return undefined;
      return { family, type, unit: MetricUnit.COUNT, bucketUnit: unit, typeLabel: bucketLabel };
    default:
      return bucketLabel === undefined ? { family, type, unit, typeLabel: 'quantile' } : undefined;
  }
}

const COUNT: Sample = { type: MetricType.GAUGE, unit: MetricUnit.COUNT };
const SECONDS: Sample = { type: MetricType.GAUGE, unit: MetricUnit.SECONDS };

interface AutomaticSample extends Sample {
  /** @default - of every target */
  readonly when?: (target: ScrapeTarget) => boolean;
}

/** What vmagent writes of each scrape. @see https://docs.victoriametrics.com/victoriametrics/vmagent/#automatically-generated-metrics */
const AUTOMATIC: ReadonlyMap<string, AutomaticSample> = new Map<string, AutomaticSample>([
  ['up', COUNT],
  ['scrape_duration_seconds', SECONDS],
  ['scrape_timeout_seconds', SECONDS],
  ['scrape_response_size_bytes', { type: MetricType.GAUGE, unit: MetricUnit.BYTES }],
  ['scrape_samples_scraped', COUNT],
  ['scrape_samples_post_metric_relabeling', COUNT],
  ['scrape_series_added', COUNT],
  ['scrape_samples_limit', { ...COUNT, when: isSampleLimited }],
  ['scrape_series_current', { ...COUNT, when: isSeriesLimited }],
  ['scrape_series_limit', { ...COUNT, when: isSeriesLimited }],
  // a counter by what it counts; it begins anew with the agent
  ['scrape_series_limit_samples_dropped', { type: MetricType.COUNTER, unit: MetricUnit.COUNT, when: isSeriesLimited }],
]);

function isSampleLimited({ sampleLimit }: ScrapeTarget): boolean {
  return sampleLimit !== undefined;
}

function isSeriesLimited({ seriesLimit }: ScrapeTarget): boolean {
  return seriesLimit !== undefined;
}

/** Names of what is written of each scrape of a target. */
export function automaticNames(target: ScrapeTarget): readonly string[] {
  return [...AUTOMATIC].filter(([, { when }]) => when?.(target) !== false).map(([name]) => name);
}

/** Whether samples of this name may be written of each scrape. */
export function isAutomatic(name: string): boolean {
  return AUTOMATIC.has(name);
}

/** What is written of each scrape of a target under this name. */
export function automaticSample(target: ScrapeTarget, name: string): Sample | undefined {
  const sample = AUTOMATIC.get(name);
  return sample?.when?.(target) === false ? undefined : sample;
}

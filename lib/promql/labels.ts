import type { FamilyLabel, MetricType, MetricUnit } from '../common/metric-family';
import type { Selector } from './ast';
import { isPositive, listed, type Matcher, passes } from './matcher';

/** What is known of a label of series. */
export interface LabelInfo extends FamilyLabel {
  /** The query chose its values, by a matcher. @default false */
  readonly pinned?: boolean;
}

/** What is known of the series that a selector means. */
export interface SeriesSchema {
  /** All their labels but the name. */
  readonly labels: ReadonlyMap<string, LabelInfo>;
  /** Type of the family; the name tells a part of a histogram or summary. @default - not known */
  readonly type?: MetricType;
  /** What one sample counts. @default - not known */
  readonly unit?: MetricUnit;
  /** What `le` counts, for buckets. @default - not known */
  readonly bucketUnit?: MetricUnit;
  /** @default - not known */
  readonly scrapeIntervalMs?: number;
  /**
   * Labels of which each is needed to tell the series apart: leave one out, and several series can have the same values of the rest.
   *
   * @default - not known
   */
  readonly key?: readonly string[];
}

/** Says what is known of the series of a selector, by its name or `nameMatchers`; nothing when there are none. */
export type Schema = (selector: Selector) => SeriesSchema | undefined;

/** The labels that the series of an expression have. */
export interface LabelSet {
  /** With `__name__` where the metric's name is left. */
  readonly labels: ReadonlyMap<string, LabelInfo>;
  /** There can be others: something below is not known. */
  readonly open: boolean;
  /** Labels of the key, each with whether it can still have several values. @default - not known */
  readonly key?: ReadonlyMap<string, boolean>;
}

/** No labels at all. */
export const NONE: LabelSet = { labels: new Map(), open: false };
/** Any labels. */
export const ANY: LabelSet = { labels: new Map(), open: true };

/** What was worked out of a set or a schema, each once: dashboards ask the same again and again. */
function memo<K extends object, V>(): (of: K, key: string, work: () => V) => V {
  const known = new WeakMap<K, Map<string, V>>();
  return (of, key, work) => {
    let inside = known.get(of);
    if (inside === undefined) {
      inside = new Map();
      known.set(of, inside);
    }
    let value = inside.get(key);
    if (value === undefined) {
      value = work();
      inside.set(key, value);
    }
    return value;
  };
}

const ofSeries = memo<SeriesSchema, LabelSet>();
const ofSets = memo<LabelSet, LabelSet>();

/** The labels of the series that a selector means, as its matchers leave them. */
export function labelsOfSeries(series: SeriesSchema, selector: Selector): LabelSet {
  return ofSeries(series, selector.key, () => matching(series, selector));
}

function matching({ labels, key }: SeriesSchema, { name, matchers }: Selector): LabelSet {
  const left = new Map(labels);
  for (const matcher of matchers) {
    const info = left.get(matcher.label);
    if (info === undefined) continue;
    const narrowed = narrow(info, matcher);
    if (narrowed === undefined) left.delete(matcher.label);
    else left.set(matcher.label, narrowed);
  }
  left.set('__name__', name === undefined ? {} : { values: [name] });
  const varies = (label: string) => {
    const [first, second] = left.get(label)?.values ?? [];
    if (first !== undefined && second === undefined) return false;
    // what the viewer chooses, or a regex over unknown values, can be one value
    return !matchers.some(
      (matcher) => matcher.label === label && isPositive(matcher) && (matcher.variables.length > 0 || second === undefined),
    );
  };
  return { labels: left, open: false, ...(key && { key: new Map(key.map((label) => [label, varies(label)])) }) };
}

/** What a matcher leaves of a label; nothing when only series without the label pass. */
export function narrow(info: LabelInfo, matcher: Matcher): LabelInfo | undefined {
  const pinned = info.pinned || isPositive(matcher);
  if (matcher.variables.length > 0) return { ...info, pinned };
  const values = info.values ? info.values.filter((value) => passes(matcher, value)) : listed(matcher);
  const optional = info.optional === true && passes(matcher, '');
  if (matcher.op === '=' && matcher.value === '') return undefined;
  return { ...(values && { values }), ...(optional && { optional }), ...(pinned && { pinned }) };
}

/** The set without some labels. */
export function drop(set: LabelSet, names: readonly string[]): LabelSet {
  return ofSets(set, `- ${names.join(' ')}`, () => filter(set, (name) => !names.includes(name), set.open));
}

/** The set with some labels only. */
export function keep(set: LabelSet, names: readonly string[]): LabelSet {
  return ofSets(set, `+ ${names.join(' ')}`, () => kept(set, names));
}

function kept(set: LabelSet, names: readonly string[]): LabelSet {
  const asked = filter(set, (name) => names.includes(name), false);
  // of an unknown set, what is asked for may be there
  if (!set.open) return asked;
  const labels = new Map(asked.labels);
  for (const name of names) if (!labels.has(name)) labels.set(name, { optional: true });
  return { ...asked, labels };
}

function filter({ labels, key }: LabelSet, stays: (name: string) => boolean, open: boolean): LabelSet {
  const pick = <T>(map: ReadonlyMap<string, T>) => new Map([...map].filter(([name]) => stays(name)));
  return { labels: pick(labels), open, ...(key && { key: pick(key) }) };
}

/** The set with one label set or replaced; its key is unknown where that changes a part of the key. */
export function put({ labels, open, key }: LabelSet, name: string, info: LabelInfo | undefined): LabelSet {
  const changed = new Map(labels);
  if (info === undefined) changed.delete(name);
  else changed.set(name, info);
  return { labels: changed, open, ...(key && !key.has(name) && { key }) };
}

/** The set when a filter may have removed any series, after which less may tell the rest apart. */
export function filtered(set: LabelSet): LabelSet {
  return ofSets(set, '?', () => ({ labels: set.labels, open: set.open }));
}

/** Series of either set. */
export function union(left: LabelSet, right: LabelSet): LabelSet {
  const labels = new Map<string, LabelInfo>();
  for (const name of new Set([...left.labels.keys(), ...right.labels.keys()])) {
    labels.set(name, eitherInfo(left.labels.get(name), right.labels.get(name)));
  }
  return { labels, open: left.open || right.open };
}

/** A label that comes from one of two places, or is absent where one has none. */
export function eitherInfo(a: LabelInfo | undefined, b: LabelInfo | undefined): LabelInfo {
  const values = a?.values && b?.values ? [...new Set([...a.values, ...b.values])] : a && b ? undefined : (a ?? b)?.values;
  const optional = !a || !b || a.optional || b.optional;
  const pinned = a?.pinned && b?.pinned;
  return { ...(values && { values }), ...(optional && { optional: true }), ...(pinned && { pinned: true }) };
}

/** A label that is equal on two sides. */
export function bothInfo(a: LabelInfo, b: LabelInfo): LabelInfo {
  const values = a.values && b.values ? a.values.filter((value) => b.values?.includes(value)) : (a.values ?? b.values);
  const pinned = a.pinned || b.pinned;
  return { ...(values && { values }), ...(a.optional && b.optional && { optional: true }), ...(pinned && { pinned: true }) };
}

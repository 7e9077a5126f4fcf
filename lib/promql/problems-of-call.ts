import { MetricType } from '../common/metric-family';
import type { Aggregation, Call, Expr, Selector } from './ast';
import { FUNCTIONS, type FunctionRule } from './functions';
import type { LabelSet } from './labels';
import { type Context, isMixed, labelNames, missingLabel, type Problem, problem } from './problem';

/** Functions over series of the wrong type, windows too short, quantiles without buckets, labels made of labels that are not there. */
export function* problemsOfCall(call: Call, context: Context): Generator<Problem> {
  const rule = FUNCTIONS.get(call.name);
  if (rule === undefined) return;
  for (const [index, kind] of rule.args.entries()) {
    const arg = call.args[index];
    const selector = kind === 'range' && arg ? selectorOf(arg) : undefined;
    if (selector === undefined) continue;
    yield* wrongType(call, rule, selector, context);
    yield* shortRange(call, rule, selector, context);
  }
  if (rule.labels === 'drop-buckets') yield* withoutBuckets(call, rule, context);
  if (rule.labels === 'replace' || rule.labels === 'join') yield* unknownSources(call, context);
}

/** The series under a window, directly or as `series[1h:5m]`; what a subquery works out is of no type that is known. */
function selectorOf(arg: Expr): Selector | undefined {
  if (arg.kind === 'subquery') return arg.operand.kind === 'selector' ? arg.operand : undefined;
  return arg.kind === 'selector' ? arg : undefined;
}

/** Whether the series of a name grow until their process ends; nothing when a function may treat them either way. */
function isCounter(name: string | undefined, type: MetricType): boolean | undefined {
  const isPart = /_(bucket|sum|count)$/.test(name ?? '');
  switch (type) {
    case MetricType.COUNTER:
      return true;
    case MetricType.HISTOGRAM:
    case MetricType.VM_HISTOGRAM:
      return isPart ? true : undefined;
    case MetricType.SUMMARY:
      return isPart;
    default:
      return false;
  }
}

function* wrongType(call: Call, { over }: FunctionRule, selector: Selector, { query, labels }: Context): Generator<Problem> {
  const type = labels.series(selector)?.type;
  if (over === undefined || type === undefined) return;
  const counter = isCounter(selector.name, type);
  if (counter === undefined || counter === (over === 'counter')) return;
  yield problem(query.text, 'wrong-type', call, {
    got: `${call.name} of ${selector.name ?? 'series'}, a ${counter ? 'counter' : type}`,
    expected: `a ${over} for ${call.name}`,
    instead: counter ? 'use rate or increase, which know of resets' : 'use delta or deriv, or a function such as avg_over_time',
  });
}

function* shortRange(
  call: Call,
  { scrapes }: FunctionRule,
  selector: Selector,
  { query, labels, minScrapes }: Context,
): Generator<Problem> {
  const interval = labels.series(selector)?.scrapeIntervalMs;
  if (interval === undefined || typeof selector.range !== 'number') return;
  const least = interval * (scrapes === 'several' ? minScrapes : 1);
  if (selector.range >= least) return;
  yield problem(query.text, 'short-range', selector, {
    got: `${call.name} over ${seconds(selector.range)} of series scraped every ${seconds(interval)}`,
    expected: `at least ${seconds(least)}${scrapes === 'several' ? `, ${minScrapes} scrapes` : ''}`,
    instead: `write [${seconds(least)}] or $__rate_interval`,
  });
}

function seconds(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

function* withoutBuckets(call: Call, rule: FunctionRule, { query, labels }: Context): Generator<Problem> {
  const operand = call.args[rule.args.indexOf('vector')];
  if (operand === undefined) return;
  const set = labels.of(operand);
  // VictoriaMetrics reads its own buckets too
  if (set.open || set.labels.has('le') || set.labels.has('vmrange')) return;
  yield problem(query.text, 'quantile-without-le', operand, {
    got: `${call.name} of series with ${namesOf(set)}`,
    expected: 'buckets with label le',
    instead: operand.kind === 'aggregation' ? 'add le to the labels that the aggregation keeps' : 'use the series …_bucket',
  });
}

function namesOf(set: LabelSet): string {
  const names = labelNames(set);
  return names.length === 0 ? 'no labels' : `labels ${names.join(', ')}`;
}

function* unknownSources({ name, args }: Call, { query, labels }: Context): Generator<Problem> {
  const [series, ...texts] = args;
  const sources = name === 'label_replace' ? texts.slice(2, 3) : texts.slice(2);
  if (series === undefined) return;
  for (const source of sources) {
    if (source.kind !== 'string' || source.variables.length > 0 || source.value === '') continue;
    yield* missingLabel(query.text, source, source.value, labels.of(series), 'read a label that the series have');
  }
}

/** Labels of `by` that are not there, and clusters that become one. */
export function* problemsOfAggregation(expr: Aggregation, { query, labels, clusterLabel }: Context, chooses: boolean): Generator<Problem> {
  const operand = labels.of(expr.operand);
  if (expr.grouping?.by) {
    for (const label of expr.grouping.labels) yield* missingLabel(query.text, label, label.name, operand, 'leave it out');
  }
  if (chooses || clusterLabel === '' || !isMixed(operand.labels.get(clusterLabel)) || labels.of(expr).labels.has(clusterLabel)) return;
  yield problem(query.text, 'mixes-clusters', expr, {
    got: `${expr.name} without label ${clusterLabel} over series of every ${clusterLabel}`,
    expected: `series of one ${clusterLabel}, or a result for each`,
    instead: `write ${expr.name} by (${clusterLabel}), or a matcher on ${clusterLabel}`,
  });
}

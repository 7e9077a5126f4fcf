/** What an expression gives: one number, series at one moment, series over a range of time, or a text. */
export type Kind = 'scalar' | 'vector' | 'range' | 'string';

/** How an argument of a kind looks, in messages. */
export const ARGUMENTS: { readonly [kind in Kind]: string } = { scalar: 'number', vector: 'series', range: 'series[5m]', string: '"text"' };

/** What a function does to the labels of its series. `name` is the metric name, which is a label too. */
export type LabelEffect =
  | 'keep'
  | 'drop-name'
  /** Series by the buckets' `le` become one. */
  | 'drop-buckets'
  /** No series before, one without labels now, or none at all. */
  | 'none'
  /** Labels that the selector's matchers say by equality. */
  | 'absent'
  | 'replace'
  | 'join';

/** What a function does to the unit of its argument. */
export type UnitEffect =
  | 'keep'
  | 'per-second'
  /** A number of things, or a number that stands for a state. */
  | 'count'
  | 'timestamp'
  /** The unit in which `le` is told. */
  | 'buckets'
  | 'unknown';

/** What a function of PromQL takes, gives and means. */
export interface FunctionRule {
  /** Kinds of the arguments, in order. */
  readonly args: readonly Kind[];
  /** How many of the last arguments can be left out. @default 0 */
  readonly optional?: number;
  /** The last argument can be repeated. @default false */
  readonly variadic?: boolean;
  /** @default - vector */
  readonly returns?: Kind;
  readonly labels: LabelEffect;
  readonly unit: UnitEffect;
  /** What its series must be for the answer to mean something. @default - anything */
  readonly over?: 'counter' | 'gauge';
  /** How many scrapes the window needs: `several` to see a change, `one` to see anything. @default - it has no window */
  readonly scrapes?: 'several' | 'one';
}

/** What an aggregation operator takes and means. */
export interface AggregationRule {
  /** Kind of the argument before the series. @default - it has none */
  readonly parameter?: Kind;
  /** It chooses among series, which keep their labels. @default false */
  readonly chooses?: boolean;
  readonly unit: UnitEffect;
}

const ofVector = (unit: UnitEffect, more: Partial<FunctionRule> = {}): FunctionRule => ({
  args: ['vector'],
  labels: 'drop-name',
  unit,
  ...more,
});
const ofWindow = (unit: UnitEffect, more: Partial<FunctionRule> = {}): FunctionRule => ({
  args: ['range'],
  labels: 'drop-name',
  unit,
  scrapes: 'one',
  ...more,
});
const change = (unit: UnitEffect, over?: 'counter' | 'gauge'): FunctionRule => ofWindow(unit, { scrapes: 'several', over });
const named = (names: string, rule: FunctionRule): [string, FunctionRule][] => names.split(' ').map((name) => [name, rule]);

/** The functions that Prometheus has without a feature flag. */
export const FUNCTIONS: ReadonlyMap<string, FunctionRule> = new Map([
  // counters
  ...named('rate irate', change('per-second', 'counter')),
  ...named('increase', change('keep', 'counter')),
  ...named('resets', change('count', 'counter')),
  // gauges
  ...named('delta idelta', change('keep', 'gauge')),
  ...named('deriv', change('per-second', 'gauge')),
  ...named('predict_linear', { ...change('keep', 'gauge'), args: ['range', 'scalar'] }),
  ...named('changes', change('count')),
  // over a window
  ...named('avg_over_time min_over_time max_over_time sum_over_time stddev_over_time', ofWindow('keep')),
  ...named('last_over_time', ofWindow('keep', { labels: 'keep' })),
  ...named('count_over_time present_over_time', ofWindow('count')),
  ...named('stdvar_over_time', ofWindow('unknown')),
  ...named('quantile_over_time', ofWindow('keep', { args: ['scalar', 'range'] })),
  ...named('absent_over_time', ofWindow('count', { labels: 'absent' })),
  // at one moment
  ...named('abs ceil floor', ofVector('keep')),
  ...named('round', ofVector('keep', { args: ['vector', 'scalar'], optional: 1 })),
  ...named('clamp_min clamp_max', ofVector('keep', { args: ['vector', 'scalar'] })),
  ...named('clamp', ofVector('keep', { args: ['vector', 'scalar', 'scalar'] })),
  ...named('sgn', ofVector('count')),
  ...named('sort sort_desc', ofVector('keep', { labels: 'keep' })),
  ...named('exp ln log2 log10 sqrt deg rad', ofVector('unknown')),
  ...named('sin cos tan asin acos atan sinh cosh tanh asinh acosh atanh', ofVector('unknown')),
  ...named('absent', ofVector('count', { labels: 'absent' })),
  ...named('timestamp', ofVector('timestamp')),
  ...named('minute hour day_of_week day_of_month day_of_year days_in_month month year', ofVector('count', { optional: 1 })),
  // labels
  ...named('label_replace', ofVector('keep', { args: ['vector', 'string', 'string', 'string', 'string'], labels: 'replace' })),
  ...named('label_join', ofVector('keep', { args: ['vector', 'string', 'string', 'string'], optional: 1, variadic: true, labels: 'join' })),
  // histograms
  ...named('histogram_quantile', ofVector('buckets', { args: ['scalar', 'vector'], labels: 'drop-buckets' })),
  ...named('histogram_fraction', ofVector('unknown', { args: ['scalar', 'scalar', 'vector'], labels: 'drop-buckets' })),
  ...named('histogram_avg histogram_stddev', ofVector('buckets')),
  ...named('histogram_count histogram_sum histogram_stdvar', ofVector('unknown')),
  // between series and numbers
  ...named('scalar', { args: ['vector'], returns: 'scalar', labels: 'none', unit: 'keep' }),
  ...named('vector', { args: ['scalar'], labels: 'none', unit: 'keep' }),
  ...named('time', { args: [], returns: 'scalar', labels: 'none', unit: 'timestamp' }),
  ...named('pi', { args: [], returns: 'scalar', labels: 'none', unit: 'unknown' }),
]);

/** The aggregation operators that Prometheus has without a feature flag. */
export const AGGREGATIONS: ReadonlyMap<string, AggregationRule> = new Map<string, AggregationRule>([
  ['sum', { unit: 'keep' }],
  ['avg', { unit: 'keep' }],
  ['min', { unit: 'keep' }],
  ['max', { unit: 'keep' }],
  ['stddev', { unit: 'keep' }],
  ['stdvar', { unit: 'unknown' }],
  ['count', { unit: 'count' }],
  ['group', { unit: 'count' }],
  ['count_values', { unit: 'count', parameter: 'string' }],
  ['quantile', { unit: 'keep', parameter: 'scalar' }],
  ['topk', { unit: 'keep', parameter: 'scalar', chooses: true }],
  ['bottomk', { unit: 'keep', parameter: 'scalar', chooses: true }],
]);

/** Functions, operators and clauses that need a feature flag of Prometheus, which a store need not have. */
export const EXPERIMENTAL: ReadonlySet<string> = new Set(
  [
    'info limitk limit_ratio mad_over_time sort_by_label sort_by_label_desc double_exponential_smoothing first_over_time',
    'ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time ts_of_min_over_time histogram_quantiles start_timestamp range step start end',
    'anchored smoothed fill fill_left fill_right',
  ]
    .join(' ')
    .split(' '),
);

/** What VictoriaMetrics adds to PromQL, and how to say the same without it; nothing where there is no other way. */
const METRICSQL: ReadonlyMap<string, string | undefined> = new Map([
  ['with', 'write the expression out where it is used'],
  ['label_move', 'write label_replace(…, "to", "$1", "from", "(.*)")'],
  ['label_copy', 'write label_replace(…, "to", "$1", "from", "(.*)")'],
  ['label_set', 'write label_replace(…, "label", "value", "", "")'],
  ['label_del', 'write sum without (label) (…)'],
  ['label_keep', 'write sum by (label) (…)'],
  ['median', 'write quantile(0.5, …)'],
  ['any', 'write max(…)'],
  ['distinct', 'write count(count by (label) (…))'],
  ['default', 'write … or vector(0)'],
  ['if', 'write … and …'],
  ['ifnot', 'write … unless …'],
  ['union', 'write … or …'],
  ['median_over_time', 'write quantile_over_time(0.5, …)'],
  ['increase_pure', 'write increase(…)'],
  ['now', 'write time()'],
  ['histogram_share', 'write histogram_fraction(…)'],
  ['keep_metric_names', 'give the series another label, or a legend'],
  ...['histogram', 'mode', 'geomean', 'sum2', 'zscore', 'share', 'iqr', 'mad', 'limit', 'lag', 'lifetime', 'alias', 'remove_resets'].map(
    (name): [string, undefined] => [name, undefined],
  ),
]);
const METRICSQL_FAMILIES =
  /^(labels?_|range_|running_|rollup|topk_|bottomk_|outliers|buckets_|prometheus_buckets|bitmap_|t(first|last|max|min)_|histogram_over_)|_(over_time|prometheus|fast)$/;

/** How to say without MetricsQL what only it has; `''` when nothing says the same, nothing when the name is none of MetricsQL. */
export function metricsqlAdvice(name: string): string | undefined {
  if (METRICSQL.has(name)) return METRICSQL.get(name) ?? '';
  return METRICSQL_FAMILIES.test(name) && !FUNCTIONS.has(name) ? '' : undefined;
}

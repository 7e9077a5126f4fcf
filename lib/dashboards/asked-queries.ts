// What Grafana asks for a dashboard: its variables at their first values, the lengths of time that it works out, and both put into queries.
import type { VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { DashboardJson, PlacedPanelJson, QueryJson, RowJson } from './vocabulary/json';

/** What variables stand for, by name. */
export type Values = ReadonlyMap<string, string>;

/** One series of an answer with its value. */
export interface Sample {
  readonly labels: { readonly [label: string]: string };
  readonly value: number;
}

/** What answers the queries of variables. */
export interface VariableSource {
  /** Values of a label among the series of a selector. */
  labelValues(selector: string, label: string): Promise<readonly string[]>;
  /** An instant query at the end of the page's range. */
  query(expr: string): Promise<readonly Sample[]>;
}

/** How variables are chosen. */
export interface Choice {
  /** Lengths of time that queries of variables may use. */
  readonly lengths: Values;
  /** Values that somebody chose, by name of the variable. @default - none */
  readonly given?: Values;
  /** Takes the first value where the page starts with all. @default false */
  readonly oneOfMany?: boolean;
}

/** Every panel of a page, those behind closed rows too. */
export function panelsOf(page: Pick<DashboardJson, 'panels'>): readonly PlacedPanelJson[] {
  const isRow = (item: RowJson | PlacedPanelJson): item is RowJson => item.type === 'row';
  return page.panels.flatMap((item) => (isRow(item) ? item.panels : [item]));
}

/** Every query of a page with its panel. */
export const queriesOf = (
  page: Pick<DashboardJson, 'panels'>,
): readonly { readonly panel: PlacedPanelJson; readonly target: QueryJson }[] =>
  panelsOf(page).flatMap((panel) => (panel.targets ?? []).map((target) => ({ panel, target })));

/** A text with the values in place of the variables; what has no value stays. */
export function filled(text: string, ...values: readonly Values[]): string {
  return text.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? plain ?? '';
    return values.find((some) => some.has(name))?.get(name) ?? whole;
  });
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Steps that Grafana rounds to: up to the first number, the second one. */
const STEPS: readonly (readonly [number, number])[] = [
  [1.5, 1],
  [3.5, 2],
  [7.5, 5],
  [12.5, 10],
  [17.5, 15],
  [25, 20],
  [45, 30],
  [1.5 * MINUTE, MINUTE],
  [3.5 * MINUTE, 2 * MINUTE],
  [7.5 * MINUTE, 5 * MINUTE],
  [12.5 * MINUTE, 10 * MINUTE],
  [17.5 * MINUTE, 15 * MINUTE],
  [25 * MINUTE, 20 * MINUTE],
  [45 * MINUTE, 30 * MINUTE],
  [1.5 * HOUR, HOUR],
  [2.5 * HOUR, 2 * HOUR],
  [4.5 * HOUR, 3 * HOUR],
  [9 * HOUR, 6 * HOUR],
  [DAY, 12 * HOUR],
  [7 * DAY, DAY],
];

/** A length of time as Grafana and Prometheus write it, in seconds. */
export function secondsOf(length: string): number {
  const match = /^(\d+)([smhdw])$/.exec(length);
  if (!match) throw new Error(`length of time: got "${length}", expected a number with s, m, h, d or w; write 30s or 3h`);
  return Number(match[1]) * { s: 1, m: MINUTE, h: HOUR, d: DAY, w: 7 * DAY }[match[2] as 's' | 'm' | 'h' | 'd' | 'w'];
}

/** How far back a page looks at first, in seconds. */
export function rangeOf({ time, title }: Pick<DashboardJson, 'time' | 'title'>): number {
  const [, length] = /^now-(\w+)$/.exec(time?.from ?? '') ?? [];
  if (length === undefined) throw new Error(`dashboard ${title}: got the range ${time?.from}, expected now and a length, such as now-3h`);
  return secondsOf(length);
}

/** Steps of a query over a range, and what stands for Grafana's own variables in it. */
export interface Lengths {
  readonly stepS: number;
  readonly values: Values;
}

/**
 * Grafana's lengths of time.
 *
 * @param points that fit into the panel, as many as it has pixels
 * @param scrapeS the data source's scrape interval, below which steps do not go
 * @param panelStep smallest step of the panel, such as `5m`
 * @see https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/#use-__rate_interval
 */
export function lengthsOf(rangeS: number, points: number, scrapeS: number, panelStep?: string): Lengths {
  const exact = rangeS / points;
  const rounded = STEPS.find(([upTo]) => exact <= upTo)?.[1] ?? 7 * DAY;
  const stepS = Math.max(rounded, scrapeS, panelStep === undefined ? 0 : secondsOf(panelStep));
  const values = new Map([
    ['__interval', `${stepS}s`],
    ['__interval_ms', `${stepS * 1000}`],
    ['__rate_interval', `${Math.max(stepS + scrapeS, 4 * scrapeS)}s`],
    ['__range', `${rangeS}s`],
    ['__range_s', `${rangeS}`],
    ['__range_ms', `${rangeS * 1000}`],
  ]);
  return { stepS, values };
}

/** What the variables of a page stand for, each after those before it: chosen ones, else all where the page starts with all, else the first. */
export async function choose({ templating }: Pick<DashboardJson, 'templating'>, source: VariableSource, choice: Choice): Promise<Values> {
  const values = new Map<string, string>();
  for (const variable of templating.list ?? []) {
    const given = choice.given?.get(variable.name);
    values.set(variable.name, given === undefined ? await initial(variable, source, choice, values) : escaped(given, variable));
  }
  return values;
}

async function initial(variable: VariableModel, source: VariableSource, { lengths, oneOfMany }: Choice, values: Values): Promise<string> {
  if (variable.type !== 'query') return String(variable.current?.value ?? '');
  const all = variable.includeAll ? (variable.allValue ?? '.*') : undefined;
  if (all !== undefined && !oneOfMany) return all;
  const [first] = await offered(variable, source, lengths, values);
  return first === undefined ? (all ?? '') : escaped(first, variable);
}

/** The values that a variable offers, as its list shows them. */
export async function offered(variable: VariableModel, source: VariableSource, ...values: readonly Values[]): Promise<readonly string[]> {
  const { query, regex, sort } = variable;
  const text = filled(typeof query === 'string' ? query : String(query?.query ?? ''), ...values);
  const found = (await asked(text, source)).flatMap((value) => picked(value, regex));
  const unique = [...new Set(found)];
  // the only orders in use: as they come, and natural
  return sort ? unique.sort(new Intl.Collator('en', { numeric: true }).compare) : unique;
}

async function asked(text: string, source: VariableSource): Promise<readonly string[]> {
  const [, selector, label] = /^label_values\((.*),\s*(\w+)\)$/s.exec(text) ?? [];
  if (selector !== undefined && label !== undefined) return source.labelValues(selector, label);
  const [, expr] = /^query_result\((.*)\)$/s.exec(text) ?? [];
  if (expr === undefined) throw new Error(`query of a variable: got ${text}, expected label_values(…) or query_result(…)`);
  return (await source.query(expr)).map(({ labels: { __name__ = '', ...labels }, value }) => {
    const pairs = Object.entries(labels).map(([name, label]) => `${name}="${label}"`);
    return `${__name__}{${pairs.join(',')}} ${value} 0`;
  });
}

/** The part of a value that a variable takes: the first group of its pattern, or the match. */
function picked(value: string, regex = ''): readonly string[] {
  const [, pattern = ''] = /^\/(.*)\/[a-z]*$/s.exec(regex) ?? [];
  const match = new RegExp(pattern).exec(value);
  return match ? [pattern === '' ? value : (match[1] ?? match[0])] : [];
}

/** A value as Grafana writes it into a query: several may be chosen of what is compared by pattern, so that signs of patterns are escaped. */
function escaped(value: string, { multi, includeAll }: VariableModel): string {
  const quoted = value.replace(/\\/g, '\\\\').replace(/"/g, '\\"');
  return multi || includeAll ? quoted.replace(/[$^*{}[\]+?.()|]/g, '\\\\$&') : quoted;
}

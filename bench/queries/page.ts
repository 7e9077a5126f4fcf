/** What of a dashboard asks a store; all else is how it looks. */
export interface Page {
  readonly uid: string;
  readonly title: string;
  readonly time: { readonly from: string };
  readonly templating: { readonly list?: readonly Variable[] };
  readonly panels: readonly Panel[];
}

/** A panel, or a row with panels in it. */
export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title?: string;
  /** Shortest time between two points. @default - the data source's */
  readonly interval?: string;
  /** @default - one for each pixel of its width */
  readonly maxDataPoints?: number;
  readonly gridPos: { readonly w: number };
  readonly targets?: readonly Target[];
  readonly panels?: readonly Panel[];
}

/** A query of a panel. */
export interface Target {
  readonly refId?: string;
  readonly expr: string;
  /** Asks for the end of the range only. */
  readonly instant?: boolean;
}

/** A variable of a page. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query?: string };
  readonly regex?: string;
  readonly includeAll?: boolean;
  readonly allValue?: string;
  readonly current?: { readonly value?: unknown };
}

/** What variables stand for, by name. */
export type Values = ReadonlyMap<string, string>;

/** One sample of an answer: its labels, `__name__` among them, and its value. */
export interface Answer {
  readonly labels: { readonly [label: string]: string };
  readonly value: number | string;
}

/** A store, as far as variables ask it. */
export interface Asked {
  /** Values of a label of the series that a selector finds. */
  labelValues(label: string, selector: string): Promise<readonly string[]>;
  /** Answer to a query at the end of the range. */
  query(expr: string): Promise<readonly Answer[]>;
}

/** All panels of a page, rows and what is in them included. */
export const allPanels = (panels: readonly Panel[]): readonly Panel[] =>
  panels.flatMap((panel) => [panel, ...allPanels(panel.panels ?? [])]);

/** What Grafana puts in place of its own variables. All in seconds. */
export function builtIn(rangeS: number, stepS: number, scrapeS: number): Values {
  return new Map([
    ['__interval', `${stepS}s`],
    ['__interval_ms', `${stepS * 1000}`],
    // four scrapes at least: a rate needs two samples, also when a scrape was missed
    ['__rate_interval', `${Math.max(stepS + scrapeS, 4 * scrapeS)}s`],
    ['__range', `${rangeS}s`],
    ['__range_s', `${rangeS}`],
    ['__range_ms', `${rangeS * 1000}`],
  ]);
}

/** A query with the values of variables in their place. What no variable is called stays. */
export function filled(text: string, ...values: readonly Values[]): string {
  return text.replace(/\$(?:\{(\w+)(?::\w+)?\}|(\w+))/g, (whole, braced: string | undefined, plain: string | undefined) => {
    const name = braced ?? plain ?? '';
    return values.find((some) => some.has(name))?.get(name) ?? whole;
  });
}

/** What the variables of a page stand for: all values where that is a choice, or one. */
export async function valuesOf({ templating }: Page, choice: 'all' | 'one', asked: Asked, own: Values): Promise<Values> {
  const values = new Map<string, string>();
  for (const variable of templating.list ?? []) {
    if (variable.type !== 'query') values.set(variable.name, String(variable.current?.value ?? ''));
    else {
      const [first] = await offered(variable, asked, own, values);
      const all = variable.includeAll ? (variable.allValue ?? '.*') : undefined;
      values.set(variable.name, choice === 'all' ? (all ?? first ?? '') : (first ?? all ?? ''));
    }
  }
  return values;
}

/** The values that a variable offers, in the order of the page. */
async function offered({ query: asked, regex }: Variable, store: Asked, own: Values, values: Values): Promise<readonly string[]> {
  const text = filled(typeof asked === 'string' ? asked : (asked?.query ?? ''), own, values);
  const labels = /^label_values\((.*),\s*(\w+)\)$/s.exec(text);
  if (labels) {
    const [, selector = '', label = ''] = labels;
    const found = await store.labelValues(label, selector);
    return naturally(found.flatMap((value) => picked(value, regex)));
  }
  const result = /^query_result\((.*)\)$/s.exec(text);
  if (!result) throw new Error(`got ${text}, expected label_values or query_result`);
  const samples = await store.query(result[1] ?? '');
  const lines = samples.flatMap(({ labels: { __name__: name = '', ...rest }, value }) => {
    const pairs = Object.entries(rest).map(([label, text]) => `${label}="${text}"`);
    return picked(`${name}{${pairs.join(',')}} ${value} 0`, regex);
  });
  return naturally(lines);
}

/** In the order that all variables of the dashboards have: `worker-2` before `worker-10`. */
const naturally = (values: readonly string[]): readonly string[] =>
  [...values].sort((a, b) => a.localeCompare(b, 'en', { numeric: true, sensitivity: 'base' }));

function picked(value: string, regex = ''): string[] {
  const [, pattern = ''] = /^\/(.*)\/[a-z]*$/s.exec(regex) ?? [];
  if (pattern === '') return [value];
  const match = new RegExp(pattern).exec(value);
  return match ? [match[1] ?? match[0]] : [];
}

const UNITS: { readonly [unit: string]: number } = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a time such as `30s` or `3h`. */
export function seconds(text: string): number {
  const [, count = '', unit = ''] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const factor = UNITS[unit];
  if (factor === undefined) throw new Error(`got "${text}", expected a time such as 3h`);
  return Number(count) * factor;
}

/** How far back a page looks at first, in seconds. */
export function rangeOf({ time }: Page): number {
  return seconds(time.from.replace(/^now-/, ''));
}

/** Width of one of the 24 columns of a page on a screen of 1,920 pixels. */
const COLUMN_PX = 79;

/** Steps that Grafana uses: up to which number of seconds a step is rounded to which. */
const STEPS: readonly (readonly [below: number, step: number])[] = [
  [1.5, 1],
  [3.5, 2],
  [7.5, 5],
  [12.5, 10],
  [17.5, 15],
  [25, 20],
  [45, 30],
  [90, 60],
  [210, 120],
  [450, 300],
  [750, 600],
  [1050, 900],
  [1500, 1200],
  [2700, 1800],
  [5400, 3600],
  [9000, 7200],
  [16_200, 10_800],
  [32_400, 21_600],
];

/**
 * Seconds between two points of a panel, as Grafana works them out.
 *
 * @param minStepS the least that the data source allows
 * @see https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/datetime/rangeutil.ts `roundInterval`
 */
export function stepOf({ interval, maxDataPoints, gridPos }: Panel, rangeS: number, minStepS: number): number {
  const exact = rangeS / (maxDataPoints ?? gridPos.w * COLUMN_PX);
  const rounded = STEPS.find(([below]) => exact < below)?.[1] ?? 43_200;
  return Math.max(rounded, interval === undefined ? minStepS : seconds(interval));
}

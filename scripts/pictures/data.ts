import { filled, lengthsOf, type Values } from '../../lib/dashboards/asked-queries';
import type { PlacedPanelJson, QueryJson } from '../../lib/dashboards/vocabulary/json';
import type { Series, Store } from './store';

/** A series with its name in the panel. */
export interface NamedSeries extends Series {
  readonly name: string;
  /** Which query it comes from. */
  readonly refId: string;
}

/** What the queries of a panel found. */
export interface PanelData {
  readonly series: readonly NamedSeries[];
  readonly startS: number;
  readonly endS: number;
  readonly stepS: number;
}

/** Points that a graph has for each column of the page: more than can be told apart only make the file heavy. */
const POINTS_A_COLUMN = 9;
const LEAST_POINTS = 40;

/** Asks the queries of a panel. */
export async function dataOf(panel: PlacedPanelJson, store: Store, values: Values, scrapeS: number): Promise<PanelData> {
  const { endS, rangeS } = store.span;
  const points = Math.max(LEAST_POINTS, panel.gridPos.w * POINTS_A_COLUMN);
  const lengths = lengthsOf(rangeS, points, scrapeS, panel.interval);
  const found = await Promise.all(
    (panel.targets ?? []).map(async (target) => {
      const expr = filled(target.expr, lengths.values, values);
      try {
        return (await answered(store, target, expr, lengths.stepS)).map(
          (series): NamedSeries => ({ ...series, refId: target.refId ?? '', name: nameOf(target, series.labels, expr) }),
        );
      } catch (error) {
        throw new Error(`panel "${panel.title}", query ${target.refId}: ${error instanceof Error ? error.message : error}\n${expr}`);
      }
    }),
  );
  return { series: found.flat(), startS: endS - rangeS, endS, stepS: lengths.stepS };
}

async function answered(store: Store, { range }: QueryJson, expr: string, stepS: number): Promise<readonly Series[]> {
  if (range) return store.range(expr, stepS);
  return (await store.query(expr)).map(({ labels, value }) => ({ labels, points: [[store.span.endS, value]] }));
}

function nameOf({ legendFormat }: QueryJson, labels: Series['labels'], expr: string): string {
  if (legendFormat) return legendFormat.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, label: string) => labels[label] ?? '');
  const { __name__: metric = '', ...rest } = labels;
  const pairs = Object.entries(rest).map(([label, value]) => `${label}="${value}"`);
  if (pairs.length === 0) return metric === '' ? expr : metric;
  return `${metric}{${pairs.join(', ')}}`;
}

/** The last value that is a number. */
export const lastOf = ({ points }: Series): number | undefined => points.findLast(([, value]) => !Number.isNaN(value))?.[1];

/** A number of a whole series, by Grafana's name for it. */
export function calculated({ points }: Series, calculation: string): number | undefined {
  const values = points.map(([, value]) => value).filter((value) => Number.isFinite(value));
  if (values.length === 0) return undefined;
  switch (calculation) {
    case 'lastNotNull':
      return values.at(-1);
    case 'max':
      return Math.max(...values);
    case 'min':
      return Math.min(...values);
    case 'mean':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    case 'sum':
      return values.reduce((sum, value) => sum + value, 0);
    default:
      throw new Error(
        `value of a legend: got ${calculation}, expected lastNotNull, max, min, mean or sum; add it to scripts/pictures/data.ts`,
      );
  }
}

import type { DashboardDefinition } from '../../lib/dashboards';
import { JobAttribution } from '../../lib/dashboards';
import { choose, filled, lengthsOf, panelsOf, rangeOf, type Values } from '../../lib/dashboards/asked-queries';
import type { DashboardJson, PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import { lengthsOfPanel } from './page';
import type { Cost, Store } from './store';

/** The usual time between scrapes, and the least step of the data source that the pipeline renders. */
const SCRAPE_S = 30;

/** What a panel takes at one opening of its page. */
export interface PanelCost {
  readonly page: string;
  readonly panel: string;
  readonly rangeS: number;
  readonly seconds: number;
  readonly scanned: number;
  readonly read: number;
  /** Series that are drawn: of a table those of its largest query, because queries of a table are its columns. */
  readonly series: number;
  readonly queries: number;
  readonly errors: readonly string[];
}

/** The pages as Grafana gets them. */
export const pagesOf = (definitions: readonly DashboardDefinition[]): readonly DashboardJson[] =>
  definitions.map((definition) => definition.build({ jobAttribution: JobAttribution.JOIN }));

/**
 * Opens every page and asks everything that it asks, rows that are folded included.
 *
 * @param rangeS how far back, in seconds. @default - as far as the page does at first
 */
export async function measure(pages: readonly DashboardJson[], store: Store, rangeS?: number): Promise<readonly PanelCost[]> {
  const costs: PanelCost[] = [];
  for (const page of pages) {
    const range = rangeS ?? rangeOf(page);
    const values = await choose(page, store, { lengths: lengthsOf(range, range / SCRAPE_S, SCRAPE_S).values });
    for (const panel of panelsOf(page)) {
      if (panel.targets?.length) costs.push(await costOf(page, panel, range, values, store));
    }
  }
  return costs;
}

async function costOf(page: DashboardJson, panel: PlacedPanelJson, rangeS: number, values: Values, store: Store): Promise<PanelCost> {
  const { stepS, values: own } = lengthsOfPanel(panel, rangeS, SCRAPE_S);
  const costs: Cost[] = [];
  for (const { expr, instant } of panel.targets ?? []) {
    const text = filled(expr, own, values);
    costs.push(instant ? await store.instantCost(text) : await store.rangeCost(text, rangeS, stepS));
  }
  const sum = (of: (cost: Cost) => number) => costs.reduce((total, cost) => total + of(cost), 0);
  const series = costs.map((cost) => cost.series);
  return {
    page: page.title ?? '',
    panel: panel.title ?? '',
    rangeS,
    seconds: sum((cost) => cost.seconds),
    scanned: sum((cost) => cost.scanned),
    read: sum((cost) => cost.read),
    series: panel.type === 'table' ? Math.max(...series) : sum((cost) => cost.series),
    queries: costs.length,
    errors: costs.flatMap(({ error }) => (error === undefined ? [] : [error])),
  };
}

import type { DashboardJson, PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import { type Lengths, lengthsOf, secondsOf } from '../../scripts/dashboard-queries';

/** Width of one of the 24 columns of a page on a screen of 1,920 pixels. */
const COLUMN_PX = 79;

/** How far back a page looks at first, in seconds. */
export function rangeOf({ title, time }: DashboardJson): number {
  if (time === undefined) throw new Error(`${title}: got no time, expected how far back the page looks`);
  return secondsOf(time.from.replace(/^now-/, ''));
}

/**
 * The lengths of time of a panel: one point for each pixel of its width, unless it says otherwise.
 *
 * @param scrapeS the least step that the data source allows, in seconds
 */
export function lengthsOfPanel(
  panel: Pick<PlacedPanelJson, 'gridPos' | 'maxDataPoints' | 'interval'>,
  rangeS: number,
  scrapeS: number,
): Lengths {
  return lengthsOf(rangeS, panel.maxDataPoints ?? panel.gridPos.w * COLUMN_PX, scrapeS, panel.interval);
}

import { type Lengths, lengthsOf } from '../../lib/dashboards/asked-queries';
import type { PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';

/** Width of one of the 24 columns of a page on a screen of 1,920 pixels. */
const COLUMN_PX = 79;

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

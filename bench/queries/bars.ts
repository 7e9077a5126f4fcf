import type { PanelCost } from './measure';

/** The most that one panel may take at its default range. */
export const BARS = { scanned: 30_000_000, series: 200 };

/** What is wrong with panels; nothing when all are within the bars. */
export function brokenBars(costs: readonly PanelCost[]): readonly string[] {
  return costs.flatMap(({ page, panel, scanned, series, errors }) => {
    const where = `${page}, ${panel}`;
    return [
      ...errors.map((error) => `${where}: ${error}`),
      ...(scanned > BARS.scanned ? [`${where}: ${millions(scanned)} samples scanned, the bar is ${millions(BARS.scanned)}`] : []),
      ...(series > BARS.series ? [`${where}: ${series} series, the bar is ${BARS.series}`] : []),
    ];
  });
}

/** A number of samples, in millions. */
export const millions = (samples: number): string => `${(samples / 1e6).toFixed(samples < 1e5 ? 2 : 1)} M`;

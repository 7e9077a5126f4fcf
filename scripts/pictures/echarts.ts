import { type EChartsOption, init } from 'echarts';
import { compactChart } from './compact';
import type { PanelData } from './data';
import { FONT, LINE, MUTED, type Size } from './svg';

/** How labels of axes look. */
export const LABEL = { color: MUTED, fontSize: 10, fontFamily: FONT };

/** Room around a plot; labels of its axes lie inside. */
export const GRID = { left: 4, right: 10, top: 6, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' } as const;

/** Hours and minutes, in UTC. */
export const clock = (ms: number): string => new Date(ms).toISOString().slice(11, 16);

/** The axis of time. */
export const timeAxis = ({ startS, endS }: PanelData, width: number) => ({
  type: 'time' as const,
  min: startS * 1000,
  max: endS * 1000,
  splitNumber: Math.max(2, Math.floor(width / 90)),
  axisLabel: { ...LABEL, formatter: clock, hideOverlap: true },
  axisLine: { lineStyle: { color: LINE } },
  axisTick: { show: false },
  splitLine: { show: false },
});

/** Draws with ECharts, which needs no browser for it. */
export function drawn(option: EChartsOption, { width, height }: Size): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: Math.round(width), height: Math.round(height) });
  try {
    chart.setOption({ animation: false, useUTC: true, ...option });
    return compactChart(chart.renderToSVGString());
  } finally {
    chart.dispose();
  }
}

import type { BarSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
import type { PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import { axisFor } from './axes';
import { calculated, type NamedSeries, type PanelData } from './data';
import { drawn, GRID, LABEL, timeAxis } from './echarts';
import { colourOf, type Field, fieldOf, paletteColour, shown } from './fields';
import { box, cut, LINE, MUTED, type Size, short, text, widthOf } from './svg';
import { tick } from './units';

/** Graphs with more lines are of no use as a picture; the legend says how many there are. */
const MOST_LINES = 20;
/** A faint area under more lines than this is not seen. */
const FEW_LINES = 2;
/** Height that a tick of the axis of values needs. */
const TICK = 30;

interface GraphOptions {
  readonly drawStyle?: string;
  readonly fillOpacity?: number;
  readonly stacking?: { readonly mode?: string };
  readonly thresholdsStyle?: { readonly mode?: string };
}

/** A series with the colour that graph and legend give it. */
interface Line {
  readonly series: NamedSeries;
  readonly colour: string;
}

/** Lines or bars over time with their legend below. */
export function timeseries(panel: PlacedPanelJson, data: PanelData, size: Size): string {
  const { min, max, unit = 'none', custom = {}, thresholds } = fieldOf(panel, '');
  const graph: GraphOptions = custom;
  const isStacked = graph.stacking?.mode === 'normal';
  const all = data.series.map((series, index): Line => ({ series, colour: lineColour(fieldOf(panel, series.name), index) }));
  const lines = all.slice(0, MOST_LINES);
  const names = legend(panel, all, size.width, data.endS * 1000);
  const area = { width: size.width, height: size.height - names.height };
  const axis = axisFor(isStacked ? sums(data) : valuesOf(data), unit, Math.max(2, Math.min(5, Math.floor(area.height / TICK))), {
    min: min ?? (isStacked || graph.drawStyle === 'bars' ? 0 : undefined),
    max,
  });
  const limits = graph.thresholdsStyle?.mode === 'dashed' ? (thresholds?.steps ?? []) : [];
  const option: EChartsOption = {
    grid: GRID,
    xAxis: timeAxis(data, area.width),
    yAxis: {
      type: 'value',
      ...axis,
      axisLabel: { ...LABEL, formatter: (value: number) => tick(value, unit) },
      splitLine: { lineStyle: { color: LINE } },
    },
    series: [
      ...lines.map((line) => drawnSeries(line, graph, data.stepS, isStacked || lines.length <= FEW_LINES)),
      ...limits.flatMap(({ value, color }): LineSeriesOption[] =>
        value === null || value < axis.min || value > axis.max ? [] : [limit(value, colourOf(color), data.startS * 1000, data.endS * 1000)],
      ),
    ],
  };
  return `${drawn(option, area)}<g transform="translate(0 ${short(area.height)})">${names.svg}</g>`;
}

function drawnSeries(
  { series, colour }: Line,
  { drawStyle, fillOpacity = 0, stacking }: GraphOptions,
  stepS: number,
  isFilled: boolean,
): BarSeriesOption | LineSeriesOption {
  const common = { data: withGaps(series, stepS), silent: true, ...(stacking?.mode === 'normal' ? { stack: 'all' } : {}) };
  if (drawStyle === 'bars') return { ...common, type: 'bar', itemStyle: { color: colour, opacity: 0.75 }, barMaxWidth: 8 };
  const filling = isFilled ? { areaStyle: { color: colour, opacity: fillOpacity / 100 } } : {};
  return { ...common, type: 'line', symbol: 'none', lineStyle: { color: colour, width: 1.3 }, ...filling };
}

/** A limit as a dashed line from end to end. */
const limit = (value: number, color: string, from: number, to: number): LineSeriesOption => ({
  type: 'line',
  silent: true,
  symbol: 'none',
  lineStyle: { color, width: 1, type: 'dashed' },
  data: [
    [from, value],
    [to, value],
  ],
});

const valuesOf = ({ series }: PanelData): readonly number[] =>
  series.flatMap(({ points }) => points.map(([, value]) => value).filter(Number.isFinite));

/** Of all series together, at each time. */
function sums({ series }: PanelData): readonly number[] {
  const byTime = new Map<number, number>();
  for (const [time, value] of series.flatMap(({ points }) => points)) {
    byTime.set(time, (byTime.get(time) ?? 0) + (Number.isFinite(value) ? value : 0));
  }
  return [...byTime.values()];
}

const lineColour = ({ color }: Field, index: number): string =>
  color?.mode === 'fixed' && color.fixedColor !== undefined ? colourOf(color.fixedColor) : paletteColour(index);

/** Points with nothing between those that are further apart than a step: a gap stays a gap. */
function withGaps({ points }: NamedSeries, stepS: number): [number, number | null][] {
  return points.flatMap(([time, value], index): [number, number | null][] => {
    const before = points[index - 1]?.[0];
    const point: [number, number | null] = [time * 1000, Number.isFinite(value) ? Number(value.toPrecision(5)) : null];
    return before !== undefined && time - before > stepS * 1.5 ? [[(before + stepS) * 1000, null], point] : [point];
  });
}

const LEGEND_LINE = 16;
const MOST_LEGEND_LINES = 3;
const LEGEND_SIZE = 10.5;

/** Names in up to three lines, with the values that the panel asks for. */
function legend(
  panel: PlacedPanelJson,
  lines: readonly Line[],
  width: number,
  nowMs: number,
): { readonly svg: string; readonly height: number } {
  const { calcs = [] } = (panel.options as { legend?: { calcs?: readonly string[] } } | undefined)?.legend ?? {};
  const parts: string[] = [];
  let [x, line] = [2, 0];
  for (const [index, { series, colour }] of lines.entries()) {
    const numbers = calcs.flatMap((calculation) => {
      const value = calculated(series, calculation);
      const name = calculation === 'lastNotNull' ? 'last' : calculation;
      return value === undefined ? [] : [`${name} ${shown(value, fieldOf(panel, series.name), nowMs).text}`];
    });
    const words = cut([series.name, ...numbers].join('  '), Math.min(width - 20, 320), LEGEND_SIZE);
    const taken = widthOf(words, LEGEND_SIZE) + 26;
    const left = lines.length - index;
    const isLastLine = line === MOST_LEGEND_LINES - 1;
    // the last line keeps room for what says how many are left out
    if (x > 2 && x + taken > (isLastLine && left > 1 ? width - 60 : width)) {
      if (isLastLine) {
        parts.push(text(x, line * LEGEND_LINE + 12, `${left} more`, { size: LEGEND_SIZE, colour: MUTED }));
        break;
      }
      [x, line] = [2, line + 1];
    }
    const y = line * LEGEND_LINE;
    parts.push(box(x, y + 7, { width: 11, height: 3 }, colour), text(x + 15, y + 12, words, { size: LEGEND_SIZE, colour: MUTED }));
    x += taken;
  }
  return { svg: parts.join(''), height: lines.length === 0 ? 0 : (line + 1) * LEGEND_LINE };
}

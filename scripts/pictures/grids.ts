import type { CustomSeriesRenderItemAPI, CustomSeriesRenderItemParams, EChartsOption } from 'echarts';
import type { PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import type { NamedSeries, PanelData } from './data';
import { clock, drawn, GRID, LABEL, timeAxis } from './echarts';
import { fieldOf, shown } from './fields';
import { box, cut, LINE, MUTED, type Size, short, text, widthOf } from './svg';

const ROW = 16;
/** Grafana puts further lines on further pages. */
const MOST_ROWS = 25;
const AXIS = 18;
const LEGEND = 16;

/** A bar of states over time for each series. */
export function stateTimeline(panel: PlacedPanelJson, data: PanelData, size: Size): string {
  const fitting = Math.max(1, Math.min(MOST_ROWS, Math.floor((size.height - AXIS - LEGEND) / ROW)));
  const rows = data.series.slice(0, fitting);
  const states = new Map<string, string>();
  const bars = rows.flatMap((series, row) =>
    runsOf(series, data.stepS).map(({ from, to, value }) => {
      const { text: state, colour } = shown(value, fieldOf(panel, series.name), data.endS * 1000);
      states.set(state, colour);
      return { value: [row, from * 1000, Math.min(to, data.endS) * 1000], itemStyle: { color: colour } };
    }),
  );
  const nameWidth = Math.min(size.width * 0.3, Math.max(...rows.map(({ name }) => widthOf(name, LABEL.fontSize))) + 12);
  const area = { width: size.width, height: size.height - LEGEND };
  const option: EChartsOption = {
    grid: { left: nameWidth, right: 10, top: 2, bottom: AXIS },
    xAxis: timeAxis(data, area.width - nameWidth),
    yAxis: {
      type: 'category',
      data: rows.map(({ name }) => cut(name, nameWidth - 10, LABEL.fontSize)),
      inverse: true,
      axisLabel: { ...LABEL, interval: 0 },
      axisTick: { show: false },
      axisLine: { show: false },
    },
    series: [{ type: 'custom', silent: true, encode: { x: [1, 2], y: 0 }, data: bars, renderItem: bar }],
  };
  const rest = data.series.length - rows.length;
  const more = rest > 0 ? text(size.width, 13, `${rest} more lines`, { size: 10.5, colour: MUTED, anchor: 'end' }) : '';
  return `${drawn(option, area)}<g transform="translate(0 ${short(area.height)})">${legend(states)}${more}</g>`;
}

function bar(_: CustomSeriesRenderItemParams, api: CustomSeriesRenderItemAPI) {
  const [row, from, to] = [api.value(0), api.value(1), api.value(2)];
  const [[left = 0, y = 0], [right = 0]] = [api.coord([from, row]), api.coord([to, row])];
  const size = api.size?.([0, 1]);
  const band = Array.isArray(size) ? Number(size[1]) : ROW;
  const shape = { x: left, y: y - band * 0.4, width: Math.max(0.5, right - left), height: band * 0.8 };
  return { type: 'rect' as const, shape, style: { fill: String(api.visual('color')) } };
}

function legend(states: ReadonlyMap<string, string>): string {
  let x = 2;
  return [...states]
    .map(([state, colour]) => {
      const entry = box(x, 4, { width: 10, height: 10 }, colour) + text(x + 14, 13, state, { size: 10.5, colour: MUTED });
      x += widthOf(state, 10.5) + 28;
      return entry;
    })
    .join('');
}

/** Times in which a value stayed the same without a gap. */
function runsOf({ points }: NamedSeries, stepS: number): readonly { from: number; to: number; value: number }[] {
  const runs: { from: number; to: number; value: number }[] = [];
  for (const [time, value] of points) {
    const last = runs.at(-1);
    if (last && last.value === value && time - last.to < stepS * 0.5) last.to = time + stepS;
    else runs.push({ from: time, to: time + stepS, value });
  }
  return runs;
}

/** Grafana's scheme `Blues`, from few to many. */
const BLUES = ['#deebf7', '#9ecae1', '#4292c6', '#2171b5', '#08306b'];

/** How many things had which value when: a row for each series, the first one at the bottom. */
export function heatmap(panel: PlacedPanelJson, data: PanelData, size: Size): string {
  const { filterValues } = (panel.options ?? {}) as { filterValues?: { le?: number } };
  const least = filterValues?.le ?? Number.NEGATIVE_INFINITY;
  const times: number[] = [];
  for (let time = Math.ceil(data.startS / data.stepS) * data.stepS; time <= data.endS; time += data.stepS) times.push(time);
  const placeOf = new Map(times.map((time, index) => [time, index]));
  const cells = data.series.flatMap(({ points }, row) =>
    points.flatMap(([time, value]) => {
      const place = placeOf.get(time);
      return place === undefined || !(value > least) ? [] : [[place, row, Number(value.toPrecision(4))]];
    }),
  );
  const quiet = { axisTick: { show: false }, axisLine: { lineStyle: { color: LINE } } };
  const option: EChartsOption = {
    grid: GRID,
    xAxis: {
      ...quiet,
      type: 'category',
      data: times.map((time) => clock(time * 1000)),
      axisLabel: { ...LABEL, interval: Math.max(1, Math.floor((times.length * 90) / size.width)) },
    },
    yAxis: { ...quiet, type: 'category', data: data.series.map(({ name }) => name), axisLabel: LABEL },
    visualMap: { show: false, min: 0, max: Math.max(1, ...cells.map(([, , value]) => value ?? 0)), inRange: { color: BLUES } },
    series: [{ type: 'heatmap', silent: true, data: cells }],
  };
  return drawn(option, size);
}

import type { PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import { lastOf, type NamedSeries, type PanelData } from './data';
import { fieldOf, type Shown, shown } from './fields';
import { box, CANVAS, cut, INK, MUTED, type Size, short, text, widthOf } from './svg';

/** What a panel of numbers has for each series. */
interface Item extends Shown {
  readonly name: string;
  readonly value: number;
  readonly series: NamedSeries;
}

function itemsOf(panel: PlacedPanelJson, { series, endS }: PanelData): readonly Item[] {
  return series.flatMap((each) => {
    const value = lastOf(each);
    return value === undefined ? [] : [{ ...shown(value, fieldOf(panel, each.name), endS * 1000), name: each.name, value, series: each }];
  });
}

/** Boxes that are too small for a text say how many they stand for. */
const MOST_NUMBERS = 24;
const GAP = 4;

/** Large numbers side by side. */
export function stat(panel: PlacedPanelJson, data: PanelData, size: Size): string {
  const { colorMode, graphMode, textMode } = (panel.options ?? {}) as { colorMode?: string; graphMode?: string; textMode?: string };
  const all = itemsOf(panel, data);
  const items = all.slice(0, MOST_NUMBERS);
  const columns = columnsFor(items.length, size);
  const rows = Math.ceil(items.length / columns);
  const cell = { width: (size.width - GAP * (columns - 1)) / columns, height: (size.height - GAP * (rows - 1)) / rows };
  const drawn = items.map((item, index) => {
    const [x, y] = [(index % columns) * (cell.width + GAP), Math.floor(index / columns) * (cell.height + GAP)];
    const isFilled = colorMode === 'background';
    const named = textMode === 'value_and_name' || (textMode !== 'name' && all.length > 1);
    const number = textMode === 'name' ? item.name : item.text;
    const colour = isFilled ? '#ffffff' : textMode === 'name' && !panel.fieldConfig?.defaults.mappings ? INK : item.colour;
    const fitting = (content: string, most: number) => Math.min(most, (cell.width - 12) / Math.max(1, widthOf(content, 1.2)));
    const numberSize = Math.max(10, fitting(number, Math.min(34, cell.height * (named ? 0.42 : 0.55))));
    const nameSize = Math.max(9, Math.min(12, cell.height * 0.26));
    const middle = y + cell.height / 2 + (named ? nameSize * 0.75 : 0);
    return [
      ...(isFilled ? [box(x, y, cell, item.colour, 'rx="3"')] : []),
      ...(graphMode === 'area' ? [course(item.series, x, y, cell, isFilled ? '#ffffff' : item.colour)] : []),
      ...(named
        ? [
            text(x + cell.width / 2, middle - numberSize * 0.62, cut(item.name, cell.width - 8, nameSize), {
              size: nameSize,
              colour: isFilled ? '#ffffff' : MUTED,
              anchor: 'middle',
            }),
          ]
        : []),
      text(x + cell.width / 2, middle + numberSize * 0.36, cut(number, cell.width - 4, numberSize * 1.05), {
        size: numberSize,
        colour,
        bold: true,
        anchor: 'middle',
      }),
    ].join('');
  });
  const rest = all.length - items.length;
  return drawn.join('') + (rest > 0 ? text(size.width, size.height - 2, `${rest} more`, { size: 10, colour: MUTED, anchor: 'end' }) : '');
}

/** As many columns as make cells about three times as wide as high. */
function columnsFor(count: number, { width, height }: Size): number {
  let [best, off] = [1, Number.POSITIVE_INFINITY];
  for (let columns = 1; columns <= count; columns++) {
    const shape = width / columns / (height / Math.ceil(count / columns));
    const distance = Math.abs(Math.log(shape / 2.5));
    if (distance < off) [best, off] = [columns, distance];
  }
  return best;
}

/** The course of a number as an area behind it, in the lower part of the box. */
function course({ points }: NamedSeries, x: number, y: number, { width, height }: Size, colour: string): string {
  const finite = points.filter(([, value]) => Number.isFinite(value));
  const [first, last] = [finite[0], finite.at(-1)];
  if (!first || !last || finite.length < 2) return '';
  const values = finite.map(([, value]) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const at = ([time, value]: readonly [number, number]) => {
    const up = most === least ? 0.5 : (value - least) / (most - least);
    return `${short(x + (width * (time - first[0])) / (last[0] - first[0]))} ${short(y + height - 3 - up * height * 0.3)}`;
  };
  const line = finite.map(at).join('L');
  const area = `M${line}L${short(x + width)} ${short(y + height)}L${short(x)} ${short(y + height)}z`;
  return `<path d="${area}" fill="${colour}" fill-opacity="0.18"/><path d="M${line}" fill="none" stroke="${colour}" stroke-opacity="0.6"/>`;
}

const BAR_HEIGHT = 22;

/** The last value of each series as a bar. */
export function barGauge(panel: PlacedPanelJson, data: PanelData, size: Size): string {
  const all = itemsOf(panel, data);
  const fitting = Math.max(1, Math.floor(size.height / BAR_HEIGHT));
  const items = all.length > fitting ? all.slice(0, fitting - 1) : all;
  const { min = 0, max } = panel.fieldConfig?.defaults ?? {};
  const most = max ?? Math.max(...all.map(({ value }) => value));
  const nameWidth = Math.min(size.width * 0.4, Math.max(...all.map(({ name }) => widthOf(name, 11))) + 8);
  const valueWidth = Math.max(...all.map((item) => widthOf(item.text, 12))) + 8;
  const room = size.width - nameWidth - valueWidth;
  const height = Math.min(BAR_HEIGHT * 1.6, size.height / Math.max(1, items.length));
  const bars = items.map((item, index) => {
    const y = index * height;
    const part = most > min ? Math.max(0, Math.min(1, (item.value - min) / (most - min))) : 0;
    const bar = { width: room, height: height - 6 };
    return [
      text(0, y + height / 2 + 4, cut(item.name, nameWidth - 6, 11), { size: 11, colour: MUTED }),
      box(nameWidth, y + 3, bar, CANVAS),
      box(nameWidth, y + 3, { ...bar, width: room * part }, item.colour, 'fill-opacity="0.75"'),
      text(size.width, y + height / 2 + 4, item.text, { colour: item.colour, bold: true, anchor: 'end' }),
    ].join('');
  });
  const rest = all.length - items.length;
  return bars.join('') + (rest > 0 ? text(0, size.height - 4, `${rest} more`, { size: 11, colour: MUTED }) : '');
}

import type { PlacedPanelJson } from '../../lib/dashboards/vocabulary/json';
import type { PanelData } from './data';
import { fieldOf, type Shown, shown } from './fields';
import { box, CANVAS, cut, INK, LINE, MUTED, type Size, short, text, widthOf } from './svg';

/** What a row has, by the name that the query gave it: labels, and `Value` or `Value #A`. */
export type Row = ReadonlyMap<string, string | number>;

/** The rows of all queries. Those that agree in all labels that the queries share become one. */
export function rowsOf({ targets = [] }: Pick<PlacedPanelJson, 'targets'>, { series }: PanelData): readonly Row[] {
  const valueName = (refId: string) => (targets.length > 1 ? `Value #${refId}` : 'Value');
  const frames = targets
    .map(({ refId = '' }) =>
      series
        .filter((each) => each.refId === refId)
        .map(
          ({ labels, points }): Row =>
            new Map<string, string | number>([...Object.entries(labels), [valueName(refId), points.at(-1)?.[1] ?? Number.NaN]]),
        ),
    )
    .filter((rows) => rows.length > 0);
  if (targets.length < 2) return frames.flat();
  const names = frames.map((rows) => new Set(rows.flatMap((row) => [...row.keys()])));
  const shared = [...(names[0] ?? [])].filter((name) => names.every((some) => some.has(name)));
  const merged: Map<string, string | number>[] = [];
  const byKey = new Map<string, Map<string, string | number>[]>();
  for (const row of frames.flat()) {
    const key = JSON.stringify(shared.map((name) => row.get(name)));
    const same = byKey.get(key) ?? [];
    byKey.set(key, same);
    const agreeing = same.find((other) => [...row].every(([name, value]) => !other.has(name) || other.get(name) === value));
    if (agreeing) for (const [name, value] of row) agreeing.set(name, value);
    else {
      const fresh = new Map(row);
      same.push(fresh);
      merged.push(fresh);
    }
  }
  return merged;
}

interface Column {
  readonly title: string;
  readonly cells: readonly (Shown & { readonly sortBy: string | number })[];
  readonly isNumber: boolean;
}

interface Organize {
  readonly indexByName: { readonly [name: string]: number };
  readonly renameByName: { readonly [name: string]: string };
}

function columnsOf(panel: PlacedPanelJson, data: PanelData): readonly Column[] {
  const optionsOf = <T>(wanted: string) => panel.transformations?.find(({ id }) => id === wanted)?.options as T | undefined;
  const { indexByName = {}, renameByName = {} } = optionsOf<Organize>('organize') ?? {};
  const conversions =
    optionsOf<{ readonly conversions: readonly { readonly targetField: string }[] }>('convertFieldType')?.conversions ?? [];
  const rows = rowsOf(panel, data);
  const names = Object.entries(indexByName).sort(([, a], [, b]) => a - b);
  // Grafana shows no column that no row has
  return names
    .filter(([name]) => rows.some((row) => row.has(name)))
    .map(([name]) => {
      const title = renameByName[name] ?? name;
      const field = fieldOf(panel, title);
      const isTime = conversions.some(({ targetField }) => targetField === title);
      const isColoured = (field.properties['custom.cellOptions'] as { type?: string } | undefined)?.type === 'color-text';
      const cells = rows.map((row) => {
        const raw = row.get(name) ?? '';
        const value = isTime && raw !== '' ? Number(raw) * 1000 : raw;
        const isEmpty = value === '' || Number.isNaN(value);
        const { text: words, colour } = isEmpty ? { text: '', colour: INK } : shown(value, field, data.endS * 1000);
        return { text: words, colour: isColoured ? colour : INK, sortBy: value };
      });
      return { title, cells, isNumber: cells.some(({ sortBy }) => typeof sortBy === 'number' && !isTime) };
    });
}

function order({ options }: PlacedPanelJson, columns: readonly Column[], count: number): readonly number[] {
  const [by] = ((options ?? {}) as { sortBy?: { displayName: string; desc?: boolean }[] }).sortBy ?? [];
  const cells = columns.find(({ title }) => title === by?.displayName)?.cells;
  const rows = Array.from({ length: count }, (_, index) => index);
  if (!cells) return rows;
  const collator = new Intl.Collator('en', { numeric: true });
  const compare = (a: string | number = '', b: string | number = '') =>
    typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
  return rows.sort((a, b) => compare(cells[a]?.sortBy, cells[b]?.sortBy) * (by?.desc ? -1 : 1));
}

const ROW = 20;
const FONT_SIZE = 11;
const PADDING = 10;
const LEAST_WIDTH = 52;
const MOST_WIDTH = 240;

/** A table; what does not fit is counted, where Grafana scrolls. */
export function table(panel: PlacedPanelJson, data: PanelData, size: Size): string {
  const all = columnsOf(panel, data);
  const count = all[0]?.cells.length ?? 0;
  const widths = widthsOf(all, size.width);
  const columns = all.slice(0, widths.length);
  const fitting = Math.floor(size.height / ROW) - 1;
  const rows = order(panel, all, count).slice(0, count > fitting ? fitting - 1 : count);
  const lefts = widths.map((_, index) => widths.slice(0, index).reduce((sum, width) => sum + width, 0));
  const cell = (column: number, content: string, y: number, colour: string, bold: boolean) => {
    const [left = 0, width = 0] = [lefts[column], widths[column]];
    const isRight = columns[column]?.isNumber;
    const x = isRight ? left + width - PADDING : left + 2;
    return text(x, y, cut(content, width - PADDING, FONT_SIZE), { size: FONT_SIZE, colour, bold, anchor: isRight ? 'end' : 'start' });
  };
  const lines = rows.map((row, index) => {
    const y = (index + 1) * ROW;
    return [
      ...(index % 2 === 0 ? [box(-4, y, { width: size.width + 8, height: ROW }, CANVAS, 'fill-opacity="0.7"')] : []),
      ...columns.map(({ cells }, column) => {
        const { text: words = '', colour = INK } = cells[row] ?? {};
        return words === '' ? '' : cell(column, words, y + 14, colour, colour !== INK);
      }),
    ].join('');
  });
  const more = [
    ...(count > rows.length ? [`${count - rows.length} more rows`] : []),
    ...(all.length > columns.length ? [`${all.length - columns.length} more columns`] : []),
  ].join(', ');
  return [
    ...columns.map(({ title }, column) => cell(column, title, 14, MUTED, true)),
    `<path d="M-4 ${short(ROW - 1)}H${short(size.width + 4)}" stroke="${LINE}"/>`,
    ...lines,
    ...(more === '' ? [] : [text(2, Math.min(size.height - 3, (rows.length + 2) * ROW - 5), more, { size: 10, colour: MUTED })]),
  ].join('');
}

/** Widths of the columns that fit, by what they hold; the room that is left is shared. */
function widthsOf(columns: readonly Column[], width: number): readonly number[] {
  const wanted = columns.map(({ title, cells }) => {
    const longest = Math.max(widthOf(title, FONT_SIZE * 1.15), ...cells.map((cell) => widthOf(cell.text, FONT_SIZE * 1.05)));
    return Math.max(LEAST_WIDTH, Math.min(longest + PADDING + 4, MOST_WIDTH));
  });
  const fits = (count: number) => wanted.slice(0, count).reduce((sum, each) => sum + each, 0) <= width;
  const count = Math.max(1, wanted.findLastIndex((_, index) => fits(index + 1)) + 1);
  const rest = width - wanted.slice(0, count).reduce((sum, each) => sum + each, 0);
  return wanted.slice(0, count).map((each) => each + rest / count);
}

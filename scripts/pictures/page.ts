import { filled, type Values } from '../../lib/dashboards/asked-queries';
import type { DashboardJson, PlacedPanelJson, RowJson } from '../../lib/dashboards/vocabulary/json';
import type { PanelData } from './data';
import { timeseries } from './graphs';
import { heatmap, stateTimeline } from './grids';
import { barGauge, stat } from './numbers';
import { box, CANVAS, cut, escaped, FONT, INK, LINE, MUTED, type Size, short, text, widthOf, wrapped } from './svg';
import { table } from './tables';

const WIDTH = 1200;
const MARGIN = 12;
const GAP = 8;
/** Pixels of a line of Grafana's grid, with the gap. */
const LINE_HEIGHT = 30;
const COLUMNS = 24;
const HEADER = 78;
const TITLE = 24;
const PADDING = 8;
/** How much wider letters of weight are. */
const BOLD = 1.1;

type Item = RowJson | PlacedPanelJson;
const isRow = (item: Item): item is RowJson => item.type === 'row';

/** Every row and panel with the line that it begins on. */
interface Placed {
  readonly item: Item;
  readonly y: number;
}

/** Rows open or closed as the page has them, or all open: what is below an opened row moves down. */
export function placed(items: readonly Item[], open: boolean): { readonly all: readonly Placed[]; readonly lines: number } {
  let moved = 0;
  const all = items.flatMap((item): Placed[] => {
    const y = item.gridPos.y + moved;
    if (!isRow(item) || !open || item.panels.length === 0) return [{ item, y }];
    const inside = item.panels.map((panel) => ({ item: panel, y: panel.gridPos.y + moved }));
    moved += Math.max(...item.panels.map(({ gridPos }) => gridPos.y + gridPos.h)) - item.gridPos.y - 1;
    return [{ item, y }, ...inside];
  });
  return { all, lines: Math.max(...all.map(({ item, y }) => y + item.gridPos.h)) };
}

/** What a picture of a page needs to know. */
export interface PageParts {
  readonly page: DashboardJson;
  readonly values: Values;
  /** What the panels found, by their ids; those of closed rows are not needed. */
  readonly data: ReadonlyMap<number, PanelData>;
  readonly endS: number;
  readonly rangeS: number;
  /** Opens every row. */
  readonly open: boolean;
}

/** A dashboard as one picture. */
export function picture({ page, values, data, endS, rangeS, open }: PageParts): string {
  const { all, lines } = placed(page.panels, open);
  const height = HEADER + lines * LINE_HEIGHT + MARGIN;
  const column = (WIDTH - 2 * MARGIN + GAP) / COLUMNS;
  const items = all.map(({ item, y }) => {
    const { x, w, h } = item.gridPos;
    const size = { width: w * column - GAP, height: h * LINE_HEIGHT - GAP };
    const inside = isRow(item) ? rowTitle(item, open, values) : panelBox(item, data.get(item.id), size, values);
    return `<g transform="translate(${short(MARGIN + x * column)} ${short(HEADER + y * LINE_HEIGHT)})">${inside}</g>`;
  });
  const title = page.title ?? '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" font-family="${FONT}" role="img" aria-label="Dashboard ${escaped(title)}">
${box(0, 0, { width: WIDTH, height }, CANVAS)}
${header(page, values, endS, rangeS)}
${items.join('\n')}
</svg>
`;
}

function header(page: DashboardJson, values: Values, endS: number, rangeS: number): string {
  const until = new Date(endS * 1000).toISOString().slice(0, 16).replace('T', ' ');
  const parts = [
    text(MARGIN, 28, page.title ?? '', { size: 20, bold: true }),
    text(WIDTH - MARGIN, 27, `${lengthOf(rangeS)} until ${until} UTC`, { colour: MUTED, anchor: 'end' }),
  ];
  let x = MARGIN;
  for (const { name, label, hide, allValue } of page.templating.list ?? []) {
    if (hide === 2) continue;
    const value = values.get(name) ?? '';
    const words = cut(value === allValue ? 'All' : value === '' ? 'none' : value, 160, 12);
    const [nameWidth, valueWidth] = [widthOf(label ?? name, 12) + 16, widthOf(words, 12) + 18];
    parts.push(
      box(x, 42, { width: nameWidth + valueWidth, height: 24 }, '#ffffff', `stroke="${LINE}" rx="2"`),
      text(x + 8, 58, label ?? name, { colour: MUTED }),
      text(x + nameWidth, 58, words),
    );
    x += nameWidth + valueWidth + 8;
  }
  return parts.join('');
}

function lengthOf(rangeS: number): string {
  const [count, unit] = rangeS % 3600 === 0 ? [rangeS / 3600, 'hour'] : [Math.round(rangeS / 60), 'minute'];
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

function rowTitle({ title: written = '', collapsed, panels }: RowJson, open: boolean, values: Values): string {
  const title = filled(written, values);
  const closed = collapsed && !open;
  const arrow = closed ? '<path d="M3 7l5 5l-5 5z"' : '<path d="M1 9h10l-5 6z"';
  const count = closed
    ? text(26 + widthOf(title, 13 * BOLD), 17, `(${panels.length} ${panels.length === 1 ? 'panel' : 'panels'})`, { colour: MUTED })
    : '';
  return `${arrow} fill="${MUTED}"/>${text(18, 17, title, { size: 13, bold: true })}${count}`;
}

type Draw = (panel: PlacedPanelJson, data: PanelData, size: Size) => string;
const KINDS: { readonly [type: string]: Draw } = {
  stat,
  timeseries,
  table,
  heatmap,
  bargauge: barGauge,
  'state-timeline': stateTimeline,
};

function panelBox(panel: PlacedPanelJson, data: PanelData | undefined, size: Size, values: Values): string {
  const inner = { width: size.width - 2 * PADDING, height: size.height - TITLE - PADDING };
  return [
    box(0, 0, size, '#ffffff', `stroke="${LINE}" rx="2"`),
    text(PADDING, 17, cut(filled(panel.title, values), size.width - 2 * PADDING, 12 * BOLD), { size: 12, bold: true }),
    `<g transform="translate(${PADDING} ${TITLE})">${content(panel, data, inner)}</g>`,
  ].join('');
}

function content(panel: PlacedPanelJson, data: PanelData | undefined, size: Size): string {
  if (panel.type === 'text') return words(String((panel.options as { content?: string } | undefined)?.content ?? ''), size);
  const draw = KINDS[panel.type];
  if (!draw)
    throw new Error(
      `panel "${panel.title}": got a ${panel.type}, expected one of ${Object.keys(KINDS).join(', ')}; draw it in scripts/pictures`,
    );
  const isEmpty = !data || data.series.every(({ points }) => points.every(([, value]) => Number.isNaN(value)));
  if (!isEmpty) return draw(panel, data, size);
  const { noValue } = panel.fieldConfig?.defaults ?? {};
  // tables and graphs have no place for a text in place of a value
  const nothing = noValue !== undefined && ['stat', 'bargauge'].includes(panel.type) ? noValue : 'No data';
  return text(size.width / 2, size.height / 2 + 2, cut(nothing, size.width, 13), { size: 13, colour: MUTED, anchor: 'middle' });
}

const TEXT_LINE = 17;

/** Markdown as far as dashboards use it: lists, tables, words of weight, links. */
function words(content: string, size: Size): string {
  const lines = content
    .split('\n')
    .filter((line) => !/^[\s|:-]*$/.test(line))
    .flatMap((line) => {
      const cells = /^\s*\|(.*)\|\s*$/.exec(line)?.[1]?.split('|');
      const plain = (cells?.map((cell) => cell.trim()).join(': ') ?? line).replace(/\*\*|`/g, '').replace(/\[([^\]]*)\]\([^)]*\)/g, '$1');
      const isItem = /^\s*[-*] /.test(plain);
      const parts = wrapped(plain.replace(/^\s*[-*#]+ /, ''), size.width - 16, 12);
      return parts.map((part, index) => ({ part, mark: isItem && index === 0 }));
    });
  const fitting = lines.slice(0, Math.max(1, Math.floor(size.height / TEXT_LINE)));
  return fitting
    .map(({ part, mark }, index) => {
      const y = 12 + index * TEXT_LINE;
      return (mark ? `<circle cx="4" cy="${y - 4}" r="2" fill="${MUTED}"/>` : '') + text(12, y, part, { colour: INK });
    })
    .join('');
}

import { reject } from '../../common/errors';
import type { PanelJson, PlacedPanelJson, RowJson } from './json';

/** Columns of Grafana's grid. */
const COLUMNS = 24;
/** Height of the line that shows a row's title. */
const TITLE_HEIGHT = 1;

/** A panel and its size in cells of Grafana's grid: 24 columns, 30 pixels a line. */
export interface SizedPanel {
  readonly panel: PanelJson;
  readonly width: number;
  readonly height: number;
}

/** A part of a dashboard under a title. */
export interface Row {
  readonly title: string;
  /** Shows the title alone until somebody opens it; its queries wait until then. @default false */
  readonly collapsed?: boolean;
  /** Panels from left to right. What does not fit on a line begins the next one. What is `undefined` is left out. */
  readonly panels: readonly (SizedPanel | undefined)[];
}

/** A panel with its size; nothing when there is no panel. */
export function sized(width: number, height: number, panel: PanelJson): SizedPanel;
export function sized(width: number, height: number, panel: PanelJson | undefined): SizedPanel | undefined;
export function sized(width: number, height: number, panel: PanelJson | undefined): SizedPanel | undefined {
  return panel && { panel, width, height };
}

/**
 * Number of a panel or a row by its title, so that addresses of single panels stay valid when others come and go.
 *
 * @see https://en.wikipedia.org/wiki/Fowler-Noll-Vo_hash_function for the way in which it is computed
 */
export function idOf(title: string): number {
  let hash = 0x811c9dc5;
  for (const character of title) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  // short and positive: 24 bits
  return (hash >>> 8) ^ (hash & 0xff) || 1;
}

/** Puts rows below each other, and the panels of each from left to right in lines. A row without panels is left out. */
export function layOut(uid: string, rows: readonly Row[]): (RowJson | PlacedPanelJson)[] {
  let y = 0;
  const placed = rows.flatMap((row) => {
    const sizedPanels = row.panels.filter((panel) => panel !== undefined);
    if (sizedPanels.length === 0) return [];
    const gridPos = { x: 0, y, w: COLUMNS, h: TITLE_HEIGHT };
    const { panels, end } = linesOf(uid, row.title, sizedPanels, y + TITLE_HEIGHT);
    const collapsed = row.collapsed ?? false;
    // panels behind a closed title take no room
    y = collapsed ? y + TITLE_HEIGHT : end;
    const title: RowJson = {
      type: 'row',
      id: idOf(`row ${row.title}`),
      title: row.title,
      collapsed,
      gridPos,
      panels: collapsed ? panels : [],
    };
    return collapsed ? [title] : [title, ...panels];
  });
  requireUniqueIds(uid, placed);
  return placed;
}

function linesOf(uid: string, row: string, sizedPanels: readonly SizedPanel[], top: number): { panels: PlacedPanelJson[]; end: number } {
  let [x, y, lineHeight] = [0, top, 0];
  const panels = sizedPanels.map(({ panel, width, height }): PlacedPanelJson => {
    const where = `dashboard ${uid}`;
    const option = `row "${row}", panel "${panel.title}"`;
    if (!Number.isInteger(width) || width < 1 || width > COLUMNS)
      reject(where, { option, got: width, expected: `a width from 1 to ${COLUMNS}`, instead: 'make it narrower' });
    if (!Number.isInteger(height) || height < 1)
      reject(where, { option, got: height, expected: 'a height of 1 or more', instead: 'count in lines of 30 pixels' });
    if (x + width > COLUMNS) [x, y, lineHeight] = [0, y + lineHeight, 0];
    if (lineHeight !== 0 && height !== lineHeight)
      reject(where, {
        option,
        got: height,
        expected: `the height of its line, ${lineHeight}`,
        instead: 'give all panels of a line one height',
      });
    const gridPos = { x, y, w: width, h: height };
    [x, lineHeight] = [x + width, height];
    return { id: idOf(panel.title), ...panel, gridPos };
  });
  return { panels, end: y + lineHeight };
}

function requireUniqueIds(uid: string, placed: readonly (RowJson | PlacedPanelJson)[]): void {
  const titles = new Map<number, string | undefined>();
  for (const { id, title } of placed.flatMap((item) => (item.type === 'row' ? [item, ...(item as RowJson).panels] : [item]))) {
    if (titles.has(id))
      reject(`dashboard ${uid}`, {
        option: 'panel title',
        got: title,
        expected: `a title that differs from "${titles.get(id)}" and has another number`,
        instead: 'reword one of them',
      });
    titles.set(id, title);
  }
}

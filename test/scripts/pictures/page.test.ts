import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DASHBOARDS, JobAttribution } from '../../../lib/dashboards';
import { panelsOf } from '../../../lib/dashboards/asked-queries';
import type { DashboardJson, PlacedPanelJson } from '../../../lib/dashboards/vocabulary/json';
import type { PanelData } from '../../../scripts/pictures/data';
import { picture, placed } from '../../../scripts/pictures/page';
import { END_S, faultsOf, someData } from './support';

const values = new Map([
  ['cluster', 'a&b'],
  ['node', 'node-0'],
  ['worker', '.*'],
]);
const drawn = (page: DashboardJson, data: ReadonlyMap<number, PanelData>, open: boolean) =>
  picture({ page, values, data, endS: END_S, rangeS: 3600, open });
const textsOf = (svg: string): readonly string[] => [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = '']) => text);

describe.each(DASHBOARDS.map((definition) => [definition.title, definition] as const))('the picture of %s', (_, definition) => {
  const page = definition.build({ jobAttribution: JobAttribution.JOIN });
  const panels = panelsOf(page);
  const full = drawn(page, new Map(panels.map((panel) => [panel.id, someData(panel)])), true);

  test('is XML with every panel of every row, in words and numbers that mean something', () => {
    expect(faultsOf(full)).toEqual([]);
    const texts = textsOf(full);
    // long titles end in dots
    const isThere = (title: string) => texts.some((text) => text === title || (text.endsWith('…') && title.startsWith(text.slice(0, -1))));
    expect(panels.map(({ title }) => title.replace('$node', 'node-0')).filter((title) => !isThere(title))).toEqual([]);
    expect(full).not.toMatch(/NaN|undefined|Infinity|\[object/);
    expect(texts).toContain('a&amp;b');
    expect(texts.filter((text) => text === 'No data')).toEqual([]);
  });

  test('draws each graph within its panel', () => {
    const sizes = [...full.matchAll(/<svg width="(\d+)" height="(\d+)"/g)].map(([, width, height]) => [Number(width), Number(height)]);
    const graphs = panels.filter(({ type }) => ['timeseries', 'heatmap', 'state-timeline'].includes(type));
    expect(sizes).toHaveLength(graphs.length);
    expect(sizes.filter(([width = 0, height = 0]) => width < 50 || width > 1200 || height < 40)).toEqual([]);
  });

  test('says where there is nothing, and leaves closed rows closed', () => {
    const empty = drawn(page, new Map(), false);
    expect(faultsOf(empty)).toEqual([]);
    const visible = placed(page.panels, false).all.flatMap(({ item }) =>
      item.type === 'row' || item.type === 'text' ? [] : [item as PlacedPanelJson],
    );
    const said = textsOf(empty);
    const expected = visible.map(({ type, fieldConfig }) =>
      ['stat', 'bargauge'].includes(type) ? (fieldConfig?.defaults.noValue ?? 'No data') : 'No data',
    );
    for (const text of new Set(expected)) {
      const short = (said.filter((each) => each === text || (each.endsWith('…') && text.startsWith(each.slice(0, -1)))) ?? []).length;
      expect({ text, times: short }).toEqual({ text, times: expected.filter((each) => each === text).length });
    }
    const closed = page.panels.flatMap((item) => ('collapsed' in item && item.collapsed ? [item.panels.length] : []));
    expect(said.filter((text) => /^\(\d+ panels?\)$/.test(text))).toEqual(
      closed.map((count) => `(${count} ${count === 1 ? 'panel' : 'panels'})`),
    );
  });

  test('is in the documentation, small enough to be looked at there', () => {
    const docs = join(__dirname, '../../../docs');
    expect(readFileSync(join(docs, 'dashboards.md'), 'utf8')).toContain(`(dashboards/pictures/${definition.name}.svg)`);
    const file = join(docs, 'dashboards/pictures', `${definition.name}.svg`);
    expect(existsSync(file)).toBe(true);
    expect(statSync(file).size).toBeLessThan(300_000);
  });
});

test('rows that are opened push down what is below them', () => {
  const page = DASHBOARDS.flatMap((definition) => definition.build({ jobAttribution: JobAttribution.JOIN }).panels).filter(
    (item) => 'collapsed' in item && item.collapsed,
  );
  const rows = page.slice(0, 2).map((row, index) => ({ ...row, gridPos: { ...row.gridPos, y: index } }));
  const inside = (index: number) =>
    Math.max(...(rows[index] && 'panels' in rows[index] ? rows[index].panels.map(({ gridPos }) => gridPos.y + gridPos.h) : []));
  const heights = page.slice(0, 2).map((row, index) => inside(index) - row.gridPos.y - 1);
  expect(placed(rows, false)).toMatchObject({ all: [{ y: 0 }, { y: 1 }], lines: 2 });
  expect(placed(page.slice(0, 1), true).lines).toBe(inside(0));
  expect(heights.every((height) => height > 0)).toBe(true);
});

import { MetricUnit } from '../../../lib/common/metric-family';
import { Colour, DisplayUnit, highIsBad, stat, table } from '../../../lib/dashboards/vocabulary';
import type { PlacedPanelJson } from '../../../lib/dashboards/vocabulary/json';
import { axisFor } from '../../../scripts/pictures/axes';
import { compactChart, compactPath } from '../../../scripts/pictures/compact';
import { calculated, type NamedSeries, type PanelData } from '../../../scripts/pictures/data';
import { fieldOf, shown } from '../../../scripts/pictures/fields';
import { cut, widthOf, wrapped } from '../../../scripts/pictures/svg';
import { table as drawTable, rowsOf } from '../../../scripts/pictures/tables';

const at = { gridPos: { x: 0, y: 0, w: 12, h: 8 }, id: 1 };
const series = (refId: string, labels: NamedSeries['labels'], ...values: readonly number[]): NamedSeries => ({
  name: refId,
  refId,
  labels,
  points: values.map((value, index) => [index * 60, value]),
});
const data = (...found: readonly NamedSeries[]): PanelData => ({ series: found, startS: 0, endS: 600, stepS: 60 });

test('a value has the colour of its threshold, a mapped one that of its mapping', () => {
  const parts = { title: 'Title', description: 'Description', unit: MetricUnit.RATIO, queries: [], thresholds: highIsBad(0.5, 0.9) };
  const field = fieldOf(stat({ ...parts, mappings: [{ value: 1, text: 'full', color: Colour.PLANNED }] }) as PlacedPanelJson, 'A');
  expect([0.2, 0.5, 0.95, 1].map((value) => shown(value, field, 0))).toEqual([
    { text: '20%', colour: '#56A64B' },
    { text: '50%', colour: '#FF780A' },
    { text: '95%', colour: '#E02F44' },
    { text: 'full', colour: '#A352CC' },
  ]);
});

describe('a table', () => {
  const panel: PlacedPanelJson = {
    ...table({
      title: 'Title',
      description: 'Description',
      unit: MetricUnit.RATIO,
      queries: [{ expr: 'a' }, { expr: 'b' }],
      columns: [
        { title: 'Node', label: 'node' },
        { title: 'Use', query: 1, thresholds: highIsBad(0.5, 0.9) },
        { title: 'Since', query: 0, unit: DisplayUnit.FROM_NOW },
      ],
      sortBy: 'Use',
    }),
    ...at,
  };
  const found = data(
    series('A', { node: 'n-1', pod: 'p' }, 0),
    series('A', { node: 'n-2', pod: 'q' }, 1),
    series('B', { node: 'n-2' }, 0.95),
    series('B', { node: 'n-10' }, 0.2),
  );

  test('has one row for what agrees in the labels that the queries share', () => {
    expect(rowsOf(panel, found).map((row) => Object.fromEntries(row))).toEqual([
      { node: 'n-1', pod: 'p', 'Value #A': 0 },
      { node: 'n-2', pod: 'q', 'Value #A': 1, 'Value #B': 0.95 },
      { node: 'n-10', 'Value #B': 0.2 },
    ]);
  });

  test('keeps apart what the same query gives twice for the shared labels', () => {
    const twice = data(series('A', { node: 'n', pod: 'p' }, 1), series('A', { node: 'n', pod: 'q' }, 2), series('B', { node: 'n' }, 3));
    expect(rowsOf(panel, twice).map((row) => Object.fromEntries(row))).toEqual([
      { node: 'n', pod: 'p', 'Value #A': 1, 'Value #B': 3 },
      { node: 'n', pod: 'q', 'Value #A': 2 },
    ]);
  });

  test('shows columns by title in their order, rows sorted, values in their unit and colour', () => {
    const svg = drawTable(panel, found, { width: 600, height: 200 });
    const texts = [...svg.matchAll(/fill="([^"]*)"[^>]*>([^<]+)</g)].map(([, colour, text]) => `${text} ${colour}`);
    expect(texts.filter((text) => /^(Node|Use|Since) /.test(text)).map((text) => text.split(' ')[0])).toEqual(['Node', 'Use', 'Since']);
    expect(texts.filter((text) => /%/.test(text))).toEqual(['95% #E02F44', '20% #56A64B']);
    expect(texts.filter((text) => /^n-/.test(text)).map((text) => text.split(' ')[0])).toEqual(['n-2', 'n-10', 'n-1']);
  });

  test('counts what does not fit', () => {
    const many = data(...Array.from({ length: 30 }, (_, index) => series('B', { node: `n-${index}` }, index / 30)));
    const svg = drawTable(panel, many, { width: 600, height: 100 });
    expect(svg).toContain('>27 more rows<');
    expect(drawTable(panel, found, { width: 130, height: 100 })).toContain('>1 more columns<');
  });
});

test('numbers of a legend leave out what is no number', () => {
  const some = series('A', {}, 1, Number.NaN, 5);
  expect(['lastNotNull', 'max', 'min', 'mean', 'sum'].map((name) => calculated(some, name))).toEqual([5, 5, 1, 3, 6]);
  expect(calculated(series('A', {}), 'max')).toBeUndefined();
  expect(() => calculated(some, 'median')).toThrow('value of a legend: got median, expected lastNotNull, max, min, mean or sum');
});

test.each([
  ['from zero to a round number', [3, 17], 'none', {}, { min: 0, max: 20, interval: 5 }],
  ['around values that are far from zero', [1000, 1040], 'none', {}, { min: 1000, max: 1040, interval: 10 }],
  ['in steps of binary units', [1.5 * 2 ** 40], 'bytes', {}, { min: 0, max: 1.5 * 2 ** 40, interval: 2 ** 39 }],
  ['in steps of time', [9000], 's', {}, { min: 0, max: 10_800, interval: 3600 }],
  ['between given ends', [0.3], 'percentunit', { min: 0, max: 1 }, { min: 0, max: 1, interval: 0.25 }],
  ['with room for one when all is zero', [0, 0], 'none', { min: 0 }, { min: 0, max: 1, interval: 0.25 }],
])('an axis goes %s', (_, values, unit, given, expected) => {
  expect(axisFor(values, unit, 4, given)).toEqual(expected);
});

test('a path loses the points that lie on its lines, and keeps its corners', () => {
  expect(compactPath('M10 10L20 10L30 10.01L40 10L50 30L60 10')).toBe('M10 10l30 0l10 20l10-20');
  expect(compactPath('M0 0L10 5L20 10L10 10L0 10Z')).toBe('M0 0l20 10l-20 0z');
  expect(compactPath('M0 0L5 5M8 8L9 0')).toBe('M0 0l5 5M8 8l1-8');
  expect(compactPath('M0 0A5 5 0 0 1 5 5')).toBe('M0 0A5 5 0 0 1 5 5');
});

test('a chart loses digits of places, but none of its texts', () => {
  expect(compactChart('<svg xmlns="x"><g class="a"><rect x="1.2345" ecmeta_index="0"></rect><text>1.2345</text></g></svg>')).toBe(
    '<svg><g><rect x="1.2"/><text>1.2345</text></g></svg>',
  );
});

test('texts are cut and broken where they do not fit', () => {
  expect(cut('short', 200, 12)).toBe('short');
  const text = cut('a long text that does not fit', 80, 12);
  expect(text).toMatch(/^a long.*…$/);
  expect(widthOf(text, 12)).toBeLessThanOrEqual(80);
  expect(cut('text', 2, 12)).toBe('');
  const lines = wrapped('one two three four five six', 60, 12);
  expect(lines.join(' ')).toBe('one two three four five six');
  expect(lines.filter((line) => widthOf(line, 12) > 60)).toEqual([]);
});

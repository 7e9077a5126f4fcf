import { BARS, brokenBars } from '../../bench/queries/bars';
import type { PanelCost } from '../../bench/queries/measure';
import { pageOf } from '../../bench/queries/report';

const cost = (more: Partial<PanelCost> = {}): PanelCost => ({
  page: 'Page',
  panel: 'Panel',
  rangeS: 10_800,
  seconds: 1,
  scanned: BARS.scanned,
  read: 1,
  series: BARS.series,
  queries: 1,
  errors: [],
  ...more,
});

test('a panel may take as much as the bars say', () => {
  expect(brokenBars([cost()])).toEqual([]);
});

test('names every panel that takes more, and every query without an answer', () => {
  expect(
    brokenBars([cost({ scanned: BARS.scanned + 1e6 }), cost({ panel: 'Wide', series: 201 }), cost({ panel: 'Broken', errors: ['no'] })]),
  ).toEqual(['Page, Panel: 31.0 M samples scanned, the bar is 30.0 M', 'Page, Wide: 201 series, the bar is 200', 'Page, Broken: no']);
});

test('the page lists panels from the slowest on, each with the figures of both sizes', () => {
  const run = { nodes: 10, lengthS: 10_800, series: 5, samples: 50 };
  const page = pageOf([
    { ...run, size: '10x3h', costs: [cost({ panel: 'Fast' }), cost({ panel: 'Slow', seconds: 7 })] },
    { ...run, size: '5x24h', costs: [cost({ panel: 'Fast', seconds: 0.5 }), cost({ panel: 'Slow', seconds: 3 })] },
  ]);
  const rows = page
    .slice(page.indexOf('## All panels'))
    .split('\n')
    .filter((line) => line.startsWith('| Page'));
  expect(rows).toEqual([
    '| Page | Slow | 3 h | 7.00 | 30.0 M | 200 | 3.00 | 30.0 M | 200 |',
    '| Page | Fast | 3 h | 1.00 | 30.0 M | 200 | 0.50 | 30.0 M | 200 |',
  ]);
});

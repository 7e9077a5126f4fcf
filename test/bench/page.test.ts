import { lengthsOfPanel } from '../../bench/queries/page';
import { DASHBOARDS, JobAttribution } from '../../lib/dashboards';
import { rangeOf } from '../../lib/dashboards/asked-queries';

const step = (more: object, rangeS: number) => lengthsOfPanel({ gridPos: { x: 0, y: 0, w: 8, h: 8 }, ...more }, rangeS, 30).stepS;

test('a step is what a panel has room for, rounded as Grafana rounds, and never below the data source or the panel', () => {
  expect(step({}, 3 * 3600)).toBe(30);
  // 86,400 s on 632 pixels are 137 s
  expect(step({}, 86_400)).toBe(120);
  expect(step({ maxDataPoints: 100 }, 3 * 3600)).toBe(120);
  expect(step({ interval: '10m' }, 3 * 3600)).toBe(600);
});

test('every page says how far back it looks', () => {
  const ranges = DASHBOARDS.map((definition) => rangeOf(definition.build({ jobAttribution: JobAttribution.JOIN })));
  expect(ranges.filter((range) => range < 900 || range > 7 * 86_400)).toEqual([]);
});

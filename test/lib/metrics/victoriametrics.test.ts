import { type MetricCatalog, MetricType, MetricUnit } from '../../../lib/common/metric-family';
import { VMAGENT_CATALOG } from '../../../lib/metrics/vmagent';
import { VMSINGLE_CATALOG } from '../../../lib/metrics/vmsingle';

const CATALOGS: [string, MetricCatalog][] = [
  ['vmagent', VMAGENT_CATALOG],
  ['vmsingle', VMSINGLE_CATALOG],
];

// the pages have no types, so names are all that the types can be checked with
test.each(CATALOGS)('counts what ends in _total, and nothing else that has a unit, in %s', (_, { families }) => {
  const wrong = families.filter(({ name, type }) => name.endsWith('_total') !== (type === MetricType.COUNTER)).map(({ name }) => name);
  expect(wrong).toEqual(['go_cgo_calls_count', 'go_gc_forced_count']);
});

test.each(CATALOGS)('has the units that the names say in %s', (_, { families }) => {
  const units: [RegExp, MetricUnit][] = [
    [/_bytes(_total)?$/, MetricUnit.BYTES],
    [/_timestamp(_seconds)?$|(start|last_gc)_time_seconds$/, MetricUnit.TIMESTAMP],
    [/_seconds((_system|_user)?_total)?$/, MetricUnit.SECONDS],
  ];
  const wrong = families.filter(({ name, unit }) => (units.find(([ending]) => ending.test(name))?.[1] ?? unit) !== unit);
  expect(wrong.map(({ name }) => name)).toEqual([]);
});

import { type MetricCatalog, MetricUnit } from '../../../lib/common/metric-family';
import { catalogWith, withOptions, withoutLabels } from '../../../lib/metrics/catalog';
import { any, gauge, labels, NONE, sometimes } from '../../../lib/metrics/family';
import { flagsOn } from '../../../lib/metrics/victoriametrics';

const { COUNT } = MetricUnit;
const JOB = { gpu: any, job: sometimes() };
const always = gauge('always', COUNT, NONE, 'It is there');
const fan = gauge('fan', COUNT, JOB, 'It turns', { option: 'collector fan', hardware: 'fan' });
const heat = gauge('heat', COUNT, JOB, 'It is warm', { option: 'collector heat' });
const CATALOG: MetricCatalog = { name: 'test', families: [always, fan, heat], others: /^more/ };

test('families that are there are kept with everything else; of a catalog without others, nothing new is made', () => {
  expect(catalogWith(CATALOG, ({ name }) => name !== 'fan')).toEqual({ ...CATALOG, families: [always, heat] });
  expect(catalogWith(CATALOG, () => true)).toBe(CATALOG);
});

test('an option takes its families away, is no condition once it is on, and stays one where nobody knows', () => {
  const { families } = withOptions(CATALOG, (option) => (option === 'collector fan' ? true : undefined));
  expect(families).toEqual([always, { ...fan, when: { hardware: 'fan' } }, heat]);
  expect(withOptions(CATALOG, (option) => option === 'collector heat').families).toEqual([
    always,
    { name: 'heat', type: 'gauge', unit: 'count', labels: JOB, help: 'It is warm' },
  ]);
  expect(withOptions(CATALOG, () => undefined)).toBe(CATALOG);
});

test('labels that are not set are gone from every family, and families with the same labels share them still', () => {
  const { families } = withoutLabels(CATALOG, ['job']);
  expect(families.map((family) => family.labels)).toEqual([NONE, labels('gpu'), labels('gpu')]);
  expect(families[1]?.labels).toBe(families[2]?.labels);
  expect(withoutLabels(CATALOG, ['pod'])).toBe(CATALOG);
});

test.each([
  ['flag -limit', {}, false],
  ['flag -limit', { limit: '0' }, false],
  ['flag -limit', { limit: 'false' }, false],
  ['flag -limit', { limit: '100' }, true],
  ['converter', { converter: 'true' }, undefined],
])('of a program with flags, %s with %j is %s', (option, flags, on) => {
  expect(flagsOn(flags)(option)).toBe(on);
});

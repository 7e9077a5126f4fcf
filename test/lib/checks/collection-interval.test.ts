import { Duration } from 'cdk8s';
import { collectionInterval } from '../../../lib/checks/collection-interval';
import { collector, findings, target } from './support';

const collecting = (seconds: number) => [collector([target({ collectionInterval: Duration.seconds(seconds) })])];

test('passes when both are the same, and when nothing is known', () => {
  expect(findings(collectionInterval, { collectors: collecting(30) })).toEqual([]);
  expect(findings(collectionInterval, { collectors: [collector([target()])] })).toEqual([]);
});

test('warns of an exporter that collects less often', () => {
  expect(findings(collectionInterval, { collectors: collecting(60) })).toEqual([
    'warning: [agent] scrape of web: got an exporter that collects every 1m, expected every 30s as it is scraped, or the same values would be read again; give both the same interval',
  ]);
});

test('warns of an exporter that collects more often', () => {
  expect(findings(collectionInterval, { collectors: collecting(15) })).toEqual([
    'warning: [agent] scrape of web: got an exporter that collects every 15s, expected every 30s as it is scraped, or values would be lost between two scrapes; give both the same interval',
  ]);
});

import { parseCluster } from '../../../lib/config';
import { plain } from './plain';

/** What one option becomes. */
function made(part: string, option: string, given: string): unknown {
  const props = plain(parseCluster('c.yaml', `cluster: a\n${part}: {${option}: ${given}}\n`).props) as Record<
    string,
    Record<string, unknown>
  >;
  return props[part]?.[option];
}

test.each([
  ['30s', '30s'],
  ['90s', '1m30s'],
  ['1m30s', '1m30s'],
  ['1h1m1s1ms', '1h1m1s1ms'],
  ['1500ms', '1s500ms'],
  ['1w', '7d'],
  ['1y', '365d'],
  ["'45s'", '45s'],
])('reads %s as a duration', (given, duration) => {
  expect(made('vmAgent', 'scrapeInterval', given)).toBe(duration);
});

test.each([
  ['30Gi', '30Gi'],
  ['512Mi', '512Mi'],
  ['2048Ki', '2Mi'],
  ['1.5Gi', '1536Mi'],
  ['1Ti', '1024Gi'],
  // decimal units, rounded up to whole kibibytes
  ['2G', '1953125Ki'],
  ['1M', '977Ki'],
  ['512k', '500Ki'],
  ['1T', '976562500Ki'],
])('reads %s as a size', (given, size) => {
  expect(made('kubelet', 'maxScrapeSize', given)).toBe(size);
});

test.each([
  ['250m', '250m'],
  ['2', '2'],
  ['0.5', '500m'],
  ['1.25', '1250m'],
  ['2000m', '2'],
  ["'0.1'", '100m'],
])('reads %s as CPU', (given, cpu) => {
  expect(made('vmAgent', 'resources', `{requests: {cpu: ${given}}}`)).toEqual({ cpuRequest: cpu });
});

test.each([
  ['90m', { duration: '1h30m' }],
  // the unit says what is meant: m are minutes, M are a million bytes
  ['600m', { duration: '10h' }],
  ['600M', { bound: '585938Ki' }],
  ['1m', { duration: '1m' }],
  ['513Mi', { bound: '513Mi' }],
  ['1.5Gi', { bound: '1536Mi' }],
])('reads %s as what is kept for a destination', (given, buffer) => {
  expect(made('vmAgent', 'buffer', given)).toEqual(buffer);
});

test('reads one platform and several', () => {
  const platforms = (given: string) => parseCluster('c.yaml', `cluster: a\nplatform: ${given}\n`).props.platforms;
  expect(platforms('soperator')).toEqual(['soperator']);
  expect(platforms('[soperator, gpu-operator]')).toEqual(['soperator', 'gpu-operator']);
  expect(platforms('none')).toEqual(['none']);
});

test('reads empty maps and lists as given, which is not the same as left out', () => {
  expect(made('vmAgent', 'nodeSelector', '{}')).toEqual({});
  expect(made('vmAgent', 'tolerations', '[]')).toEqual([]);
  expect(made('vmAgent', 'resources', '{}')).toEqual({});
});

test('takes what is found of a platform without a word about deploying', () => {
  const text = 'cluster: a\nplatform: soperator\nslurmExporter: {selector: {app: exporter}, portNames: [web]}\n';
  expect(parseCluster('c.yaml', text).props.slurmExporter).toEqual({ selector: { app: 'exporter' }, portNames: ['web'] });
});

test('takes http where a credential stays inside the cluster', () => {
  const text =
    'cluster: a\nremoteWrite: [{url: "http://store.other.svc:8428/api/v1/write", credential: {tokenSecret: {name: a, key: b}}}]\n';
  expect(() => parseCluster('c.yaml', text)).not.toThrow();
});

import { App } from 'cdk8s';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { InvalidOptionError } from '../../../lib/common/errors';
import { ConfigError, describeFailure, type LoadedCluster, parseCluster } from '../../../lib/config';
import { renderManifests } from '../../../lib/outputs';

const TEXT = `# ours
cluster: eu
scale: {nodes: 3}
slurmExporter:
  image: registry.example.com/exporter:1.0.0
  scrapeInterval: 15s
vmAgent:
  extraArgs: {loggerLevel: INFO}
remoteWrite:
  - url: https://a.example.com
nebiusCloud:
  region: eu-north1
  projectId: project-1
vmSingle:
  storageSize: 30Gi
  buffer: 2Gi
publicEndpointEnabled: true
`;
const loaded = parseCluster('clusters/eu.yaml', TEXT);

const invalid = (where: string, option: string, got: unknown = 'x') =>
  describeFailure(loaded, new InvalidOptionError(where, { option, got, expected: 'something else', instead: 'use that' }));
const said = (place: string, option: string, got = '"x"') =>
  `clusters/eu.yaml:${place}: ${option}: got ${got}, expected something else; use that`;

test.each([
  ['an option of a part', 'eu/SlurmExporter', 'image', '5:10', 'slurmExporter.image'],
  ['an option of a part in capitals', 'eu/VMAgent', 'extraArgs', '8:14', 'vmAgent.extraArgs'],
  ['an option of a part in a chart of its own', 'eu/Operator/VMOperator', 'version', '1:1', 'vmOperator.version'],
  ['an option of a construct inside of a part', 'eu/VMAgent/Discovery-grafana', 'extraArgs', '8:14', 'vmAgent.extraArgs'],
  ['an option that the file does not have', 'eu/SlurmExporter', 'resources', '4:1', 'slurmExporter.resources'],
  ['an option of a part that the file does not have', 'eu/Grafana', 'victoriaLogs.url', '1:1', 'grafana.victoriaLogs.url'],
  ['an option that a part has from the pipeline', 'eu/VMAgent', 'cluster', '2:10', 'cluster'],
  ['an option of the pipeline', 'eu', 'scale.nodes', '3:16', 'scale.nodes'],
  ['an option of a part that it has from the pipeline', 'eu/VMSingle', 'scale.nodes', '3:16', 'scale.nodes'],
  ['an option with another name in the file', 'eu', 'platforms', '1:1', 'platform'],
  ['a namespace, by the option and not by what is in it', 'eu/Namespaces/grafana', 'slurm', '1:1', 'namespaces.slurm'],
  ['a destination made by a function', 'RemoteWrite.nebiusCloud', 'region', '12:11', 'nebiusCloud.region'],
  ['something else than an option', 'eu/VMAgent', 'scrape', '7:1', 'vmAgent: scrape'],
  ['something else than an option, of nobody in the file', 'output', 'dist', '1:1', 'dist'],
])('places %s', (_, where, option, place, path) => {
  expect(invalid(where, option)).toBe(said(place, path));
});

test('does not take the name of a cluster for that of a part', () => {
  const grafana = parseCluster('g.yaml', 'cluster: grafana\nstrict: true\n');
  const error = new InvalidOptionError('grafana', { option: 'strict', got: true, expected: 'false', instead: 'change it' });
  expect(describeFailure(grafana, error)).toBe('g.yaml:2:9: strict: got true, expected false; change it');
});

test('shows no value that may be a secret', () => {
  expect(invalid('eu/VMAgent', 'extraArgs["remoteWrite.bearerToken"]', 's3cr3t')).toBe(
    said('8:3', 'vmAgent.extraArgs["remoteWrite.bearerToken"]', 'text'),
  );
});

const validated = (...results: readonly string[]) =>
  describeFailure(loaded, new Error(`Validation failed with the following errors:\n${results.map((result) => `  ${result}`).join('\n')}`));

test.each([
  ['an option', '[eu/VMSingle] storageSize', '15:16: vmSingle.storageSize'],
  ['an option that the file does not have', '[eu/VMAgent] queueSize', '7:1: vmAgent.queueSize'],
  ['an option of an object of a part', '[eu/SlurmExporter/Deployment] image', '5:10: slurmExporter.image'],
  [
    'an option with a path',
    '[eu/VMAgent] extraArgs["remoteWrite.urlRelabelConfig"]',
    '8:3: vmAgent.extraArgs["remoteWrite.urlRelabelConfig"]',
  ],
  ['the buffer of the store', '[eu/VMAgent] buffer of store', '16:11: vmSingle.buffer'],
  ['the buffer of a destination that has the one of the agent', '[eu/VMAgent] buffer of a-example-com', '7:1: vmAgent.buffer'],
  ['the buffer of the cloud that has the one of the agent', '[eu/VMAgent] buffer of nebius-cloud', '7:1: vmAgent.buffer'],
])('places a result of validation about %s', (_, about, placed) => {
  expect(validated(`${about}: got x, expected y; write z`)).toBe(`clusters/eu.yaml:${placed}: got x, expected y; write z`);
});

test('places results of validation about buffers of destinations', () => {
  const cluster = parseCluster(
    'c.yaml',
    'cluster: a\npublicEndpointEnabled: true\nnebiusCloud: {region: r, projectId: p, name: cloud, buffer: 2Gi}\n' +
      'remoteWrite:\n  - {url: https://a.example.com, name: pool}\n  - url: https://b.example.com\n    buffer: 1h\n',
  );
  const of = (name: string) => describeFailure(cluster, new Error(`[a/VMAgent] buffer of ${name}: got x`));
  expect(['cloud', 'b-example-com', 'pool'].map(of)).toEqual([
    'c.yaml:3:61: nebiusCloud.buffer: got x',
    'c.yaml:7:13: remoteWrite[1].buffer: got x',
    'c.yaml:1:1: vmAgent.buffer: got x',
  ]);
});

test('says amounts as the file has them', () => {
  expect(validated('[eu/VMSingle] storageSize: got 30Gi, expected more; use Size.gibibytes(480), or Duration.days(2) or Size.of(3)')).toBe(
    'clusters/eu.yaml:15:16: vmSingle.storageSize: got 30Gi, expected more; use 480Gi, or 2d or Size.of(3)',
  );
  const parts = { option: 'retentionPeriod', got: '1s', expected: 'hours', instead: 'use Duration.days(30)' };
  expect(describeFailure(loaded, new InvalidOptionError('eu/VMSingle', parts))).toBe(
    'clusters/eu.yaml:14:1: vmSingle.retentionPeriod: got "1s", expected hours; use 30d',
  );
});

test('leaves results of validation as they are that are about no option of the file', () => {
  const results = [
    '[eu/VMAgent] writeTo: got nothing, expected at least one destination',
    '[eu/Grafana/Deployment] spec.template.spec: got x, expected y',
    '[eu/VMSingle] storageSize is small',
  ];
  expect(validated(...results)).toBe(results.map((result) => `clusters/eu.yaml: ${result}`).join('\n'));
});

test('puts the file in front of each result of validation and leaves its text as it is', () => {
  const error = new Error(
    'Validation failed with the following errors:\n  [eu/VMAgent] no destination\n  [eu] first line\n    second line',
  );
  expect(describeFailure(loaded, error)).toBe(
    'clusters/eu.yaml: [eu/VMAgent] no destination\nclusters/eu.yaml: [eu] first line\n    second line',
  );
});

test('puts the file in front of any other error, without its stack', () => {
  expect(describeFailure(loaded, new TypeError('x is not a function'))).toBe('clusters/eu.yaml: x is not a function');
  expect(describeFailure(loaded, 'thrown')).toBe('clusters/eu.yaml: thrown');
  expect(describeFailure(loaded, new ConfigError([{ file: 'a', line: 1, column: 2, path: 'b', message: 'c' }]))).toBe('a:1:2: b: c');
});

test('places what a constructor refuses that the schema lets pass', () => {
  // 20s is less than the 30s of most exporters, and more than the 15s of this one
  const cluster = parseCluster('c.yaml', 'cluster: a\ndcgmExporter:\n  scrapeTimeout: 20s\n');
  expect(failureOf(cluster)).toBe(
    'c.yaml:3:18: dcgmExporter.scrapeTimeout: got "20s", expected at most the scrape interval of 15s; shorten the timeout or lengthen scrapeInterval: vmagent would cut the timeout without a word',
  );
});

test('places what only the whole tree can tell: volumes that do not hold what they must', () => {
  const cluster = parseCluster(
    'c.yaml',
    'cluster: a\nscale: {nodes: 5000}\nvmSingle:\n  storageSize: 30Gi\nvmAgent: {buffer: 1h, queueSize: 1Gi}\n',
  );
  expect(failureOf(cluster).split('\n').sort()).toEqual([
    expect.stringMatching(
      /^c\.yaml:4:16: vmSingle\.storageSize: got 30Gi, expected \d+Gi or more for a retention of 30d: .*; use \d+Gi, a shorter retentionPeriod, .*$/,
    ),
    expect.stringMatching(/^c\.yaml:5:34: vmAgent\.queueSize: got 1Gi, expected \d+Gi or more: store .*; use \d+Gi, or a smaller buffer$/),
  ]);
});

function failureOf(cluster: LoadedCluster): string {
  try {
    const app = new App();
    new MetricsPipeline(app, cluster.cluster, cluster.props);
    renderManifests(app);
    return 'none';
  } catch (error) {
    return describeFailure(cluster, error);
  }
}

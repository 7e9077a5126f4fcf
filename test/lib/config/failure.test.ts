import { App } from 'cdk8s';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { InvalidOptionError } from '../../../lib/common/errors';
import { ConfigError, describeFailure, type LoadedCluster, parseCluster } from '../../../lib/config';

const TEXT = `# ours
cluster: eu
nodes: 3
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
  ['an option of the pipeline', 'eu', 'nodes', '3:8', 'nodes'],
  ['an option with another name in the file', 'eu', 'platforms', '1:1', 'platform'],
  ['a namespace, by the option and not by what is in it', 'eu/Namespaces/grafana', 'slurm', '1:1', 'namespaces.slurm'],
  ['a destination made by a function', 'RemoteWrite.nebiusCloud', 'region', '12:11', 'nebiusCloud.region'],
  ['something else than an option', 'eu/VMAgent', 'scrape', '7:1', 'vmAgent: scrape'],
  ['something else than an option, of nobody in the file', 'output', 'dist', '1:1', 'dist'],
])('places %s', (_, where, option, place, path) => {
  expect(invalid(where, option)).toBe(said(place, path));
});

test('does not take the name of a cluster for that of a part', () => {
  const grafana = parseCluster('g.yaml', 'cluster: grafana\nnodes: 3\n');
  const error = new InvalidOptionError('grafana', { option: 'nodes', got: 3, expected: 'more', instead: 'add some' });
  expect(describeFailure(grafana, error)).toBe('g.yaml:2:8: nodes: got 3, expected more; add some');
});

test('shows no value that may be a secret', () => {
  expect(invalid('eu/VMAgent', 'extraArgs["remoteWrite.bearerToken"]', 's3cr3t')).toBe(
    said('8:3', 'vmAgent.extraArgs["remoteWrite.bearerToken"]', 'text'),
  );
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

function failureOf(cluster: LoadedCluster): string {
  try {
    new MetricsPipeline(new App(), cluster.cluster, cluster.props);
    return 'none';
  } catch (error) {
    return describeFailure(cluster, error);
  }
}

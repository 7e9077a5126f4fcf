import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'cdk8s';
import { parse } from 'yaml';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import type { MetricsPipelineProps } from '../../../charts/options';
import { ConfigError, parseCluster } from '../../../lib/config';
import { jsonSchema } from '../../../lib/config/json-schema';
import { pipeline } from '../../../lib/config/pipeline';
import { optionsOf } from '../../../lib/config/walk';
import { renderManifests } from '../../../lib/outputs';
import { optionsIn } from './options-in';

const read = (file: string) => readFileSync(join(__dirname, '..', '..', '..', file), 'utf8');
const text = read('pipeline.yaml');
/** The file with every option in force: words have one space behind their #, options none or two for each level. */
const opened = text.replace(/^( *)#((?: {2})*)(?=[^\s#])/gm, '$1$2');

const options = optionsOf(pipeline);
/** Fields of a type that several options share are listed where one of those options is an example. */
const isShared = (path: string) => /^[A-Z]/.test(path);
const inForce = optionsIn(parse(text));
const listed = optionsIn(parse(opened));

function render(props: MetricsPipelineProps) {
  const app = new App();
  new MetricsPipeline(app, props.cluster, props);
  return renderManifests(app);
}

test('pipeline.yaml in standalone mode renders the same as a file with that mode alone', () => {
  const full = text.replace(/^mode: .*$/m, 'mode: standalone');
  const small = 'cluster: soperator\nmode: standalone\n';
  expect(render(parseCluster('pipeline.yaml', full).props)).toEqual(render(parseCluster('c.yaml', small).props));
});

function complaints(yaml: string): string[] {
  try {
    parseCluster('pipeline.yaml', yaml);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ path, message }) => `${path}: ${message}`);
  }
}

test('pipeline.yaml tells editors its schema in the first line', () => {
  expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=./pipeline.schema.json');
});

test('pipeline.yaml lists every option of the schema and no other', () => {
  expect([...listed.keys()].sort()).toEqual(options.map(({ path }) => path).sort());
});

test('pipeline.yaml puts every literal default in force, and nothing that is worked out', () => {
  const wrong = options.flatMap(({ path, notes }) => {
    if (notes.default !== undefined) {
      const [file, schema] = [JSON.stringify(inForce.get(path)), JSON.stringify(notes.default)];
      return file === schema ? [] : [`${path}: ${file} in the file, ${schema} in the schema`];
    }
    return notes.otherwise !== undefined && inForce.has(path) && !isShared(path)
      ? [`${path}: in force, though it has no fixed default`]
      : [];
  });
  expect(wrong).toEqual([]);
});

test('pipeline.yaml shows the images and versions that the pipeline was proven with', () => {
  const shown = options.filter(({ path, notes }) => /(image|version)$/i.test(path) && notes.example !== undefined);
  expect(Object.fromEntries(shown.map(({ path }) => [path, listed.get(path)]))).toEqual(
    Object.fromEntries(shown.map(({ path, notes }) => [path, notes.example])),
  );
});

// a default that is in force and should not be would win over what a platform brings
test.each(['none', 'soperator', 'gpu-operator'])(
  'pipeline.yaml with platform %s renders the same as a file with that alone',
  (platform) => {
    const full = text.replace(/^platform: .*$/m, `platform: ${platform}`);
    const small = `cluster: soperator\nplatform: ${platform}\n`;
    expect(render(parseCluster('pipeline.yaml', full).props)).toEqual(render(parseCluster('c.yaml', small).props));
  },
);

test('pipeline.yaml has no example that cannot work, but for those that need another option', () => {
  expect(complaints(opened).map((complaint) => complaint.replace(/: got .*? (while|$)/, ' $1'))).toEqual([
    'slurmExporter.accountingJobsLookback while jobSource is controller; write jobSource: accounting, or remove it',
    'nodeExporter.selector while the workload is deployed; write deploy: false where somebody else deploys it, or remove it',
    'nodeExporter.portNames while the workload is deployed; write deploy: false where somebody else deploys it, or remove it',
    'kubeStateMetrics.nodeLabels while nodeMetrics is false; write nodeMetrics: true, or remove it',
    'grafana.ingressHost while anonymousRole is Editor, for everybody outside would be Editor; write anonymousRole: Viewer, or use kubectl port-forward',
  ]);
});

test('the schema has a description for every option, and for each what holds when it is left out', () => {
  const sections = options.filter(({ path }) => options.some((other) => other.path.startsWith(`${path}.`)));
  const silent = options.filter(({ notes }) => !notes.description);
  expect(silent).toEqual([]);
  const unclear = options.filter(
    (option) => option.notes.default === undefined && option.notes.otherwise === undefined && option.notes.example === undefined,
  );
  expect(unclear.filter((option) => !sections.includes(option))).toEqual([]);
});

test('pipeline.schema.json is the schema; after a change, run npm run schema', () => {
  expect(read('pipeline.schema.json')).toBe(jsonSchema());
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ApiObject, App, Chart, Duration } from 'cdk8s';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { type MetricsPipelineProps, Platform } from '../../charts/options';
import { VmServiceScrape } from '../../imports/operator.victoriametrics.com';
import { findingText, runChecks } from '../../lib/checks';
import { Mode } from '../../lib/common/mode';
import { isCollector } from '../../lib/scrape/collector';

let folder: string;
let warnings: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'library-'));
  warnings = [];
  jest.spyOn(console, 'error').mockImplementation((text: string) => {
    warnings.push(text);
  });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

function pipeline(props: Partial<MetricsPipelineProps> = {}): App {
  const app = new App({ outdir: folder });
  new MetricsPipeline(app, 'pipeline', { cluster: 'soperator', ...props });
  return app;
}
const findings = (app: App, operatorVersion?: string) => runChecks(app, { operatorVersion }).map(findingText);

test.each<readonly [string, Partial<MetricsPipelineProps>, string]>([
  ['the default', {}, '0.74.1'],
  ['Soperator', { platforms: [Platform.SOPERATOR] }, '0.70.1'],
  ['the GPU operator', { platforms: [Platform.GPU_OPERATOR] }, '0.74.1'],
  ['both', { platforms: [Platform.SOPERATOR, Platform.GPU_OPERATOR] }, '0.70.1'],
  ['a thousand nodes', { scale: { nodes: 1000 } }, '0.74.1'],
  ['no operator', { mode: Mode.STANDALONE }, '0.74.1'],
  ['no operator, with shards', { mode: Mode.STANDALONE, vmAgent: { shards: 3 } }, '0.74.1'],
])('no check finds anything in the pipeline of %s', (_platform, props, version) => {
  expect(findings(pipeline(props), version)).toEqual([]);
});

const CLOUD = { publicEndpointEnabled: true, nebiusCloud: { region: 'eu-north1', projectId: 'project-e00' } };

test('a token that is a file of the node is a warning, and an error where checks are strict', () => {
  const warning = /^warning: \[pipeline\/VMAgent\/VMAgent\] .*tsa-token of the node, expected a Secret.* \(pod-security\)$/;
  pipeline(CLOUD).synth();
  expect(warnings).toEqual([expect.stringMatching(warning)]);
  expect(() => pipeline({ ...CLOUD, strict: true }).synth()).toThrow(/pod-security/);
});

test('an app of somebody else that calls synth gets one file a chart, in the order in which they are applied', () => {
  pipeline().synth();
  expect(readdirSync(folder).sort()).toEqual([
    expect.stringMatching(/^0000-pipeline-namespaces-\w+\.k8s\.yaml$/),
    expect.stringMatching(/^0001-pipeline-operator-\w+\.k8s\.yaml$/),
    '0002-pipeline.k8s.yaml',
  ]);
});

test('a check stops the synth of somebody else, and no file is written', () => {
  expect(() => pipeline({ vmSingle: { dedupInterval: Duration.minutes(5) } }).synth()).toThrow(/\(dedup-interval\)/);
  expect(readdirSync(folder)).toEqual([]);
});

test('a scrape that the user brings in another chart of the app is looked at, too', () => {
  const app = pipeline();
  const mine = new Chart(app, 'mine');
  new VmServiceScrape(mine, 'again', {
    metadata: { name: 'again', namespace: 'monitoring-system' },
    spec: {
      selector: { matchLabels: { 'app.kubernetes.io/name': 'kube-state-metrics' } },
      endpoints: [{ port: 'http' }],
    },
  });
  expect(() => app.synth()).toThrow(/\[mine\/again\].*metrics-kube-state-metrics.*\(scraped-once\)/);
});

describe('without the operator', () => {
  const alone = (props: Partial<MetricsPipelineProps> = {}) => pipeline({ mode: Mode.STANDALONE, ...props });
  const scrape = () => ({
    metadata: { name: 'mine', namespace: 'monitoring-system' },
    spec: { selector: {}, endpoints: [{ port: 'http' }] },
  });

  test('the store is known by its Service, and a window that is too long stops the synth', () => {
    expect(() => alone({ vmSingle: { dedupInterval: Duration.minutes(5) } }).synth()).toThrow(/VMSingle.*\(dedup-interval\)/);
  });

  test('a scrape that the user brings is read by nobody, which is a warning', () => {
    const app = alone();
    new VmServiceScrape(new Chart(app, 'mine'), 'mine', scrape());
    expect(findings(app)).toEqual([
      expect.stringMatching(/^\[mine\/mine\] kind: got a VMServiceScrape beside .* \(agent-selects-scrapes\)$/),
    ]);
  });

  test('the rendered configuration finds the targets that are declared: a second agent that reads it reads all of them twice', () => {
    const app = alone();
    const objects = app.node.findAll().filter((construct): construct is ApiObject => construct instanceof ApiObject);
    const mine = new Chart(app, 'mine');
    const agent = objects.filter(({ kind, name }) => ['ConfigMap', 'StatefulSet'].includes(kind) && name.startsWith('vmagent-'));
    for (const object of agent) {
      new ApiObject(mine, object.kind, JSON.parse(JSON.stringify(object.toJson()).replaceAll(object.name, 'second')));
    }
    const targets = app.node
      .findAll()
      .filter(isCollector)
      .flatMap(({ scrapedTargets }) => scrapedTargets.map(({ name }) => name));
    const twice = runChecks(app).flatMap(({ check, message }) => (check === 'scraped-once' ? [/job ([^/:]+)/.exec(message)?.[1]] : []));
    expect([...new Set(twice)]).toEqual(targets);
  });
});

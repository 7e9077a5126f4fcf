import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { kindOf } from '../../../../lib/cli/explain/subject';
import { command } from '../support';
import { clusterOf } from './support';

const folder = mkdtempSync(join(tmpdir(), 'explain-'));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
// two dashboards are enough to have readers
const usual = file('a.yaml', 'cluster: usual\ngrafana: { dashboards: [kubelet, node-exporter] }\n');
file('b.yaml', 'cluster: more\ngrafana: { dashboards: [kubelet] }\napiServer: { enabled: true }\nseries: { profile: lean }\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const explain = (...args: readonly string[]) => command('explain', ...args);
const json = async (...args: readonly string[]) => JSON.parse((await explain(...args, '--json')).out);

describe('what is meant is found out', () => {
  const built = clusterOf(readFileSync(usual, 'utf8'));
  test.each([
    ['node_load1', 'metric'],
    ['apiserver_request_total', 'metric'],
    ['kubelet_runtime_operations_duration_seconds', 'metric'],
    ['no_such_metric', 'metric'],
    ['kubelet', 'target'],
    ['nodeExporter', 'target'],
    ['coredns', 'target'],
    ['Kubelet: Pods', 'panel'],
    ['that wait', 'panel'],
    ['no such panel', 'panel'],
    ['node_load.*', 'list'],
  ])('%s is a %s', (subject, kind) => {
    expect(kindOf(subject, [built])).toBe(kind);
  });

  test('unless an option says it', async () => {
    expect(await json('kubelet', usual)).toMatchObject({
      subject: 'kubelet',
      kind: 'target',
      clusters: [{ cluster: 'usual', file: usual }],
    });
    expect((await json('kubelet', usual, '--metric')).kind).toBe('metric');
    expect((await json('kubelet', usual, '--panel')).kind).toBe('panel');
    expect((await json('node_load1', usual, '--target')).kind).toBe('target');
    expect((await json('node_load.*', usual, '--metric')).kind).toBe('list');
  });
});

test('text fits into a hundred columns, but for words that are longer', async () => {
  for (const subject of [
    'node_load1',
    'slurm_node_info',
    'kubelet',
    'go_goroutines',
    'up',
    'Node Exporter: Nodes that wait most',
    'coredns_dns_requests_total',
  ]) {
    const { out } = await explain(subject, usual);
    const long = out.split('\n').filter((line) => line.length > 100 && /\S\s+\S/.test(line));
    expect(long).toEqual([]);
  }
});

test('text of a metric tells the story from the exporter to the reader', async () => {
  const { code, out } = await explain('node_load1', usual);
  expect(code).toBe(0);
  expect(out).toBe(
    `node_load1  stored

  Tasks that run or wait for CPU or disk, over one minute.
  is         gauge, count
  from       nodeExporter: scrape node-exporter, job node-exporter, port metrics, /metrics
  to         store: arrives, every 30s
  labels
    cluster   "usual", by the agent on everything
    instance  name of the node of the pod: series of a node outlive the pod that exposes them
    job       "node-exporter": dashboards and rules select by job

  read by
    Node Exporter  Load
`,
  );
});

test('text of a panel shows the query, who produces what it asks for, and what would empty it', async () => {
  const { out } = await explain('Node Exporter: Nodes that wait most', usual);
  expect(out).toContain('node_pressure_cpu_waiting_seconds_total{');
  expect(out).toMatch(/from nodeExporter, scrape node-exporter, every 30s/);
  expect(out).toMatch(/empty {6}without node_pressure/);
});

describe('the exit code', () => {
  test.each([
    ['go_gc_gogc_percent', 1],
    ['no_such_metric', 1],
    ['coredns', 1],
    ['Node Exporter: Load', 0],
    ['no such panel', 1],
    ['no_such_metric.*', 1],
  ])('of %s is %d', async (subject, code) => {
    expect((await explain(subject, usual)).code).toBe(code);
  });

  test('is that of wrong usage where options contradict each other or a cluster is not there', async () => {
    expect(await explain('up', usual, '--metric', '--panel')).toMatchObject({
      code: 2,
      err: expect.stringContaining('got --metric and --panel'),
    });
    expect(await explain('--metric', usual)).toMatchObject({ code: 2, err: expect.stringContaining('write explain NAME --metric') });
    expect(await explain('up', folder, '--cluster', 'none')).toMatchObject({ code: 2, err: expect.stringContaining('one of usual, more') });
    expect((await explain('up', join(folder, 'none.yaml'))).code).toBe(2);
  });
});

test('panels that a text means are listed, to be asked back', async () => {
  const { code, out } = await explain('nodes', usual);
  expect(code).toBe(2);
  expect(out).toMatch(/^\d+ panels match “nodes”: which one is meant\?\n {2}\w/);
});

describe('of several clusters', () => {
  test('each has its section, and one that lacks a metric decides about the exit code', async () => {
    const { code, out } = await explain('apiserver_request_total', folder);
    expect(code).toBe(1);
    expect(out).toMatch(/^cluster usual\napiserver_request_total {2}not scraped\n[\s\S]*\n\ncluster more\napiserver_request_total {2}/);
  });

  test('one can be chosen', async () => {
    const { clusters } = await json('apiserver_request_total', folder, '--cluster', 'more');
    expect(clusters.map(({ cluster }: { cluster: string }) => cluster)).toEqual(['more']);
  });
});

test('where there is no dashboard, what may be a panel says so', async () => {
  const bare = file('bare.yml', 'cluster: bare\ngrafana: { enabled: false }\n');
  expect(await explain('GPUs', bare)).toMatchObject({ code: 1, out: expect.stringContaining('this cluster has no dashboards') });
  rmSync(bare);
});

describe('lists', () => {
  const named = async (...args: readonly string[]) => (await json(...args)).clusters[0].list.map(({ name }: { name: string }) => name);

  test('what is stored and not read, and what is not stored, of all or of a scrape', async () => {
    expect(await named(usual, '--unread')).toContain('node_memory_Active_bytes');
    expect(await named(usual, '--unread')).not.toContain('node_load1');
    const dropped = await named('node-exporter', usual, '--dropped');
    expect(dropped).toContain('go_gc_gogc_percent');
    expect(dropped).not.toContain('node_load1');
    expect(dropped).not.toContain('container_tasks_state');
    expect(await named(usual, '--dropped')).toContain('container_tasks_state');
  });

  test('what a pattern matches', async () => {
    expect(await named('node_load.+', usual)).toEqual(['node_load1', 'node_load5', 'node_load15']);
  });

  test('that are empty are an answer', async () => {
    expect(await explain('node_load1', usual, '--dropped')).toMatchObject({ code: 0, out: 'none\n' });
  });
});

test('without a subject, each scrape says what it exposes, stores and has read', async () => {
  const { clusters } = await json(usual);
  const nodes = clusters[0].scrapes.find(({ scrape }: { scrape: string }) => scrape === 'node-exporter');
  expect(nodes.exposed).toBeGreaterThan(nodes.stored);
  expect(nodes.stored).toBeGreaterThan(nodes.read);
  expect(nodes.read).toBeGreaterThan(0);
  expect((await explain(usual)).out).toMatch(/node-exporter +[\d,]+ metrics, \d+ stored, \d+ of them read by dashboards/);
});

test('a cluster that does not pass the checks can be asked about, and one that cannot be built says where', async () => {
  const unsound = file('unsound.yml', 'cluster: unsound\ngrafana: { dashboards: [] }\nvmSingle: { dedupInterval: 5m }\n');
  expect((await explain('node_load1', unsound, '--metric')).code).toBe(1);
  expect((await explain('kubelet', unsound)).code).toBe(0);
  const broken = file('broken.yml', 'cluster: broken\nkubelet: { endpoints: [] }\n');
  expect(await explain('kubelet', broken)).toMatchObject({ code: 1, err: expect.stringContaining('broken.yml:2') });
  for (const name of [unsound, broken]) rmSync(name);
});

describe('the page of the command', () => {
  const page = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'command.md'), 'utf8');
  const examples = [...page.matchAll(/```console\n\$ soperator-metrics explain (\S+)\n([\s\S]*?)```/g)].map(
    ([, subject = '', text = '']) => ({ subject, text }),
  );

  test('has examples', () => expect(examples.length).toBeGreaterThan(1));

  test.each(examples)('shows of $subject what the command prints', async ({ subject, text }) => {
    expect((await explain(subject)).out).toBe(text);
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createColors } from 'picocolors';
import type { KubectlRun as Run } from '../../../../lib/cli/run-kubectl';
import { type VerifyOptions, verify } from '../../../../lib/cli/verify';
import { knownJobs } from '../../../../lib/cli/verify/required';
import { command } from '../support';
import { CLUSTER_FILE, expectedFor, targetsOf, writes } from './support';

jest.setTimeout(30_000);
const expected = expectedFor();
let folder: string;
let file: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'verify-'));
  file = join(folder, 'cluster.yaml');
  writeFileSync(file, CLUSTER_FILE);
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
});

/** Answers of a program by path; a path that is not there is 404. */
type Pages = (path: string, query: URLSearchParams) => { readonly status?: number; readonly text: string } | undefined;

/** A program that answers, and what it was asked. */
async function serve(pages: Pages): Promise<{ readonly url: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    asked.push(`${pathname} ${searchParams.get('query') ?? ''}`.trim());
    const { status = 200, text } = pages(pathname, searchParams) ?? { status: 404, text: 'no such page' };
    response.writeHead(status).end(text);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** A URL that nobody listens at. */
async function nobodyThere(): Promise<string> {
  const { url } = await serve(() => undefined);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  return url;
}

/** An agent that scrapes everything, or what is given. */
function agentPages(targets = targetsOf(expected)): Pages {
  let looked = 0;
  const activeTargets = targets.map(({ labels, url, pool, health, error }) => ({
    labels,
    scrapeUrl: url,
    scrapePool: pool,
    health,
    lastError: error,
  }));
  const jobs = expected.pages.map(({ pools }) => `- job_name: ${pools[0]}`).join('\n');
  return (path) => {
    if (path === '/api/v1/targets') return { text: JSON.stringify({ status: 'success', data: { activeTargets } }) };
    if (path === '/config') return { text: `global:\n  scrape_interval: 30s\nscrape_configs:\n${jobs}\n` };
    if (path !== '/metrics') return undefined;
    looked += 1;
    return { text: `vm_promscrape_config_last_reload_successful 1\n${writes(100 + looked, 50 + looked)}` };
  };
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** A store with everything that always arrives; the queries of series are answered, all others find nothing. */
function storePages(changed: (query: string) => readonly Sample[] | undefined = () => undefined): Pages {
  const jobs = knownJobs(expected);
  const find = (query: string): readonly Sample[] => {
    const given = changed(query);
    if (given) return given;
    if (query === 'time()') return [[{}, Date.now() / 1000]];
    if (query === 'count by (cluster) (up)') return [[{ cluster: 'lab' }, jobs.length]];
    if (query.startsWith('count by (job) (up{')) return jobs.map(({ job }) => [{ job }, 1]);
    const job = /^count by \(__name__\) \(\{cluster="lab", job="([^"]+)"\}\)$/.exec(query)?.[1];
    const metrics = [...(jobs.find((one) => one.job === job)?.metrics.values() ?? [])];
    return metrics.filter(({ when }) => when === undefined).map(({ name }) => [{ __name__: name }, 1]);
  };
  return (path, query) => {
    if (path === '/metrics') return { text: 'vm_storage_is_read_only{path="/d"} 0\n' };
    if (path !== '/api/v1/query') return undefined;
    const result = find(query.get('query') ?? '').map(([metric, value]) => ({ metric, value: [0, String(value)] }));
    return { text: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) };
  };
}

const noKubectl = (): Promise<Run> => Promise.reject(new Error('kubectl is not to be run'));

/** Verifies without the waits of the real world. */
async function verified(options: VerifyOptions, kubectl: (args: readonly string[]) => Promise<Run> = noKubectl, from = file) {
  const progress: string[] = [];
  const terminal = { progress: (text: string) => void progress.push(text) };
  const report = await verify(from, options, terminal, { kubectl, betweenMs: 0, againMs: 5 });
  return { code: report.exitCode, text: report.text(createColors(false)), json: report.json as Record<string, unknown>, progress };
}

describe('by URL', () => {
  test('is short when all is well', async () => {
    const [agent, store] = await Promise.all([serve(agentPages()), serve(storePages())]);
    const { code, text, json } = await verified({ agent: [agent.url], store: store.url });
    expect(text).toMatch(/^ok lab: (\d+) of \1 targets up at 1 agent; \d+ metrics in the store$/);
    expect(code).toBe(0);
    expect(json).toMatchObject({
      cluster: 'lab',
      healthy: true,
      findings: [],
      answered: { agents: [agent.url], store: store.url, kubernetes: false },
    });
  });

  test('does not take a target that an agent has not scraped yet for one that is down', async () => {
    const targets = targetsOf(expected).map((one) => (one.pool.includes('grafana') ? { ...one, health: 'down', error: '' } : one));
    const [agent, store] = await Promise.all([serve(agentPages(targets)), serve(storePages())]);
    const { text } = await verified({ agent: [agent.url], store: store.url });
    expect(text).toMatch(/^warning grafana: 1 of 1 target not scraped yet \(grafana-0\)/);
  });

  test('tells each finding on a line, errors first, and the same for programs', async () => {
    const targets = targetsOf(expected).map((one) =>
      one.pool.includes('grafana') ? { ...one, health: 'down', error: 'connection refused' } : one,
    );
    const agent = await serve(agentPages(targets));
    const store = await serve(
      storePages((query) =>
        query === 'count by (cluster) (up)'
          ? [
              [{ cluster: 'lab' }, 1],
              [{}, 1],
            ]
          : undefined,
      ),
    );
    const { code, text, json } = await verified({ agent: [agent.url], store: store.url });
    expect(code).toBe(1);
    expect(text.split('\n')).toEqual([
      expect.stringMatching(
        /^error {3}grafana: 1 of 1 target down \(grafana-0\): connection refused: nothing listens .*; next: kubectl get pods/,
      ),
      expect.stringMatching(/^warning .*series with no label cluster beside those of "lab"/),
      expect.stringMatching(/^lab: 1 error, 1 warning; \d+ of \d+ targets up/),
    ]);
    expect(json).toMatchObject({
      healthy: false,
      findings: [
        {
          severity: 'error',
          question: 'down-targets',
          what: expect.any(String),
          cause: expect.any(String),
          next: expect.any(String),
          subjects: [expect.any(String)],
        },
        { severity: 'warning', question: 'series' },
      ],
    });
  });

  test('finds labels that are missing on samples', async () => {
    const store = await serve(
      storePages((query) =>
        query.includes('job="node-exporter"') && query.includes('instance=""')
          ? [[{ __name__: 'node_memory_MemFree_bytes', lacking: 'instance' }, 1]]
          : undefined,
      ),
    );
    const { text } = await verified({ store: store.url });
    expect(text).toContain('error   node-exporter: label instance missing on 1 metric (node_memory_MemFree_bytes)');
  });

  test('asks only whom it is told to ask', async () => {
    const agent = await serve(agentPages());
    const { code, json, text } = await verified({ agent: [agent.url] });
    expect({ code, healthy: json.healthy }).toEqual({ code: 0, healthy: true });
    expect(text).toContain('no store was asked');
  });

  test('adds up shards', async () => {
    const targets = targetsOf(expected);
    const shards = await Promise.all([serve(agentPages(targets.slice(0, 5))), serve(agentPages(targets.slice(5)))]);
    const { code, text } = await verified({ agent: shards.map(({ url }) => url) });
    expect(text).toContain(`${targets.length} of ${targets.length} targets up at 2 agents`);
    expect(code).toBe(0);
  });

  test('asks a few nodes of many, and all that is not of nodes', async () => {
    const node = targetsOf(expected).filter(({ pool }) => pool.includes('node-exporter'));
    const many = Array.from({ length: 40 }, (_, index) =>
      node.map((target) => ({ ...target, labels: { ...target.labels, instance: `node-${index}` }, url: `http://10.4.0.${index}/metrics` })),
    ).flat();
    const agent = await serve(agentPages([...targetsOf(expected), ...many]));
    const store = await serve(storePages());
    await verified({ agent: [agent.url], store: store.url });
    const names = store.asked.filter((one) => one.includes('count by (__name__) ({cluster="lab", job="node-exporter"'));
    expect(names[0]?.match(/node-\d+/g)).toHaveLength(10);
    expect(store.asked.filter((one) => one.includes('job="kube-state-metrics"')).join()).not.toContain('instance=~');
  });

  test('says who does not answer, and ends with 3 when nobody does', async () => {
    const [agent, closed] = await Promise.all([serve(agentPages()), nobodyThere()]);
    const half = await verified({ agent: [agent.url], store: closed });
    expect(half.code).toBe(1);
    expect(half.text).toMatch(/^error {3}store http:\/\/127\.0\.0\.1:\d+ does not answer: .*ECONNREFUSED/);
    const nobody = await verified({ agent: [closed], store: closed });
    expect({ code: nobody.code, healthy: nobody.json.healthy }).toEqual({ code: 3, healthy: false });
  });

  test('waits until all is well, and says what it waits for', async () => {
    const targets = targetsOf(expected);
    let looks = 0;
    const [early, late] = [agentPages(targets.filter(({ pool }) => !pool.includes('grafana'))), agentPages()];
    const agent = await serve((path, query) => {
      if (path === '/api/v1/targets') looks += 1;
      return (looks > 2 ? late : early)(path, query);
    });
    const { code, progress } = await verified({ agent: [agent.url], wait: '1m' });
    expect({ code, looks }).toEqual({ code: 0, looks: 3 });
    expect(progress).toContainEqual(expect.stringMatching(/^not yet, \d+ s left: 1 finding, first grafana: no target discovered/));
  });

  test('gives up waiting after the time it was given', async () => {
    const began = Date.now();
    const { code } = await verified({ agent: [await nobodyThere()], wait: '1s' });
    expect(code).toBe(3);
    expect(Date.now() - began).toBeGreaterThan(900);
  });
});

describe('panels', () => {
  const DASHBOARD = 'grafana:\n  dashboards: [grafana]\n';

  test('are asked together, and one by one where one of them is refused', async () => {
    const own = join(folder, 'panels.yaml');
    writeFileSync(own, `cluster: lab\n${DASHBOARD}`);
    const pages = storePages();
    const batched: string[] = [];
    const REFUSED = 'grafana_stat_totals_dashboard';
    const store = await serve((path, query) => {
      const text = query.get('query') ?? '';
      const marks = [...text.matchAll(/"soperator_metrics_query", "(\d+)"/g)].map(([, index]) => ({ soperator_metrics_query: index }));
      if (marks.length > 0) batched.push(text);
      else if (text === '' || !batched.some((batch) => batch.includes(`count(${text}\n`))) return pages(path, query);
      // a batch with this one is refused, and so is it alone
      if (text.includes(REFUSED)) return { status: 422, text: JSON.stringify({ status: 'error', error: 'too much' }) };
      const result = (marks.length > 0 ? marks : [{}]).map((metric) => ({ metric, value: [0, '2'] }));
      return { text: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) };
    });
    const { json } = await verified({ store: store.url }, noKubectl, own);
    const { panels, emptyPanels } = json.counts as { panels: number; emptyPanels: number };
    expect(panels).toBeGreaterThan(5);
    const failing = (json.findings as { question: string; what: string; subjects: string[] }[]).filter(
      ({ question }) => question === 'panels',
    );
    expect(failing).toEqual([
      expect.objectContaining({ what: expect.stringContaining('fail'), cause: 'the store refuses the query: too much' }),
    ]);
    // all others were answered
    expect(emptyPanels).toBeLessThanOrEqual(failing[0]?.subjects.length ?? 0);
    const batches = store.asked.filter((one) => one.includes('soperator_metrics_query'));
    expect(batches.length).toBeGreaterThan(0);
    expect(batched.join()).toContain(REFUSED);
    expect(batches.length).toBeLessThan(panels);
    // the cluster is chosen, and everything that Grafana fills in is filled in
    expect(batches.join()).toContain('cluster="lab"');
    expect(batches.join()).not.toMatch(/\$__|\$cluster|\$\{/);
    const without = await verified({ store: store.url, panels: false }, noKubectl, own);
    expect(without.json.counts).toMatchObject({ panels: 0 });
  });
});

describe('wrong use', () => {
  test('of several clusters, one must be named', async () => {
    const two = join(folder, 'two');
    mkdirSync(two);
    writeFileSync(join(two, 'a.yaml'), 'cluster: a\ngrafana: { dashboards: [] }\n');
    writeFileSync(join(two, 'b.yaml'), 'cluster: b\ngrafana: { dashboards: [] }\n');
    expect(await command('verify', two)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/got 2 clusters, expected one.*use --cluster with a or b/),
    });
    expect(await command('verify', two, '--cluster', 'c')).toMatchObject({
      code: 2,
      err: expect.stringContaining('--cluster: got c, expected a cluster of'),
    });
    const agent = await serve(agentPages([]));
    expect((await verified({ agent: [agent.url], cluster: 'b' }, noKubectl, two)).json.cluster).toBe('b');
  });

  test.each([
    [['--agent', 'localhost:8429'], '--agent: got localhost:8429, expected an http or https URL'],
    [['--agent', 'http://localhost:1', '--context', 'x'], '--context: got x beside a URL'],
    [['--wait', 'soon'], '--wait: got soon, expected a duration; write 90s, 2m or 1m30s'],
  ])('%j', async (args, message) => {
    expect(await command('verify', file, ...args)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });
});

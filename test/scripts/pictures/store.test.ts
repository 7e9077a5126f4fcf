import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MetricUnit } from '../../../lib/common/metric-family';
import { stat, timeseries } from '../../../lib/dashboards/vocabulary';
import { dataOf } from '../../../scripts/pictures/data';
import { Store } from '../../../scripts/pictures/store';
import { END_S, faultsOf } from './support';

const ROOT = join(__dirname, '../../..');

/** A store that has two series for every query, and refuses those that hold the word `wrong`. */
const asked: { readonly path: string; readonly parameters: URLSearchParams }[] = [];
let server: Server;
let url = '';

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => {
      body += part;
    });
    request.on('end', () => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://store');
      const parameters = request.method === 'POST' ? new URLSearchParams(body) : searchParams;
      asked.push({ path: pathname, parameters });
      const isWrong = parameters.get('query')?.includes('wrong') ?? false;
      response.statusCode = isWrong ? 422 : 200;
      response.end(
        JSON.stringify(isWrong ? { status: 'error', error: 'cannot parse' } : { status: 'success', data: dataFor(pathname, parameters) }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  asked.length = 0;
});

function dataFor(path: string, parameters: URLSearchParams): unknown {
  if (path.endsWith('/values')) return ['one', 'two'];
  const metrics = ['a', 'b'].map((node) => ({ __name__: 'm', node, instance: `host-${node}` }));
  const [start = 0, end = 0, step = 0] = ['start', 'end', 'step'].map((name) => Number(parameters.get(name)));
  const times = Array.from({ length: Math.floor((end - start) / step) + 1 }, (_, index) => start + index * step);
  return {
    result: path.endsWith('query_range')
      ? metrics.map((metric, index) => ({ metric, values: times.map((time) => [time, `${index + 1}`]) }))
      : metrics.map((metric, index) => ({ metric, value: [Number(parameters.get('time')), `${index + 1}`] })),
  };
}

const placed = { id: 1, gridPos: { x: 0, y: 0, w: 8, h: 6 } };
const parts = { title: 'Title', description: 'Description', unit: MetricUnit.COUNT };
const values = new Map([['node', 'n']]);

test('a graph asks for whole steps of its range, with the variables and lengths filled in', async () => {
  const store = new Store(url, { endS: END_S + 7, rangeS: 3600 });
  const panel = {
    ...timeseries({ ...parts, queries: [{ expr: 'rate(m{a="$node"}[$__rate_interval])', legend: 'of {{node}}{{pod}}' }] }),
    ...placed,
  };
  const { series, stepS } = await dataOf(panel, store, values, 30);
  expect(stepS).toBe(60);
  const [{ path, parameters } = { path: '', parameters: new URLSearchParams() }] = asked;
  expect(path).toBe('/api/v1/query_range');
  expect(Object.fromEntries(parameters)).toMatchObject({
    query: 'rate(m{a="n"}[120s])',
    start: String(END_S - 3600 + 60),
    end: String(END_S),
    step: '60',
  });
  expect(series.map(({ name, points }) => [name, points.length, points.at(-1)])).toEqual([
    ['of a', 60, [END_S, 1]],
    ['of b', 60, [END_S, 2]],
  ]);
});

test('a number asks for the end of the range, and is named by its labels without a legend', async () => {
  const store = new Store(url, { endS: END_S, rangeS: 3600 });
  const { series } = await dataOf({ ...stat({ ...parts, queries: [{ expr: 'm' }] }), ...placed }, store, values, 30);
  expect(asked.map(({ path, parameters }) => [path, parameters.get('time')])).toEqual([['/api/v1/query', String(END_S)]]);
  expect(series[0]).toEqual({
    name: 'm{node="a", instance="host-a"}',
    refId: 'A',
    labels: { __name__: 'm', node: 'a', instance: 'host-a' },
    points: [[END_S, 1]],
  });
});

test('a refused query is named', async () => {
  const store = new Store(url, { endS: END_S, rangeS: 3600 });
  const panel = { ...stat({ ...parts, queries: [{ expr: 'wrong' }] }), ...placed };
  await expect(dataOf(panel, store, values, 30)).rejects.toThrow(
    `panel "Title", query A: ${url}/api/v1/query: 422 {"status":"error","error":"cannot parse"}\nwrong`,
  );
});

test('values of labels are those of the range', async () => {
  expect(await new Store(url, { endS: 7200, rangeS: 3600 }).labelValues('up{a="b"}', 'node')).toEqual(['one', 'two']);
  expect(asked.map(({ path, parameters }) => [path, parameters.get('match[]'), parameters.get('start'), parameters.get('end')])).toEqual([
    ['/api/v1/label/node/values', 'up{a="b"}', '3600', '7200'],
  ]);
});

describe('npm run pictures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (...args: readonly string[]) =>
    new Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>((resolve) => {
      execFile(process.execPath, ['scripts/run.mjs', 'scripts/pictures.ts', ...args], { cwd: ROOT }, (error, stdout, stderr) => {
        resolve({ code: Number(error?.code ?? 0), stdout, stderr });
      });
    });

  test('draws a chosen dashboard with chosen values of a chosen time', async () => {
    const { code, stdout, stderr } = await run(
      ...['--store', `${url}/`, '--out', folder, '--only', 'workers-stats', '--at', '2026-01-31T12:00:00Z', '--range', '15m'],
      ...['--var', 'worker=worker-3'],
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/workers-stats\.svg: \d+ kB, \d+ panels, 0 without data/);
    const svg = readFileSync(join(folder, 'workers-stats.svg'), 'utf8');
    expect(faultsOf(svg)).toEqual([]);
    expect(svg).toContain('>15 minutes until 2026-01-31 12:00 UTC<');
    expect(svg).toContain('>worker-3<');
    // the host comes from the answer to the query of the variable
    expect(svg).toContain('>host-a<');
    expect(asked.some(({ parameters }) => parameters.get('query')?.includes('node_name="worker-3"'))).toBe(true);
    expect(asked.filter(({ parameters }) => /\$[a-z_]/.test(parameters.get('query') ?? ''))).toEqual([]);
  }, 60_000);

  test.each([
    ['no store', ['--out', folder]],
    ['a dashboard that is none', ['--store', 'http://127.0.0.1:1', '--only', 'workers']],
    ['a time that is none', ['--store', 'http://127.0.0.1:1', '--at', 'noon']],
    ['a variable without a value', ['--store', 'http://127.0.0.1:1', '--var', 'worker']],
  ])(
    'says how it is used when it gets %s',
    async (_, args) => {
      const { code, stderr } = await run(...args);
      expect(code).toBe(1);
      expect(stderr).toMatch(/^usage: npm run pictures -- --store URL/);
    },
    60_000,
  );
});

test('what is no XML is noticed', () => {
  expect(faultsOf('<svg a="b"><text>a &amp; b</text><path d="M0 0"/></svg>')).toEqual([]);
  expect(faultsOf('<svg><text>a & b</svg>')).not.toEqual([]);
  expect(faultsOf('<svg>a < b</svg>')).not.toEqual([]);
  expect(faultsOf('<svg>')).toEqual(['svg has no end']);
});

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command, commandWith } from './support';

let work: string;
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'cli-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function cluster(name: string, text: string): string {
  const file = join(work, name);
  writeFileSync(file, text);
  return file;
}

test('help lists every verb with what it does, and the exit codes', async () => {
  const { code, out } = await command('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/synth .*render manifests/);
  expect(out).toMatch(/check .*run all checks/);
  expect(out).toMatch(/explain .*a metric, a scrape or a panel/);
  expect(out).toMatch(/schema .*JSON Schema/);
  expect(out).toMatch(/verify .*running cluster/);
  expect(out).toContain('Exit codes: 0 all is well');
});

test('the version is that of the package', async () => {
  expect(await command('--version')).toEqual({ code: 0, out: '1.2.3\n', err: '' });
});

test('an unknown verb or option is wrong usage, and says which one is near', async () => {
  const verb = await command('chek');
  expect(verb.code).toBe(2);
  expect(verb.err).toContain('Did you mean check?');
  const option = await command('check', '--strikt');
  expect(option.code).toBe(2);
  expect(option.err).toContain('--strict');
});

describe('check', () => {
  const good = () => cluster('good.yaml', 'cluster: good\ngrafana:\n  dashboards: []\n');

  test('says of each cluster what was checked, and writes nothing', async () => {
    const { code, out, err } = await command('check', good());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ok good: \d+ objects pass \d+ checks\n$/);
  });

  test('with --json it is one document for programs, on either side of the verb', async () => {
    for (const args of [
      ['check', '--json', good()],
      ['--json', 'check', good()],
    ]) {
      const { clusters } = JSON.parse((await command(...args)).out);
      expect(clusters).toEqual([expect.objectContaining({ cluster: 'good', file: good(), warnings: [] })]);
      expect(clusters[0].checks).toContain('query-contract');
    }
  });

  test('what is wrong is told with its place, as text or as JSON, and the exit code says so', async () => {
    const bad = cluster('bad.yaml', 'cluster: bad\nslurmClustr: x\n');
    const text = await command('check', bad);
    expect(text).toEqual({ code: 1, out: '', err: expect.stringMatching(/bad\.yaml:2:1: slurmClustr: got .*slurmCluster/) });
    const { code, out } = await command('check', '--json', bad);
    expect(code).toBe(1);
    expect(JSON.parse(out).problems).toEqual([expect.objectContaining({ file: bad, line: 2, column: 1, path: 'slurmClustr' })]);
  });

  test('problems of checks come with their place, too', async () => {
    const bad = cluster('dedup.yaml', 'cluster: bad\ngrafana:\n  dashboards: []\nvmSingle:\n  dedupInterval: 5m\n');
    const { code, out } = await command('check', '--json', bad);
    expect(code).toBe(1);
    expect(JSON.parse(out).problems[0]).toMatchObject({ file: bad, message: expect.stringContaining('dedup-interval') });
  });

  test('warnings stop it when they are asked to', async () => {
    const warned = cluster(
      'warned.yaml',
      'cluster: warned\ngrafana:\n  dashboards: []\npublicEndpointEnabled: true\nnebiusCloud: { region: eu-north1, projectId: project-a }\n',
    );
    const mute = jest.spyOn(console, 'error').mockImplementation(() => undefined);
    try {
      const { clusters } = JSON.parse((await command('check', '--json', warned)).out);
      expect(clusters[0].warnings).not.toEqual([]);
      expect((await command('check', '--strict', warned)).code).toBe(1);
    } finally {
      mute.mockRestore();
    }
  });

  test('a file that is not there is wrong usage', async () => {
    expect(await command('check', join(work, 'none.yaml'))).toEqual({ code: 2, out: '', err: expect.stringContaining('no such file') });
  });
});

describe('synth', () => {
  test('writes all clusters or none', async () => {
    mkdirSync(join(work, 'two'));
    const text = 'grafana:\n  dashboards: []\n';
    cluster('two/a.yaml', `cluster: alpha\n${text}`);
    cluster('two/b.yaml', `cluster: beta\n${text}`);
    const output = join(work, 'out');
    const { code, out } = await command('synth', join(work, 'two'), '--output', output, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).clusters.map((one: { cluster: string }) => one.cluster)).toEqual(['alpha', 'beta']);
    expect(readdirSync(output)).toEqual(['alpha', 'beta']);
    cluster('two/c.yaml', 'cluster: Gamma\n');
    expect((await command('synth', join(work, 'two'), '--output', output)).code).toBe(1);
    expect(readdirSync(output)).toEqual(['alpha', 'beta']);
  });
});

test('schema prints what editors check cluster files with', async () => {
  expect(JSON.parse((await command('schema')).out)).toMatchObject({ type: 'object', properties: { cluster: {} } });
});

describe('on a terminal', () => {
  const file = () => cluster('tty.yaml', 'cluster: tty\ngrafana:\n  dashboards: []\n');

  test('there is colour and progress', async () => {
    const { out, err } = await commandWith({ isTTY: true }, 'check', file());
    expect(out).toContain('\u001b[32mok');
    expect(err).toContain('checking 1 cluster');
    expect(err.endsWith('\r\u001b[K')).toBe(true);
  });

  test('there is no colour where the environment forbids it, nor on a pipe', async () => {
    expect((await commandWith({ isTTY: true, env: { NO_COLOR: '1' } }, 'check', file())).out).not.toContain('\u001b[');
    expect(await commandWith({ isTTY: false }, 'check', file())).toMatchObject({ err: '', out: expect.not.stringContaining('\u001b[') });
  });
});

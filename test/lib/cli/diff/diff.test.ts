import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { command } from '../support';

const BASE = 'cluster: soperator\ngrafana:\n  dashboards: []\n';
const FASTER = `${BASE}nodeExporter:\n  scrapeInterval: 20s\n`;

let work: string;
let base: string;
let faster: string;
let rendered: { readonly [name in 'base' | 'faster' | 'standalone' | 'remote' | 'renamed']: string };

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'diff-'));
  base = write('base.yaml', BASE);
  faster = write('faster.yaml', FASTER);
  const synth = async (name: string, from: string) => {
    await command('synth', from, '--output', join(work, 'out', name));
    return join(work, 'out', name);
  };
  rendered = {
    base: await synth('base', base),
    faster: await synth('faster', faster),
    standalone: await synth('standalone', write('standalone.yaml', `${BASE}mode: standalone\n`)),
    remote: await synth('remote', write('remote.yaml', `${BASE}remoteWrite:\n  - { url: "https://w.example/a_b_c" }\n`)),
    renamed: await synth('renamed', write('renamed.yaml', BASE.replace('soperator', 'prod'))),
  };
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function write(name: string, text: string): string {
  const file = join(work, name);
  writeFileSync(file, text);
  return file;
}

describe('what is the same', () => {
  test.each(['text', 'markdown'])('is nothing as %s', async (format) => {
    expect(await command('diff', base, base, '--format', format, '--exit-code')).toEqual({ code: 0, out: '', err: '' });
  });

  test('is no cluster as JSON, by either option', async () => {
    for (const options of [['--json'], ['--format', 'json'], ['--format=json']]) {
      const { code, out } = await command('diff', base, base, ...options);
      expect({ code, json: JSON.parse(out) }).toEqual({ code: 0, json: { old: base, new: base, differs: false, clusters: [] } });
    }
  });

  test('is a file and what was rendered of it', async () => {
    expect(await command('diff', base, rendered.base)).toEqual({ code: 0, out: '', err: '' });
    expect(await command('diff', join(rendered.base, 'soperator'), base)).toEqual({ code: 0, out: '', err: '' });
  });

  test('is a file with another comment', async () => {
    expect(await command('diff', base, write('comment.yaml', `# said\n${BASE}`))).toEqual({ code: 0, out: '', err: '' });
  });
});

describe('a difference', () => {
  test('is exit code 0, and 1 where that is asked for', async () => {
    expect((await command('diff', rendered.base, rendered.faster)).code).toBe(0);
    expect((await command('diff', rendered.base, rendered.faster, '--exit-code')).code).toBe(1);
    expect((await command('diff', rendered.base, rendered.base, '--exit-code')).code).toBe(0);
  });

  test('as JSON has every part, those without a difference as empty lists', async () => {
    const { differs, clusters } = JSON.parse((await command('diff', base, faster, '--json')).out);
    expect(differs).toBe(true);
    expect(clusters).toEqual([
      {
        cluster: 'soperator',
        change: 'changed',
        warnings: [],
        targets: [expect.objectContaining({ change: 'changed', name: 'node-exporter', job: 'node-exporter' })],
        destinations: [],
        series: expect.objectContaining({ active: { old: expect.any(Number), new: expect.any(Number) }, metrics: [], labels: [] }),
        permissions: [],
        objects: expect.arrayContaining([expect.objectContaining({ change: 'changed', kind: 'VMPodScrape', name: 'node-exporter' })]),
        dashboards: [],
        checks: [],
      },
    ]);
    expect(clusters[0].targets[0].fields).toContainEqual({ field: 'interval', old: '30s', new: '20s' });
  });

  test('as Markdown has headings, and nothing that Markdown would make something of', async () => {
    const { out } = await command('diff', rendered.base, rendered.remote, '--format', 'markdown');
    expect(out).toMatch(/^### soperator\n\n#### Watch out\n\n/);
    expect(out).toContain(
      '- **egress** destination w.example: samples go to https://w.example/a\\_b\\_c from now on, without a credential',
    );
  });

  test('tells of warnings of checks that come', async () => {
    const cloud = `${BASE}publicEndpointEnabled: true\nnebiusCloud: { region: eu-north1, projectId: project-a }\n`;
    const { out, err } = await command('diff', base, write('cloud.yaml', cloud));
    expect(err).toBe('');
    expect(out).toMatch(/\n {2}Checks\n {4}\+ \[VMAgent\/VMAgent\] .*\(pod-security\)\n$/);
  });
});

describe('rendered manifests', () => {
  test('tell of targets and objects, and say that they do not tell of series', async () => {
    const { out } = await command('diff', rendered.base, rendered.faster);
    expect(out).toContain('  Targets\n    ~ node-exporter: interval 30s -> 20s\n');
    expect(out).toContain('  Series\n    not compared: manifests do not say which metrics a target has');
    expect(out).toContain('spec.podMetricsEndpoints[metrics /metrics].interval: 30s -> 20s');
  });

  test('of both modes have the same targets, but for the operator itself', async () => {
    const [cluster] = JSON.parse((await command('diff', rendered.base, rendered.standalone, '--json')).out).clusters;
    expect(cluster.targets.map(({ change, name }: { change: string; name: string }) => `${change} ${name}`)).toEqual([
      'removed vm-operator',
    ]);
    expect(cluster.warnings[0]).toMatchObject({ danger: 'steps', subject: 'mode standalone' });
  });
});

describe('several clusters', () => {
  test('are compared by name, and those that come or go are told as a whole', async () => {
    const folder = (name: string, clusters: readonly string[]) => {
      mkdirSync(join(work, name));
      for (const cluster of clusters) write(join(name, `${cluster}.yaml`), BASE.replace('soperator', cluster));
      return join(work, name);
    };
    const { out } = await command('diff', folder('old', ['a', 'b']), folder('new', ['b', 'c']));
    expect(out).toMatch(
      /^a\n {2}Watch out\n[\s\S]*? {2}Cluster\n {4}- a: \d+ targets, \d+ objects, 0 dashboards\n\nc\n {2}Cluster\n {4}\+ c: \d+ targets/,
    );
    expect(out).not.toMatch(/^b$/m);
  });

  test('one that gets another name is compared with itself', async () => {
    const { out } = await command('diff', rendered.base, rendered.renamed);
    expect(out).toContain('! labels: cluster prod: label cluster changes from soperator to prod on every series');
    expect(out).not.toContain('soperator-metrics/cluster');
  });
});

describe('revisions of git', () => {
  let repository: string;
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: repository, stdio: 'pipe' });
  beforeAll(() => {
    repository = join(work, 'repository');
    mkdirSync(join(repository, 'clusters'), { recursive: true });
    writeFileSync(join(repository, 'clusters', 'eu.yaml'), BASE);
    mkdirSync(join(repository, 'rendered'));
    const manifest = (a: string) =>
      `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n  namespace: ns\n  labels: { soperator-metrics/cluster: eu }\ndata: { a: "${a}" }\n`;
    writeFileSync(join(repository, 'rendered', '30-pipeline.yaml'), manifest('1'));
    git('init', '--quiet', '--initial-branch=main');
    git('add', '.');
    git('commit', '--quiet', '-m', 'first');
    writeFileSync(join(repository, 'clusters', 'eu.yaml'), FASTER);
    writeFileSync(join(repository, 'rendered', '30-pipeline.yaml'), manifest('2'));
  });
  /** Runs the command inside the repository. */
  const inside = async (...args: readonly string[]) => {
    const cwd = jest.spyOn(process, 'cwd').mockReturnValue(repository);
    try {
      return await command(...args);
    } finally {
      cwd.mockRestore();
    }
  };

  test('--git compares a file or a folder with what it was', async () => {
    expect((await command('diff', '--git', 'main', join(repository, 'clusters'))).out).toContain('~ node-exporter: interval 30s -> 20s');
    expect((await command('diff', '--git', 'main', join(repository, 'rendered', '30-pipeline.yaml'))).out).toContain('data.a: 1 -> 2');
  });

  test('REVISION:PATH is a path from the root of the repository', async () => {
    expect((await inside('diff', 'main:rendered', join(repository, 'rendered'))).out).toContain('data.a: 1 -> 2');
    expect(await inside('diff', 'main:clusters/eu.yaml', base)).toEqual({ code: 0, out: '', err: '' });
  });

  test('what is not there is wrong usage, and says what git says', async () => {
    const { code, err } = await inside('diff', 'main:clusters/us.yaml', base);
    expect(code).toBe(2);
    expect(err).toMatch(
      /^main:clusters\/us\.yaml: git has no such file or folder \(path 'clusters\/us\.yaml' does not exist in 'main'\), expected/,
    );
    expect((await inside('diff', 'nowhere:clusters/eu.yaml', base)).code).toBe(2);
  });

  test('a revision is never an option of git', async () => {
    const { code, err } = await inside('diff', '--git=--output=x', join(repository, 'clusters', 'eu.yaml'));
    expect(code).toBe(2);
    expect(err).toContain('got the revision --output=x, expected a branch, tag or commit');
  });
});

describe('wrong usage', () => {
  test('a format that there is not', async () => {
    const { code, err } = await command('diff', base, base, '--format', 'xml');
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are text, markdown, json');
  });

  test('one operand without a revision, or two with one', async () => {
    expect(await command('diff', base)).toEqual({
      code: 2,
      out: '',
      err: `diff: got ${base} alone, expected OLD and NEW; write both, or --git REVISION ${base} to compare with what it was\n`,
    });
    expect((await command('diff', base, faster, '--git', 'main')).code).toBe(2);
  });

  test('a place that is not there, or holds nothing to compare', async () => {
    const { code, err } = await command('diff', join(work, 'none.yaml'), base);
    expect(code).toBe(2);
    expect(err).toContain('none.yaml: no such file or folder, expected a cluster file');
    mkdirSync(join(work, 'empty'));
    expect((await command('diff', base, join(work, 'empty'))).err).toContain('empty: got no YAML, expected a cluster file');
  });

  test('a cluster that cannot be rendered is told with its place', async () => {
    const { code, err } = await command('diff', base, write('bad.yaml', `${BASE}slurmClustr: x\n`));
    expect(code).toBe(1);
    expect(err).toMatch(/bad\.yaml:4:1: slurmClustr: got/);
  });

  test('two files of one cluster, which could not be told apart', async () => {
    mkdirSync(join(work, 'twice'));
    write('twice/a.yaml', BASE);
    write('twice/b.yaml', BASE);
    expect((await command('diff', join(work, 'twice'), base)).err).toContain('got the cluster soperator a second time');
  });
});

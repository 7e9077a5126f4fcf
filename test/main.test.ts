import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BAD_INPUTS } from './lib/config/bad-inputs';

const ROOT = join(__dirname, '..');
const CLI = join(ROOT, 'node_modules', 'cdk8s-cli', 'bin', 'cdk8s');
let work: string;
/** What the program makes of the default cluster, as several tests compare it with. */
let ofDefault: string;
let ranDefault: ReturnType<typeof synth>;

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'main-'));
  ofDefault = join(work, 'out');
  ranDefault = synth(join(ROOT, 'pipeline.yaml'), '--output', ofDefault);
});
afterAll(() => rmSync(join(ofDefault, '..'), { recursive: true, force: true }));
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'main-'));
});
afterEach(() => rmSync(work, { recursive: true, force: true }));

/** Runs the program as `npm run synth` does. */
function synth(...args: string[]): { readonly status: number | null; readonly errors: string } {
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts', 'run.mjs'), join(ROOT, 'main.ts'), ...args], {
    encoding: 'utf8',
    cwd: work,
  });
  return { status, errors: stderr };
}

function cluster(name: string, content: string): string {
  const file = join(work, name);
  writeFileSync(file, content);
  return file;
}

/** Every file below a folder, with its content. */
function contents(folder: string): { readonly [file: string]: string } {
  return Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
      .sort()
      .map((file) => [file.slice(folder.length + 1), readFileSync(file, 'utf8')]),
  );
}

test('renders one folder a cluster with files in the order in which they are applied', () => {
  expect(ranDefault).toEqual({ status: 0, errors: '' });
  expect(Object.keys(contents(ofDefault))).toEqual([
    'soperator/00-crds.yaml',
    'soperator/10-namespaces.yaml',
    'soperator/20-operator.yaml',
    'soperator/30-pipeline.yaml',
  ]);
  expect(readFileSync(join(ofDefault, 'soperator', '00-crds.yaml'))).toEqual(
    readFileSync(join(ROOT, 'crds', 'operator.victoriametrics.com-v0.74.1.yaml')),
  );
});

test('renders a folder of cluster files, each to its own folder', () => {
  mkdirSync(join(work, 'clusters'));
  cluster('clusters/a.yaml', 'cluster: alpha\n');
  cluster('clusters/b.yaml', 'cluster: beta\nplatform: soperator\n');
  expect(synth('clusters', '--output', 'out').status).toBe(0);
  expect(readdirSync(join(work, 'out'))).toEqual(['alpha', 'beta']);
  expect(readdirSync(join(work, 'out', 'beta'))).not.toContain('00-crds.yaml');
});

test('cdk8s synth writes the same bytes as npm run synth', () => {
  const run = spawnSync(process.execPath, [CLI, 'synth', '--check-upgrade=false', '--output', join(work, 'cli')], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect({ status: run.status, errors: run.stderr }).toEqual({ status: 0, errors: '' });
  expect(contents(join(work, 'cli'))).toEqual(contents(ofDefault));
});

test('what a former run found out of its pipeline is not taken for true of another one', () => {
  const rule = '{ why: nobody reads them, action: drop, sourceLabels: [__name__], regex: storage_operation_.+ }';
  const good = cluster('good.yaml', 'cluster: prod\n');
  const bad = cluster('bad.yaml', `cluster: prod\nkubelet:\n  metricRelabelConfigs:\n    - ${rule}\n`);
  expect(synth(good, '--output', 'first').status).toBe(0);
  expect(synth(good, '--output', 'second').status).toBe(0);
  expect(contents(join(work, 'second'))).toEqual(contents(join(work, 'first')));
  const { status, errors } = synth(bad, '--output', 'third');
  expect(status).toBe(1);
  expect(errors).toContain('the rule "nobody reads them" over the scrape of kubelet-metrics drops it');
});

test('leaves the former output as it was when a cluster file is wrong', () => {
  cpSync(ofDefault, join(work, 'out'), { recursive: true });
  const before = contents(join(work, 'out'));
  const bad = cluster('bad.yaml', 'cluster: soperator\nslurmClustr: 3\n');
  expect(synth(bad, '--output', 'out')).toEqual({
    status: 1,
    errors: expect.stringMatching(/bad\.yaml:2:1: slurmClustr: .*slurmCluster[\s\S]*nothing was written/),
  });
  expect(contents(join(work, 'out'))).toEqual(before);
  expect(readdirSync(work).filter((name) => name.startsWith('.'))).toEqual([]);
});

test('writes nothing when one of several cluster files is wrong, and names it', () => {
  mkdirSync(join(work, 'clusters'));
  cluster('clusters/a.yaml', 'cluster: alpha\n');
  cluster('clusters/b.yaml', 'cluster: Beta\n');
  const { status, errors } = synth('clusters', '--output', 'out');
  expect(status).toBe(1);
  expect(errors).toContain('clusters/b.yaml:1:10: cluster:');
  expect(errors).not.toContain('a.yaml');
  expect(existsSync(join(work, 'out'))).toBe(false);
});

test('writes nothing when a check refuses the tree, and says which', () => {
  const file = cluster('exposed.yaml', 'cluster: prod\nvmSingle:\n  dedupInterval: 5m\n');
  const { status, errors } = synth(file, '--output', 'out');
  expect(status).toBe(1);
  expect(errors).toContain('dedup');
  expect(existsSync(join(work, 'out'))).toBe(false);
});

test('refuses an output folder that holds files of somebody else', () => {
  mkdirSync(join(work, 'home', 'photos'), { recursive: true });
  writeFileSync(join(work, 'home', 'photos', 'cat.jpg'), '');
  const { status, errors } = synth(cluster('good.yaml', 'cluster: prod\n'), '--output', 'home');
  expect(status).toBe(1);
  expect(errors).toContain('photos/cat.jpg');
  expect(existsSync(join(work, 'home', 'photos', 'cat.jpg'))).toBe(true);
});

test('a copy of the project in another folder renders the same bytes', () => {
  const copy = join(work, 'copy');
  for (const part of ['charts', 'crds', 'imports', 'lib', 'main.ts', 'package-lock.json', 'package.json', 'pipeline.yaml', 'scripts']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  }
  const link = spawnSync('ln', ['-s', join(ROOT, 'node_modules'), join(copy, 'node_modules')]);
  expect(link.status).toBe(0);
  const run = spawnSync(process.execPath, ['scripts/run.mjs', 'main.ts'], { cwd: copy, encoding: 'utf8' });
  expect({ status: run.status, errors: run.stderr }).toEqual({ status: 0, errors: '' });
  expect(contents(join(copy, 'dist'))).toEqual(contents(ofDefault));
});

test('no bad input leaves output behind, alone or among others, and every one is named', () => {
  const bad = Object.values(BAD_INPUTS).flat();
  expect(bad.length).toBeGreaterThanOrEqual(60);
  mkdirSync(join(work, 'clusters'));
  for (const [index, { yaml }] of bad.entries()) cluster(`clusters/bad-${index}.yaml`, yaml.join('\n'));
  cluster('clusters/good.yaml', 'cluster: good\n');
  const { status, errors } = synth('clusters', '--output', 'out');
  expect(status).toBe(1);
  expect(bad.filter((_, index) => !errors.includes(`clusters/bad-${index}.yaml:`)).map(({ of }) => of)).toEqual([]);
  expect(errors).not.toContain('good.yaml:');
  expect(existsSync(join(work, 'out'))).toBe(false);
});

test.each([
  [['--outptu', 'out'], "Unknown option '--outptu'"],
  [['a.yaml', 'b.yaml'], 'got b.yaml after a.yaml, expected one cluster file or one folder of them'],
])('fails for the arguments %j without a stack trace', (args, message) => {
  const { status, errors } = synth(...args);
  expect(status).toBe(1);
  expect(errors).toContain(message);
  expect(errors).not.toContain('    at ');
});

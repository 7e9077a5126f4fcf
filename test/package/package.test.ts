import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { writeCharts } from '../lib/outputs/terraform/support';
import { contents, docsBlock, Foreign, KINDS, ROOT, type Run, run, STRICT, succeed } from './support';

/** The package may grow up to here. Raise a number with a reason in the commit: whoever installs the package pays for it. */
const LIMITS = { packed: 650_000, unpacked: 3_800_000, dependencies: 13, installed: 19 };

// what takes long is counted apart: whole programs run here, two at a time
jest.setTimeout(60_000);

const CLEAN: Run = { status: 0, output: '', errors: '' };
const MANIFESTS = ['10-namespaces.yaml', '20-operator.yaml', '30-pipeline.yaml'];

let foreign: Foreign;
let work: string;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'sources-'));
  foreign = await Foreign.install();
  const compiled = await Promise.all(KINDS.map((kind) => foreign.compile(foreign.app(kind, kind, STRICT))));
  expect(compiled).toEqual([CLEAN, CLEAN]);
}, 300_000);
afterAll(() => {
  for (const folder of [work, foreign?.folder]) if (folder) rmSync(folder, { recursive: true, force: true });
});

const known = new Map<string, Promise<string>>();

/** Runs a program of `app` in the repository, from the sources; each once. */
function fromSources(program: string, ...args: readonly string[]): Promise<string> {
  const key = [program, ...args].join(' ');
  const before = known.get(key);
  if (before) return before;
  const source = join(ROOT, 'test', 'package', 'app', `${program}.ts`);
  const ran = succeed(work, process.execPath, join(ROOT, 'scripts', 'run.mjs'), source, ...args);
  known.set(key, ran);
  return ran;
}

/** What `npm run synth` writes. */
async function synthesised(): Promise<{ readonly [file: string]: string }> {
  const folder = join(work, 'synth');
  if (!existsSync(folder)) await succeed(ROOT, process.execPath, 'scripts/run.mjs', 'main.ts', '--output', folder);
  return contents(folder);
}

/** Runs a compiled program of an app. */
const inApp = (kind: string, program: string, ...args: readonly string[]) =>
  succeed(join(foreign.folder, kind), process.execPath, join('out', `${program}.js`), ...args);

/** Objects of YAML texts, by kind and name. */
function objects(texts: { readonly [file: string]: string }): { readonly [name: string]: unknown } {
  const all = Object.values(texts).flatMap((text) => parseAllDocuments(text).map((document) => document.toJS()));
  return Object.fromEntries(all.map((object) => [`${object.kind} ${object.metadata.namespace}/${object.metadata.name}`, object]));
}

describe('the package', () => {
  test('is small, and holds code, types and data alone', () => {
    const { size, unpackedSize, files } = foreign.packed;
    expect(files.map(({ path }) => path).sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'build/bin.js',
      'build/index.d.mts',
      'build/index.d.ts',
      'build/index.js',
      'build/index.mjs',
      'build/library.js',
      'build/node10.d.ts',
      'build/terraform.d.mts',
      'build/terraform.d.ts',
      'build/terraform.js',
      'build/terraform.mjs',
      'build/verbs.js',
      'crds/operator.victoriametrics.com-v0.74.1.yaml',
      'package.json',
      'pipeline.schema.json',
      'pipeline.yaml',
    ]);
    expect(size).toBeLessThan(LIMITS.packed);
    expect(unpackedSize).toBeLessThan(LIMITS.unpacked);
  });

  test('depends on what its code and its types name, and on nothing else', () => {
    const read = (...path: readonly string[]) => readFileSync(foreign.installed(...path), 'utf8');
    const { dependencies, peerDependencies, peerDependenciesMeta } = JSON.parse(read('soperator-metrics', 'package.json'));
    const code = ['library.js', 'bin.js', 'terraform.js']
      .flatMap((file) => [...read('soperator-metrics', 'build', file).matchAll(/\brequire\("([^"]+)"\)/g)].map(([, name = '']) => name))
      .filter((name) => !name.startsWith('./'));
    const types = ['index.d.ts', 'terraform.d.ts'].flatMap((file) =>
      [...read('soperator-metrics', 'build', file).matchAll(/^import .* from '([^']+)';$/gm)].map(([, name = '']) => name),
    );
    const packages = [...code, ...types]
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter((name) => !name.startsWith('node:') && !builtinModules.includes(name));
    // what a dependency expects to find beside it, and not every installer brings
    const beside = Object.keys(JSON.parse(read('@prometheus-io', 'lezer-promql', 'package.json')).peerDependencies);
    const declared = [...Object.keys(dependencies), ...Object.keys(peerDependencies)];
    expect(declared.sort()).toEqual([...new Set([...packages, ...beside])].sort());
    expect(Object.keys(peerDependencies)).toEqual(['@cdktf/provider-helm', 'cdk8s', 'cdk8s-plus-28', 'cdktf', 'constructs']);
    expect(peerDependenciesMeta).toEqual({ '@cdktf/provider-helm': { optional: true }, cdktf: { optional: true } });
    expect(Object.keys(dependencies).length).toBeLessThanOrEqual(LIMITS.dependencies);
  });

  test('brings few packages with it, and one of each that apps use, too', () => {
    const { packages } = JSON.parse(readFileSync(foreign.installed('.package-lock.json'), 'utf8'));
    const others = ['typescript', '@types/node', 'undici-types', 'soperator-metrics'];
    const own = Object.entries<{ readonly inBundle?: boolean }>(packages)
      // cdk8s has some inside its own package
      .filter(([, { inBundle }]) => !inBundle)
      .map(([path]) => path.replace(/^node_modules\//, ''))
      .filter((name) => !others.includes(name));
    expect(own.filter((name) => name.includes('node_modules/'))).toEqual([]);
    expect(own).toEqual(expect.arrayContaining(['cdk8s', 'cdk8s-plus-28', 'constructs']));
    expect(own.filter((name) => name.includes('cdktf'))).toEqual([]);
    expect(own.length).toBeLessThanOrEqual(LIMITS.installed);
  });
});

describe('types', () => {
  test.each(KINDS)('compile in a strict app of type %s that checks libraries, with the newest compiler, too', async (kind) => {
    expect(await foreign.check(join(foreign.folder, kind))).toEqual(CLEAN);
  });

  test('compile in an app that cdk8s init makes, with TypeScript 5', async () => {
    const template = join(ROOT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app', 'tsconfig.json');
    const { compilerOptions } = JSON.parse(readFileSync(template, 'utf8'));
    expect(compilerOptions).not.toHaveProperty('skipLibCheck');
    const app = foreign.app('init', 'commonjs', compilerOptions);
    expect(await foreign.compile(app, '--outDir', 'out')).toEqual(CLEAN);
  });

  test('refuse what a program cannot mean', async () => {
    const app = foreign.app('wrong', 'module', STRICT, {
      'wrong.ts':
        "import type { MetricsPipelineProps } from 'soperator-metrics';\n\nexport const props: MetricsPipelineProps = { cluster: 3 };\n",
    });
    const { status, output } = await foreign.check(app);
    expect(status).not.toBe(0);
    expect(output).toContain("wrong.ts(3,46): error TS2322: Type 'number' is not assignable to type 'string'.");
  });
});

test.each(KINDS)('the whole pipeline is what npm run synth writes, in an app of type %s', async (kind) => {
  const file = foreign.installed('soperator-metrics', 'pipeline.yaml');
  const [expected] = await Promise.all([synthesised(), inApp(kind, 'whole', 'whole', file)]);
  expect(Object.keys(expected)).toEqual(['00-crds.yaml', ...MANIFESTS].map((name) => `soperator/${name}`));
  expect(contents(join(foreign.folder, kind, 'whole', 'rendered'))).toEqual(expected);
  expect(contents(join(foreign.folder, kind, 'whole', 'of-file'))).toEqual(expected);
  const { 'soperator/00-crds.yaml': _, ...manifests } = expected;
  expect(objects(contents(join(foreign.folder, kind, 'whole', 'synth')))).toEqual(objects(manifests));
});

test.each(KINDS)('parts stand in a chart of an own app, of type %s', async (kind) => {
  const [output, expected] = await Promise.all([inApp(kind, 'single', 'single'), fromSources('single', 'single')]);
  expect(output).toBe(expected);
  expect(Object.keys(objects({ output }))).toContain('Deployment monitoring-system/vmsingle-metrics-victoria-metrics-k8s-stack');
  const charts = contents(join(foreign.folder, kind, 'single'));
  expect(charts).toEqual(contents(join(work, 'single')));
  expect(Object.keys(objects(charts))).toEqual(
    expect.arrayContaining(['DaemonSet monitoring/node-exporter', 'StatefulSet monitoring/vmagent-metrics']),
  );
});

test.each(KINDS)('an own source with its catalog and dashboard passes the checks, in an app of type %s', async (kind) => {
  const [output, expected] = await Promise.all([inApp(kind, 'own', 'license_seats'), fromSources('own', 'license_seats')]);
  expect(output).toBe(expected);
  expect(output).toContain('"readBy":["Licenses: Free seats"]');
});

test.each(KINDS)('checks and options fail with the same words as in the repository, in an app of type %s', async (kind) => {
  const [output, expected] = await Promise.all([inApp(kind, 'own', 'license_seat'), fromSources('own', 'license_seat')]);
  expect(output).toBe(expected);
  const finding =
    '[soperator/Grafana/Dashboard-licenses] dashboard "Licenses", panel "Free seats" at 1:19: got metric license_seat, ' +
    'expected a metric that a source exposes; write license_seats (query-contract)';
  expect(output.trimEnd().split('\n')).toEqual([
    `true ${finding}`,
    'Validation failed with the following errors:',
    `  [soperator] ${finding}`,
    'true [other/VMSingle] retentionPeriod: got "1h30m", expected a whole number of hours, at least 24; ' +
      'use Duration.days(30); the operator knows no months and no seconds',
  ]);
});

test('gives plain JavaScript the same classes by import and by require', async () => {
  const app = join(foreign.folder, 'module');
  const [required, imported] = await Promise.all(
    ['plain.cjs', 'plain.mjs'].map(async (file) => JSON.parse(await succeed(app, process.execPath, file))),
  );
  expect(imported).toEqual({ ...required, others: [] });
  expect(required.files).toEqual(MANIFESTS);
  expect(required.names).toEqual(expect.arrayContaining(['CRDS', 'MetricsPipeline', 'VMSingle', 'loadClusters', 'renderManifests']));
});

test('closes the way to its inner modules, which may change in any version', async () => {
  const { status, errors } = await run(foreign.folder, process.execPath, '-e', "require('soperator-metrics/build/index.js')");
  expect(status).toBe(1);
  expect(errors).toContain('ERR_PACKAGE_PATH_NOT_EXPORTED');
  expect(existsSync(foreign.installed('soperator-metrics', 'build', 'index.js'))).toBe(true);
});

describe('the entry point for Terraform', () => {
  const PROGRAMS = {
    'metrics.ts': docsBlock('docs/terraform.md', 'program: terraform'),
    'wrong.ts': `import { App, TerraformStack } from 'cdktf';
import { InvalidOptionError } from 'soperator-metrics';
import { MetricsPipelineReleases } from 'soperator-metrics/terraform';

try {
  new MetricsPipelineReleases(new TerraformStack(new App(), 'wrong'), 'Metrics', { charts: 'nowhere' });
} catch (error) {
  console.log(error instanceof InvalidOptionError);
}
`,
  };

  test('says what is missing where its packages are not installed', async () => {
    const { status, errors } = await run(foreign.folder, process.execPath, '-e', "require('soperator-metrics/terraform')");
    expect(status).toBe(1);
    expect(errors).toContain("Cannot find module '@cdktf/provider-helm'");
  });

  test('compiles and runs the program of its page in both kinds of apps, and throws the errors of the library', async () => {
    foreign.forTerraform();
    const apps = KINDS.map((kind) => foreign.app(join('terraform', kind), kind, STRICT, PROGRAMS));
    expect(await Promise.all(apps.map((app) => foreign.compile(app)))).toEqual([CLEAN, CLEAN]);
    const written = apps.map(async (app) => {
      writeCharts(join(app, 'charts', 'soperator'), 'operator', 'pipeline');
      const wrong = await succeed(app, process.execPath, join('out', 'wrong.js'));
      await succeed(app, process.execPath, join('out', 'metrics.js'));
      return { wrong, stack: readFileSync(join(app, 'cdktf.out', 'stacks', 'soperator', 'cdk.tf.json'), 'utf8') };
    });
    const [first, second] = await Promise.all(written);
    expect(first?.wrong).toBe('true\n');
    expect(second).toEqual(first);
    expect(first?.stack).toContain('"helm_release"');
  }, 120_000);

  test('has types for the newest compiler, and for TypeScript 5 in an app that cdk8s init makes', async () => {
    const template = join(ROOT, 'node_modules', 'cdk8s-cli', 'templates', 'typescript-app', 'tsconfig.json');
    const { compilerOptions } = JSON.parse(readFileSync(template, 'utf8'));
    const init = foreign.app(join('terraform', 'init'), 'commonjs', compilerOptions, PROGRAMS);
    const [newest, oldest] = await Promise.all([foreign.check(join(foreign.folder, 'terraform', 'module')), foreign.compile(init)]);
    expect(newest).toEqual(CLEAN);
    expect(oldest).toEqual(CLEAN);
  }, 120_000);
});

describe('the command', () => {
  const command = (...args: readonly string[]) =>
    run(foreign.folder, process.execPath, foreign.installed('.bin', 'soperator-metrics'), ...args);

  test('synth writes what npm run synth does', async () => {
    const file = foreign.installed('soperator-metrics', 'pipeline.yaml');
    const [expected, { status }] = await Promise.all([
      synthesised(),
      command('synth', file, '--output', join(foreign.folder, 'by-command')),
    ]);
    expect(status).toBe(0);
    expect(contents(join(foreign.folder, 'by-command'))).toEqual(expected);
  });

  test('tells what is wrong with its place, and by its exit code', async () => {
    const file = join(foreign.folder, 'wrong.yaml');
    writeFileSync(file, 'cluster: a\nmode: manual\n');
    expect(await command('check', file)).toEqual({
      status: 1,
      output: '',
      errors: expect.stringMatching(/wrong\.yaml:2:7: mode: got "manual"/),
    });
    expect((await command('explain', 'kubelet-cadvisor', foreign.installed('soperator-metrics', 'pipeline.yaml'))).status).toBe(0);
  });

  test('starts to help in at most twice the time of a program that does nothing', async () => {
    const times = { help: Number.POSITIVE_INFINITY, nothing: Number.POSITIVE_INFINITY };
    // the quickest of several, one after the other: whatever else the machine does only adds
    for (let round = 0; round < 9; round++) {
      for (const [name, go] of [
        ['help', () => command('--help')],
        ['nothing', () => run(foreign.folder, process.execPath, '-e', '0')],
      ] as const) {
        const began = performance.now();
        expect((await go()).status).toBe(0);
        times[name] = Math.min(times[name], performance.now() - began);
      }
    }
    expect(times.help / times.nothing).toBeLessThan(2);
  });
});

import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { dump, load, loadAll } from 'js-yaml';
import { type LoadedCluster, loadClusters } from '../../lib/config';
import { exportClusters, type RenderedCluster, renderClusters } from '../../lib/outputs';
import { program } from './support';

const ROOT = join(__dirname, '..', '..');
const OPTIONS = join(ROOT, 'test', 'cluster', 'support', 'options');
const KEEP = 'helm.sh/resource-policy';
const MAX_OUTPUT = 64 * 1024 ** 2;
jest.setTimeout(300_000);
/** Kinds that removing a release leaves alone. */
const KEPT = ['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim'];

/** What Helm's templates, and how it cuts manifests, would damage, if it looked. */
const HAZARDS = `cluster: hazards
patches:
  - kind: ConfigMap
    name: metrics-grafana-provisioning
    patch:
      - { op: add, path: /data/legend, value: '{{ instance }} {{- .Values.no }} {{/* no comment */}} \`{{ "}}" }}\` {{' }
      - { op: add, path: /data/nothing, value: 'a <no value> b, ü, and a line separator \u2028' }
      - { op: add, path: /data/zzz, value: "---\\n---\\nlast\\n\\n\\n" }
`;

interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly annotations?: { readonly [key: string]: string } };
}

const work = mkdtempSync(join(tmpdir(), 'helm-'));
const hazards = join(work, 'hazards.yaml');
writeFileSync(hazards, HAZARDS);
/** One for each way in which charts are divided, one with every option, and the hazards. */
const OPTION_FILES = ['everything', 'standalone', 'platform-soperator'].map((name) => join(OPTIONS, `${name}.yaml`));
const LOADED: readonly LoadedCluster[] = [join(ROOT, 'pipeline.yaml'), ...OPTION_FILES, hazards].flatMap((file) => loadClusters(file));

let helm: string;
let rendered: readonly RenderedCluster[];
const folder = join(work, 'out');

beforeAll(() => {
  helm = program('helm');
  rendered = renderClusters(LOADED, () => undefined);
  exportClusters(folder, 'helm', rendered);
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const ofCluster = (name: string) => rendered.find(({ cluster }) => cluster === name) as RenderedCluster;
const chartsOf = (name: string) => readdirSync(join(folder, name)).map((chart) => join(folder, name, chart));

function objectsOf(text: string): KubeObject[] {
  return (loadAll(text) as (KubeObject | null)[]).filter((object): object is KubeObject => object !== null);
}

/** What plain output has, definitions included. */
function plain({ crds, files }: RenderedCluster): KubeObject[] {
  return [...(crds === undefined ? [] : [readFileSync(crds, 'utf8')]), ...files.map(({ content }) => content)].flatMap(objectsOf);
}

/** What Helm makes of the charts of a cluster. */
function templated(name: string): KubeObject[] {
  return chartsOf(name).flatMap((chart) =>
    objectsOf(execFileSync(helm, ['template', 'release', chart, '--namespace', 'releases'], { encoding: 'utf8', maxBuffer: MAX_OUTPUT })),
  );
}

/** An object as plain output has it, with whether Helm is told to keep it. */
function withoutKeep(object: KubeObject): { readonly object: KubeObject; readonly isKept: boolean } {
  const { [KEEP]: policy, ...annotations } = object.metadata.annotations ?? {};
  const isEmpty = Object.keys(annotations).length === 0;
  const { annotations: _, ...metadata } = object.metadata;
  return {
    object: policy === undefined ? object : { ...object, metadata: isEmpty ? metadata : { ...metadata, annotations } },
    isKept: policy === 'keep',
  };
}

const inOrder = (objects: readonly object[]) => objects.map((object) => JSON.stringify(object, sortedKeys)).sort();
const sortedKeys = (_: string, value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

describe.each(LOADED.map(({ cluster }) => cluster))('the charts of cluster %s', (name) => {
  test('pass the strict lint', () => {
    for (const chart of chartsOf(name)) {
      const { status, stdout } = spawnSync(helm, ['lint', '--strict', '--quiet', chart], { encoding: 'utf8' });
      expect({ chart, status, stdout: status === 0 ? '' : stdout }).toEqual({ chart, status: 0, stdout: '' });
    }
  });

  test('give the objects of the plain output, each field of each, and keep what holds data', () => {
    const made = templated(name).map(withoutKeep);
    expect(inOrder(made.map(({ object }) => object))).toEqual(inOrder(plain(ofCluster(name))));
    expect(made.filter(({ object, isKept }) => isKept !== KEPT.includes(object.kind))).toEqual([]);
  });
});

test('a value is refused, because nothing would come of it', () => {
  const chart = join(folder, 'soperator', 'pipeline');
  const { status, stderr } = spawnSync(helm, ['template', 'release', chart, '--set', 'grafana.enabled=false'], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toMatch(/additional propert(y|ies) .?grafana.? (is )?not allowed/i);
});

describe('packed', () => {
  const packed = join(work, 'packed');
  const charts: { readonly chart: string; readonly name: string; readonly version: string }[] = [];
  const template = (...what: string[]) =>
    execFileSync(helm, ['template', 'release', ...what], { encoding: 'utf8', maxBuffer: MAX_OUTPUT, stdio: ['ignore', 'pipe', 'pipe'] });

  beforeAll(() => {
    mkdirSync(packed);
    for (const chart of chartsOf('soperator')) {
      const { name, version } = load(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as {
        readonly name: string;
        readonly version: string;
      };
      charts.push({ chart, name, version });
      execFileSync(helm, ['package', chart, '--destination', packed], { encoding: 'utf8' });
    }
  });

  test('charts have a name and a version of their own, and give the same as their folders', () => {
    expect(charts.map(({ name }) => name)).toEqual(['soperator-metrics-operator', 'soperator-metrics-pipeline']);
    for (const { chart, name, version } of charts) expect(template(join(packed, `${name}-${version}.tgz`))).toBe(template(chart));
  });

  test('charts go to a registry, and come back by their full version', async () => {
    const registry = await Registry.start(join(work, 'registry'));
    try {
      const place = `oci://${registry.host}/metrics/soperator`;
      for (const { chart, name, version } of charts) {
        execFileSync(helm, ['push', join(packed, `${name}-${version}.tgz`), place, '--plain-http'], { stdio: 'pipe' });
        expect(template(`${place}/${name}`, '--version', version, '--plain-http')).toBe(template(chart));
      }
    } finally {
      registry.stop();
    }
  });
});

/** A registry that holds nothing yet, on a port of its own. */
class Registry {
  static async start(folder: string): Promise<Registry> {
    mkdirSync(folder);
    const port = await freePort();
    const config = join(folder, 'config.yml');
    const content = {
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(folder, 'data') } },
      http: { addr: `127.0.0.1:${port}` },
    };
    writeFileSync(config, dump(content));
    const child = spawn(program('registry'), ['serve', config], { stdio: 'ignore' });
    const registry = new Registry(`127.0.0.1:${port}`, child);
    for (let tries = 0; tries < 300; tries += 1) {
      const isUp = await fetch(`http://${registry.host}/v2/`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (isUp) return registry;
      await pause(100);
    }
    registry.stop();
    throw new Error(`the registry does not answer at ${registry.host}`);
  }

  private constructor(
    readonly host: string,
    private readonly child: ChildProcess,
  ) {}

  stop(): void {
    this.child.kill();
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, fail) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : fail(new Error('no port'))));
    });
  });
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { type LoadedCluster, loadClusters } from '../../lib/config';
import { exportClusters, type RenderedCluster, renderClusters } from '../../lib/outputs';
import { program } from './support';

const ROOT = join(__dirname, '..', '..');
const OPTIONS = join(ROOT, 'test', 'cluster', 'support', 'options');
const KEEP = 'helm.sh/resource-policy';
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
const OPTION_FILES = readdirSync(OPTIONS).map((name) => join(OPTIONS, name));
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
    objectsOf(
      execFileSync(helm, ['template', 'release', chart, '--namespace', 'releases'], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 }),
    ),
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

test('charts are packed under a name and a version of their own, and give the same as their folders', () => {
  const packed = join(work, 'packed');
  mkdirSync(packed);
  for (const name of ['operator', 'pipeline']) {
    const chart = join(folder, 'soperator', name);
    const { version } = load(readFileSync(join(chart, 'Chart.yaml'), 'utf8')) as { readonly version: string };
    execFileSync(helm, ['package', chart, '--destination', packed], { encoding: 'utf8' });
    const template = (what: string) => execFileSync(helm, ['template', 'release', what], { encoding: 'utf8', maxBuffer: 64 * 1024 ** 2 });
    expect(template(join(packed, `soperator-metrics-${name}-${version}.tgz`))).toBe(template(chart));
  }
});

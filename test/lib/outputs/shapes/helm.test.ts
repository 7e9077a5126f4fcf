import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { load, loadAll } from 'js-yaml';
import { parseCluster } from '../../../../lib/config';
import { CRDS, MANIFEST_FILES, type RenderedCluster, renderClusters } from '../../../../lib/outputs';
import { helm } from '../../../../lib/outputs/shapes/helm';
import { RELEASE_BYTES, releaseBytes } from '../../../../lib/outputs/shapes/helm/release-size';
import { survivingHelm } from '../../../../lib/outputs/shapes/helm/surviving';

interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: { readonly [key: string]: string } };
}

const KEEP = 'helm.sh/resource-policy';
/** Kinds of the output that have no namespace. */
const OF_THE_CLUSTER = ['ClusterRole', 'ClusterRoleBinding', 'Namespace', 'PriorityClass'];

const rendered = (text: string): RenderedCluster =>
  renderClusters([parseCluster('cluster.yaml', `cluster: train\n${text}`)], () => undefined)[0] as RenderedCluster;
const charts = (cluster: RenderedCluster) => new Map([...helm.files(cluster, {})].map(([path, content]) => [path, String(content)]));
const objectsOf = (text = '') => loadAll(text) as KubeObject[];
const title = ({ kind, metadata }: KubeObject) => [kind, metadata.namespace, metadata.name].filter(Boolean).join(' ');
/** The objects of the manifests below a folder, without definitions, which take long to read. */
const objectsBelow = (files: ReadonlyMap<string, string>, folder: string) =>
  [...files].filter(([path]) => path.startsWith(`${folder}/manifests/`) && !path.includes('crds')).flatMap(([, text]) => objectsOf(text));

const USUAL = rendered('grafana: { storageSize: 1Gi }\n');
const usual = charts(USUAL);
const standalone = charts(rendered('mode: standalone\ngrafana: { dashboards: [grafana] }\n'));

describe('the charts', () => {
  test('are an operator and a pipeline', () => {
    expect([...usual.keys()].filter((path) => path.includes('manifests/'))).toEqual([
      'operator/manifests/00-crds.yaml',
      'operator/manifests/10-namespaces.yaml',
      'operator/manifests/20-operator.yaml',
      'pipeline/manifests/15-claims.yaml',
      'pipeline/manifests/30-pipeline.yaml',
    ]);
  });

  test('are a pipeline with the namespaces where there is no operator, or somebody else brings it', () => {
    const soperator = charts(rendered('platform: soperator\ngrafana: { dashboards: [grafana] }\n'));
    for (const files of [standalone, soperator]) {
      expect([...files.keys()].filter((path) => !path.startsWith('pipeline/'))).toEqual([]);
      expect(objectsOf(files.get('pipeline/manifests/10-namespaces.yaml')).map(title)).toContain('Namespace node-exporter-system');
    }
  });

  test('have the objects of the plain manifests, each once and unchanged but for what tells Helm to keep it', () => {
    const plain = USUAL.files.flatMap(({ content }) => objectsOf(content));
    const made = ['operator', 'pipeline'].flatMap((folder) => objectsBelow(usual, folder));
    const kept = made.filter(({ metadata }) => metadata.annotations?.[KEEP] === 'keep');
    expect(kept.map(title).sort()).toEqual([
      'Namespace monitoring-system',
      'Namespace node-exporter-system',
      'PersistentVolumeClaim monitoring-system metrics-grafana',
    ]);
    const unkept = made.map((object) => {
      if (!kept.includes(object)) return object;
      const { annotations, ...metadata } = object.metadata;
      return { ...object, metadata };
    });
    expect(new Map(unkept.map((object) => [title(object), object]))).toEqual(new Map(plain.map((object) => [title(object), object])));
    expect(made).toHaveLength(plain.length);
  });

  test('keep each definition, and leave its lines as they were published', () => {
    const line = `    ${KEEP}: keep\n`;
    const text = usual.get('operator/manifests/00-crds.yaml') ?? '';
    expect(text.replaceAll(line, '')).toBe(readFileSync(CRDS, 'utf8'));
    expect(text.split(line)).toHaveLength(text.split(/^kind: CustomResourceDefinition$/m).length);
  });

  test('name the namespace of every object, which would otherwise be that of the release', () => {
    const made = ['operator', 'pipeline'].flatMap((folder) => objectsBelow(usual, folder));
    const without = made.filter(({ kind, metadata }) => metadata.namespace === undefined && !OF_THE_CLUSTER.includes(kind));
    expect(without.map(title)).toEqual([]);
  });

  test('have no resource of a definition beside it: Helm asks for all kinds before it makes the first', () => {
    expect(objectsBelow(usual, 'operator').filter(({ apiVersion }) => apiVersion.includes('victoriametrics'))).toEqual([]);
  });

  test('say how to wait for what Helm does not know', () => {
    expect(usual.get('pipeline/templates/NOTES.txt')).toContain(
      "  kubectl wait -n monitoring-system --for=jsonpath='{.status.updateStatus}'=operational --timeout=5m " +
        'vmsingle/metrics-victoria-metrics-k8s-stack vmagent/metrics\n',
    );
    expect(standalone.get('pipeline/templates/NOTES.txt')).not.toContain('kubectl wait');
  });

  test('have the version of the package, and another one when their content is another', () => {
    const versionOf = (files: ReadonlyMap<string, string>, folder: string) =>
      (load(files.get(`${folder}/Chart.yaml`) ?? '') as { readonly version: string }).version;
    expect(versionOf(usual, 'pipeline')).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/);
    const made = (pipeline: string) =>
      charts({ ...USUAL, crds: undefined, files: [...first, { name: MANIFEST_FILES.pipeline, content: pipeline }] });
    const first = USUAL.files.filter(({ name }) => name !== MANIFEST_FILES.pipeline);
    const [one, again, other] = [made('kind: ConfigMap\n'), made('kind: ConfigMap\n'), made('kind: Secret\n')];
    expect(versionOf(again, 'pipeline')).toBe(versionOf(one, 'pipeline'));
    expect(versionOf(other, 'pipeline')).not.toBe(versionOf(one, 'pipeline'));
    expect(versionOf(other, 'operator')).toBe(versionOf(one, 'operator'));
  });
});

describe('a release', () => {
  test.each(['operator', 'pipeline'])('of the chart %s takes less than half of what there is room for', (folder) => {
    const files = [...usual]
      .filter(([path]) => path.startsWith(`${folder}/`))
      .map(([path, text]) => [path.slice(folder.length + 1), text] as const);
    const bytes = releaseBytes(new Map(files));
    expect(bytes).toBeGreaterThan(RELEASE_BYTES / 10);
    expect(bytes).toBeLessThan(RELEASE_BYTES / 2);
  });

  test('that does not fit is an error, with the chart and its size', () => {
    const noise = Array.from({ length: 18_000 }, (_, index) => createHash('sha256').update(String(index)).digest('hex')).join('\n  ');
    const files = [{ name: MANIFEST_FILES.pipeline, content: `kind: ConfigMap\ndata: |\n  ${noise}\n` }];
    expect(() => helm.files({ ...USUAL, files, crds: undefined }, {})).toThrow(
      /^\[train\] helm: got "pipeline: a release of \d+ KiB", expected at most 922 KiB a release, because Helm keeps each in one Secret, and a Secret holds 1024 KiB; show fewer dashboards, or export manifests$/,
    );
  });
});

describe('what Helm would damage', () => {
  const object = (data: object) => ({ kind: 'ConfigMap', data });
  const FINE = 'kind: ConfigMap\ndata:\n  a: |\n    {{ instance }}\n\n    ---\n';

  test('is nothing of braces, empty lines and dashes inside of a text', () => {
    expect(survivingHelm(`${FINE}---\n${FINE}`)).toBe(`${FINE}---\n${FINE}`);
  });

  test('is written as JSON, the same in all versions of YAML: empty lines at the end, and the text that Helm removes', () => {
    const damaged = 'kind: ConfigMap\ndata:\n  a: |+\n    x\n\n\n';
    const removed = 'kind: ConfigMap\ndata:\n  a: "b <no value> \\u2028 ü"\n';
    const text = survivingHelm(`${damaged}---\n${removed}---\n${FINE}`);
    expect(text).not.toContain('<no value>');
    expect(text).toMatch(/^[\n -~]*$/);
    expect(objectsOf(text)).toEqual([
      object({ a: 'x\n\n\n' }),
      object({ a: 'b <no value> \u2028 ü' }),
      object({ a: '{{ instance }}\n\n---\n' }),
    ]);
    const trimmed = text.split(/^---\n/m).map((document) => load(document.trim()));
    expect(trimmed.slice(0, 2)).toEqual(objectsOf(text).slice(0, 2));
  });
});

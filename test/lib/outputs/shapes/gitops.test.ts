import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { App } from 'cdk8s';
import { loadAll } from 'js-yaml';
import { MetricsPipeline, type MetricsPipelineProps, Mode, Platform } from '../../../../lib';
import { CRDS, MANIFEST_FILES, needsCrds, type RenderedCluster, renderManifests, SHAPES, type ShapeFiles } from '../../../../lib/outputs';
import { resolveSettings, settingsOf } from '../../../../lib/outputs/shapes/resolve-settings';
import { ARGOCD_SETTINGS, FLUX_SETTINGS } from '../../../../lib/outputs/shapes/settings';

interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: { readonly [key: string]: string } };
}
interface Kustomization extends KubeObject {
  readonly spec: {
    readonly path: string;
    readonly dependsOn?: readonly { readonly name: string }[];
    readonly [field: string]: unknown;
  };
}

function render(props: Partial<MetricsPipelineProps> = {}, cluster = 'prod'): RenderedCluster {
  const app = new App();
  const pipeline = new MetricsPipeline(app, cluster, { cluster, ...props });
  const warnings = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  const files = renderManifests(app);
  warnings.mockRestore();
  return { file: 'prod.yaml', cluster, app, pipeline, files, crds: needsCrds(app) ? CRDS : undefined };
}

const OPERATOR = render();
const STANDALONE = render({ mode: Mode.STANDALONE });
const SOPERATOR = render({ platforms: [Platform.SOPERATOR] });

const REPOSITORY = 'repository=https://git.example.com/metrics.git';

function flux(cluster: RenderedCluster, ...set: readonly string[]): ShapeFiles {
  return SHAPES.flux.files(cluster, settingsOf(resolveSettings('flux', FLUX_SETTINGS, set), cluster.cluster));
}

function argocd(cluster: RenderedCluster, ...set: readonly string[]): ShapeFiles {
  return SHAPES.argocd.files(cluster, settingsOf(resolveSettings('argocd', ARGOCD_SETTINGS, [REPOSITORY, ...set]), cluster.cluster));
}

function text(files: ShapeFiles, path: string): string {
  return Buffer.from(files.get(path) ?? '').toString('utf8');
}

function digestOf(content: string | Uint8Array | undefined): string {
  return createHash('sha256')
    .update(content ?? '')
    .digest('hex');
}

const objects = <T extends KubeObject>(files: ShapeFiles, path: string) => loadAll(text(files, path)) as T[];
const kustomizations = (files: ShapeFiles) => objects<Kustomization>(files, 'flux.yaml');
const byStage = (files: ShapeFiles) =>
  new Map(kustomizations(files).map((one) => [one.metadata.name.replace('prod-metrics-', ''), one.spec]));

describe('the shape for Flux', () => {
  const files = flux(OPERATOR);

  test('has the plain manifests byte for byte, a folder each', () => {
    const plain = SHAPES.manifests.files(OPERATOR, {});
    const folders: { readonly [file: string]: string } = {
      [MANIFEST_FILES.crds]: '00-definitions',
      [MANIFEST_FILES.namespaces]: '10-namespaces',
      [MANIFEST_FILES.operator]: '20-operator',
      [MANIFEST_FILES.pipeline]: '30-pipeline',
    };
    for (const [file, content] of plain) expect(digestOf(files.get(`${folders[file]}/${file}`))).toBe(digestOf(content));
    expect(plain.size).toBe(4);
  });

  test('lists in each kustomization.yaml the one file beside it', () => {
    for (const path of [...files.keys()].filter((one) => one.endsWith('kustomization.yaml'))) {
      const folder = path.slice(0, -'kustomization.yaml'.length);
      const beside = [...files.keys()].filter((one) => one.startsWith(folder) && !one.slice(folder.length).includes('/') && one !== path);
      expect(loadAll(text(files, path))).toMatchObject([
        { kind: 'Kustomization', resources: beside.map((one) => one.slice(folder.length)) },
      ]);
      expect(beside).toHaveLength(1);
    }
  });

  test('points every Kustomization at a folder that is there', () => {
    const folders = [...files.keys()].filter((path) => path.includes('/')).map((path) => `./prod/${path.split('/')[0]}`);
    expect(kustomizations(files).map(({ spec }) => spec.path)).toEqual([...new Set(folders)]);
  });

  test('applies definitions and namespaces first, then the operator, then the pipeline', () => {
    const after = [...byStage(files)].map(([stage, { dependsOn }]) => [stage, dependsOn?.map(({ name }) => name)]);
    expect(Object.fromEntries(after)).toEqual({
      definitions: undefined,
      namespaces: undefined,
      operator: ['prod-metrics-definitions', 'prod-metrics-namespaces'],
      pipeline: ['prod-metrics-namespaces', 'prod-metrics-operator'],
    });
  });

  test('never prunes definitions, namespaces and claims, leaves the operator behind, and forces nothing', () => {
    expect(Object.fromEntries(byStage(files))).toMatchObject({
      definitions: { prune: false, force: false },
      namespaces: { prune: false, force: false },
      operator: { prune: true, deletionPolicy: 'Orphan', force: false },
      pipeline: { prune: true, deletionPolicy: 'WaitForTermination', force: false },
    });
  });

  test('does not wait for claims, which are bound by pods of a later stage', () => {
    const standalone = flux(STANDALONE);
    expect(text(standalone, '10-namespaces/10-namespaces.yaml')).toContain('kind: PersistentVolumeClaim');
    expect(byStage(standalone).get('namespaces')).toMatchObject({ wait: false });
    expect(byStage(standalone).get('pipeline')).toMatchObject({ wait: true });
  });

  test('says how VMAgent and VMSingle are well, where they are', () => {
    const kinds = (spec: unknown) =>
      (spec as { healthCheckExprs?: { kind: string }[] } | undefined)?.healthCheckExprs?.map(({ kind }) => kind);
    expect(kinds(byStage(files).get('pipeline'))).toEqual(['VMAgent', 'VMSingle']);
    expect(kinds(byStage(flux(SOPERATOR)).get('pipeline'))).toEqual(['VMAgent', 'VMSingle']);
    expect(kinds(byStage(flux(STANDALONE)).get('pipeline'))).toBeUndefined();
  });

  test.each([
    ['in standalone mode', STANDALONE, ['namespaces', 'pipeline']],
    ["with Soperator's operator", SOPERATOR, ['namespaces', 'pipeline']],
  ] as const)('has fewer stages %s, and depends on none that is missing', (_, cluster, stages) => {
    const of = kustomizations(flux(cluster));
    const names = of.map(({ metadata }) => metadata.name);
    expect(names).toEqual(stages.map((stage) => `prod-metrics-${stage}`));
    expect(names).toEqual(expect.arrayContaining(of.flatMap(({ spec }) => spec.dependsOn?.map(({ name }) => name) ?? [])));
  });

  test('follows its settings: source, its namespace, path and namespace', () => {
    const set = flux(OPERATOR, 'source=Bucket/sources/{cluster}-store', 'path=.', 'namespace=gitops');
    expect(kustomizations(set)[0]).toMatchObject({
      metadata: { namespace: 'gitops' },
      spec: { sourceRef: { kind: 'Bucket', namespace: 'sources', name: 'prod-store' }, path: './00-definitions' },
    });
    expect(kustomizations(files)[0]?.spec.sourceRef).toEqual({ kind: 'GitRepository', name: 'soperator-metrics' });
  });

  test('gives clusters with long names Kustomizations of their own, whose names fit into a label', () => {
    const names = ['a', 'b'].flatMap((end) => {
      const cluster = { ...STANDALONE, cluster: `${'long-'.repeat(12)}${end}` };
      return kustomizations(flux(cluster)).map(({ metadata }) => metadata.name);
    });
    expect(new Set(names).size).toBe(4);
    expect(names.filter((name) => name.length > 63 || !/^[a-z0-9-]+[a-z0-9]$/.test(name))).toEqual([]);
  });

  test('is the same bytes each time', () => {
    const digests = (of: ShapeFiles) => [...of].map(([path, content]) => `${path} ${digestOf(content)}`);
    expect(digests(flux(OPERATOR))).toEqual(digests(files));
  });
});

describe('the shape for Argo CD', () => {
  const WAVE = 'argocd.argoproj.io/sync-wave';
  const OPTIONS = 'argocd.argoproj.io/sync-options';
  const FILES = new Map([OPERATOR, STANDALONE].map((cluster) => [cluster, argocd(cluster)]));
  const OBJECTS = new Map(
    [...FILES].map(([cluster, files]) => [
      cluster,
      [...files.keys()].filter((path) => path.startsWith('manifests/')).flatMap((path) => objects(files, path)),
    ]),
  );
  const all = (cluster: RenderedCluster) => OBJECTS.get(cluster) ?? [];

  test.each([
    ['operator mode', OPERATOR],
    ['standalone mode', STANDALONE],
  ])('has the objects of the plain manifests, with annotations of Argo CD and no other change: %s', (_, cluster) => {
    const plain = [
      ...(cluster.crds === undefined ? [] : loadAll(readFileSync(cluster.crds, 'utf8'))),
      ...cluster.files.flatMap(({ content }) => loadAll(content)),
    ];
    const without = all(cluster).map(({ metadata: { annotations, ...metadata }, ...object }) => {
      const others = Object.entries(annotations ?? {}).filter(([key]) => !key.startsWith('argocd.argoproj.io/'));
      return { ...object, metadata: { ...metadata, ...(others.length > 0 && { annotations: Object.fromEntries(others) }) } };
    });
    expect(without).toEqual(plain);
  });

  test('sends definitions, namespaces, operator and the rest in waves, and claims with the pods that bind them', () => {
    const waves = (cluster: RenderedCluster) =>
      Object.fromEntries(all(cluster).map(({ kind, metadata }) => [`${kind} ${metadata.name}`, metadata.annotations?.[WAVE] ?? '0']));
    expect(waves(OPERATOR)).toMatchObject({
      'CustomResourceDefinition vmagents.operator.victoriametrics.com': '-3',
      'Namespace monitoring-system': '-2',
      'Deployment vm-operator': '-1',
      'ClusterRole monitoring-system-vm-operator': '-1',
      'VMAgent metrics': '0',
      'Deployment metrics-grafana': '0',
    });
    expect(waves(STANDALONE)).toMatchObject({
      'Namespace monitoring-system': '-2',
      'PersistentVolumeClaim vmsingle-metrics-victoria-metrics-k8s-stack': '0',
      'StatefulSet vmagent-metrics': '0',
    });
  });

  test('keeps definitions, namespaces and claims when they leave the manifests and when the Application goes, and nothing else', () => {
    const kept = [...all(OPERATOR), ...all(STANDALONE)].filter(
      ({ metadata }) => metadata.annotations?.[OPTIONS] === 'Prune=false,Delete=false',
    );
    expect([...new Set(kept.map(({ kind }) => kind))].sort()).toEqual(['CustomResourceDefinition', 'Namespace', 'PersistentVolumeClaim']);
    const others = all(OPERATOR).filter(({ metadata }) => metadata.annotations?.[OPTIONS] === undefined);
    expect(others.map(({ kind }) => kind)).not.toContain('CustomResourceDefinition');
  });

  test('has one Application, apart from what it applies: server-side, compared server-side, in order to its end', () => {
    const files = argocd(STANDALONE, 'path=clusters/{cluster}', 'revision=main', 'project=metrics', 'namespace=gitops');
    expect(objects(files, 'application.yaml')).toMatchObject([
      {
        kind: 'Application',
        metadata: {
          name: 'prod-metrics',
          namespace: 'gitops',
          annotations: { 'argocd.argoproj.io/compare-options': 'ServerSideDiff=true' },
          finalizers: ['resources-finalizer.argocd.argoproj.io'],
        },
        spec: {
          project: 'metrics',
          source: { repoURL: 'https://git.example.com/metrics.git', targetRevision: 'main', path: 'clusters/prod/manifests' },
          destination: { server: 'https://kubernetes.default.svc' },
          syncPolicy: { automated: { prune: true, selfHeal: true }, syncOptions: ['ServerSideApply=true'] },
        },
      },
    ]);
  });

  test('finds the manifests at the root of a repository, too', () => {
    const [application] = objects(argocd(STANDALONE, 'path=.'), 'application.yaml');
    expect(application).toMatchObject({ spec: { source: { path: 'manifests' } } });
  });
});

describe('a setting', () => {
  test('fails when the shape does not know it, and says which there are', () => {
    expect(() => resolveSettings('flux', FLUX_SETTINGS, ['sorce=Bucket/x'])).toThrow(
      '[flux] --set: got "sorce=Bucket/x", expected NAME=VALUE, with one of source, path, namespace; ' +
        'write --set source=OCIRepository/{cluster}-metrics',
    );
    expect(() => resolveSettings('manifests', {}, ['path=x'])).toThrow(
      '[manifests] --set: got "path=x", expected nothing: this shape has no settings; leave it out',
    );
  });

  test.each([
    ['source=HelmRepository/x', 'KIND/NAME or KIND/NAMESPACE/NAME, of a GitRepository, OCIRepository, Bucket or ExternalArtifact'],
    ['path=../other', 'a path below the root of the source, without .. in it'],
    ['namespace=Flux System', 'the name of an object of Kubernetes'],
  ])('fails when it cannot be: %s', (said, expected) => {
    expect(() => resolveSettings('flux', FLUX_SETTINGS, [said])).toThrow(`expected ${expected}; write --set`);
  });

  test('fails when it is needed and was not given', () => {
    expect(() => resolveSettings('argocd', ARGOCD_SETTINGS, [])).toThrow(
      '[argocd] --set repository: got nothing, expected the URL of a repository; write --set repository=https://git.example.com/metrics.git',
    );
  });
});

import { ApiObject, App, Chart, Size } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { parseAllDocuments } from 'yaml';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { type MetricsPipelineProps, Platform } from '../../../charts/options';
import { Mode } from '../../../lib/common/mode';
import { CheckFailure, MANIFEST_FILES, type ManifestFile, needsCrds, renderManifests } from '../../../lib/outputs';
import { QueueBudget } from '../../../lib/scrape/queue-budget';

interface Written {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function appWith(props: Partial<MetricsPipelineProps> = {}): App {
  const app = new App();
  new MetricsPipeline(app, 'prod', { cluster: 'prod', ...props });
  return app;
}

/** The objects of a file, in the order in which they are written. */
function objects(files: readonly ManifestFile[], name: string): readonly Written[] {
  const content = files.find((file) => file.name === name)?.content ?? '';
  return parseAllDocuments(content).map((document) => document.toJS() as Written);
}

const id = ({ kind, metadata: { namespace, name } }: Written): string => `${kind}/${namespace ?? ''}/${name}`;

describe('the files', () => {
  test('are those of the contract, in the order in which they are applied', () => {
    const names = renderManifests(appWith()).map(({ name }) => name);
    expect(names).toEqual(['10-namespaces.yaml', '20-operator.yaml', '30-pipeline.yaml']);
    expect([...Object.values(MANIFEST_FILES)].sort()).toEqual(['00-crds.yaml', ...names]);
  });

  test('hold every object of the app, each once', () => {
    const app = appWith();
    const written = renderManifests(app).flatMap(({ name }) => objects(renderManifests(app), name).map(id));
    const built = app.node
      .findAll()
      .filter((construct): construct is ApiObject => construct instanceof ApiObject)
      .map((object) => id(object.toJson() as Written));
    expect(written.sort()).toEqual(built.sort());
  });

  test('have namespaces first, then the operator with its rights, then the rest', () => {
    const files = renderManifests(appWith());
    expect(new Set(objects(files, MANIFEST_FILES.namespaces).map(({ kind }) => kind))).toEqual(new Set(['Namespace']));
    expect(objects(files, MANIFEST_FILES.operator).map(id)).toEqual(expect.arrayContaining(['Deployment/monitoring-system/vm-operator']));
    const rest = objects(files, MANIFEST_FILES.pipeline);
    expect(rest.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['VMAgent', 'VMSingle', 'DaemonSet']));
    expect(
      rest.filter(({ kind, metadata }) => kind === 'Namespace' || metadata.name.endsWith('vm-operator')).map(({ kind }) => kind),
    ).toEqual(['VMServiceScrape']);
  });

  test('have claims of volumes beside the namespaces, so that removing the pipeline keeps the data', () => {
    const files = renderManifests(appWith({ grafana: { storageSize: Size.gibibytes(1) } }));
    expect(objects(files, MANIFEST_FILES.namespaces).map(id)).toContain('PersistentVolumeClaim/monitoring-system/metrics-grafana');
    expect(objects(files, MANIFEST_FILES.pipeline).map(({ kind }) => kind)).not.toContain('PersistentVolumeClaim');
  });

  test('have a namespace before the claims in it', () => {
    const kinds = objects(renderManifests(appWith({ grafana: { storageSize: Size.gibibytes(1) } })), MANIFEST_FILES.namespaces).map(
      ({ kind }) => kind,
    );
    expect(kinds.lastIndexOf('Namespace')).toBeLessThan(kinds.indexOf('PersistentVolumeClaim'));
  });

  test('have accounts, roles and configuration before what refers to them', () => {
    const kinds = objects(renderManifests(appWith()), MANIFEST_FILES.pipeline).map(({ kind }) => kind);
    const order = [...new Set(kinds)];
    expect(order.slice(0, order.indexOf('DaemonSet') + 1)).toEqual([
      'ServiceAccount',
      'Role',
      'ClusterRole',
      'RoleBinding',
      'ClusterRoleBinding',
      'ConfigMap',
      'Service',
      'Deployment',
      'DaemonSet',
    ]);
    expect(order.slice(order.indexOf('DaemonSet') + 1).filter((kind) => !kind.startsWith('VM'))).toEqual([]);
  });

  test('have no file for an operator that is not rendered', () => {
    expect(renderManifests(appWith({ platforms: [Platform.SOPERATOR] })).map(({ name }) => name)).toEqual([
      '10-namespaces.yaml',
      '30-pipeline.yaml',
    ]);
  });

  test('have no file for an operator in standalone mode, and the claims of agent and store beside the namespaces', () => {
    const files = renderManifests(appWith({ mode: Mode.STANDALONE, vmAgent: { shards: 2 } }));
    expect(files.map(({ name }) => name)).toEqual(['10-namespaces.yaml', '30-pipeline.yaml']);
    expect(objects(files, MANIFEST_FILES.namespaces).map(id)).toEqual([
      'Namespace//monitoring-system',
      'Namespace//node-exporter-system',
      'PersistentVolumeClaim/monitoring-system/vmsingle-metrics-victoria-metrics-k8s-stack',
      'PersistentVolumeClaim/monitoring-system/persistent-queue-data-vmagent-metrics-0-0',
      'PersistentVolumeClaim/monitoring-system/persistent-queue-data-vmagent-metrics-1-0',
    ]);
    const kinds = objects(files, MANIFEST_FILES.pipeline).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['StatefulSet', 'Deployment', 'ConfigMap', 'PodDisruptionBudget']));
    expect(kinds.filter((kind) => kind.startsWith('VM') || kind === 'PersistentVolumeClaim')).toEqual([]);
    expect(kinds.indexOf('ConfigMap')).toBeLessThan(kinds.indexOf('StatefulSet'));
  });

  test('hold what other charts of the app bring, claims apart', () => {
    const app = appWith();
    const own = new Chart(app, 'own', { disableResourceNameHashes: true });
    new k8s.KubeConfigMap(own, 'ConfigMap', { metadata: { name: 'own', namespace: 'monitoring-system' } });
    new k8s.KubePersistentVolumeClaim(own, 'Claim', { metadata: { name: 'own', namespace: 'monitoring-system' } });
    const files = renderManifests(app);
    expect(objects(files, MANIFEST_FILES.pipeline).map(id)).toContain('ConfigMap/monitoring-system/own');
    expect(objects(files, MANIFEST_FILES.namespaces).map(id)).toContain('PersistentVolumeClaim/monitoring-system/own');
  });

  // the claim is applied with the namespaces of the pipeline, its namespace with the rest; and removing the rest removes the data
  test('have namespaces of other charts before the claims in them', () => {
    const app = appWith();
    const own = new Chart(app, 'own', { disableResourceNameHashes: true });
    new k8s.KubeNamespace(own, 'Namespace', { metadata: { name: 'own' } });
    new k8s.KubePersistentVolumeClaim(own, 'Claim', { metadata: { name: 'own', namespace: 'own' } });
    const first = objects(renderManifests(app), MANIFEST_FILES.namespaces).map(id);
    expect(first).toEqual(expect.arrayContaining(['Namespace//own', 'PersistentVolumeClaim/own/own']));
    expect(first.indexOf('Namespace//own')).toBeLessThan(first.indexOf('PersistentVolumeClaim/own/own'));
  });

  test('have no namespace in any other file, whoever brings it', () => {
    const app = appWith();
    const own = new Chart(app, 'own', { disableResourceNameHashes: true });
    new k8s.KubeNamespace(own, 'Namespace', { metadata: { name: 'own' } });
    const holding = renderManifests(app).filter(({ name }, _, files) => objects(files, name).some(({ kind }) => kind === 'Namespace'));
    expect(holding.map(({ name }) => name)).toEqual([MANIFEST_FILES.namespaces]);
  });

  test('have Secrets of other charts before what reads them', () => {
    const app = appWith();
    const own = new Chart(app, 'own', { disableResourceNameHashes: true });
    new k8s.KubeSecret(own, 'Secret', { metadata: { name: 'own', namespace: 'monitoring-system' } });
    const kinds = objects(renderManifests(app), MANIFEST_FILES.pipeline).map(({ kind }) => kind);
    expect(kinds.indexOf('Secret')).toBeGreaterThanOrEqual(0);
    expect(kinds.indexOf('Secret')).toBeLessThan(kinds.indexOf('Deployment'));
  });

  test('are the same bytes for the same app', () => {
    expect(renderManifests(appWith({ scale: { nodes: 100 } }))).toEqual(renderManifests(appWith({ scale: { nodes: 100 } })));
  });

  test('are none for an app with nothing in it', () => {
    expect(renderManifests(new App())).toEqual([]);
  });
});

describe('the definitions of custom resources', () => {
  test.each<readonly [string, Partial<MetricsPipelineProps>, boolean]>([
    ['are needed where the operator is rendered', {}, true],
    ['are somebody else’s where the operator is', { vmOperator: { deploy: false } }, false],
    ['are somebody else’s on Soperator', { platforms: [Platform.SOPERATOR] }, false],
    [
      'are needed on Soperator where the operator is rendered all the same',
      { platforms: [Platform.SOPERATOR], vmOperator: { deploy: true, version: '0.74.1' } },
      true,
    ],
    ['are not needed in standalone mode', { mode: Mode.STANDALONE }, false],
    ['are not needed in standalone mode on Soperator', { mode: Mode.STANDALONE, platforms: [Platform.SOPERATOR] }, false],
    ['are needed for a store with the operator in standalone mode', { mode: Mode.STANDALONE, vmSingle: { mode: Mode.OPERATOR } }, true],
    ['are not needed without any operator', { vmOperator: { enabled: false } }, false],
  ])('%s', (_, props, expected) => {
    expect(needsCrds(appWith(props))).toBe(expected);
  });

  test('are not needed without a pipeline', () => {
    expect(needsCrds(new App())).toBe(false);
  });
});

describe('a tree that is refused', () => {
  /** The problems that rendering stops with. */
  function problems(app: App): readonly string[] {
    try {
      renderManifests(app);
    } catch (error) {
      if (error instanceof CheckFailure) return error.problems;
      throw error;
    }
    return [];
  }

  test('is not rendered: every problem is said, with the construct that it concerns', () => {
    const app = appWith();
    const chart = new Chart(app, 'own');
    chart.node.addValidation({ validate: () => ['one thing is wrong', 'another thing, too'] });
    expect(problems(app)).toEqual(['[own] one thing is wrong', '[own] another thing, too']);
    expect(() => renderManifests(app)).toThrow('[own] one thing is wrong\n[own] another thing, too');
  });

  test('is told of a problem once, and of the construct that a check names', () => {
    const app = new App();
    const chart = new Chart(app, 'own');
    for (let times = 0; times < 2; times++) chart.node.addValidation({ validate: () => ['[elsewhere] named by a check (some-check)'] });
    expect(problems(app)).toEqual(['[elsewhere] named by a check (some-check)']);
  });

  test('is told of volumes that are too small for what is asked for', () => {
    const app = appWith({ vmAgent: { queueSize: Size.gibibytes(1), buffer: QueueBudget.size(Size.gibibytes(4)) } });
    expect(problems(app)).toEqual([
      '[prod/VMAgent] queueSize: got 1Gi, expected 6Gi or more: store 4Gi; with one more file for each while it is read, that is 9 files of half a gigabyte, and a tenth of the volume stays free; use Size.gibibytes(6), or a smaller buffer',
    ]);
  });

  test('is told by the checks of the pipeline', () => {
    const app = appWith({ vmSingle: { enabled: false } });
    expect(problems(app)).toEqual([
      '[prod/VMAgent] writeTo: got nothing, expected at least one destination; use agent.writeTo(new VMSingle(…)) or RemoteWrite.toUrl(…)',
      '[prod/Grafana] read: got nothing, expected a store, for without one every panel is empty; use grafana.read(store), or leave Grafana out',
    ]);
  });
});

test.each(['1.1', '1.2'] as const)('texts that look like something else stay texts by the rules of YAML %s', (version) => {
  const texts = [
    'yes',
    'on',
    'n',
    'Off',
    '0777',
    '0o7',
    '1_000',
    '1e3',
    '.5',
    '0b1',
    '0x1F',
    '12:30',
    '190:20:30',
    '2001-01-01',
    '~',
    'null',
    '=',
    '<<',
    '',
    ' x ',
    '#c',
    '*a',
    '&a',
    '!t',
    '%x',
    '@x',
    'a: b',
    'a #b',
    '- a',
    'two\nlines\n',
    'trail \nx',
    '\ttab',
    '\u2028',
    '0.1.2',
    '.inf',
  ];
  const data = Object.fromEntries(texts.map((text, index) => [`key-${index}`, text]));
  const app = new App();
  new k8s.KubeConfigMap(new Chart(app, 'mine'), 'Texts', { metadata: { name: 'texts' }, data });
  const [file] = renderManifests(app);
  expect(parseAllDocuments(file?.content ?? '', { version }).map((document) => document.toJS().data)).toEqual([data]);
});

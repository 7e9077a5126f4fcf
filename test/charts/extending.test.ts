import { App, Chart, JsonPatch } from 'cdk8s';
import {
  type Check,
  type Complaint,
  type Dashboard,
  DashboardConfigMaps,
  type DashboardDefinition,
  DiscoveryRole,
  families,
  type IMetricsSource,
  InstanceLabel,
  JobAttribution,
  type MetricCatalog,
  MetricsPipeline,
  type MetricsPipelineProps,
  MetricUnit,
  Mode,
  Provenance,
  panels,
  renderDashboard,
  renderManifests,
  runChecks,
  SeriesProfile,
  SeriesSchema,
  Severity,
  scrapeTiming,
  Tree,
} from 'soperator-metrics';
import { describeFailure, parseCluster } from '../../lib/config';

const CATALOG: MetricCatalog = {
  name: 'own',
  families: [
    families.gauge('own_read', MetricUnit.COUNT, families.labels('queue'), 'What a dashboard reads'),
    families.gauge('own_unread', MetricUnit.COUNT, families.labels('queue'), 'What nobody reads'),
  ],
};
const SOURCE: IMetricsSource = {
  targets: [
    {
      ...scrapeTiming('own', {}),
      name: 'own',
      job: 'own',
      discovery: { role: DiscoveryRole.PODS, namespaces: ['apps'], matchLabels: { app: 'own' } },
      endpoints: [{ port: 'metrics', catalog: CATALOG }],
      provenance: Provenance.EXTERNAL,
      instance: InstanceLabel.POD,
      targetLabels: [],
    },
  ],
};

/** A dashboard of one panel for each query. */
function pageOf(name: string, ...queries: readonly string[]): Dashboard {
  const stat = (expr: string) =>
    panels.stat({ title: expr, description: 'A number.', unit: MetricUnit.COUNT, queries: [{ expr }], thresholds: panels.NEUTRAL });
  const row = { title: 'Row', panels: queries.map((expr) => panels.sized(6, 4, stat(expr))) };
  return panels.dashboard({ uid: `own-${name}`, name, title: `Page ${name}`, description: 'A page.', rows: [row] });
}
const OWN = panels.select.job('own');
/** Small and quick: no dashboard of the library, nothing that an operator makes. */
const SMALL: MetricsPipelineProps = { cluster: 'prod', mode: Mode.STANDALONE, grafana: { dashboards: [] } };

function build(props: Partial<MetricsPipelineProps> = {}) {
  const app = new App();
  return { app, pipeline: new MetricsPipeline(app, 'prod', { ...SMALL, ...props }) };
}
/** Jobs whose series of a name are stored. */
const jobsOf = (name: string, { pipeline }: { pipeline: MetricsPipeline }) =>
  new SeriesSchema(pipeline.collector.scrapedTargets).metric(name).arriving.map(({ target }) => target.job);
const BLOCKED_PROCESSES = 'node_procs_blocked';

/** What synthesis says: errors, and warnings that are printed. */
function said({ app }: { app: App }): { readonly errors: readonly string[]; readonly printed: readonly string[] } {
  const print = jest.spyOn(console, 'error').mockImplementation(() => undefined);
  try {
    renderManifests(app);
    return { errors: [], printed: print.mock.calls.map(String) };
  } catch (error) {
    return { errors: String((error as Error).message).split('\n'), printed: print.mock.calls.map(String) };
  } finally {
    print.mockRestore();
  }
}

describe('a source of somebody’s own', () => {
  test.each([SeriesProfile.LEAN, SeriesProfile.STANDARD])(
    'is stored whole with series.profile %s, which limits those of the pipeline',
    (profile) => {
      const at = build({ series: { profile }, sources: [SOURCE] });
      at.pipeline.collector.scrape({ targets: SOURCE.targets.map((target) => ({ ...target, name: 'late', job: 'late' })) });
      expect(jobsOf('own_read', at)).toEqual(['own', 'late']);
      expect(jobsOf('own_unread', at)).toEqual(['own', 'late']);
      expect(jobsOf(BLOCKED_PROCESSES, at)).toEqual([]);
    },
  );
});

describe('a dashboard of somebody’s own', () => {
  const BLOCKED = pageOf('blocked', `sum(${panels.select.host(BLOCKED_PROCESSES)})`);

  test('brings the metrics of the pipeline along that it reads, as an option and when it is shown later', () => {
    const later = build();
    later.pipeline.grafana?.show(BLOCKED);
    const elsewhere = build({ dashboards: [BLOCKED], grafana: { enabled: false, dashboards: [] } });
    for (const at of [build({ dashboards: [BLOCKED] }), later, elsewhere]) expect(jobsOf(BLOCKED_PROCESSES, at)).toEqual(['node-exporter']);
  });

  test('is answered by the catalog of a source of one’s own', () => {
    const page = pageOf('own', `sum(${OWN('own_read', 'queue="a"')})`);
    expect(said(build({ sources: [SOURCE], dashboards: [page] })).errors).toEqual([]);
  });

  test('fails for a metric that the catalog does not have, and for a label', () => {
    const page = pageOf('own', `sum(${OWN('own_raed')})`, `sum by (quue) (${OWN('own_read')})`);
    const { errors } = said(build({ sources: [SOURCE], dashboards: [page] }));
    expect(errors).toEqual([
      expect.stringMatching(/ at 1:5: got metric own_raed, expected a metric that a source exposes; write own_read \(query-contract\)$/),
      expect.stringMatching(/ at 1:9: got label "quue", expected one of cluster, instance, job, queue; write queue \(query-contract\)$/),
    ]);
  });

  test('in a ConfigMap of somebody’s own brings nothing along, and the check says what to do', () => {
    const at = build();
    new DashboardConfigMaps(new Chart(at.app, 'own'), 'Pages', { dashboards: [BLOCKED], namespace: 'monitoring-system' });
    const { errors } = said(at);
    expect(errors).toEqual([expect.stringMatching(/node_procs_blocked.*list it in series\.keep/)]);
  });

  test('needs somebody to show it where there is no Grafana', () => {
    const props = {
      sources: [SOURCE],
      dashboards: [pageOf('own', `sum(${OWN('own_read')})`)],
      grafana: { enabled: false, dashboards: [] },
    };
    const hidden = build(props);
    expect(said(hidden).errors).toEqual([
      "[prod] dashboards[0]: got \"own\", expected somebody to show it, while grafana.enabled is false; render it: new DashboardConfigMaps(pipeline, 'Dashboards', { dashboards: pipeline.dashboards, namespace: '…' })",
    ]);
    const seen = build(props);
    const { configMaps } = new DashboardConfigMaps(seen.pipeline, 'Dashboards', {
      dashboards: seen.pipeline.dashboards,
      namespace: 'monitoring',
    });
    expect(said(seen).errors).toEqual([]);
    expect(configMaps.map((object) => object.toJson().metadata)).toEqual([
      expect.objectContaining({
        name: 'metrics-dashboard-own',
        namespace: 'monitoring',
        labels: expect.objectContaining({ grafana_dashboard: '1', 'soperator-metrics/cluster': 'prod' }),
        annotations: { grafana_folder: 'Soperator' },
      }),
    ]);
  });

  test('fails for a name, a uid or a file name that cannot be one or that another dashboard has', () => {
    const page = pageOf('own', 'vector(1)');
    expect(() => build({ dashboards: [page, { ...page, uid: 'other' }] })).toThrow(
      '[prod/Grafana] show.name: got "own", expected a name that no other dashboard has, and "Page own" has it; give it another name',
    );
    expect(() => build({ dashboards: [page, { ...page, name: 'other' }] })).toThrow(
      'show.uid: got "own-own", expected a uid that no other',
    );
    const chart = new Chart(new App(), 'own');
    expect(() => new DashboardConfigMaps(chart, 'Twice', { dashboards: [page, page], namespace: 'x' })).toThrow(
      '[own/Twice] dashboards[1].name: got "own", expected a name that no other dashboard has',
    );
    const parts = { title: 'T', description: 'D', rows: [] };
    expect(() => panels.dashboard({ ...parts, name: 'a b', uid: 'a' })).toThrow('[dashboard a] name: got "a b"');
    expect(() => panels.dashboard({ ...parts, name: 'a', uid: 'x'.repeat(41) })).toThrow(
      "expected 1 to 40 letters, digits, '-' and '_', as Grafana takes them; write 'team-ib-links'",
    );
  });

  test('is rendered anew for each cluster, though it has one uid', () => {
    const definition = (title: string): DashboardDefinition => ({
      uid: 'own',
      name: 'own',
      title,
      build: () => JSON.parse(pageOf(title, 'vector(1)').json),
    });
    const options = { jobAttribution: JobAttribution.JOIN };
    expect(renderDashboard(definition('one'), options).json).toContain('Page one');
    expect(renderDashboard(definition('two'), options).json).toContain('Page two');
  });
});

describe('a check of somebody’s own', () => {
  const noted = (severity?: Severity): Check => ({
    name: 'no-grafana',
    proves: 'there is none',
    *run({ tree }): Iterable<Complaint> {
      for (const on of tree.ofKind('Deployment')) if (on.name === 'metrics-grafana') yield { on, message: 'got Grafana', severity };
    },
  });
  const LINE = '[prod/Grafana/Deployment] got Grafana (no-grafana)';

  test('stops the synthesis in the form of the others', () => {
    expect(said(build({ checks: [noted()] })).errors).toEqual([LINE]);
  });

  test('is printed where it warns, and stops the synthesis when warnings do', () => {
    expect(said(build({ checks: [noted(Severity.WARNING)] }))).toEqual({ errors: [], printed: [`warning: ${LINE}`] });
    expect(said(build({ checks: [noted(Severity.WARNING)], strict: true })).errors).toEqual([LINE]);
  });

  test('may be about any construct', () => {
    const { app, pipeline } = build();
    const check: Check = { name: 'any', proves: 'nothing', run: () => [{ on: pipeline.namespaces, message: 'got it' }] };
    expect(runChecks(app, { checks: [check] })).toEqual([
      { check: 'any', severity: Severity.ERROR, path: 'prod/Namespaces', message: 'got it' },
    ]);
  });

  test('runs beside the others, which find what they always do', () => {
    const at = build({ checks: [noted()] });
    at.pipeline.patch(
      { kind: 'Deployment', name: 'metrics-grafana' },
      JsonPatch.replace('/spec/template/spec/containers/0/image', 'grafana:latest'),
    );
    expect(said(at).errors).toEqual([LINE, expect.stringMatching(/^\[prod\/Grafana\/Deployment\] .*latest.*\(image-pinned\)$/)].sort());
  });

  test('fails for a name that is none or that another check has', () => {
    const named = (name: string) => ({ ...noted(), name });
    expect(() => build({ checks: [named('No Grafana')] })).toThrow(
      '[prod] checks[0].name: got "No Grafana", expected lower-case words with dashes between them; write \'team-label-set\'',
    );
    expect(() => build({ checks: [named('image-pinned')] })).toThrow(
      '[prod] checks[0].name: got "image-pinned", expected a name that no other check has; write \'own-image-pinned\'',
    );
    expect(() => build({ checks: [named('a'), named('a')] })).toThrow('checks[1].name: got "a"');
  });
});

describe('patches', () => {
  test('reach objects of every chart, and those that are made for rights, scrapes and dashboards later', () => {
    const { app, pipeline } = build({ mode: Mode.OPERATOR });
    const label = JsonPatch.add('/metadata/labels/patched', 'yes');
    const kinds = [
      'Namespace',
      'Deployment',
      'ClusterRole',
      'Role',
      'RoleBinding',
      'ConfigMap',
      'VMPodScrape',
      'VMAgent',
      'VMSingle',
      'ServiceAccount',
    ];
    for (const kind of kinds) pipeline.patch({ kind }, label);
    pipeline.collector.scrape(SOURCE);
    pipeline.grafana?.show(pageOf('own', `sum(${OWN('own_read')})`));
    const objects = Tree.of(app).objects.filter(({ kind }) => kinds.includes(kind));
    expect(objects.filter(({ labels }) => labels.patched !== 'yes')).toEqual([]);
    const names = objects.map(({ kind, name }) => `${kind}/${name}`);
    expect(names).toEqual(
      expect.arrayContaining([
        'Namespace/monitoring-system',
        'Deployment/vm-operator',
        'ClusterRole/monitoring-system-metrics-agent',
        'VMPodScrape/own',
        'ConfigMap/metrics-dashboard-own',
      ]),
    );
    expect(renderManifests(app).filter(({ content }) => !content.includes('patched: '))).toEqual([]);
  });

  test('are told with the line of the cluster file', () => {
    const loaded = parseCluster(
      'c.yaml',
      `cluster: prod
mode: standalone
grafana: { dashboards: [] }
patches:
  - kind: Deployment
    name: slurm-exporter
    patch:
      - { op: replace, path: /spec/replicas, value: 1 }
      - op: replace
        path: /spec/replica
        value: 2
  - { kind: Deployment, name: slurm-exportr, merge: { spec: { paused: true } } }
  - kind: Service
    name: metrics-grafana
    merge: { spec: { typ: null } }
`,
    );
    const app = new App();
    new MetricsPipeline(app, loaded.cluster, loaded.props);
    const failure = () => {
      try {
        return String(renderManifests(app).length);
      } catch (error) {
        return describeFailure(loaded, error);
      }
    };
    expect(failure().split('\n')).toEqual([
      'c.yaml:10:15: patches[0].patch[1].path: got "/spec/replica", expected a path of Deployment soperator/slurm-exporter, where /spec has replicas, revisionHistoryLimit, selector, strategy, template; write /spec/replicas',
      'c.yaml:12:31: patches[1].name: got "slurm-exportr", expected the name of a Deployment: metrics-grafana, metrics-kube-state-metrics, slurm-exporter, vmsingle-metrics-victoria-metrics-k8s-stack; write slurm-exporter',
      'c.yaml:15:12: patches[2].merge: got "null at /spec/typ", expected null for a field of Service monitoring-system/metrics-grafana that is there, where /spec has ports, selector, type; write /spec/type',
    ]);
  });

  test('are read by checks as they come out: a port that a patch renames is missed by its scrape', () => {
    const at = build();
    expect(said(at).errors).toEqual([]);
    const renamed = build();
    renamed.pipeline.mergeInto({ kind: 'Service', name: 'nvidia-dcgm-exporter' }, { spec: { ports: [{ name: 'web', port: 9400 }] } });
    const { errors } = said(renamed);
    expect(errors).toEqual([expect.stringMatching(/gpu-metrics.*\(scrape-finds-something\)$/)]);
  });
});

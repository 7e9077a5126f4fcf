import { App, Chart, Duration, Size, Yaml } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { parse } from 'yaml';
import { MetricsPipeline } from '../../charts/metrics-pipeline';
import { type MetricsPipelineProps, Platform } from '../../charts/options';
import { CLUSTER_LABEL, INVENTORY_LABEL } from '../../lib/common/labels';
import { Mode } from '../../lib/common/mode';
import { PodSecurityLevel } from '../../lib/common/namespaces';
import { SeriesProfile } from '../../lib/common/series-profile';
import { DASHBOARDS, JobAttribution } from '../../lib/dashboards';
import { RemoteWrite, RemoteWriteCredential } from '../../lib/remote-write';
import type { IDestination, IStore } from '../../lib/scrape/destination';
import { SlurmExporter, SlurmJobSource } from '../../lib/slurm-exporter';
import { VMAgent } from '../../lib/vm-agent';
import { VMSingle } from '../../lib/vm-single';
import { containerOf, flagOf, type KubeJson, podOf, type Rendered, render } from '../support';

interface Result {
  readonly pipeline: MetricsPipeline;
  readonly rendered: Rendered;
}

function build(props: Partial<MetricsPipelineProps>): Result {
  const built: MetricsPipeline[] = [];
  const rendered = render((chart) => built.push(new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', ...props })));
  const [pipeline] = built;
  if (!pipeline) throw new Error('no pipeline was built');
  return { pipeline, rendered };
}

/** Rendered once: most tests compare with it. */
const PLAIN = build({});
const pipelineWith = (props?: Partial<MetricsPipelineProps>): Result => (props ? build(props) : PLAIN);

const id = ({ kind, metadata: { namespace, name } }: KubeJson): string => `${kind}/${namespace ?? ''}/${name}`;
const ids = ({ rendered }: Result): string[] => rendered.all().map(id).sort();
const targetNames = ({ pipeline }: Result): string[] => pipeline.collector.scrapedTargets.map(({ name }) => name);
const namespacesOf = ({ rendered }: Result): string[] => rendered.all('Namespace').map(({ metadata: { name } }) => name);
const urls = ({ pipeline }: Result): string[] => pipeline.collector.destinations.map(({ url }) => url);

/** Every text of an object but its images, which are named after the projects they come from. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'image' ? [] : texts(inner)));
}

const STORE_URL = 'http://vmsingle-metrics-victoria-metrics-k8s-stack.monitoring-system.svc:8429/api/v1/write';
const CLOUD = { region: 'eu-north1', projectId: 'project-1' };
const CLOUD_URL = 'https://write.monitoring.eu-north1.nebius.cloud/projects/project-1/buckets/soperator/prometheus';
const TOKEN = RemoteWriteCredential.tokenSecret({ name: 'writer', key: 'token' });
const PARTS = [
  'slurmExporter',
  'soperatorController',
  'kubeStateMetrics',
  'dcgmExporter',
  'nodeExporter',
  'kubelet',
  'vmSingle',
  'grafana',
  'vmOperator',
] as const;

test('renders what the contract names', () => {
  expect(ids(pipelineWith())).toMatchSnapshot();
});

describe('parts', () => {
  test('are all there unless left out, each as a field', () => {
    const { pipeline } = pipelineWith();
    expect(PARTS.filter((part) => pipeline[part] === undefined)).toEqual([]);
    expect(pipeline.collector).toBe(pipeline.vmAgent);
    expect(pipeline.store).toBe(pipeline.vmSingle);
    expect(pipeline.nebiusCloud).toBeUndefined();
  });

  test('are scraped, the pipeline itself included', () => {
    const { pipeline } = pipelineWith();
    expect([...new Set(pipeline.collector.scrapedTargets.map(({ job }) => job))].sort()).toEqual([
      'dcgm-exporter',
      'grafana',
      'kube-state-metrics',
      'kubelet',
      'node-exporter',
      'slurm-exporter',
      'soperator-controller',
      'vm-operator',
      'vmagent',
      'vmsingle',
    ]);
  });

  test.each(PARTS)('%s can be left out, with its objects and its scrapes', (part) => {
    const all = pipelineWith();
    const rest = pipelineWith({
      [part]: { enabled: false },
      ...(part === 'vmSingle' ? { destinations: [RemoteWrite.toUrl('https://other.example/write')] } : {}),
    });
    expect(rest.pipeline[part]).toBeUndefined();
    const gone = all.pipeline[part]?.targets.map(({ name }) => name) ?? [];
    expect(gone.length).toBeGreaterThan(0);
    expect(targetNames(rest)).toEqual(targetNames(all).filter((name) => !gone.includes(name)));
    const left = new Set(ids(rest));
    expect(ids(all).filter((name) => !left.has(name))).not.toEqual([]);
    expect([...left].filter((name) => !ids(all).includes(name))).toEqual([]);
  });

  test.each(PARTS)('%s is there when switched on', (part) => {
    expect(ids(pipelineWith({ [part]: { enabled: true } }))).toEqual(ids(pipelineWith()));
  });

  test.each([...PARTS, 'vmAgent'] as const)('%s takes options of its own', (part) => {
    const { pipeline } = pipelineWith({ [part]: { scrapeInterval: Duration.seconds(47) } });
    expect(pipeline[part]?.targets.map(({ scrapeInterval }) => scrapeInterval.toSeconds())).toEqual(pipeline[part]?.targets.map(() => 47));
  });

  test.each(PARTS)('%s takes an option that is undefined as not given', (part) => {
    const given = part === 'kubelet' ? { nodeSelector: undefined } : { name: undefined, namespace: undefined };
    const { rendered } = pipelineWith({ [part]: given, namespaces: { monitoring: 'metrics' } });
    expect(Yaml.stringify(...rendered.all())).toBe(
      Yaml.stringify(...pipelineWith({ namespaces: { monitoring: 'metrics' } }).rendered.all()),
    );
  });

  test.each([
    ['apiServer', 'apiserver', /^(Role|RoleBinding)\/default\/|^VMServiceScrape\/[^/]+\/apiserver$/, 'API server'],
    ['coreDns', 'coredns', /^(Role|RoleBinding)\/kube-system\/|^VMServiceScrape\/[^/]+\/coredns$/, 'CoreDNS'],
  ] as const)('%s is there only when switched on, with its scrape, its rights and its rows', (part, job, objects, row) => {
    const plain = pipelineWith();
    const rows = ({ rendered }: Result) =>
      String(
        (rendered.find('ConfigMap', 'metrics-dashboard-kubernetes-system').data as { readonly [file: string]: string })[
          'kubernetes-system.json'
        ],
      )
        .split('\n')
        .filter((line) => line.startsWith('{"type":"row"') && line.includes(row));
    expect(plain.pipeline[part]).toBeUndefined();
    expect(rows(plain)).toEqual([]);
    for (const off of [{ enabled: false }, undefined]) expect(ids(pipelineWith({ [part]: off }))).toEqual(ids(plain));
    const on = pipelineWith({ [part]: { enabled: true } });
    expect(on.pipeline[part]?.targets.map((target) => target.job)).toEqual([job]);
    expect(targetNames(on).filter((name) => !targetNames(plain).includes(name))).toEqual([job]);
    const more = ids(on).filter((name) => !ids(plain).includes(name));
    expect(more).toHaveLength(3);
    expect(more.filter((name) => !objects.test(name))).toEqual([]);
    expect(rows(on)).not.toEqual([]);
    const { pipeline } = pipelineWith({ [part]: { enabled: true, scrapeInterval: Duration.seconds(47) } });
    expect(pipeline[part]?.targets.map(({ scrapeInterval }) => scrapeInterval.toSeconds())).toEqual([47]);
  });

  test.each(['apiServer', 'coreDns'] as const)('%s fails with options that would change nothing', (part) => {
    expect(() => pipelineWith({ [part]: { name: 'other' } })).toThrow(
      `[test/Pipeline] ${part}.enabled: got nothing, expected true or false beside other options, for the part is off otherwise; write enabled: true`,
    );
  });

  // YAML and spread options both make such values
  test('vmAgent takes an option that is undefined as not given', () => {
    const { pipeline } = pipelineWith({
      vmAgent: { namespace: undefined, mode: undefined, scale: undefined },
      namespaces: { monitoring: 'metrics' },
    });
    expect(pipeline.vmAgent?.namespace).toBe('metrics');
  });
});

describe('dashboards', () => {
  const shown = (grafana: MetricsPipelineProps['grafana'], more: Partial<MetricsPipelineProps> = {}): string[] =>
    pipelineWith({ grafana, ...more })
      .rendered.all('ConfigMap')
      .filter(({ metadata }) => metadata.labels?.grafana_dashboard === '1')
      .map(({ metadata: { name } }) => name.replace(/^metrics-dashboard-/, ''))
      .sort();

  test('are all there unless some are chosen', () => {
    const all = DASHBOARDS.map(({ name }) => name).sort();
    expect(all).toContain('cluster-health');
    expect(shown({})).toEqual(all);
    expect(shown({ dashboards: ['cluster-health'] })).toEqual(['cluster-health']);
    expect(shown({ dashboards: [] })).toEqual([]);
    expect(shown({ enabled: false })).toEqual([]);
  });

  test('fail for a name that none of them has', () => {
    expect(() => shown({ dashboards: ['cluster-health', 'cluster-wealth'] })).toThrow(
      `[test/Pipeline] grafana.dashboards[1]: got "cluster-wealth", expected one of ${DASHBOARDS.map(({ name }) => name).join(', ')}; write cluster-health`,
    );
  });

  test('find jobs in the way that is asked for', () => {
    const text = (jobAttribution?: JobAttribution) => {
      const { rendered } = pipelineWith({ grafana: { jobAttribution }, dcgmExporter: { jobMappingDirectory: '/run/jobs' } });
      return String(
        (rendered.find('ConfigMap', 'metrics-dashboard-cluster-health').data as Record<string, unknown>)['cluster-health.json'],
      );
    };
    // that a label is taken away where it may be is no way to find jobs
    expect(text(JobAttribution.LABEL)).toContain('hpc_job!=');
    expect(text(JobAttribution.JOIN)).not.toContain('hpc_job!=');
    expect(text()).toBe(text(JobAttribution.JOIN));
    expect(text(JobAttribution.JOIN)).toContain('GPU utilisation by user');
    expect(text(JobAttribution.NONE)).not.toContain('GPU utilisation by user');
  });

  test('fail for a label that the GPU exporter does not write', () => {
    const label = { jobAttribution: JobAttribution.LABEL };
    expect(() => shown(label)).toThrow(
      `[test/Pipeline] grafana.jobAttribution: got "label", expected dcgmExporter.jobMappingDirectory beside it, without which no series of a GPU has the label hpc_job; give that directory, or leave jobAttribution out for 'join'`,
    );
    // what somebody else deploys may write it
    expect(shown(label, { platforms: [Platform.GPU_OPERATOR] })).not.toEqual([]);
    expect(shown(label, { dcgmExporter: { enabled: false } })).not.toEqual([]);
  });
});

describe('sources and destinations of your own', () => {
  test('a source is scraped like the others', () => {
    const chart = new Chart(new App(), 'test');
    const second = new SlurmExporter(chart, 'Second', { name: 'second-exporter', namespace: 'second' });
    const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', sources: [second] });
    expect(pipeline.collector.scrapedTargets.map(({ name }) => name)).toEqual([...targetNames(pipelineWith()), 'second-exporter']);
  });

  test('destinations come behind store and cloud, so that adding one moves no queue', () => {
    const destinations: readonly IDestination[] = [
      RemoteWrite.toUrl('https://a.example/write'),
      RemoteWrite.toUrl('https://b.example/write'),
    ];
    expect(urls(pipelineWith({ destinations, publicEndpointEnabled: true, nebiusCloud: CLOUD }))).toEqual([
      STORE_URL,
      CLOUD_URL,
      'https://a.example/write',
      'https://b.example/write',
    ]);
  });

  test('a store in place of the own one is written to and read', () => {
    const store: IStore = {
      destination: { name: 'central', url: 'http://central.stores.svc:8480/insert/0/prometheus/api/v1/write', relabelConfigs: [] },
      queryUrl: 'http://central.stores.svc:8481/select/0/prometheus',
      dedupInterval: Duration.seconds(15),
    };
    const result = pipelineWith({ store });
    expect(result.pipeline.store).toBe(store);
    expect(result.pipeline.vmSingle).toBeUndefined();
    expect(result.rendered.all('VMSingle')).toEqual([]);
    expect(urls(result)).toEqual([store.destination.url]);
    const { data } = result.rendered.find('ConfigMap', 'metrics-grafana-provisioning', 'monitoring-system');
    expect(parse((data as { readonly [file: string]: string })['datasources.yaml'] ?? '')).toMatchObject({
      datasources: [{ url: store.queryUrl }],
    });
  });

  test('an agent in place of the own one gets every source and every destination', () => {
    const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
    const collector = new VMAgent(chart, 'Agent', { cluster: 'prod', name: 'own', namespace: 'agents' });
    const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod', collector });
    expect(pipeline.collector).toBe(collector);
    expect(pipeline.vmAgent).toBeUndefined();
    expect(pipeline.node.findAll().filter((construct) => construct instanceof VMAgent)).toEqual([]);
    expect(collector.scrapedTargets.map(({ name }) => name)).toEqual(targetNames(pipelineWith()).filter((name) => name !== 'vmagent'));
    expect(collector.destinations.map(({ url }) => url)).toEqual([STORE_URL]);
  });
});

describe('how samples walk', () => {
  test('from every source to the store, and from there to Grafana', () => {
    const { pipeline, rendered } = pipelineWith();
    expect(urls({ pipeline, rendered })).toEqual([STORE_URL]);
    const { data } = rendered.find('ConfigMap', 'metrics-grafana-provisioning', 'monitoring-system');
    expect(parse((data as { readonly [file: string]: string })['datasources.yaml'] ?? '')).toMatchObject({
      datasources: [{ url: STORE_URL.replace('/api/v1/write', '') }],
    });
  });

  test('with the label of the cluster, and no closer together than the store keeps them', () => {
    const { rendered } = pipelineWith({ cluster: 'prod-eu-1' });
    expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({ externalLabels: { cluster: 'prod-eu-1' } });
    expect(rendered.find('VMSingle', 'metrics-victoria-metrics-k8s-stack').spec).toMatchObject({
      extraArgs: { 'dedup.minScrapeInterval': '15s' },
    });
  });

  test('to the cloud alone where the store is left out', () => {
    const result = pipelineWith({ vmSingle: { enabled: false }, publicEndpointEnabled: true, nebiusCloud: CLOUD });
    expect(urls(result)).toEqual([CLOUD_URL]);
    expect(result.pipeline.store).toBeUndefined();
  });

  // every panel is empty then, and nothing says why
  test('nowhere to Grafana where the store is left out, which is said at synth', () => {
    const { pipeline } = pipelineWith({ vmSingle: { enabled: false }, publicEndpointEnabled: true, nebiusCloud: CLOUD });
    expect(pipeline.grafana?.node.validate()).toEqual([
      'read: got nothing, expected a store, for without one every panel is empty; use grafana.read(store), or leave Grafana out',
    ]);
  });
});

describe('the public endpoint', () => {
  test('is written to when it is switched on, with a token that no other destination gets', () => {
    const { pipeline, rendered } = pipelineWith({ publicEndpointEnabled: true, nebiusCloud: CLOUD });
    expect(pipeline.nebiusCloud?.destination.url).toBe(CLOUD_URL);
    expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({
      extraArgs: { 'remoteWrite.bearerTokenFile': '"",/etc/soperator-metrics/tokens/nebius-cloud/tsa-token' },
    });
  });

  test.each([undefined, false])('is left alone when it is %s, whatever its options', (publicEndpointEnabled) => {
    const result = pipelineWith({ publicEndpointEnabled, nebiusCloud: CLOUD });
    expect(urls(result)).toEqual([STORE_URL]);
    expect(result.pipeline.nebiusCloud).toBeUndefined();
  });

  test('fails without region and project', () => {
    expect(() => pipelineWith({ publicEndpointEnabled: true })).toThrow(
      "[test/Pipeline] nebiusCloud: got nothing, expected region and projectId, because publicEndpointEnabled is true; write nebiusCloud: { region: 'eu-north1', projectId: '…' }",
    );
  });
});

describe('the names of namespaces', () => {
  const NAMES = {
    monitoring: 'a-metrics',
    slurm: 'b-batch',
    soperatorSystem: 'c-manager',
    nodeExporter: 'd-nodes',
    alsoMonitored: ['e-team'],
  };
  const FORMER = ['monitoring-system', 'soperator', 'soperator-system', 'node-exporter-system'];

  test('are those of the contract unless told otherwise', () => {
    const { rendered } = pipelineWith();
    const used = new Set(rendered.all().flatMap(({ metadata: { namespace } }) => namespace ?? []));
    expect([...used].sort()).toEqual([...FORMER].sort());
    expect(namespacesOf(pipelineWith())).toEqual(['monitoring-system', 'node-exporter-system']);
  });

  test('are given in one place and reach every object', () => {
    const { rendered } = pipelineWith({ namespaces: NAMES, slurmCluster: 'batch' });
    const left = rendered
      .all()
      .map((object) => ({
        object: id(object),
        texts: texts(object).filter((text) => text.split(/[^a-z0-9-]+/).some((word) => FORMER.includes(word))),
      }))
      .filter(({ texts: found }) => found.length > 0);
    expect(left).toEqual([]);
    const used = new Set(rendered.all().flatMap(({ metadata: { namespace } }) => namespace ?? []));
    expect([...used].sort()).toEqual(['a-metrics', 'b-batch', 'c-manager', 'd-nodes', 'e-team']);
  });

  test('that are monitored are searched for dashboards and for the targets of users', () => {
    const { pipeline, rendered } = pipelineWith({ namespaces: NAMES });
    const monitored = ['a-metrics', 'b-batch', 'c-manager', 'e-team'];
    expect([...(pipeline.grafana?.dashboardNamespaces ?? [])].sort()).toEqual(monitored);
    for (const namespace of monitored) {
      expect(rendered.find('Role', 'metrics-agent-discovery', namespace).rules).toContainEqual(
        expect.objectContaining({ resources: expect.arrayContaining(['endpoints', 'pods', 'services']) }),
      );
    }
  });

  test('of one part win over those of the pipeline', () => {
    const { rendered } = pipelineWith({ dcgmExporter: { namespace: 'gpu' }, namespaces: NAMES });
    expect(rendered.find('DaemonSet', 'nvidia-dcgm-exporter', 'gpu')).toBeDefined();
    expect(rendered.find('VMServiceScrape', 'nvidia-dcgm-exporter', 'a-metrics').spec).toMatchObject({
      namespaceSelector: { matchNames: ['gpu'] },
    });
  });

  test('reach the operator, so that it may read what scrapes in them name', () => {
    const namespaces = ['team-a'];
    const { rendered } = pipelineWith({ vmAgent: { userScrapes: { namespaces } } });
    expect(rendered.find('Role', 'vm-operator-scrapes', 'team-a').rules).toEqual([
      { apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get'] },
    ]);
    expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({
      serviceScrapeNamespaceSelector: {
        matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['monitoring-system', ...namespaces] }],
      },
    });
  });

  test('give the operator no right to them while scrapes of users are not picked up', () => {
    const { rendered } = pipelineWith({ vmAgent: { userScrapes: { enabled: false, namespaces: ['team-a'] } } });
    expect(rendered.all().filter(({ metadata: { namespace } }) => namespace === 'team-a')).toEqual([]);
  });

  test.each(['monitoring', 'slurm', 'soperatorSystem', 'nodeExporter'])('fail where %s is none', (option) => {
    expect(() => pipelineWith({ namespaces: { [option]: 'My Namespace' } })).toThrow(
      `[test/Pipeline] namespaces.${option}: got "My Namespace", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });

  test('fail where one that is also monitored is none', () => {
    expect(() => pipelineWith({ grafana: { enabled: false }, namespaces: { alsoMonitored: ['My Namespace'] } })).toThrow(
      `[test/Pipeline] namespaces.alsoMonitored[0]: got "My Namespace", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });

  test.each<NonNullable<MetricsPipelineProps['namespaces']>>([
    { monitoring: 'one', nodeExporter: 'one' },
    { monitoring: 'one', nodeExporter: 'one', monitoringPodSecurity: PodSecurityLevel.BASELINE },
    { nodeExporter: 'one', alsoMonitored: ['one'] },
  ])('that are the same are rendered once, at the looser level: %j', (given) => {
    expect(pipelineWith({ namespaces: given }).rendered.find('Namespace', 'one').metadata.labels).toMatchObject({
      'pod-security.kubernetes.io/enforce': 'privileged',
    });
  });

  // whoever deletes or prunes what was rendered would take the SLURM cluster, or what somebody else runs there, along
  test.each<NonNullable<MetricsPipelineProps['namespaces']>>([
    { slurm: 'one', nodeExporter: 'one' },
    { slurm: 'one', monitoring: 'one' },
    { soperatorSystem: 'one', monitoring: 'one' },
    { monitoring: 'one', nodeExporter: 'one', monitoringPodSecurity: PodSecurityLevel.UNMANAGED },
  ])('that are ours and somebody else’s are not rendered: %j', (given) => {
    expect(namespacesOf(pipelineWith({ namespaces: given }))).not.toContain('one');
  });

  test.each(['kubeStateMetrics', 'grafana', 'vmSingle', 'vmAgent', 'vmOperator', 'nodeExporter', 'slurmExporter', 'dcgmExporter'])(
    'of %s alone are not rendered, for they must exist',
    (part) => {
      const result = pipelineWith({ [part]: { namespace: 'elsewhere' } });
      expect(result.rendered.all().filter(({ metadata: { namespace } }) => namespace === 'elsewhere')).not.toEqual([]);
      expect(namespacesOf(result)).not.toContain('elsewhere');
      expect(result.pipeline.namespaces.own).not.toContain('elsewhere');
    },
  );

  test.each<readonly [string, Partial<MetricsPipelineProps>, string]>([
    ['the store', { vmSingle: { namespace: 'elsewhere' } }, 'elsewhere'],
    ['the agent', { vmAgent: { namespace: 'elsewhere' } }, 'elsewhere'],
    ['the operator', { vmOperator: { namespace: 'elsewhere' } }, 'monitoring-system'],
  ])('of %s alone reach the rights of the operator, which makes workloads there', (_, props, namespace) => {
    const { rendered, pipeline } = pipelineWith(props);
    const { metadata } = pipeline.vmOperator?.workload ?? {};
    expect(rendered.find('Role', 'vm-operator', namespace).rules).toContainEqual({
      apiGroups: ['apps'],
      resources: ['deployments', 'statefulsets'],
      verbs: ['create', 'update', 'patch', 'delete'],
    });
    expect(rendered.find('RoleBinding', 'vm-operator', namespace)).toMatchObject({
      roleRef: { kind: 'Role', name: 'vm-operator' },
      subjects: [{ kind: 'ServiceAccount', name: 'vm-operator', namespace: metadata?.namespace }],
    });
  });
});

describe('namespaces', () => {
  const level = (props: Partial<MetricsPipelineProps>, name = 'monitoring-system') =>
    pipelineWith(props).rendered.find('Namespace', name).metadata.labels?.['pod-security.kubernetes.io/enforce'];
  const file = RemoteWrite.toUrl('https://a.example/write', {
    credential: RemoteWriteCredential.tokenFile({ hostDirectory: '/mnt/t', file: 't' }),
  });

  test('of somebody else are not rendered, so that nothing of theirs is changed, selected or pruned', () => {
    expect(namespacesOf(pipelineWith({ namespaces: { alsoMonitored: ['team-a'] } }))).toEqual([
      'monitoring-system',
      'node-exporter-system',
    ]);
  });

  test('of the pipeline are known by name', () => {
    expect(pipelineWith().pipeline.namespaces.own).toEqual(['monitoring-system', 'node-exporter-system']);
  });

  test.each<readonly [string, Partial<MetricsPipelineProps>, string]>([
    ['restricted', {}, 'restricted'],
    ['privileged for the token file of the cloud', { publicEndpointEnabled: true, nebiusCloud: CLOUD }, 'privileged'],
    [
      'restricted for a token of the cloud in a Secret',
      { publicEndpointEnabled: true, nebiusCloud: { ...CLOUD, credential: TOKEN } },
      'restricted',
    ],
    ['restricted while the cloud is switched off', { nebiusCloud: CLOUD }, 'restricted'],
    ['privileged for the token file of any destination', { destinations: [file] }, 'privileged'],
    [
      'restricted for a token in a Secret of any destination',
      { destinations: [RemoteWrite.toUrl('https://a.example', { credential: TOKEN })] },
      'restricted',
    ],
    ['what is given', { namespaces: { monitoringPodSecurity: PodSecurityLevel.BASELINE } }, 'baseline'],
    [
      'what is given, a token file or not',
      { destinations: [file], namespaces: { monitoringPodSecurity: PodSecurityLevel.RESTRICTED } },
      'restricted',
    ],
  ])('hold the monitoring pods at the level %s', (_, props, expected) => {
    expect(level(props)).toBe(expected);
  });

  test('let the node exporter have the host, and no other pod', () => {
    expect(level({}, 'node-exporter-system')).toBe('privileged');
  });

  test.each<Partial<MetricsPipelineProps>>([{ nodeExporter: { enabled: false } }, { nodeExporter: { deploy: false } }])(
    'of the node exporter are not made where it is not deployed: %j',
    (props) => {
      expect(namespacesOf(pipelineWith(props))).toEqual(['monitoring-system']);
    },
  );

  test('can be left to somebody else altogether', () => {
    const result = pipelineWith({ namespaces: { monitoringPodSecurity: PodSecurityLevel.UNMANAGED } });
    expect(namespacesOf(result)).toEqual(['node-exporter-system']);
    expect(result.pipeline.namespaces.own).toEqual(['node-exporter-system']);
  });
});

describe('labels', () => {
  const inventory = (props: Partial<MetricsPipelineProps> = {}) => {
    const all = pipelineWith(props).rendered.all();
    const found = new Set(all.flatMap(({ metadata: { labels } }) => labels?.[INVENTORY_LABEL] ?? []));
    expect(found.size).toBe(1);
    return [...found][0];
  };

  test('say on every object of the pipeline for which cluster and in which set it was rendered', () => {
    const { rendered } = pipelineWith({ cluster: 'prod-eu-1', namespaces: { alsoMonitored: ['team-a'] } });
    const wrong = rendered
      .all()
      .filter(
        ({ metadata: { labels } }) => labels?.[CLUSTER_LABEL] !== 'prod-eu-1' || !/^[0-9a-f]{12}$/.test(labels?.[INVENTORY_LABEL] ?? ''),
      );
    expect(wrong.map(id)).toEqual([]);
  });

  test('say on every object of the pipeline to what it belongs, which is what pruning selects by', () => {
    const wrong = pipelineWith()
      .rendered.all()
      .filter(({ metadata: { labels } }) => labels?.['app.kubernetes.io/part-of'] !== 'soperator-metrics');
    expect(wrong.map(id)).toEqual([]);
  });

  test('of the cluster and the set stay out of selectors and pod templates, which would roll every pod', () => {
    const workloads = pipelineWith()
      .rendered.all()
      .filter(({ kind }) => ['Deployment', 'DaemonSet', 'Service'].includes(kind));
    expect(
      workloads.filter(({ spec }) => JSON.stringify(spec).includes(INVENTORY_LABEL) || JSON.stringify(spec).includes(CLUSTER_LABEL)),
    ).toEqual([]);
  });

  test('tell another set by every object that comes or goes', () => {
    expect(inventory({ grafana: { enabled: false } })).not.toBe(inventory());
    expect(inventory({ grafana: { storageSize: Size.gibibytes(1) } })).not.toBe(inventory());
    expect(inventory({ vmAgent: { name: 'other' } })).not.toBe(inventory());
    expect(inventory({ namespaces: { monitoring: 'metrics' } })).not.toBe(inventory());
  });

  test.each<Partial<MetricsPipelineProps>>([
    { scale: { gpusPerNode: 4 } },
    { grafana: { minStep: Duration.minutes(1) } },
    { slurmExporter: { jobSource: SlurmJobSource.ACCOUNTING } },
    { cluster: 'other' },
    { destinations: [RemoteWrite.toUrl('https://a.example/write')] },
  ])('tell the same set when an option changes: %#', (props) => {
    expect(inventory(props)).toBe(inventory());
  });

  test('count what somebody adds to the chart', () => {
    const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
    const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod' });
    const own = new k8s.KubeConfigMap(pipeline, 'Own', { metadata: { name: 'own' } });
    const labels = (own.toJson() as KubeJson).metadata.labels;
    expect(labels).toMatchObject({ [CLUSTER_LABEL]: 'prod' });
    expect(labels?.[INVENTORY_LABEL]).not.toBe(inventory());
  });
});

// counted, not compared: one that goes and one that comes look like nothing happened
test('an object that takes the place of another makes another set, even after a first rendering', () => {
  const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
  const pipeline = new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod' });
  const add = (name: string) => new k8s.KubeConfigMap(pipeline, name, { metadata: { name } });
  const set = (object: k8s.KubeConfigMap) => (object.toJson() as KubeJson).metadata.labels?.[INVENTORY_LABEL];
  const former = set(add('former'));
  pipeline.node.tryRemoveChild('former');
  expect(set(add('other'))).not.toBe(former);
});

test('renders the same bytes from the same options', () => {
  const props: Partial<MetricsPipelineProps> = { scale: { nodes: 100 }, publicEndpointEnabled: true, nebiusCloud: CLOUD };
  const bytes = (mode: Mode) => Yaml.stringify(...pipelineWith({ ...props, mode }).rendered.all());
  for (const mode of [Mode.OPERATOR, Mode.STANDALONE]) expect(bytes(mode)).toBe(bytes(mode));
});

describe('the scale', () => {
  test('sizes agent and store, their volumes and the number of shards', () => {
    const sizes = (props: Partial<MetricsPipelineProps>) => {
      const { vmAgent, vmSingle } = pipelineWith(props).pipeline;
      return {
        shards: vmAgent?.shards,
        memory: [vmAgent, vmSingle].map((part) => part?.resources.memoryLimit?.toMebibytes()),
        volumes: [vmAgent?.queueSize, vmSingle?.storageSize].map((size) => size?.toGibibytes()),
      };
    };
    const [usual, ten, large] = [{}, { scale: { nodes: 10 } }, { scale: { nodes: 10_000 } }].map(sizes);
    expect(ten).toEqual(usual);
    expect(large?.shards).toBeGreaterThan(usual?.shards ?? 0);
    for (const what of ['memory', 'volumes'] as const) {
      for (const part of [0, 1]) expect(large?.[what][part]).toBeGreaterThan(usual?.[what][part] ?? 0);
    }
  });

  test('counts for what is not given to a part itself', () => {
    const { vmAgent, vmSingle } = pipelineWith({ scale: { nodes: 100 }, vmAgent: { scale: { nodes: 5 } } }).pipeline;
    expect([vmAgent?.scale.nodes, vmSingle?.scale.nodes]).toEqual([5, 100]);
  });

  test('changes nothing of what is scraped', () => {
    expect(targetNames(pipelineWith({ scale: { nodes: 10_000 } }))).toEqual(targetNames(pipelineWith()));
  });

  test.each([0, -1, 1.5, 10_001, Number.NaN])('fails for %d nodes', (nodes) => {
    expect(() => pipelineWith({ scale: { nodes } })).toThrow(
      new Error(
        `[test/Pipeline] scale.nodes: got ${nodes}, expected a whole number of 1 to 10000; count the nodes that the cluster grows to`,
      ),
    );
  });
});

describe('without the operator', () => {
  const ALONE = build({ mode: Mode.STANDALONE });
  const AGENT = 'vmagent-metrics';
  const STORE = 'vmsingle-metrics-victoria-metrics-k8s-stack';
  const custom = ({ rendered }: Result) => rendered.all().filter(({ apiVersion }) => /victoriametrics/.test(apiVersion));

  test('no kind of the operator is rendered, and nothing for it', () => {
    expect(custom(ALONE)).toEqual([]);
    expect(ids(ALONE).filter((name) => /vm-operator/.test(name))).toEqual([]);
    expect(ALONE.pipeline.vmOperator).toBeUndefined();
    expect(ALONE.pipeline.operatorChart.node.findAll()).toEqual([ALONE.pipeline.operatorChart]);
    // so that the above says something
    expect(custom(pipelineWith())).not.toEqual([]);
  });

  test('agent and store are workloads with the names of those that the operator makes', () => {
    expect(ids(ALONE)).toEqual(
      expect.arrayContaining([
        `ConfigMap/monitoring-system/${AGENT}`,
        `Deployment/monitoring-system/${STORE}`,
        `PersistentVolumeClaim/monitoring-system/${STORE}`,
        `PersistentVolumeClaim/monitoring-system/persistent-queue-data-${AGENT}-0`,
        `Service/monitoring-system/${AGENT}`,
        `Service/monitoring-system/${STORE}`,
        `StatefulSet/monitoring-system/${AGENT}`,
      ]),
    );
  });

  test('Services have the names and ports of the contract', () => {
    const ports = (name: string) =>
      (
        ALONE.rendered.find('Service', name, 'monitoring-system').spec as { readonly ports: readonly { name: string; port: number }[] }
      ).ports.map(({ name: port, port: number }) => `${port} ${number}`);
    expect(ports(AGENT)).toEqual(['http 8429']);
    expect(ports(STORE)).toEqual(['http 8429', 'http-alias 8428']);
    const names = ({ pipeline }: Result) => [pipeline.vmAgent?.serviceName, pipeline.vmSingle?.serviceName, pipeline.vmSingle?.queryUrl];
    expect(names(ALONE)).toEqual(names(pipelineWith()));
  });

  test('the same is scraped and written, but for the operator itself', () => {
    expect(targetNames(ALONE)).toEqual(targetNames(pipelineWith()).filter((name) => name !== 'vm-operator'));
    expect(urls(ALONE)).toEqual(urls(pipelineWith()));
  });

  test('one configuration has a job for every target, in each of its endpoints', () => {
    const { data } = ALONE.rendered.find('ConfigMap', AGENT, 'monitoring-system');
    const jobs: readonly { readonly job_name: string }[] = parse(
      (data as { readonly [file: string]: string })['scrape.yaml'] ?? '',
    ).scrape_configs;
    expect(new Set(jobs.map(({ job_name }) => job_name.replace(/\/.*/, '')))).toEqual(new Set(targetNames(ALONE)));
    expect(jobs).toHaveLength(ALONE.pipeline.collector.scrapedTargets.flatMap(({ endpoints }) => endpoints).length);
    expect(new Set(jobs.map(({ job_name }) => job_name)).size).toBe(jobs.length);
  });

  test('everything else is the same, down to the byte', () => {
    const rest = (result: Result) => {
      const own = /VM|vmagent|vmsingle|vm-operator|victoria-metrics|metrics-agent|metrics-dashboard-victoriametrics/;
      const plain = result.rendered.all().filter((object) => !own.test(id(object)));
      // which objects there are is another set in each mode
      return plain.map((object) => JSON.stringify(object).replace(/"soperator-metrics\/inventory":"\w+"/, '')).sort();
    };
    expect(rest(ALONE)).toEqual(rest(pipelineWith()));
    for (const part of ['slurm-exporter', 'metrics-kube-state-metrics', 'nvidia-dcgm-exporter', 'node-exporter', 'metrics-grafana']) {
      expect(rest(ALONE)).toContainEqual(expect.stringMatching(`"kind":"(Deployment|DaemonSet)".*"name":"${part}"`));
    }
  });

  test('the agent may do the same as with the operator, but for its configuration and for scrapes of users', () => {
    const discovery = ({ rendered }: Result) =>
      rendered
        .all('Role')
        .filter(({ metadata: { name } }) => name.startsWith('metrics-agent'))
        .map(id)
        .sort();
    expect(discovery(ALONE)).toEqual([
      'Role/monitoring-system/metrics-agent-discovery',
      'Role/node-exporter-system/metrics-agent-discovery',
      'Role/soperator-system/metrics-agent-discovery',
      'Role/soperator/metrics-agent-discovery',
    ]);
    const cluster = ({ rendered }: Result) => rendered.find('ClusterRole', 'monitoring-system-metrics-agent').rules;
    expect(cluster(ALONE)).toEqual(cluster(pipelineWith()));
    const secrets = ALONE.rendered
      .all()
      .filter(({ kind, metadata: { name } }) => /Role$/.test(kind) && name.includes('metrics-agent'))
      .filter((role) => JSON.stringify(role.rules).includes('secrets'));
    expect(secrets).toEqual([]);
  });

  test('Grafana reads the same store', () => {
    const provisioning = ({ rendered }: Result) => rendered.find('ConfigMap', 'metrics-grafana-provisioning', 'monitoring-system').data;
    expect(provisioning(ALONE)).toEqual(provisioning(pipelineWith()));
  });

  test.each<Partial<MetricsPipelineProps>>([
    { vmOperator: { namespace: 'elsewhere', version: '0.70.1' } },
    { vmOperator: { enabled: true } },
    { vmOperator: { enabled: false } },
    { vmAgent: { operatorVersion: '0.70.1', userScrapes: { enabled: true } } },
  ])('what only the operator reads may stay in the file: %j', (props) => {
    expect(ids(pipelineWith({ mode: Mode.STANDALONE, ...props }))).toEqual(ids(ALONE));
  });

  test.each([
    ['namespaces', '["team-a"]', { namespaces: ['team-a'] }],
    ['targetNamespaces', '["team-a"]', { targetNamespaces: ['team-a'] }],
    ['requireLabel', 'true', { requireLabel: true }],
  ])('fails for userScrapes.%s, which would change nothing without a word', (option, shown, userScrapes) => {
    expect(() => pipelineWith({ mode: Mode.STANDALONE, vmAgent: { userScrapes } })).toThrow(
      new Error(
        `[test/Pipeline/VMAgent] userScrapes.${option}: got ${shown}, expected to be left out in standalone mode, where no operator reads scrapes that users add as objects; remove it and give such scrapes as sources of the library, or use mode operator`,
      ),
    );
  });

  test('an operator that somebody else runs is scraped all the same', () => {
    const result = pipelineWith({ mode: Mode.STANDALONE, vmOperator: { deploy: false } });
    expect(targetNames(result)).toEqual(targetNames(pipelineWith()));
    expect(custom(result)).toEqual([]);
  });

  test('several shards are as many StatefulSets and claims, which pruning finds', () => {
    const result = pipelineWith({ mode: Mode.STANDALONE, vmAgent: { shards: 2 } });
    expect(result.rendered.all('StatefulSet').map(({ metadata: { name } }) => name)).toEqual([`${AGENT}-0`, `${AGENT}-1`]);
    expect(ids(result)).toEqual(
      expect.arrayContaining([
        `PersistentVolumeClaim/monitoring-system/persistent-queue-data-${AGENT}-0-0`,
        `PersistentVolumeClaim/monitoring-system/persistent-queue-data-${AGENT}-1-0`,
        'PodDisruptionBudget/monitoring-system/metrics',
      ]),
    );
    const unlabelled = result.rendered.all().filter(({ metadata: { labels } }) => !labels?.[CLUSTER_LABEL] || !labels[INVENTORY_LABEL]);
    expect(unlabelled.map(id)).toEqual([]);
  });

  test('the labels of the cluster and of the set stay out of selectors and pod templates, which would roll every pod', () => {
    const workloads = ALONE.rendered.all().filter(({ kind }) => ['StatefulSet', 'Deployment', 'Service'].includes(kind));
    const wrong = workloads.filter(
      ({ spec }) => JSON.stringify(spec).includes(INVENTORY_LABEL) || JSON.stringify(spec).includes(CLUSTER_LABEL),
    );
    expect(wrong.map(id)).toEqual([]);
  });
});

describe('the mode of a part', () => {
  test('wins over that of the pipeline: an agent without the operator beside a store with it', () => {
    const { rendered, pipeline } = pipelineWith({ vmAgent: { mode: Mode.STANDALONE } });
    expect(rendered.find('StatefulSet', 'vmagent-metrics')).toBeDefined();
    expect(rendered.all('VMAgent')).toEqual([]);
    expect(rendered.all('VMSingle')).toHaveLength(1);
    expect(pipeline.vmOperator?.workload).toBeDefined();
  });

  test('wins over that of the pipeline: an agent with the operator, which finds what users add, beside a store without it', () => {
    const { rendered, pipeline } = pipelineWith({ mode: Mode.STANDALONE, vmAgent: { mode: Mode.OPERATOR } });
    expect(rendered.all('VMAgent')).toHaveLength(1);
    expect(rendered.find('Deployment', 'vmsingle-metrics-victoria-metrics-k8s-stack')).toBeDefined();
    expect(pipeline.vmOperator?.workload).toBeDefined();
    expect(rendered.find('Role', 'metrics-agent-discovery', 'soperator').rules).toContainEqual(
      expect.objectContaining({ resources: expect.arrayContaining(['endpoints']) }),
    );
  });
});

describe('the name of the cluster', () => {
  const NO_LABEL_VALUE =
    '[test/Pipeline] cluster: got "Prod EU", expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; ' +
    "name the cluster as its people do: 'prod-eu-1'";

  test('fails where it is no label value', () => {
    expect(() => pipelineWith({ cluster: 'Prod EU' })).toThrow(NO_LABEL_VALUE);
  });

  test('fails where it is no label value, whoever collects', () => {
    const chart = new Chart(new App(), 'test');
    const collector = new VMAgent(chart, 'Agent', { cluster: 'prod' });
    expect(() => new MetricsPipeline(chart, 'Pipeline', { cluster: 'Prod EU', collector })).toThrow(NO_LABEL_VALUE);
  });
});

test('the name of the SLURM cluster reaches its exporter', () => {
  const { rendered } = pipelineWith({ slurmCluster: 'batch' });
  const exporter = containerOf(rendered.find('Deployment', 'slurm-exporter', 'soperator'), 'exporter');
  expect(flagOf(exporter, '--cluster-name')).toBe('batch');
  expect(flagOf(exporter, '--slurm-api-server')).toBe('http://batch-rest-svc.soperator.svc:6820');
});

test("the operator's version picks the sidecar of the agent", () => {
  const { rendered } = pipelineWith({ vmOperator: { deploy: false, version: '0.70.1' } });
  expect(rendered.find('VMAgent', 'metrics').spec).toMatchObject({
    configReloaderImage: 'docker.io/victoriametrics/operator:config-reloader-v0.70.1',
  });
});

describe('checks', () => {
  /** What stops the synthesis, and what is only printed. */
  function synthesised(props: Partial<MetricsPipelineProps>): { readonly errors: readonly string[]; readonly printed: readonly string[] } {
    const printed: string[] = [];
    const print = jest.spyOn(console, 'error').mockImplementation((text: string) => {
      printed.push(text);
    });
    const { pipeline } = pipelineWith(props);
    const errors = pipeline.node.findAll().flatMap(({ node }) => node.validate());
    print.mockRestore();
    return { errors, printed };
  }
  const FILE = { publicEndpointEnabled: true, nebiusCloud: CLOUD };

  test('pass without a word by default', () => {
    expect(synthesised({})).toEqual({ errors: [], printed: [] });
  });

  test('stop the synthesis with what would not work', () => {
    expect(synthesised({ vmSingle: { dedupInterval: Duration.minutes(1) } }).errors).toEqual([
      expect.stringContaining('[test/Pipeline/VMSingle/VMSingle] spec.extraArgs["dedup.minScrapeInterval"]: got "1m"'),
    ]);
  });

  test('print what works and wants to be known', () => {
    const { errors, printed } = synthesised(FILE);
    expect(errors).toEqual([]);
    expect(printed).toEqual([expect.stringContaining('warning: [test/Pipeline/VMAgent/VMAgent]')]);
  });

  test('stop the synthesis with that, too, when they are strict', () => {
    const { errors, printed } = synthesised({ ...FILE, strict: true });
    expect(errors).toEqual([expect.stringContaining('[test/Pipeline/VMAgent/VMAgent]')]);
    expect(printed).toEqual([]);
  });
});

describe('every option takes effect', () => {
  test('on the parts that it belongs to', () => {
    const chart = new Chart(new App(), 'test', { disableResourceNameHashes: true });
    const collector = new VMAgent(chart, 'Agent', { cluster: 'prod', name: 'own' });
    const store = new VMSingle(chart, 'Store', { name: 'own' });
    const source = new SlurmExporter(chart, 'Source', { name: 'second-exporter' });
    const interval = (seconds: number) => ({ scrapeInterval: Duration.seconds(seconds) });
    const props: Required<MetricsPipelineProps> = {
      cluster: 'prod',
      slurmCluster: 'batch',
      platforms: [],
      mode: Mode.STANDALONE,
      scale: { nodes: 100 },
      namespaces: { monitoring: 'metrics' },
      series: { profile: SeriesProfile.FULL },
      images: { pullSecrets: ['registry'] },
      strict: true,
      slurmExporter: interval(31),
      dcgmExporter: interval(32),
      nodeExporter: interval(33),
      kubelet: interval(34),
      kubeStateMetrics: interval(35),
      soperatorController: interval(36),
      apiServer: { ...interval(41), enabled: true },
      coreDns: { ...interval(42), enabled: true },
      sources: [source],
      vmAgent: interval(37),
      collector,
      vmSingle: interval(38),
      store,
      publicEndpointEnabled: true,
      nebiusCloud: { ...CLOUD, credential: TOKEN },
      destinations: [RemoteWrite.toUrl('https://a.example/write')],
      grafana: interval(39),
      // in this mode only one of somebody else
      vmOperator: { ...interval(40), deploy: false },
      dashboards: [{ uid: 'own', name: 'own', title: 'Own', json: '{}' }],
      checks: [{ name: 'own', proves: 'that it runs', run: () => [{ on: store, message: 'got a store of my own' }] }],
      patches: [{ kind: 'Deployment', name: 'slurm-exporter', merge: { spec: { revisionHistoryLimit: 7 } } }],
    };
    const pipeline = new MetricsPipeline(chart, 'Pipeline', props);
    expect(Object.fromEntries(collector.scrapedTargets.map(({ job, scrapeInterval }) => [job, scrapeInterval.toSeconds()]))).toMatchObject({
      'dcgm-exporter': 32,
      'node-exporter': 33,
      kubelet: 34,
      'kube-state-metrics': 35,
      'soperator-controller': 36,
      apiserver: 41,
      coredns: 42,
      grafana: 39,
      'vm-operator': 40,
    });
    expect(pipeline.slurmExporter?.targets.map(({ scrapeInterval }) => scrapeInterval.toSeconds())).toEqual([31]);
    expect(collector.scrapedTargets.map(({ name }) => name)).toContain('second-exporter');
    expect(collector.destinations.map(({ url }) => url)).toEqual([store.destination.url, CLOUD_URL, 'https://a.example/write']);
    expect(pipeline.store).toBe(store);
    // replaced, so that their options say nothing
    expect(pipeline.vmAgent).toBeUndefined();
    expect(pipeline.vmSingle).toBeUndefined();
    expect(podOf((pipeline.grafana?.workload.toJson() ?? {}) as KubeJson)).toMatchObject({ serviceAccountName: 'metrics-grafana' });
    expect(pipeline.grafana?.workload.metadata.namespace).toBe('metrics');
    expect(pipeline.dashboards.map(({ name }) => name)).toContain('own');
    expect(pipeline.grafana?.shown).toEqual(pipeline.dashboards);
    expect(pipeline.node.validate()).toContain('[test/Store] got a store of my own (own)');
    expect(pipeline.slurmExporter?.workload?.toJson()).toMatchObject({ spec: { revisionHistoryLimit: 7 } });
  });
});

describe('being a pipeline', () => {
  test('is told from being any other chart', () => {
    const { pipeline } = pipelineWith();
    expect(MetricsPipeline.isMetricsPipeline(pipeline)).toBe(true);
    for (const other of [new Chart(new App(), 'other'), pipeline.namespaces, {}, null, undefined, 'pipeline']) {
      expect(MetricsPipeline.isMetricsPipeline(other)).toBe(false);
    }
  });
});

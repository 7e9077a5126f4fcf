import { Duration, Size } from 'cdk8s';
import { DcgmExporter } from '../../../lib/dcgm-exporter';
import { KubeStateMetrics } from '../../../lib/kube-state-metrics';
import { KubeletScrapes } from '../../../lib/kubelet-scrapes';
import { NodeExporter } from '../../../lib/node-exporter';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../../../lib/scrape/scrape-target';
import { renderVmScrape } from '../../../lib/scrape/vm-operator';
import { SlurmExporter } from '../../../lib/slurm-exporter';
import { SoperatorController } from '../../../lib/soperator-controller';
import { type KubeJson, render, targetLabels } from '../../support';

const OPTIONS = { namespace: 'monitoring-system', labels: { 'example.com/agent': 'metrics' } };

const rendered = (target: ScrapeTarget) => render((chart) => renderVmScrape(chart, target, OPTIONS));

/** What a scrape says of its endpoints; a VMNodeScrape says it of itself. */
function endpoints({ spec }: KubeJson): readonly { readonly [field: string]: unknown }[] {
  const fields = spec as { readonly [field: string]: readonly { readonly [field: string]: unknown }[] };
  return fields.endpoints ?? fields.podMetricsEndpoints ?? [fields];
}

const TARGET: ScrapeTarget = {
  name: 'example',
  job: 'example',
  discovery: { role: DiscoveryRole.PODS, namespaces: ['apps'], matchLabels: { app: 'example' } },
  endpoints: [{ port: 'http' }],
  provenance: Provenance.EXTERNAL,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.POD,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
};
const KIND = {
  [DiscoveryRole.SERVICES]: 'VMServiceScrape',
  [DiscoveryRole.PODS]: 'VMPodScrape',
  [DiscoveryRole.NODES]: 'VMNodeScrape',
};
const ROLES = [DiscoveryRole.SERVICES, DiscoveryRole.PODS, DiscoveryRole.NODES];
const of = (role: DiscoveryRole, more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  ...TARGET,
  discovery: { ...TARGET.discovery, role },
  endpoints: role === DiscoveryRole.NODES ? [{}] : TARGET.endpoints,
  ...more,
});
const scrape = (target: ScrapeTarget) => rendered(target).find(KIND[target.discovery.role], target.name, 'monitoring-system');

/** The labels that the operator's generator adds on its own, and what discovery knows. */
const GENERATED = {
  [DiscoveryRole.SERVICES]: { node: 'n', pod: 'p', container: 'c', namespace: 'ns', service: 's', endpoint: 'e' },
  [DiscoveryRole.PODS]: { pod: 'p', container: 'c', namespace: 'ns', endpoint: 'e' },
  [DiscoveryRole.NODES]: { node: 'n' },
};
const DISCOVERED = {
  [DiscoveryRole.SERVICES]: { __meta_kubernetes_pod_name: 'p', __meta_kubernetes_pod_node_name: 'n' },
  [DiscoveryRole.PODS]: { __meta_kubernetes_pod_name: 'p', __meta_kubernetes_pod_node_name: 'n' },
  [DiscoveryRole.NODES]: { __meta_kubernetes_node_name: 'n' },
};
const NODE_LABELS = {
  __meta_kubernetes_node_label_nebius_com_nvlink_instance_group: 'nvl-1',
  __meta_kubernetes_node_label_slurm_nebius_ai_nodeset: 'worker',
  __meta_kubernetes_node_label_slurm_nebius_ai_nodeset_name: 'rack-1',
};
const labelsOf = (target: ScrapeTarget) => {
  const { role } = target.discovery;
  return targetLabels(target, { ...GENERATED[role], ...DISCOVERED[role], ...NODE_LABELS });
};

describe('the table of jobs', () => {
  const sources = render((chart) => ({
    slurm: new SlurmExporter(chart, 'SlurmExporter'),
    dcgm: new DcgmExporter(chart, 'DcgmExporter'),
    node: new NodeExporter(chart, 'NodeExporter'),
    kubelet: new KubeletScrapes(chart, 'Kubelet'),
    objects: new KubeStateMetrics(chart, 'KubeStateMetrics'),
    controller: new SoperatorController(chart, 'SoperatorController'),
  })).made;
  const gpu = { nvlink_instance_group: 'nvl-1', slurm_nodeset: 'worker', slurm_nodeset_name: 'rack-1' };

  test.each([
    ['slurm-exporter', { instance: 'p', namespace: 'ns', endpoint: 'e' }, ['metrics', 'monitoring'], '30s'],
    ['nvidia-dcgm-exporter', { job: 'dcgm-exporter', instance: 'n', namespace: 'ns', ...gpu }, ['gpu-metrics'], '15s'],
    ['node-exporter', { instance: 'n' }, ['metrics'], '30s'],
    ['kubelet-metrics', { job: 'kubelet', instance: 'n', metrics_path: '/metrics' }, [undefined], '30s'],
    ['kubelet-cadvisor', { job: 'kubelet', instance: 'n', metrics_path: '/metrics/cadvisor' }, [undefined], '30s'],
    ['kubelet-probes', { job: 'kubelet', instance: 'n', metrics_path: '/metrics/probes' }, [undefined], '30s'],
    ['kubelet-resource', { job: 'kubelet', instance: 'n', metrics_path: '/metrics/resource' }, [undefined], '30s'],
    ['metrics-kube-state-metrics', { job: 'kube-state-metrics', instance: 'p', endpoint: 'e' }, ['http', 'telemetry'], '30s'],
    ['soperator-controller', { instance: 'p', namespace: 'ns' }, ['https-metrics'], '30s'],
  ])('holds for %s: its labels and no others, its ports and its interval', (name, labels, ports, interval) => {
    const target = Object.values(sources)
      .flatMap(({ targets }) => targets)
      .find((candidate) => candidate.name === name);
    if (target === undefined) throw new Error(`no source declares ${name}`);
    expect(labelsOf(target)).toEqual({ job: name, ...labels });
    expect(endpoints(scrape(target)).map(({ port }) => port)).toEqual(ports);
    for (const endpoint of endpoints(scrape(target))) expect(endpoint.interval).toBe(interval);
  });
});

describe.each(ROLES)('a scrape of %s', (role) => {
  test('lies beside the agent, with the labels by which the agent finds it', () => {
    const { metadata } = scrape(of(role));
    expect(metadata).toMatchObject({ name: 'example', namespace: 'monitoring-system', labels: { 'example.com/agent': 'metrics' } });
  });

  test('selects by the labels of the target', () => {
    expect(scrape(of(role)).spec).toMatchObject({ selector: { matchLabels: { app: 'example' } } });
  });

  test('keeps job and instance, and what the target asks for, of all that the operator adds', () => {
    const instance = role === DiscoveryRole.NODES ? InstanceLabel.NODE : InstanceLabel.POD;
    expect(labelsOf(of(role, { instance }))).toEqual({ job: 'example', instance: role === DiscoveryRole.NODES ? 'n' : 'p' });
  });

  test('says how often, how long and how much', () => {
    const target = of(role, {
      scrapeInterval: Duration.seconds(90),
      scrapeTimeout: Duration.seconds(45),
      sampleLimit: 1000,
      seriesLimit: 2000,
      maxScrapeSize: Size.mebibytes(64),
    });
    for (const endpoint of endpoints(scrape(target))) {
      expect(endpoint).toMatchObject({
        interval: '1m30s',
        scrapeTimeout: '45s',
        sampleLimit: 1000,
        seriesLimit: 2000,
        max_scrape_size: '64MiB',
      });
    }
  });

  test('leaves limits to the agent unless the target has its own', () => {
    for (const endpoint of endpoints(scrape(of(role)))) {
      expect(Object.keys(endpoint)).not.toEqual(expect.arrayContaining([expect.stringMatching(/Limit|max_scrape_size/)]));
    }
  });

  test('never takes the time of a sample from the source', () => {
    for (const endpoint of endpoints(scrape(of(role)))) expect(endpoint.honorTimestamps).toBe(false);
  });

  test('lets the labels of series win only where the target says so', () => {
    for (const endpoint of endpoints(scrape(of(role)))) expect(endpoint.honorLabels).toBe(false);
    for (const endpoint of endpoints(scrape(of(role, { honorLabels: true })))) expect(endpoint.honorLabels).toBe(true);
  });

  test('is plain http without a credential unless the target says otherwise', () => {
    for (const endpoint of endpoints(scrape(of(role)))) {
      expect(endpoint.scheme).toBe('http');
      expect(endpoint).not.toHaveProperty('bearerTokenFile');
      expect(endpoint).not.toHaveProperty('tlsConfig');
    }
  });

  test('shows the token of the agent over https', () => {
    const target = of(role, {
      tls: { caConfigMap: { name: 'authority', key: 'ca.crt' }, serverName: 'example.internal' },
      serviceAccountToken: true,
    });
    for (const endpoint of endpoints(scrape(target))) {
      expect(endpoint).toMatchObject({
        scheme: 'https',
        tlsConfig: { ca: { configMap: { name: 'authority', key: 'ca.crt' } }, serverName: 'example.internal' },
        bearerTokenFile: '/var/run/secrets/kubernetes.io/serviceaccount/token',
      });
      expect(JSON.stringify(endpoint)).not.toContain('insecureSkipVerify');
    }
  });

  test('accepts any certificate only where the target says so', () => {
    for (const endpoint of endpoints(scrape(of(role, { tls: { insecureSkipVerify: true } })))) {
      expect(endpoint).toMatchObject({ scheme: 'https', tlsConfig: { insecureSkipVerify: true } });
    }
  });

  test('runs the rules of the target last, so that they may bring any label back', () => {
    const back = RelabelRule.replace('a rule of the user', {
      sourceLabels: ['__meta_kubernetes_pod_node_name', '__meta_kubernetes_node_name'],
      separator: '',
      regex: '(.+)',
      targetLabel: 'node',
    });
    expect(labelsOf(of(role, { relabelConfigs: [back] }))).toMatchObject({ node: 'n' });
  });

  test('runs the metric rules of the target in their order', () => {
    const metricRelabelConfigs = [RelabelRule.dropMetrics('noise', 'go_.+'), RelabelRule.dropLabels('churn', 'uid')];
    for (const endpoint of endpoints(scrape(of(role, { metricRelabelConfigs })))) {
      expect(endpoint.metricRelabelConfigs).toEqual([
        { action: 'drop', sourceLabels: ['__name__'], regex: 'go_.+' },
        { action: 'labeldrop', regex: 'uid' },
      ]);
    }
  });

  test('reads /metrics unless the target has another path', () => {
    expect(endpoints(scrape(of(role))).map(({ path }) => path)).toEqual(['/metrics']);
    expect(
      endpoints(scrape(of(role, { endpoints: [{ port: role === DiscoveryRole.NODES ? undefined : 'http', path: '/probe' }] }))).map(
        ({ path }) => path,
      ),
    ).toEqual(['/probe']);
  });
});

test.each([DiscoveryRole.SERVICES, DiscoveryRole.PODS])('a scrape of %s looks in the namespaces of the target and nowhere else', (role) => {
  const target = of(role, { discovery: { role, namespaces: ['apps', 'more'], matchLabels: {} } });
  expect(scrape(target).spec).toMatchObject({ namespaceSelector: { matchNames: ['apps', 'more'] } });
});

test.each([DiscoveryRole.SERVICES, DiscoveryRole.PODS])('a scrape of %s looks up nodes only for the labels of nodes', (role) => {
  const [plain] = endpoints(scrape(of(role)));
  const [withLabels] = endpoints(scrape(of(role, { nodeLabels: { rack: 'example.com/rack' } })));
  expect(plain).not.toHaveProperty('attach_metadata');
  expect(withLabels).toMatchObject({ attach_metadata: { node: true } });
});

test.each([
  [DiscoveryRole.SERVICES, [TargetLabel.NAMESPACE, TargetLabel.ENDPOINT], { namespace: 'ns', endpoint: 'e' }],
  [DiscoveryRole.PODS, [TargetLabel.NAMESPACE], { namespace: 'ns' }],
  [DiscoveryRole.PODS, [TargetLabel.METRICS_PATH], { metrics_path: '/metrics' }],
])('a scrape of %s keeps the labels %j', (role, wanted, labels) => {
  expect(labelsOf(of(role, { targetLabels: wanted }))).toEqual({ job: 'example', instance: 'p', ...labels });
});

test('a scrape of Services finds more than the thousand addresses that an Endpoints object holds', () => {
  expect(scrape(of(DiscoveryRole.SERVICES)).spec).toMatchObject({ discoveryRole: expect.stringMatching(/^endpointslices?$/) });
});

test('a scrape of Services takes every port of the target', () => {
  const target = of(DiscoveryRole.SERVICES, { endpoints: [{ port: 'http' }, { port: 'telemetry', path: '/self' }] });
  expect(endpoints(scrape(target))).toEqual([
    expect.objectContaining({ port: 'http', path: '/metrics' }),
    expect.objectContaining({ port: 'telemetry', path: '/self' }),
  ]);
});

test.each([
  ['several endpoints', [{}, { path: '/more' }], '[{},{"path":"/more"}]'],
  ['a port', [{ port: 'https' }], '[{"port":"https"}]'],
  ['no endpoint', [], '[]'],
] as const)('fails when nodes are scraped with %s, which would vanish without a word', (_what, given, shown) => {
  expect(() => rendered(of(DiscoveryRole.NODES, { endpoints: given }))).toThrow(
    Error(`[example] endpoints: got ${shown}, expected one path and no port, because nodes are scraped; declare a target for each path`),
  );
});

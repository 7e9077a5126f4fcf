import { App, Chart, Duration, Size } from 'cdk8s';
import { dump } from 'js-yaml';
import { parse } from 'yaml';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { metaLabelKey } from '../../../lib/scrape/identity-rules';
import { evaluateRelabeling, finalizeTargetLabels, type LabelSet } from '../../../lib/scrape/relabel-evaluate';
import { RelabelRule, type RelabelRuleOptions } from '../../../lib/scrape/relabel-rule';
import { renderScrapeConfig } from '../../../lib/scrape/scrape-config';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../../../lib/scrape/scrape-target';
import { renderVmScrape } from '../../../lib/scrape/vm-operator';
import type { KubeJson } from '../../support';

const { SERVICES, PODS, NODES } = DiscoveryRole;
const ROLES = [SERVICES, PODS, NODES];

/** One job of the file, as vmagent reads it. */
interface Job {
  readonly job_name: string;
  readonly kubernetes_sd_configs: readonly { readonly role: string; readonly namespaces?: object; readonly attach_metadata?: object }[];
  readonly relabel_configs: readonly RuleConfig[];
  readonly metric_relabel_configs?: readonly RuleConfig[];
  readonly [field: string]: unknown;
}

interface RuleConfig {
  readonly action: string;
  readonly source_labels?: readonly string[];
  readonly target_label?: string;
  readonly [field: string]: unknown;
}

const TARGET: ScrapeTarget = {
  name: 'example',
  job: 'example-job',
  discovery: { role: PODS, namespaces: ['apps'], matchLabels: { app: 'example' } },
  endpoints: [{ port: 'http' }],
  provenance: Provenance.EXTERNAL,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.POD,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
};

const of = (role: DiscoveryRole, more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  ...TARGET,
  discovery: { ...TARGET.discovery, role, namespaces: role === NODES ? [] : ['apps'] },
  endpoints: role === NODES ? [{}] : TARGET.endpoints,
  instance: role === NODES ? InstanceLabel.NODE : InstanceLabel.POD,
  ...more,
});

/** Through YAML, as the file goes. */
function configOf(...targets: readonly ScrapeTarget[]): { readonly global: object; readonly scrape_configs: readonly Job[] } {
  const options = { cluster: 'prod', fileOf: ({ name, key }: { readonly name: string; readonly key: string }) => `/files/${name}/${key}` };
  return parse(dump(renderScrapeConfig(targets, options), { lineWidth: -1, noRefs: true }));
}
const jobsOf = (...targets: readonly ScrapeTarget[]) => configOf(...targets).scrape_configs;

function jobOf(target: ScrapeTarget): Job {
  const [job, ...others] = jobsOf(target);
  if (!job || others.length > 0) throw new Error(`${others.length + 1} jobs`);
  return job;
}

const ruleOf = ({ source_labels: sourceLabels, target_label: targetLabel, ...same }: RuleConfig): RelabelRule =>
  RelabelRule.of('as written', { ...same, sourceLabels, targetLabel } as RelabelRuleOptions);

/** What discovery knows of an object that a target looks for, at one of its ports. */
function discovered({ discovery: { role, namespaces, matchLabels } }: ScrapeTarget, port?: string): LabelSet {
  const kind = { [SERVICES]: 'service', [PODS]: 'pod', [NODES]: 'node' }[role];
  const labels = Object.entries(matchLabels).map(([key, value]) => [`__meta_kubernetes_${kind}_label_${metaLabelKey(key)}`, value]);
  const node = {
    __meta_kubernetes_node_name: 'node-1',
    __meta_kubernetes_node_label_kubernetes_io_hostname: 'host-1',
    __meta_kubernetes_node_label_slurm_nebius_ai_nodeset: 'worker',
    __meta_kubernetes_node_label_slurm_nebius_ai_nodeset_name: 'rack-1',
    __meta_kubernetes_node_label_nebius_com_nvlink_instance_group: 'nvl-1',
  };
  const pod = {
    __meta_kubernetes_namespace: namespaces[0] ?? '',
    __meta_kubernetes_pod_name: 'pod-1',
    __meta_kubernetes_pod_node_name: 'node-1',
    __meta_kubernetes_pod_container_name: 'container-1',
    __meta_kubernetes_pod_phase: 'Running',
  };
  const service = {
    __meta_kubernetes_service_name: 'service-1',
    __meta_kubernetes_endpointslice_address_target_kind: 'Pod',
    __meta_kubernetes_endpointslice_address_target_name: 'pod-1',
    __meta_kubernetes_endpointslice_port_name: port ?? 'unnamed',
    __meta_kubernetes_pod_container_port_name: port ?? 'unnamed',
  };
  return {
    __address__: role === NODES ? '10.0.0.1:10250' : '10.0.0.1:8080',
    __scheme__: 'http',
    ...(role === NODES ? node : { ...pod, ...node }),
    ...(role === SERVICES ? service : {}),
    ...(role === PODS ? { __meta_kubernetes_pod_container_port_name: port ?? 'unnamed' } : {}),
    ...Object.fromEntries(labels),
  };
}

/** The labels of a target that is scraped by a job, or nothing where the job drops it. */
function foundBy(job: Job, given: LabelSet): LabelSet | undefined {
  const labels = { ...given, job: job.job_name, __metrics_path__: String(job.metrics_path) };
  const found = evaluateRelabeling(job.relabel_configs.map(ruleOf), labels);
  return found && finalizeTargetLabels(found);
}
const labelsOf = (target: ScrapeTarget, more: LabelSet = {}) =>
  foundBy(jobOf(target), { ...discovered(target, target.endpoints[0]?.port), ...more });

describe('the file', () => {
  test('puts the cluster on every series', () => {
    expect(configOf().global).toMatchObject({ external_labels: { cluster: 'prod' } });
  });

  test('has a job for each target, in their order', () => {
    const jobs = jobsOf(of(PODS, { name: 'b' }), of(NODES, { name: 'c' }), of(SERVICES, { name: 'a' }));
    expect(jobs.map(({ job_name }) => job_name)).toEqual(['b', 'c', 'a']);
  });
});

describe('discovery', () => {
  // Endpoints objects end at a thousand addresses
  test.each([
    [SERVICES, 'endpointslice'],
    [PODS, 'pod'],
    [NODES, 'node'],
  ])('of %s looks for the role %s', (role, expected) => {
    expect(jobOf(of(role)).kubernetes_sd_configs.map((config) => config.role)).toEqual([expected]);
  });

  test.each([SERVICES, PODS])('of %s looks in the namespaces of the target and nowhere else', (role) => {
    const target = of(role, { discovery: { role, namespaces: ['apps', 'more'], matchLabels: {} } });
    expect(jobOf(target).kubernetes_sd_configs).toMatchObject([{ namespaces: { names: ['apps', 'more'] } }]);
  });

  test('of nodes looks in no namespace', () => {
    expect(jobOf(of(NODES)).kubernetes_sd_configs).toEqual([{ role: 'node' }]);
  });

  test.each([SERVICES, PODS])('of %s looks up nodes only for the labels of nodes', (role) => {
    const nodeLabels = { hostname: 'kubernetes.io/hostname' };
    expect(jobOf(of(role)).kubernetes_sd_configs[0]).not.toHaveProperty('attach_metadata');
    expect(jobOf(of(role, { nodeLabels })).kubernetes_sd_configs).toMatchObject([{ attach_metadata: { node: true } }]);
    expect(labelsOf(of(role, { nodeLabels }))).toEqual({ job: 'example-job', instance: 'pod-1', hostname: 'host-1' });
  });

  test('of nodes has the labels of nodes anyway', () => {
    const target = of(NODES, { nodeLabels: { hostname: 'kubernetes.io/hostname' } });
    expect(jobOf(target).kubernetes_sd_configs).toEqual([{ role: 'node' }]);
    expect(labelsOf(target)).toEqual({ job: 'example-job', instance: 'node-1', hostname: 'host-1' });
  });
});

describe.each(ROLES)('a selector of %s', (role) => {
  const kind = { [SERVICES]: 'service', [PODS]: 'pod', [NODES]: 'node' }[role];
  const selecting = (matchLabels: { readonly [key: string]: string }) => of(role, { discovery: { ...of(role).discovery, matchLabels } });
  const meta = (key: string) => `__meta_kubernetes_${kind}_label_${key}`;

  test('finds what has the labels, and nothing else', () => {
    const target = selecting({ app: 'example', tier: 'metrics' });
    expect(labelsOf(target)).toBeDefined();
    expect(labelsOf(target, { [meta('app')]: 'other' })).toBeUndefined();
    expect(labelsOf(target, { [meta('tier')]: 'other' })).toBeUndefined();
    expect(labelsOf(target, { [meta('tier')]: '' })).toBeUndefined();
  });

  test('without labels finds everything', () => {
    expect(labelsOf(selecting({}))).toBeDefined();
  });

  test('reads a value as text: a dot is a dot, and no part is enough', () => {
    const target = selecting({ version: 'v1.2' });
    expect(labelsOf(target)).toBeDefined();
    for (const other of ['v1x2', 'v1.20', 'xv1.2', 'v1.2\n']) {
      expect({ other, found: labelsOf(target, { [meta('version')]: other }) }).toEqual({ other, found: undefined });
    }
  });

  test.each(['a-b_c.d', '1.10', 'A.B', 'x', `${'a'.repeat(31)}.${'b'.repeat(31)}`, 'true', '0777', 'null'])(
    'finds the value %s through YAML and regular expressions',
    (value) => {
      expect(labelsOf(selecting({ app: value }))).toBeDefined();
    },
  );

  test.each([
    ['app.kubernetes.io/name', 'app_kubernetes_io_name'],
    ['nvidia.com/gpu-driver.version', 'nvidia_com_gpu_driver_version'],
    ['1st', '1st'],
    ['a_b', 'a_b'],
    ['UPPER.case/Key', 'UPPER_case_Key'],
  ])('finds the key %s by the name that discovery gives it', (key, name) => {
    const target = selecting({ [key]: 'value' });
    expect(labelsOf(target, { [meta(name)]: 'value' })).toBeDefined();
    expect(labelsOf(target, { [meta(name)]: 'other' })).toBeUndefined();
  });
});

describe('a port', () => {
  test.each([SERVICES, PODS])('of %s is found by its name, and no other port is', (role) => {
    const job = jobOf(of(role, { endpoints: [{ port: 'http-metrics' }] }));
    expect(foundBy(job, discovered(of(role), 'http-metrics'))).toBeDefined();
    for (const other of ['http', 'http-metrics-2', 'xhttp-metrics', 'unnamed'])
      expect(foundBy(job, discovered(of(role), other))).toBeUndefined();
  });

  // the container behind it may call it something else
  test('of a Service is the one of the Service', () => {
    const target = of(SERVICES);
    expect(labelsOf(target, { __meta_kubernetes_pod_container_port_name: 'other' })).toBeDefined();
    expect(labelsOf(target, { __meta_kubernetes_endpointslice_port_name: 'other' })).toBeUndefined();
  });

  test('of a node is that of its kubelet', () => {
    const given = { __address__: '10.0.0.1:10250' };
    expect(evaluateRelabeling(jobOf(of(NODES)).relabel_configs.map(ruleOf), { ...discovered(of(NODES)), ...given })).toMatchObject(given);
  });
});

describe('pods that have ended', () => {
  test.each([
    ['Running', true],
    ['Pending', true],
    ['Unknown', true],
    ['Failed', false],
    ['Succeeded', false],
  ])('in the phase %s are scraped: %s', (phase, expected) => {
    expect(labelsOf(of(PODS), { __meta_kubernetes_pod_phase: phase }) !== undefined).toBe(expected);
  });
});

describe('the labels of a target', () => {
  test.each([
    [SERVICES, 'pod-1'],
    [PODS, 'pod-1'],
    [NODES, 'node-1'],
  ])('found by %s are job and instance and no others', (role, instance) => {
    expect(labelsOf(of(role))).toEqual({ job: 'example-job', instance });
  });

  test.each([SERVICES, PODS])('of what lives on a node, found by %s, name the node', (role) => {
    expect(labelsOf(of(role, { instance: InstanceLabel.NODE }))).toMatchObject({ instance: 'node-1' });
  });

  test.each<readonly [DiscoveryRole, readonly TargetLabel[], object]>([
    [SERVICES, [TargetLabel.NAMESPACE, TargetLabel.ENDPOINT], { namespace: 'apps', endpoint: 'http' }],
    [PODS, [TargetLabel.NAMESPACE], { namespace: 'apps' }],
    [PODS, [TargetLabel.ENDPOINT], { endpoint: 'http' }],
    [PODS, [TargetLabel.METRICS_PATH], { metrics_path: '/metrics' }],
  ])('found by %s have %j where the target asks for them', (role, targetLabels, labels) => {
    expect(labelsOf(of(role, { targetLabels }))).toEqual({ job: 'example-job', instance: 'pod-1', ...labels });
  });

  test.each(ROLES)('found by %s can be changed by rules of the user, which come last', (role) => {
    const relabelConfigs = [
      RelabelRule.setLabel('a rule of the user', 'job', 'of-the-user'),
      RelabelRule.replace('a rule of the user', {
        sourceLabels: ['instance'],
        regex: '(.+)-1',
        targetLabel: 'instance',
        replacement: '$1-2',
      }),
    ];
    expect(labelsOf(of(role, { relabelConfigs }))).toEqual({ job: 'of-the-user', instance: role === NODES ? 'node-2' : 'pod-2' });
  });

  test.each(ROLES)('found by %s can end by rules of the user', (role) => {
    const relabelConfigs = [RelabelRule.dropSeries('a rule of the user', { job: 'example-job' })];
    expect(labelsOf(of(role, { relabelConfigs }))).toBeUndefined();
  });
});

describe('several endpoints', () => {
  test('are jobs of their own, each with its port and path, named so that none has the name of another', () => {
    const jobs = jobsOf(of(PODS, { endpoints: [{ port: 'http' }, { port: 'telemetry', path: '/self' }] }), of(PODS, { name: 'other' }));
    expect(jobs.map(({ job_name, metrics_path }) => [job_name, metrics_path])).toEqual([
      ['example/http', '/metrics'],
      ['example/telemetry', '/self'],
      ['other', '/metrics'],
    ]);
    const found = jobs.map((job) => [foundBy(job, discovered(of(PODS), 'http')), foundBy(job, discovered(of(PODS), 'telemetry'))]);
    expect(found.map((each) => each.map((labels) => labels !== undefined))).toEqual([
      [true, false],
      [false, true],
      [true, false],
    ]);
  });

  // vmagent refuses the whole file for two jobs of one name
  test.each([
    ['paths of one port', [{ port: 'http' }, { port: 'http', path: '/probe' }]],
    ['no port', [{}, { path: '/probe' }]],
    ['some of both', [{ port: 'http' }, { port: 'telemetry' }, { port: 'http', path: '/probe' }, {}]],
  ])('have names of their own by %s, too', (_, endpoints) => {
    const names = jobsOf(of(PODS, { endpoints })).map(({ job_name }) => job_name);
    expect(new Set(names).size).toBe(endpoints.length);
  });

  test('have one job label all the same', () => {
    const endpoints = [{ port: 'http' }, { port: 'telemetry' }];
    const target = of(PODS, { endpoints });
    const found = jobsOf(target).map((job, index) => foundBy(job, discovered(target, endpoints[index]?.port)));
    expect(found.map((labels) => labels?.job)).toEqual(['example-job', 'example-job']);
  });
});

describe('a scrape', () => {
  test('says how often, how long and how much', () => {
    const target = of(PODS, {
      scrapeInterval: Duration.seconds(90),
      scrapeTimeout: Duration.seconds(45),
      sampleLimit: 1000,
      seriesLimit: 2000,
      maxScrapeSize: Size.mebibytes(64),
    });
    expect(jobOf(target)).toMatchObject({
      scrape_interval: '1m30s',
      scrape_timeout: '45s',
      sample_limit: 1000,
      series_limit: 2000,
      max_scrape_size: '64MiB',
    });
  });

  test('leaves limits to the agent unless the target has its own', () => {
    expect(Object.keys(jobOf(of(PODS)))).not.toEqual(expect.arrayContaining([expect.stringMatching(/limit|max_scrape_size/)]));
  });

  test('never takes the time of a sample from the source', () => {
    expect(jobOf(of(PODS)).honor_timestamps).toBe(false);
  });

  test('lets the labels of series win only where the target says so', () => {
    expect(jobOf(of(PODS)).honor_labels).toBe(false);
    expect(jobOf(of(PODS, { honorLabels: true })).honor_labels).toBe(true);
  });

  test('is plain http without a credential unless the target says otherwise', () => {
    expect(jobOf(of(PODS)).scheme).toBe('http');
    expect(Object.keys(jobOf(of(PODS)))).not.toEqual(expect.arrayContaining([expect.stringMatching(/tls|token|auth/)]));
  });

  test('shows the token of the agent over https, to whom the authority in a ConfigMap vouches for', () => {
    const target = of(PODS, {
      tls: { caConfigMap: { name: 'authority', key: 'ca.crt' }, serverName: 'example.internal' },
      serviceAccountToken: true,
    });
    expect(jobOf(target)).toMatchObject({
      scheme: 'https',
      bearer_token_file: '/var/run/secrets/kubernetes.io/serviceaccount/token',
    });
    expect(jobOf(target).tls_config).toEqual({ ca_file: '/files/authority/ca.crt', server_name: 'example.internal' });
  });

  test('accepts any certificate only where the target says so', () => {
    expect(jobOf(of(PODS, { tls: { insecureSkipVerify: true } })).tls_config).toEqual({ insecure_skip_verify: true });
    expect(jobOf(of(PODS, { tls: {} }))).toMatchObject({ scheme: 'https', tls_config: {} });
  });

  test('runs the rules over samples in their order, and has none where there are none', () => {
    const metricRelabelConfigs = [RelabelRule.dropMetrics('noise', 'go_.+'), RelabelRule.dropLabels('churn', 'uid')];
    expect(jobOf(of(PODS, { metricRelabelConfigs })).metric_relabel_configs).toEqual([
      { action: 'drop', source_labels: ['__name__'], regex: 'go_.+' },
      { action: 'labeldrop', regex: 'uid' },
    ]);
    expect(jobOf(of(PODS))).not.toHaveProperty('metric_relabel_configs');
  });
});

/** What the operator's generator makes of a resource: one job for each endpoint, with the rules that it writes before ours. */
interface Generated {
  readonly rules: readonly RelabelRule[];
  readonly endpoint: EndpointJson;
}

interface EndpointJson {
  readonly port?: string;
  readonly relabelConfigs?: readonly RelabelRuleOptions[];
  readonly metricRelabelConfigs?: readonly RelabelRuleOptions[];
  readonly [field: string]: unknown;
}

interface ScrapeSpec extends EndpointJson {
  readonly selector: { readonly matchLabels?: { readonly [key: string]: string } };
  readonly endpoints?: readonly EndpointJson[];
  readonly podMetricsEndpoints?: readonly EndpointJson[];
}

/**
 * The rules of the operator's generator in their order: filter, selector, port, labels of its own, then ours.
 *
 * @see https://github.com/VictoriaMetrics/operator/tree/v0.74.1/internal/controller/operator/factory/vmagent
 */
function generated(target: ScrapeTarget): Generated[] {
  const resource = renderVmScrape(new Chart(new App(), 'scrape'), target, {
    namespace: 'monitoring-system',
    labels: {},
  }).toJson() as KubeJson;
  const spec = resource.spec as unknown as ScrapeSpec;
  const why = 'as generated';
  const copy = (source: string, label: string) => RelabelRule.copyLabel(why, source, label);
  const kind = { VMServiceScrape: 'service', VMPodScrape: 'pod', VMNodeScrape: 'node' }[resource.kind] ?? '';
  const selectors = Object.entries(spec.selector.matchLabels ?? {}).map(([key, value]) =>
    RelabelRule.of(why, {
      action: 'keep' as RelabelRuleOptions['action'],
      sourceLabels: [`__meta_kubernetes_${kind}_label_${key.replace(/[^a-zA-Z0-9_]/g, '_')}`],
      regex: value,
    }),
  );
  const ofKind = '__meta_kubernetes_endpointslice_address_target_kind';
  const ofTarget = (what: string, label: string) =>
    RelabelRule.replace(why, {
      sourceLabels: [ofKind, '__meta_kubernetes_endpointslice_address_target_name'],
      regex: `${what};(.*)`,
      targetLabel: label,
    });
  const own: { readonly [kind: string]: readonly RelabelRule[] } = {
    service: [
      ofTarget('Node', 'node'),
      ofTarget('Pod', 'pod'),
      copy('__meta_kubernetes_pod_name', 'pod'),
      copy('__meta_kubernetes_pod_container_name', 'container'),
      copy('__meta_kubernetes_namespace', 'namespace'),
      copy('__meta_kubernetes_service_name', 'service'),
      copy('__meta_kubernetes_service_name', 'job'),
    ],
    pod: [
      copy('__meta_kubernetes_namespace', 'namespace'),
      copy('__meta_kubernetes_pod_container_name', 'container'),
      copy('__meta_kubernetes_pod_name', 'pod'),
      RelabelRule.setLabel(why, 'job', `monitoring-system/${target.name}`),
    ],
    node: [copy('__meta_kubernetes_node_name', 'node'), RelabelRule.setLabel(why, 'job', `monitoring-system/${target.name}`)],
  };
  const portLabel = kind === 'service' ? '__meta_kubernetes_endpointslice_port_name' : '__meta_kubernetes_pod_container_port_name';
  return (spec.endpoints ?? spec.podMetricsEndpoints ?? [spec]).map((endpoint) => ({
    endpoint,
    rules: [
      ...(kind === 'pod' ? [RelabelRule.dropSeries(why, { __meta_kubernetes_pod_phase: 'Failed|Succeeded' })] : []),
      ...selectors,
      ...(endpoint.port ? [RelabelRule.keepSeries(why, { [portLabel]: endpoint.port })] : []),
      ...(own[kind] ?? []),
      ...(endpoint.port ? [RelabelRule.setLabel(why, 'endpoint', endpoint.port)] : []),
      ...(endpoint.relabelConfigs ?? []).map((rule) => RelabelRule.of(why, rule)),
    ],
  }));
}

function foundByOperator({ rules, endpoint }: Generated, given: LabelSet): LabelSet | undefined {
  const found = evaluateRelabeling(rules, { ...given, __metrics_path__: String(endpoint.path) });
  return found && finalizeTargetLabels(found);
}

/** What discovery may find: what the target looks for, and what differs from it in one thing. */
function variants(target: ScrapeTarget): LabelSet[] {
  const ports = [...new Set([...target.endpoints.map(({ port }) => port ?? 'unnamed'), 'other', 'http', 'metrics'])];
  return ports.flatMap((port) => {
    const labels = discovered(target, port);
    const selected = Object.keys(labels).filter((name) => /_(service|pod|node)_label_/.test(name));
    const changes: LabelSet[] = [
      {},
      ...selected.flatMap((name) => [{ [name]: 'other' }, { [name]: '' }]),
      ...['Failed', 'Succeeded', 'Pending'].map((phase) => ({ __meta_kubernetes_pod_phase: phase })),
      { __meta_kubernetes_endpointslice_address_target_kind: 'Node', __meta_kubernetes_endpointslice_address_target_name: 'node-1' },
      { __meta_kubernetes_pod_name: '' },
      { __meta_kubernetes_pod_node_name: '' },
      { __meta_kubernetes_pod_container_port_name: 'other' },
    ];
    return changes.map((change) => Object.fromEntries(Object.entries({ ...labels, ...change }).filter(([, value]) => value !== '')));
  });
}

describe('every target of the pipeline', () => {
  const { collector } = new MetricsPipeline(new App(), 'pipeline', { cluster: 'prod' });
  const targets = collector.scrapedTargets.map((target): [string, ScrapeTarget] => [target.name, target]);
  const more = (target: ScrapeTarget): ScrapeTarget => ({
    ...target,
    relabelConfigs: [...target.relabelConfigs, RelabelRule.copyLabel('a rule of the user', '__meta_kubernetes_namespace', 'where')],
  });

  test('is among those that are compared, and every role is', () => {
    expect(new Set(targets.map(([, { discovery }]) => discovery.role))).toEqual(new Set(ROLES));
    expect(new Set(targets.map(([, { job }]) => job)).size).toBe(10);
  });

  test.each(targets)('%s has the same labels by the resource of the operator and by the file, whatever is discovered', (_, target) => {
    for (const each of [target, more(target)]) {
      const jobs = jobsOf(each);
      const resources = generated(each);
      expect(jobs).toHaveLength(resources.length);
      const pairs = resources.flatMap((resource, index) =>
        variants(each).map((given) => ({
          given,
          byOperator: foundByOperator(resource, given),
          byFile: foundBy(jobs[index] as Job, given),
        })),
      );
      expect(pairs.filter(({ byOperator, byFile }) => JSON.stringify(sorted(byOperator)) !== JSON.stringify(sorted(byFile)))).toEqual([]);
      // both find something, and both leave something out
      expect(pairs.some(({ byFile }) => byFile !== undefined)).toBe(true);
      expect(Object.keys(each.discovery.matchLabels).length === 0 || pairs.some(({ byFile }) => byFile === undefined)).toBe(true);
    }
  });

  test.each(targets)('%s is asked in the same way by the resource of the operator and by the file', (_, target) => {
    const jobs = jobsOf(target);
    expect(jobs.map(asked)).toEqual(generated(target).map(({ endpoint }) => askedByOperator(target, endpoint)));
  });

  /** The fields of a job that say how it asks and what it takes. */
  function asked({ kubernetes_sd_configs: [discovery], ...job }: Job): object {
    return {
      path: job.metrics_path,
      interval: job.scrape_interval,
      timeout: job.scrape_timeout,
      scheme: job.scheme,
      honor: [job.honor_labels, job.honor_timestamps],
      limits: [job.sample_limit, job.series_limit, job.max_scrape_size],
      token: job.bearer_token_file,
      tls: job.tls_config,
      samples: (job.metric_relabel_configs ?? []).map((rule) => ruleOf(rule)._toKube()),
      nodes: discovery?.attach_metadata,
    };
  }

  function askedByOperator({ tls, discovery }: ScrapeTarget, endpoint: EndpointJson): object {
    const { serverName, insecureSkipVerify } = (endpoint.tlsConfig ?? {}) as { serverName?: string; insecureSkipVerify?: boolean };
    return {
      path: endpoint.path,
      interval: endpoint.interval,
      timeout: endpoint.scrapeTimeout,
      scheme: endpoint.scheme,
      honor: [endpoint.honorLabels, endpoint.honorTimestamps],
      limits: [endpoint.sampleLimit, endpoint.seriesLimit, endpoint.max_scrape_size],
      token: endpoint.bearerTokenFile,
      tls: tls && {
        ...(serverName === undefined ? {} : { server_name: serverName }),
        ...(insecureSkipVerify === undefined ? {} : { insecure_skip_verify: insecureSkipVerify }),
      },
      samples: endpoint.metricRelabelConfigs ?? [],
      nodes: discovery.role === NODES ? undefined : endpoint.attach_metadata,
    };
  }

  const sorted = (labels: LabelSet | undefined) => labels && Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
});

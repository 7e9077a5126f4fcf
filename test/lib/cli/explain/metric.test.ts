import { LabelOrigin } from '../../../../lib/cli/explain/labels';
import { MetricState, seriesNamed, tellMetric } from '../../../../lib/cli/explain/metric';
import { KNOWN_SOURCES } from '../../../../lib/metrics/sources';
import { advice, clusterOf, only, sentTo } from './support';

const usual = clusterOf('cluster: usual\n');
const more = clusterOf(`
cluster: more
apiServer: { enabled: true }
coreDns: { enabled: true }
kubeStateMetrics: { nodeMetrics: true, extraMetrics: [kube_pod_owner, kube_node_created] }
dcgmExporter: { counters: [DCGM_FI_DEV_GPU_UTIL, DCGM_FI_DEV_FAN_SPEED] }
nodeExporter: { extraArgs: [--collector.systemd, --collector.cpu.info] }
series: { keep: [go_gc_gogc_percent] }
remoteWrite:
  - name: cloud
    url: https://metrics.example/write
    relabelConfigs:
      - { why: the cloud is paid by sample, action: drop, sourceLabels: [__name__], regex: node_.+ }
      - { why: idle is no news, action: drop, sourceLabels: [mode], regex: idle }
      - { why: names that the cloud knows, action: replace, sourceLabels: [job], targetLabel: service }
      - { why: one name for it, action: labeldrop, regex: job }
`);
const less = clusterOf(`
cluster: less
kubelet: { endpoints: [metrics, resource] }
nodeExporter:
  extraArgs: [--no-collector.pressure]
  metricRelabelConfigs: [{ why: nobody reads them, action: drop, sourceLabels: [__name__], regex: node_load.+ }]
dcgmExporter: { enabled: false }
series: { profile: lean }
`);

describe('a metric of every source', () => {
  const METRICS: { readonly [source: string]: string } = {
    slurmExporter: 'slurm_node_info',
    dcgmExporter: 'DCGM_FI_DEV_GPU_UTIL',
    nodeExporter: 'node_load1',
    kubelet: 'kubelet_running_pods',
    kubeStateMetrics: 'kube_pod_info',
    soperatorController: 'soperator_kubelet_stats_requests_total',
    apiServer: 'apiserver_request_total',
    coreDns: 'coredns_dns_requests_total',
    vmAgent: 'vmagent_remotewrite_pending_data_bytes',
    vmSingle: 'vm_rows',
    vmOperator: 'operator_log_messages_total',
    grafana: 'grafana_build_info',
  };

  test.each(KNOWN_SOURCES)('of $option is told with its scrape, its meaning and what becomes of it', ({ option, job }) => {
    const name = METRICS[option] ?? '';
    const page = only(name, more);
    expect(page).toMatchObject({ source: option, job, interval: expect.stringMatching(/^\d+s$/), help: expect.stringMatching(/\w+ \w+/) });
    const { arrives, labels, droppedBy } = sentTo(page, 'store');
    // the one that nobody reads says what would keep it
    if (!arrives) expect(droppedBy?.instead).toBe(`list ${name} in series.keep, or set series.profile: full`);
    else expect(labels).toContainEqual({ name: 'cluster', values: ['more'], from: LabelOrigin.AGENT });
    expect(arrives).toBe(option !== 'soperatorController');
  });
});

describe('labels', () => {
  const labelOf = (name: string, label: string, destination = 'store', cluster = usual) =>
    sentTo(only(name, cluster), destination).labels.find((one) => one.name === label);

  test('of the exporter, of the target and of the agent are told apart, with the rule that writes them', () => {
    expect(labelOf('DCGM_FI_DEV_GPU_UTIL', 'UUID')).toEqual({ name: 'UUID', from: LabelOrigin.EXPORTER });
    expect(labelOf('DCGM_FI_DEV_GPU_UTIL', 'instance')).toMatchObject({
      from: LabelOrigin.TARGET,
      source: 'name of the node of the pod',
      rule: { why: 'series of a node outlive the pod that exposes them', over: 'targets of nvidia-dcgm-exporter' },
    });
    expect(labelOf('DCGM_FI_DEV_GPU_UTIL', 'slurm_nodeset')).toMatchObject({
      source: 'node label slurm.nebius.ai/nodeset',
      optional: true,
    });
    expect(labelOf('DCGM_FI_DEV_GPU_UTIL', 'cluster')).toEqual({ name: 'cluster', values: ['usual'], from: LabelOrigin.AGENT });
  });

  test('that the target has, too, say what the exporter calls them', () => {
    expect(labelOf('DCGM_FI_DEV_GPU_UTIL', 'exported_namespace')).toMatchObject({ was: 'namespace', from: LabelOrigin.EXPORTER });
    expect(labelOf('DCGM_FI_DEV_GPU_UTIL', 'exported_pod')).toMatchObject({
      from: LabelOrigin.RULE,
      source: 'pod',
      rule: { over: 'samples of nvidia-dcgm-exporter' },
    });
  });

  test('that are taken away name the rule', () => {
    const { lost } = sentTo(only('slurm_node_info', usual), 'store');
    expect(lost).toContainEqual({
      name: 'instance',
      from: LabelOrigin.TARGET,
      rule: expect.objectContaining({ why: 'counters of SLURM go on when the exporter is replaced', over: 'samples of slurm-exporter' }),
    });
  });

  test('differ by destination where that has rules of its own', () => {
    expect(labelOf('slurm_node_info', 'service', 'cloud', more)).toMatchObject({
      from: LabelOrigin.RULE,
      source: 'job',
      rule: { why: 'names that the cloud knows', over: 'what is sent to cloud' },
    });
    expect(labelOf('slurm_node_info', 'service', 'store', more)).toBeUndefined();
    expect(sentTo(only('slurm_node_info', more), 'cloud').lost.map(({ name, rule }) => [name, rule.why])).toContainEqual([
      'job',
      'one name for it',
    ]);
  });
});

describe('a metric that is dropped', () => {
  const droppedBy = (name: string, cluster = usual, destination = 'store') => sentTo(only(name, cluster), destination).droppedBy;

  test('because nobody reads it says which option keeps it, and that option does', () => {
    expect(tellMetric('go_gc_gogc_percent', usual).state).toBe(MetricState.DROPPED);
    const pages = tellMetric('go_gc_gogc_percent', usual).pages.filter(({ source }) => source === 'nodeExporter');
    expect(pages[0]?.destinations[0]?.droppedBy).toMatchObject({
      why: 'only what dashboards read, and what series.profile and series.keep add',
      over: 'samples of node-exporter',
      instead: 'list go_gc_gogc_percent in series.keep, or set series.profile: full',
    });
    expect(tellMetric('go_gc_gogc_percent', more).state).toBe(MetricState.STORED);
  });

  test('by profile lean names the profile that has it, with its reason', () => {
    expect(droppedBy('node_memory_Active_bytes', less)?.instead).toBe(
      'list node_memory_Active_bytes in series.keep, or set series.profile: standard (what the memory of a host was used for, asked after a job was killed)',
    );
    expect(sentTo(only('node_memory_Active_bytes', usual), 'store').arrives).toBe(true);
  });

  test('by a rule of the cluster file names the option that has the rule', () => {
    expect(droppedBy('node_load1', less)).toMatchObject({ why: 'nobody reads them', instead: 'change nodeExporter.metricRelabelConfigs' });
  });

  test('by one destination is stored all the same', () => {
    expect(tellMetric('node_load1', more).state).toBe(MetricState.STORED);
    expect(droppedBy('node_load1', more, 'cloud')).toMatchObject({ why: 'the cloud is paid by sample', over: 'what is sent to cloud' });
  });

  test('on one page says from which other it comes', () => {
    const { pages } = tellMetric('container_cpu_usage_seconds_total', usual);
    const ends = pages.map(({ scrape, destinations }) => [scrape, destinations[0]?.arrives, destinations[0]?.droppedBy?.instead]);
    expect(ends).toContainEqual(['kubelet-cadvisor', true, undefined]);
    expect(ends).toContainEqual(['kubelet-resource', false, 'take it from the scrape kubelet-cadvisor']);
  });

  test('in part says which series are', () => {
    const thinned = (name: string, cluster = usual, destination = 'store') =>
      sentTo(only(name, cluster), destination).thinnedBy.map(({ why }) => why);
    expect(thinned('kubelet_runtime_operations_duration_seconds_bucket')).toEqual([expect.stringContaining('fifteen buckets')]);
    expect(thinned('kubelet_runtime_operations_duration_seconds_sum')).toEqual([]);
    expect(thinned('instance:node_cpu_seconds_total:sum', more, 'cloud')).toEqual(['idle is no news']);
  });

  test('because its sum is sent in its place says so', () => {
    const page = only('node_cpu_seconds_total', usual);
    expect(page.summedAs).toMatchObject({ metric: 'instance:node_cpu_seconds_total:sum', without: ['cpu'], keepsCounter: false });
    expect(page.destinations[0]?.droppedBy).toMatchObject({
      over: 'sums of node-exporter',
      instead: expect.stringContaining('ask for instance:node_cpu_seconds_total:sum'),
    });
    expect(only('instance:node_cpu_seconds_total:sum', usual).sumOf).toMatchObject({ metric: 'node_cpu_seconds_total' });
  });
});

describe('a metric that is not scraped', () => {
  const adviceFor = (name: string, cluster = usual) => advice(tellMetric(name, cluster));

  test.each([
    ['apiserver_request_total', usual, more, 'write apiServer: { enabled: true }'],
    ['coredns_dns_requests_total', usual, more, 'write coreDns: { enabled: true }'],
    ['DCGM_FI_DEV_GPU_UTIL', less, usual, 'write dcgmExporter: { enabled: true }'],
    ['kube_node_info', usual, more, 'write kubeStateMetrics: { nodeMetrics: true }'],
    ['kube_pod_owner', usual, more, 'write kubeStateMetrics: { extraMetrics: [kube_pod_owner] }'],
    ['kube_node_created', usual, more, 'write kubeStateMetrics: { nodeMetrics: true, extraMetrics: [kube_node_created] }'],
    ['node_cpu_info', usual, more, 'add --collector.cpu.info to nodeExporter.extraArgs'],
    ['container_oom_events_total', less, usual, 'add cadvisor to kubelet.endpoints'],
    [
      'DCGM_FI_DEV_FAN_SPEED',
      usual,
      more,
      'list DCGM_FI_DEV_FAN_SPEED in dcgmExporter.counters, beside all others that are wanted: the list replaces the default one',
    ],
    [
      'node_pressure_cpu_waiting_seconds_total',
      less,
      usual,
      'take --no-collector.pressure out of nodeExporter.extraArgs, or add --collector.pressure where others are off',
    ],
  ])('%s: the option that brings it is named, and does bring it', (name, without, having, write) => {
    expect(adviceFor(name, without).write).toBe(write);
    expect(tellMetric(name, having).state).toBe(MetricState.STORED);
  });

  test('of the operator, where there is none, takes another mode', () => {
    const standalone = clusterOf('cluster: standalone\nmode: standalone\ngrafana: { dashboards: [] }\n');
    expect(adviceFor('operator_log_messages_total', standalone).write).toMatch(/^write mode: operator/);
  });

  test('says what must be there besides', () => {
    expect(tellMetric('DCGM_FI_DEV_FAN_SPEED', usual).couldBring[0]?.when).toEqual({ hardware: 'GPU with a fan of its own' });
  });

  test('says who asks for it all the same', () => {
    expect(tellMetric('DCGM_FI_DEV_GPU_UTIL', less).readBy).toContainEqual({ dashboard: 'Cluster health', part: 'GPUs' });
  });
});

describe('a metric that no catalog has', () => {
  test('is told with names that may have been meant', () => {
    expect(tellMetric('node_lod1', usual)).toMatchObject({ state: MetricState.UNKNOWN, nearest: expect.arrayContaining(['node_load1']) });
    expect(tellMetric('infiniband_port_data', usual).nearest).toContain('node_infiniband_port_data_received_bytes_total');
    expect(tellMetric('xyzzy', usual).nearest).toEqual([]);
  });

  test('may be one of a collector that is off, or of one that is on', () => {
    expect(tellMetric('node_systemd_unit_state', usual)).toMatchObject({
      state: MetricState.UNKNOWN,
      hints: [expect.stringContaining('add --collector.systemd to nodeExporter.extraArgs')],
    });
    expect(tellMetric('node_systemd_unit_state', more)).toMatchObject({
      state: MetricState.POSSIBLE,
      mayHave: ['node-exporter'],
      hints: [expect.stringContaining('which is on')],
    });
  });

  test('may be one that the agent makes of scrapes with a limit', () => {
    expect(tellMetric('scrape_samples_limit', usual).hints).toEqual([expect.stringContaining('set sampleLimit of a source')]);
    expect(tellMetric('scrape_series_limit', usual).hints).toEqual([expect.stringContaining('set seriesLimit of a source')]);
    expect(tellMetric('scrape_series_limit', clusterOf('cluster: limited\ngrafana: { seriesLimit: 9, dashboards: [] }\n')).state).toBe(
      MetricState.STORED,
    );
  });

  test('may be one of objects that kube-state-metrics does not watch', () => {
    expect(tellMetric('kube_deployment_spec_replicas', usual).hints).toEqual([
      expect.stringContaining('kubeStateMetrics: { deploy: false }'),
    ]);
  });
});

test('a part of a histogram says of what, and the name of a histogram means its parts', () => {
  expect(only('kubelet_runtime_operations_duration_seconds_bucket', usual)).toMatchObject({
    partOf: 'kubelet_runtime_operations_duration_seconds',
    type: 'histogram',
    exposedLabels: expect.arrayContaining([{ name: 'le' }]),
  });
  expect(seriesNamed('kubelet_runtime_operations_duration_seconds', usual)).toEqual(
    ['_bucket', '_sum', '_count'].map((part) => `kubelet_runtime_operations_duration_seconds${part}`),
  );
});

test('what must be there or have happened is told', () => {
  expect(only('node_infiniband_state_id', usual).when).toEqual({ hardware: 'InfiniBand or RoCE adapter' });
  expect(only('slurm_job_info', usual).when).toEqual({ event: 'a job is known' });
});

test('what the agent makes of each scrape has no exporter', () => {
  const { pages } = tellMetric('up', usual);
  expect(new Set(pages.map(({ source }) => source)).size).toBeGreaterThan(8);
  expect(pages.every(({ help, exposedLabels }) => help === undefined && exposedLabels.length === 0)).toBe(true);
});

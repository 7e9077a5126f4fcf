import { targetsNamed, tellTarget } from '../../../../lib/cli/explain/target';
import { clusterOf } from './support';

const cluster = clusterOf(`
cluster: usual
scale: { nodes: 40 }
kubelet: { sampleLimit: 1000, seriesLimit: 2000 }
apiServer: { enabled: true }
`);
const names = (asked: string) => targetsNamed(asked, cluster).map(({ name }) => name);
const told = (name: string) => {
  const [target, ...others] = targetsNamed(name, cluster);
  if (!target || others.length > 0) throw new Error(`${name} means ${others.length + (target ? 1 : 0)} scrapes`);
  return tellTarget(target, cluster);
};

test('a scrape is found by its name, its job and the part of the pipeline', () => {
  expect(names('nvidia-dcgm-exporter')).toEqual(['nvidia-dcgm-exporter']);
  expect(names('dcgm-exporter')).toEqual(['nvidia-dcgm-exporter']);
  expect(names('dcgmExporter')).toEqual(['nvidia-dcgm-exporter']);
  expect(names('kubelet-cadvisor')).toEqual(['kubelet-cadvisor']);
  expect(names('kubelet')).toEqual(['kubelet-metrics', 'kubelet-cadvisor', 'kubelet-probes', 'kubelet-resource']);
  expect(names('kubelett')).toEqual([]);
});

test('what it finds, how it reads it and where that goes', () => {
  expect(told('dcgm-exporter')).toMatchObject({
    source: 'dcgmExporter',
    discovery: {
      role: 'services',
      namespaces: ['soperator'],
      matchLabels: { 'app.kubernetes.io/name': 'dcgm-exporter' },
      provenance: 'rendered',
    },
    interval: '15s',
    timeout: '10s',
    scheme: 'http',
    auth: [],
    destinations: [{ name: 'store', url: expect.stringMatching(/^http:.*write$/) }],
  });
  expect(told('kubelet-cadvisor').limits).toEqual({ samples: 1000, series: 2000, size: '64Mi' });
});

test('how target and agent prove who they are', () => {
  expect(told('kubelet-cadvisor').auth).toEqual([
    'any certificate is taken',
    'token of the service account monitoring-system/metrics-agent',
  ]);
  expect(told('apiserver').auth).toEqual([
    'certificate checked with ca.crt of ConfigMap kube-root-ca.crt',
    'the certificate must be for kubernetes.default.svc',
    'token of the service account monitoring-system/metrics-agent',
  ]);
});

test('each right of the agent says what it is for', () => {
  expect(told('kubelet-cadvisor').rights).toEqual([
    { right: 'list, watch nodes', why: 'finds the nodes' },
    { right: 'get nodes/metrics', why: 'the target answers only who has it' },
  ]);
  expect(told('apiserver').rights).toContainEqual({ right: 'get /metrics', why: 'the target answers only who has it' });
  expect(told('dcgm-exporter').rights).toEqual([
    { right: 'list, watch nodes', why: 'reads labels of nodes: nvlink_instance_group, slurm_nodeset, slurm_nodeset_name' },
    { right: 'list, watch pods', namespace: 'soperator', why: 'names the pods behind the Service' },
    { right: 'list, watch services', namespace: 'soperator', why: 'finds the Service' },
    { right: 'list, watch endpointslices.discovery.k8s.io', namespace: 'soperator', why: 'finds the addresses behind the Service' },
  ]);
  expect(told('slurm-exporter').rights).toEqual([{ right: 'list, watch pods', namespace: 'soperator', why: 'finds the pods' }]);
});

test('rules stand in their order, with their reasons; what differs by page is told of each', () => {
  expect(told('slurm-exporter').targetRules.map(({ does }) => does)).toEqual([
    'namespace = __meta_kubernetes_namespace',
    'endpoint = "metrics", or endpoint = "monitoring"',
    'job = "slurm-exporter"',
    'instance = __meta_kubernetes_pod_name',
  ]);
  const [groups, restart] = told('kubelet-cadvisor').sampleRules;
  expect(groups).toMatchObject({ does: 'drop pod =~ "" and id =~ "/.+"', why: expect.stringContaining('groups of the host') });
  expect(restart).toMatchObject({ does: 'labeldrop =~ "id|name"', why: expect.stringContaining('every restart') });
});

test('each page says what is exposed, stored and read', () => {
  const [page] = told('kubelet-cadvisor').endpoints;
  expect(page).toMatchObject({ path: '/metrics/cadvisor', catalog: 'known' });
  const metric = (name: string) => page?.metrics.find((one) => one.name === name);
  expect(metric('container_memory_working_set_bytes')).toMatchObject({ stored: true, readBy: expect.any(Number) });
  expect(metric('container_memory_working_set_bytes')?.readBy).toBeGreaterThan(0);
  expect(metric('container_tasks_state')).toMatchObject({ stored: false, readBy: 0 });
});

test('series are estimated at the scale of the cluster', () => {
  const { estimate } = told('kubelet-cadvisor');
  expect(estimate.nodes).toBe(40);
  // 200 of a node and 165 of each of its thirty pods
  expect(estimate.exposed).toBe(40 * 200 + 40 * 30 * 165);
  expect(estimate.series).toBeLessThan(estimate.exposed / 2);
});

test('sums that the agent makes are told with their counters', () => {
  expect(told('node-exporter').sums).toContainEqual(
    expect.objectContaining({ metric: 'node_cpu_seconds_total', as: 'instance:node_cpu_seconds_total:sum', without: ['cpu'] }),
  );
});

import { Duration } from 'cdk8s';
import { identityRules, metaLabelKey } from '../../../lib/scrape/identity-rules';
import { evaluateRelabeling } from '../../../lib/scrape/relabel-evaluate';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../../../lib/scrape/scrape-target';

const TARGET: ScrapeTarget = {
  name: 'example',
  job: 'example-job',
  discovery: { role: DiscoveryRole.PODS, namespaces: ['apps'], matchLabels: {} },
  endpoints: [{ port: 'http' }],
  provenance: Provenance.EXTERNAL,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.NODE,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
};

const POD = {
  __address__: '10.0.0.1:9100',
  __metrics_path__: '/metrics',
  __meta_kubernetes_pod_name: 'example-x7k2p',
  __meta_kubernetes_pod_node_name: 'gpu-0',
  __meta_kubernetes_node_label_example_com_rack_id: 'r7',
};

const labels = (target: Partial<ScrapeTarget>, discovered: { readonly [label: string]: string } = POD) =>
  evaluateRelabeling(identityRules({ ...TARGET, ...target }), discovered) ?? {};

test('sets the job on purpose, whatever the backend called it', () => {
  expect(labels({}, { ...POD, job: 'apps/example' })).toMatchObject({ job: 'example-job' });
});

test('names what lives on a node after the node, so that series outlive the pod', () => {
  expect(labels({ instance: InstanceLabel.NODE })).toMatchObject({ instance: 'gpu-0' });
});

test('names everything else after its pod', () => {
  expect(labels({ instance: InstanceLabel.POD })).toMatchObject({ instance: 'example-x7k2p' });
});

test('names what has no pod by its address', () => {
  const api = { __address__: '10.0.0.1:6443' };
  expect(labels({ instance: InstanceLabel.ADDRESS }, api)).toMatchObject({ instance: '10.0.0.1:6443' });
  // also where a pod could be told
  expect(labels({ instance: InstanceLabel.ADDRESS })).toMatchObject({ instance: '10.0.0.1:9100' });
});

test('names a node that is scraped itself, which has no pod', () => {
  const discovery = { role: DiscoveryRole.NODES, namespaces: [], matchLabels: {} };
  expect(labels({ discovery }, { __address__: '10.0.0.1:10250', __meta_kubernetes_node_name: 'gpu-1' })).toMatchObject({
    instance: 'gpu-1',
  });
});

test('leaves the address as instance where discovery knows no pod', () => {
  expect(labels({}, { __address__: '10.0.0.1:9100', instance: '10.0.0.1:9100' })).toMatchObject({ instance: '10.0.0.1:9100' });
});

test('names the path only where it is asked for', () => {
  expect(labels({ targetLabels: [TargetLabel.METRICS_PATH] })).toMatchObject({ metrics_path: '/metrics' });
  expect(labels({})).not.toHaveProperty('metrics_path');
});

test('copies labels of the node under the names that are asked for', () => {
  expect(labels({ nodeLabels: { rack: 'example.com/rack-id' } })).toMatchObject({ rack: 'r7' });
});

test('leaves out the label of a node that does not carry it', () => {
  expect(labels({ nodeLabels: { zone: 'topology.kubernetes.io/zone' } })).not.toHaveProperty('zone');
});

test('says why each rule exists', () => {
  const rules = identityRules({ ...TARGET, targetLabels: [TargetLabel.METRICS_PATH], nodeLabels: { rack: 'example.com/rack-id' } });
  expect(rules.filter(({ why }) => why.length < 10)).toEqual([]);
});

test.each([
  ['slurm.nebius.ai/nodeset-name', 'slurm_nebius_ai_nodeset_name'],
  ['nvidia.com/gpu.deploy.dcgm-exporter', 'nvidia_com_gpu_deploy_dcgm_exporter'],
  ['plain_Key9', 'plain_Key9'],
])('writes the label key %s as discovery does', (key, written) => {
  expect(metaLabelKey(key)).toBe(written);
});

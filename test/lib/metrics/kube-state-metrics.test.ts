import { KUBE_STATE_METRICS_CATALOG, KUBE_STATE_METRICS_SELF_CATALOG } from '../../../lib/metrics/kube-state-metrics';
import { NODE_FAMILIES, NODE_LABELS, POD_FAMILIES } from '../../../lib/metrics/kube-state-metrics-allow-list';
import { disagreements } from './comparison';

const family = (name: string) => KUBE_STATE_METRICS_CATALOG.families.find((one) => one.name === name);

test('agrees with the page of objects', () => {
  expect(disagreements(KUBE_STATE_METRICS_CATALOG, 'kube-state-metrics', { options: ['resource pods', 'resource nodes'] })).toEqual([]);
});

test('agrees with what the exporter says of itself', () => {
  expect(disagreements(KUBE_STATE_METRICS_SELF_CATALOG, 'kube-state-metrics-self')).toEqual([]);
});

test.each([
  ['pods', POD_FAMILIES],
  ['nodes', NODE_FAMILIES],
])('knows every family of %s that is let through', (resource, allowed) => {
  const unknown = allowed.flatMap(({ families }) => families).filter((name) => family(name)?.when?.option !== `resource ${resource}`);
  expect(unknown).toEqual([]);
});

test('shows labels of nodes as the exporter writes them', () => {
  expect(Object.keys(family('kube_node_labels')?.labels ?? {})).toContain('label_topology_nebius_com_nvl_instance_group_id');
  expect(Object.keys(family('kube_node_labels')?.labels ?? {})).toHaveLength(1 + NODE_LABELS.length);
});

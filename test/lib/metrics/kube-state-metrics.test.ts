import { KUBE_STATE_METRICS_CATALOG } from '../../../lib/metrics/kube-state-metrics';
import { NODE_FAMILIES, NODE_LABELS, POD_FAMILIES } from '../../../lib/metrics/kube-state-metrics-allow-list';

const family = (name: string) => KUBE_STATE_METRICS_CATALOG.families.find((one) => one.name === name);

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

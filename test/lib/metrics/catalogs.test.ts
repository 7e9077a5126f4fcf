import { type MetricCatalog, type MetricFamily, MetricType } from '../../../lib/common/metric-family';
import { APISERVER_CATALOG } from '../../../lib/metrics/apiserver';
import { APISERVER_DROPPED_BUCKETS, APISERVER_FINE_HISTOGRAMS, APISERVER_KEPT } from '../../../lib/metrics/apiserver-keep-list';
import { COREDNS_CATALOG } from '../../../lib/metrics/coredns';
import { DCGM_EXPORTER_CATALOG } from '../../../lib/metrics/dcgm-exporter';
import { DCGM_FIELDS, DEFAULT_DCGM_FIELDS } from '../../../lib/metrics/dcgm-fields';
import { GRAFANA_CATALOG } from '../../../lib/metrics/grafana';
import { KUBE_STATE_METRICS_CATALOG, KUBE_STATE_METRICS_SELF_CATALOG } from '../../../lib/metrics/kube-state-metrics';
import { KUBELET_CADVISOR_CATALOG, KUBELET_CATALOG, KUBELET_PROBES_CATALOG, KUBELET_RESOURCE_CATALOG } from '../../../lib/metrics/kubelet';
import { NODE_EXPORTER_CATALOG } from '../../../lib/metrics/node-exporter';
import { SLURM_EXPORTER_CATALOG, SLURM_EXPORTER_MONITORING_CATALOG } from '../../../lib/metrics/slurm-exporter';
import { SOPERATOR_CONTROLLER_CATALOG } from '../../../lib/metrics/soperator-controller';
import { VM_OPERATOR_CATALOG } from '../../../lib/metrics/vm-operator';
import { VMAGENT_CATALOG } from '../../../lib/metrics/vmagent';
import { VMSINGLE_CATALOG } from '../../../lib/metrics/vmsingle';
import { expositionText } from '../../support';
import { borrowedHelp, type Comparison, disagreements, flaws, needsOnly } from './comparison';

const nodeExporter = expositionText('node-exporter');
/** Collectors that found something on the node of the scrape. */
const foundSomething = new Set(
  [...nodeExporter.matchAll(/^node_scrape_collector_success\{collector="(\w+)"\} 1$/gm)].map(([, name]) => name),
);

function isExpectedOfNode({ when = {} }: MetricFamily): boolean {
  const collector = /^collector (\w+)$/.exec(when.option ?? 'collector of the exporter itself');
  const on = when.option === undefined || (collector !== null && foundSomething.has(collector[1]));
  return on && when.hardware === undefined && when.event === undefined;
}

const defaults = new Set(DEFAULT_DCGM_FIELDS.map(({ name }) => name));

const PAGES: readonly (readonly [file: string, catalog: MetricCatalog, how: Comparison])[] = [
  ['slurm-exporter', SLURM_EXPORTER_CATALOG, {}],
  ['slurm-exporter-self', SLURM_EXPORTER_MONITORING_CATALOG, {}],
  // GPUs that have everything, read with a list that declares rates as counters
  [
    'dcgm-exporter',
    DCGM_EXPORTER_CATALOG,
    { expected: ({ name }) => defaults.has(name), misdeclared: /^DCGM_FI_(DEV_NVLINK_BANDWIDTH_TOTAL|PROF_(PCIE|NVLINK)_[RT]X_BYTES)$/ },
  ],
  ['node-exporter', NODE_EXPORTER_CATALOG, { expected: isExpectedOfNode, misdeclared: /^node_nf_conntrack_stat_/ }],
  ['kubelet-metrics', KUBELET_CATALOG, {}],
  ['kubelet-metrics-cadvisor', KUBELET_CADVISOR_CATALOG, {}],
  ['kubelet-metrics-probes', KUBELET_PROBES_CATALOG, {}],
  ['kubelet-metrics-resource', KUBELET_RESOURCE_CATALOG, {}],
  ['kube-state-metrics', KUBE_STATE_METRICS_CATALOG, { expected: needsOnly('resource pods', 'resource nodes') }],
  ['kube-state-metrics-self', KUBE_STATE_METRICS_SELF_CATALOG, {}],
  ['soperator-controller', SOPERATOR_CONTROLLER_CATALOG, { expected: needsOnly('leader election') }],
  // the families of the catalog alone: the rest of the page is another one with each release
  ['apiserver', APISERVER_CATALOG, {}],
  ['coredns', COREDNS_CATALOG, { expected: needsOnly('plugin kubernetes', 'plugin health') }],
  ['vm-operator', VM_OPERATOR_CATALOG, { expected: needsOnly('leader election') }],
  ['vmagent', VMAGENT_CATALOG, { expected: needsOnly('flag -promscrape.config', 'kubernetes_sd_configs') }],
  ['vmsingle', VMSINGLE_CATALOG, { expected: needsOnly('flag -storage.trackMetricNamesStats') }],
  // a part of the page
  ['grafana', GRAFANA_CATALOG, { expected: () => false }],
];

describe.each(PAGES)('the catalog of %s', (file, catalog, how) => {
  test('says what a scrape shows, and nothing else', () => {
    expect(disagreements(catalog, file, how)).toEqual([]);
  });

  test('has each family once, with valid names and a help', () => {
    expect(flaws(catalog)).toEqual([]);
  });

  test("explains each family in other words than the exporter's", () => {
    expect(borrowedHelp(catalog, file)).toEqual([]);
  });
});

describe('the catalog of the DCGM exporter', () => {
  test('has a family for each field that does not become a label', () => {
    const fields = [...DCGM_FIELDS.values()].filter(({ type }) => type !== 'label').map(({ name }) => name);
    expect(DCGM_EXPORTER_CATALOG.families.map(({ name }) => name)).toEqual(fields);
  });

  test('reads the unit from the help, and leaves no bracket with a unit behind', () => {
    const units = new Map(DCGM_EXPORTER_CATALOG.families.map(({ name, unit }) => [name, unit]));
    expect(units.get('DCGM_FI_DEV_FB_USED')).toBe('mebibytes');
    expect(units.get('DCGM_FI_DEV_FB_USED_PERCENT')).toBe('ratio');
    expect(units.get('DCGM_FI_PROF_SM_ACTIVE')).toBe('ratio');
    expect(units.get('DCGM_FI_PROF_NVLINK_TX_BYTES')).toBe('bytes-per-second');
    expect(DCGM_EXPORTER_CATALOG.families.filter(({ help }) => help.endsWith(')')).map(({ help }) => help)).toEqual([]);
  });

  test('names the counter that turns a family on, and the hardware that it needs', () => {
    const family = DCGM_EXPORTER_CATALOG.families.find(({ name }) => name === 'DCGM_FI_PROF_NVLINK_TX_BYTES');
    expect(family?.when).toEqual({ option: 'counter DCGM_FI_PROF_NVLINK_TX_BYTES', hardware: 'NVLink' });
  });
});

describe('the catalog of node-exporter', () => {
  test('names the collector of each family that is not about the exporter', () => {
    const own = /^(go_|process_|promhttp_|node_exporter_|node_scrape_)/;
    const without = NODE_EXPORTER_CATALOG.families.filter(({ name, when }) => !own.test(name) && !when?.option?.startsWith('collector '));
    expect(without.map(({ name }) => name)).toEqual([]);
  });
});

describe('the catalog of the API server', () => {
  const names = new Set(
    APISERVER_CATALOG.families.flatMap(({ name, type }) =>
      type === MetricType.HISTOGRAM ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
    ),
  );

  test('has everything that is kept, each once and with a reason', () => {
    const kept = APISERVER_KEPT.flatMap((group) => group.names);
    expect(kept.filter((name) => !names.has(name))).toEqual([]);
    expect(kept).toEqual([...new Set(kept)]);
    expect(APISERVER_KEPT.filter(({ why }) => why.length < 20)).toEqual([]);
  });

  test('has the histograms of which buckets are dropped, and those are kept otherwise', () => {
    const kept = APISERVER_KEPT.flatMap((group) => group.names);
    expect(APISERVER_FINE_HISTOGRAMS.filter((name) => !kept.includes(name))).toEqual([]);
    expect(APISERVER_DROPPED_BUCKETS).toEqual([...new Set(APISERVER_DROPPED_BUCKETS)]);
  });
});

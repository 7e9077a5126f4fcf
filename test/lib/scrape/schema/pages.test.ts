import { App, Chart } from 'cdk8s';
import { MetricsPipeline } from '../../../../charts/metrics-pipeline';
import type { MetricsPipelineProps } from '../../../../charts/options';
import type { LabelSet } from '../../../../lib/scrape/relabel-evaluate';
import { type Arrival, SeriesSchema } from '../../../../lib/scrape/schema';
import { DiscoveryRole, type ScrapeTarget } from '../../../../lib/scrape/scrape-target';
import { exposition, storedSeries, targetLabels, targetOf } from '../../../support';

/** A pipeline whose exporters expose all that the files of `test/fixtures/expositions` have. */
const PROPS: Partial<MetricsPipelineProps> = {
  dcgmExporter: { jobMappingDirectory: '/var/run/nebius/slurm' },
  kubeStateMetrics: { nodeMetrics: true },
  apiServer: { enabled: true },
  coreDns: { enabled: true },
};

function targetsOf(props: Partial<MetricsPipelineProps>): readonly ScrapeTarget[] {
  return new MetricsPipeline(new Chart(new App(), 'test'), 'Pipeline', { cluster: 'prod', ...props }).collector.scrapedTargets;
}

const targets = targetsOf(PROPS);
const schema = new SeriesSchema(targets, { externalLabels: { cluster: { values: ['prod'] } } });

/** Each page: files that show it, the target, and the port where it has several. */
const PAGES: readonly { readonly file: string; readonly target: string; readonly port?: string }[] = [
  { file: 'slurm-exporter', target: 'slurm-exporter', port: 'metrics' },
  { file: 'slurm-exporter-some', target: 'slurm-exporter', port: 'metrics' },
  { file: 'slurm-exporter-self', target: 'slurm-exporter', port: 'monitoring' },
  { file: 'slurm-exporter-self-some', target: 'slurm-exporter', port: 'monitoring' },
  { file: 'dcgm-exporter', target: 'nvidia-dcgm-exporter' },
  { file: 'dcgm-exporter-some', target: 'nvidia-dcgm-exporter' },
  { file: 'node-exporter', target: 'node-exporter' },
  { file: 'node-exporter-some', target: 'node-exporter' },
  { file: 'kubelet-metrics', target: 'kubelet-metrics' },
  { file: 'kubelet-metrics-some', target: 'kubelet-metrics' },
  { file: 'kubelet-metrics-cadvisor', target: 'kubelet-cadvisor' },
  { file: 'kubelet-metrics-cadvisor-some', target: 'kubelet-cadvisor' },
  { file: 'kubelet-metrics-probes', target: 'kubelet-probes' },
  { file: 'kubelet-metrics-probes-some', target: 'kubelet-probes' },
  { file: 'kubelet-metrics-resource', target: 'kubelet-resource' },
  { file: 'kubelet-metrics-resource-some', target: 'kubelet-resource' },
  { file: 'kube-state-metrics', target: 'metrics-kube-state-metrics', port: 'http' },
  { file: 'kube-state-metrics-self', target: 'metrics-kube-state-metrics', port: 'telemetry' },
  { file: 'soperator-controller', target: 'soperator-controller' },
  { file: 'apiserver', target: 'apiserver' },
  { file: 'coredns', target: 'coredns' },
  { file: 'vm-operator', target: 'vm-operator' },
  { file: 'vmagent', target: 'vmagent' },
  { file: 'vmsingle', target: 'vmsingle' },
  { file: 'grafana', target: 'grafana' },
];

/** What discovery finds: with labels of the node, and without. */
function discovered(target: ScrapeTarget, port: string | undefined, withNodeLabels: boolean): LabelSet {
  const nodeLabels = Object.values(target.nodeLabels ?? {}).map((key) => `__meta_kubernetes_node_label_${key.replaceAll(/\W/g, '_')}`);
  return {
    __meta_kubernetes_namespace: target.discovery.namespaces[0] ?? '',
    __meta_kubernetes_pod_name: 'exporter-khqrw',
    __meta_kubernetes_pod_node_name: 'gpu-0',
    __meta_kubernetes_node_name: 'gpu-0',
    ...(withNodeLabels ? Object.fromEntries(nodeLabels.map((name) => [name, 'of-the-node'])) : {}),
    ...generated(target, port),
  };
}

/** What the operator adds before our rules run. */
function generated({ discovery: { role, namespaces } }: ScrapeTarget, port = 'http'): LabelSet {
  if (role === DiscoveryRole.NODES) return { node: 'gpu-0' };
  const ofPod = { pod: 'exporter-khqrw', container: 'exporter', namespace: namespaces[0] ?? '', endpoint: port };
  return role === DiscoveryRole.PODS ? ofPod : { ...ofPod, node: 'gpu-0', service: 'exporter' };
}

/** Samples of a page with the labels that they are stored with, by an agent that runs the rules on each. */
function stored({ file, target: name, port }: (typeof PAGES)[number]): [before: LabelSet, after: LabelSet | undefined][] {
  const target = targetOf({ targets }, name);
  const catalog = target.endpoints.find((endpoint) => endpoint.port === port || port === undefined)?.catalog;
  const known = new Set(catalog?.families.map((family) => family.name));
  // without a value there is no label; the allow-list of an exporter keeps the rest from the page
  const scraped = exposition(file)
    .map((series): LabelSet => Object.fromEntries(Object.entries(series).filter(([, value]) => value !== '')))
    .filter(({ __name__ = '' }) => known.has(__name__) || known.has(__name__.replace(/_(bucket|sum|count)$/, '')));
  return [true, false].flatMap((withNodeLabels) => {
    const ofTarget = targetLabels(target, discovered(target, port, withNodeLabels)) ?? {};
    return [...storedSeries(target, scraped, ofTarget)].map(([before, after]): [LabelSet, LabelSet | undefined] => [
      before,
      after && summed(target, { ...after, cluster: 'prod' }),
    ]);
  });
}

/** A series as it is sent: with its sum, or nothing where only the sum is. */
function summed({ sums = [] }: ScrapeTarget, series: LabelSet): LabelSet | undefined {
  const sum = sums.find(({ metric }) => metric === series.__name__);
  if (sum === undefined || (sum.keepsCounter ?? true)) return series;
  return { ...Object.fromEntries(Object.entries(series).filter(([label]) => !sum.without.includes(label))), __name__: sum.as };
}

function arrivals(of: 'arriving' | 'dropped', name: string, { target, port }: (typeof PAGES)[number]): readonly Arrival[] {
  return schema.metric(name)[of].filter((one) => one.target.name === target && (port === undefined || one.endpoint.port === port));
}

/** What the schema says of a series that is not so. */
function wrong(series: LabelSet, { labels }: Arrival): string[] {
  const name = series.__name__ ?? '';
  return [
    ...Object.entries(series).flatMap(([label, value]) => {
      const info = labels.get(label);
      if (info === undefined) return [`${name}: label ${label} is not foreseen`];
      return info.values === undefined || info.values.includes(value) ? [] : [`${name}: ${label}="${value}" is not foreseen`];
    }),
    ...[...labels].flatMap(([label, { optional }]) => (optional || label in series ? [] : [`${name}: has no label ${label}`])),
  ];
}

/** The labels that some series of a name has, of what is left. */
function labelsByName(all: readonly (readonly [LabelSet, LabelSet | undefined])[]): ReadonlyMap<string, ReadonlySet<string>> {
  const labels = new Map<string, Set<string>>();
  for (const [, { __name__ = '', ...others } = {}] of all) {
    if (__name__ === '') continue;
    const known = labels.get(__name__) ?? new Set();
    for (const label of ['__name__', ...Object.keys(others)]) known.add(label);
    labels.set(__name__, known);
  }
  return labels;
}

describe.each(PAGES)('what arrives of $file', (page) => {
  const all = stored(page);

  test('is what the schema foresees: names, labels and values', () => {
    const arrived = all.flatMap(([, after]) => (after ? [after] : []));
    expect(arrived).not.toEqual([]);
    const found = arrived.flatMap((series) => {
      const [arrival, ...others] = arrivals('arriving', series.__name__ ?? '', page);
      if (arrival === undefined || others.length > 0) return [`${series.__name__}: foreseen ${arrival ? 'twice' : 'not at all'}`];
      return wrong(series, arrival);
    });
    expect([...new Set(found)]).toEqual([]);
  });

  test('is nothing of what the schema says is dropped, and something of everything else', () => {
    const names = [...new Set(all.map(([before]) => before.__name__ ?? ''))];
    const dropped = names.filter((name) => arrivals('dropped', name, page).length > 0);
    const gone = names.filter((name) => all.every(([before, after]) => before.__name__ !== name || after?.__name__ !== name));
    expect(dropped).toEqual(gone);
  });

  test('has every label that the schema foresees, but those that the exporter itself left out', () => {
    const [before, after] = [labelsByName(all.map(([exposed]) => [exposed, exposed])), labelsByName(all)];
    const found = [...after].flatMap(([name, there]) => {
      const [arrival] = arrivals('arriving', name, page);
      return [...(arrival?.labels.keys() ?? [])]
        .filter((label) => !there.has(label) && before.get(name)?.has(label.replace(/^exported_/, '')))
        .map((label) => `${name}: no series has label ${label}`);
    });
    expect(found).toEqual([]);
  });
});

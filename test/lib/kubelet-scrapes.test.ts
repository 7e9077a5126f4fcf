import { Duration, Size } from 'cdk8s';
import { KubeletEndpoint, KubeletScrapes, type KubeletScrapesProps } from '../../lib/kubelet-scrapes';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import { renderVmScrape } from '../../lib/scrape/vm-operator';
import { exposition, familiesOf, mergedSeries, render, storedSeries, targetLabels, targetOf } from '../support';

const kubelet = (props?: KubeletScrapesProps) => render((chart) => new KubeletScrapes(chart, 'Kubelet', props)).made;

/** The four pages: name of the target, path, and the file with what a kubelet shows there. */
const PAGES = [
  ['kubelet-metrics', '/metrics', 'kubelet-metrics-some'],
  ['kubelet-cadvisor', '/metrics/cadvisor', 'kubelet-metrics-cadvisor-some'],
  ['kubelet-probes', '/metrics/probes', 'kubelet-metrics-probes-some'],
  ['kubelet-resource', '/metrics/resource', 'kubelet-metrics-resource-some'],
] as const;

/** What discovery knows of a node, and the labels that the operator's rules make of it. */
const DISCOVERED = { __meta_kubernetes_node_name: 'gpu-0', node: 'gpu-0', instance: 'gpu-0' };

function stored(name: string, file: string) {
  const target = targetOf(kubelet(), name);
  return storedSeries(target, exposition(file), targetLabels(target, DISCOVERED) ?? {});
}

/** The series that a page loses, each as `name{label}` of the label that tells it apart. */
function dropped(name: string, file: string, label: string): string[] {
  const lost = [...stored(name, file)].filter(([, after]) => after === undefined);
  return [...new Set(lost.map(([before]) => (label === '__name__' ? before.__name__ : before[label]) ?? ''))].sort();
}

describe('the scrapes', () => {
  test('deploy nothing', () => {
    expect(render((chart) => new KubeletScrapes(chart, 'Kubelet')).all()).toEqual([]);
  });

  test.each(PAGES)('%s reads %s of every node every 30 s', (name, path) => {
    expect(targetOf(kubelet(), name)).toMatchObject({
      job: 'kubelet',
      endpoints: [{ path }],
      discovery: { role: DiscoveryRole.NODES, namespaces: [], matchLabels: {} },
      scrapeInterval: Duration.seconds(30),
      provenance: Provenance.EXTERNAL,
    });
  });

  test.each(PAGES)('%s names the node and the path, on /metrics too', (name, path) => {
    expect(targetLabels(targetOf(kubelet(), name), DISCOVERED)).toEqual({ job: 'kubelet', instance: 'gpu-0', metrics_path: path });
  });

  test.each(PAGES)("%s shows the agent's token, which may get metrics of nodes and no more", (name) => {
    expect(targetOf(kubelet(), name)).toMatchObject({
      serviceAccountToken: true,
      rights: [{ resources: ['nodes/metrics'], verbs: ['get'] }],
    });
  });

  test.each(PAGES)('%s accepts the certificate that a kubelet signs for itself', (name) => {
    expect(targetOf(kubelet(), name).tls).toEqual({ insecureSkipVerify: true });
  });

  test.each(PAGES)('%s verifies certificates once it is given an authority', (name) => {
    const target = targetOf(kubelet({ caConfigMap: { name: 'kubelet-ca', key: 'ca.crt' } }), name);
    const { spec } = render((chart) => renderVmScrape(chart, target, { namespace: 'monitoring-system', labels: {} })).find(
      'VMNodeScrape',
      name,
    );
    expect(spec).toMatchObject({ scheme: 'https', tlsConfig: { ca: { configMap: { name: 'kubelet-ca', key: 'ca.crt' } } } });
    expect(JSON.stringify(spec)).not.toContain('insecureSkipVerify');
  });

  test.each(PAGES)('%s takes an answer that is larger than what the agent accepts of others', (name) => {
    expect(targetOf(kubelet(), name).maxScrapeSize).toEqual(Size.mebibytes(64));
  });
});

describe('the series', () => {
  test.each(PAGES)('of %s are each apart from all others', (name, _, file) => {
    expect(mergedSeries(stored(name, file))).toEqual([]);
  });

  test('of /metrics all stay, with the name that tells operations apart', () => {
    const series = stored('kubelet-metrics', 'kubelet-metrics-some');
    for (const [{ __name__, name }, after] of series) {
      expect(after).toMatchObject({ __name__, job: 'kubelet', instance: 'gpu-0' });
      expect(after?.name).toBe(name);
    }
  });

  test("of /metrics/cadvisor lose the groups above the pods, and keep the node's own", () => {
    expect(dropped('kubelet-cadvisor', 'kubelet-metrics-cadvisor-some', 'id')).toEqual([
      '/kubepods',
      '/kubepods/besteffort',
      '/kubepods/burstable',
    ]);
    const root = [...stored('kubelet-cadvisor', 'kubelet-metrics-cadvisor-some')].filter(([{ id }]) => id === '/');
    expect(root).not.toEqual([]);
    for (const [, after] of root) expect(after).toBeDefined();
  });

  test('of /metrics/cadvisor carry pod, container and image, and nothing that a restart changes', () => {
    for (const [before, after] of stored('kubelet-cadvisor', 'kubelet-metrics-cadvisor-some')) {
      if (after === undefined) continue;
      expect(after).not.toHaveProperty('id');
      expect(after).not.toHaveProperty('name');
      for (const label of ['pod', 'namespace', 'container', 'image', 'interface']) expect(after[label] ?? '').toBe(before[label] ?? '');
    }
  });

  test('of /metrics/cadvisor tell a pod, its pause container and its containers apart', () => {
    const levels = [...stored('kubelet-cadvisor', 'kubelet-metrics-cadvisor-some').values()].filter(
      (after) => after?.__name__ === 'container_memory_working_set_bytes' && after.namespace === 'soperator',
    );
    expect(levels.map((after) => [after?.container, after?.image])).toEqual(
      expect.arrayContaining([
        [undefined, undefined],
        [undefined, 'registry.k8s.io/pause:3.10'],
        ['slurmrestd', 'cr.eu-north1.nebius.cloud/soperator/slurmrestd:26.05'],
      ]),
    );
  });

  test('of /metrics/probes lose what /metrics has as well', () => {
    expect(dropped('kubelet-probes', 'kubelet-metrics-probes-some', '__name__')).toEqual(['process_start_time_seconds']);
  });

  test('of /metrics/probes outlive the pod that a StatefulSet replaces', () => {
    for (const after of stored('kubelet-probes', 'kubelet-metrics-probes-some').values()) expect(after ?? {}).not.toHaveProperty('pod_uid');
  });

  test('of /metrics/resource lose what /metrics/cadvisor has with more labels', () => {
    expect(dropped('kubelet-resource', 'kubelet-metrics-resource-some', '__name__')).toEqual([
      'container_cpu_usage_seconds_total',
      'container_memory_working_set_bytes',
      'container_start_time_seconds',
    ]);
  });

  test('of no family come from two pages, so that a sum over the job counts nothing twice', () => {
    const pagesOf = new Map<string, string[]>();
    for (const [name, path, file] of PAGES) {
      const families = new Set([...stored(name, file).values()].flatMap((after) => after?.__name__ ?? []));
      for (const family of families) pagesOf.set(family, [...(pagesOf.get(family) ?? []), path]);
    }
    expect([...pagesOf].filter(([, pages]) => pages.length > 1)).toEqual([]);
  });
});

describe('with options', () => {
  test('scrapes only the pages that are asked for, each once', () => {
    const { targets } = kubelet({ endpoints: [KubeletEndpoint.CADVISOR, KubeletEndpoint.METRICS, KubeletEndpoint.CADVISOR] });
    expect(targets.map(({ name }) => name).sort()).toEqual(['kubelet-cadvisor', 'kubelet-metrics']);
  });

  test('has every one of them work on the page that is left', () => {
    const props: Required<KubeletScrapesProps> = {
      name: 'gpu-kubelet',
      endpoints: [KubeletEndpoint.CADVISOR],
      nodeSelector: { 'nebius.com/gpu': 'true' },
      caConfigMap: { name: 'kubelet-ca', key: 'ca.crt' },
      scrapeInterval: Duration.minutes(1),
      scrapeTimeout: Duration.seconds(25),
      relabelConfigs: [RelabelRule.setLabel('a rule of the user', 'pool', 'gpu')],
      metricRelabelConfigs: [RelabelRule.setLabel('a rule of the user', 'id', 'of-the-user')],
      sampleLimit: 50_000,
      seriesLimit: 60_000,
      maxScrapeSize: Size.mebibytes(96),
    };
    const { targets } = kubelet(props);
    const target = targetOf({ targets }, 'gpu-kubelet-cadvisor');
    expect(targets).toEqual([target]);
    expect(target).toMatchObject({
      discovery: { matchLabels: { 'nebius.com/gpu': 'true' } },
      tls: { caConfigMap: { name: 'kubelet-ca', key: 'ca.crt' } },
      scrapeInterval: Duration.minutes(1),
      scrapeTimeout: Duration.seconds(25),
      sampleLimit: 50_000,
      seriesLimit: 60_000,
      maxScrapeSize: Size.mebibytes(96),
    });
    expect(targetLabels(target, DISCOVERED)).toMatchObject({ pool: 'gpu' });
    const [series] = storedSeries(target, exposition('kubelet-metrics-cadvisor-some'), {}).values();
    expect(series).toMatchObject({ id: 'of-the-user' });
  });
});

test('fails when no page is left', () => {
  expect(() => kubelet({ endpoints: [] })).toThrow(
    Error(
      '[test/Kubelet] endpoints: got [], expected at least one of metrics, cadvisor, probes, resource; leave the part out to scrape no kubelet at all',
    ),
  );
});

test.each([
  [KubeletEndpoint.RESOURCE, 'container_memory_working_set_bytes', KubeletEndpoint.CADVISOR],
  [KubeletEndpoint.PROBES, 'process_start_time_seconds', KubeletEndpoint.METRICS],
])('keeps what %s has of %s unless the other page is scraped, too', (page, family, other) => {
  const dropped = (endpoints: readonly KubeletEndpoint[]) =>
    targetOf(kubelet({ endpoints }), `kubelet-${page}`).metricRelabelConfigs.some(({ regex }) => regex?.split('|').includes(family));
  expect(dropped([page])).toBe(false);
  expect(dropped([page, other])).toBe(true);
});

test.each([
  ['kubelet-metrics', 'kubelet_running_pods'],
  ['kubelet-cadvisor', 'container_fs_usage_bytes'],
  ['kubelet-probes', 'prober_probe_total'],
  ['kubelet-resource', 'pod_memory_working_set_bytes'],
])('%s says what its page exposes', (name, family) => {
  const having = kubelet().targets.filter((target) => familiesOf(target).has(family));
  expect(having.map((target) => target.name)).toEqual([name]);
});

import { Duration, Size } from 'cdk8s';
import { CoreDnsScrapes, type CoreDnsScrapesProps } from '../../lib/core-dns-scrapes';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { rightsOf } from '../../lib/scrape/rights';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import { exposition, familiesOf, mergedSeries, render, storedSeries, targetLabels, targetOf } from '../support';

const coreDns = (props?: CoreDnsScrapesProps) => render((chart) => new CoreDnsScrapes(chart, 'CoreDns', props)).made;
const target = (props?: CoreDnsScrapesProps) => targetOf(coreDns(props), props?.name ?? 'coredns');

/** What discovery knows of a pod of CoreDNS, and the labels that the operator's rules make of it. */
const DISCOVERED = {
  __meta_kubernetes_pod_name: 'coredns-68c7d7bff-2bkth',
  __meta_kubernetes_pod_node_name: 'system-0',
  pod: 'coredns-68c7d7bff-2bkth',
  container: 'coredns',
  namespace: 'kube-system',
  service: 'kube-dns',
  endpoint: 'metrics',
};

test('deploys nothing', () => {
  expect(render((chart) => new CoreDnsScrapes(chart, 'CoreDns')).all()).toEqual([]);
  expect(target().provenance).toBe(Provenance.EXTERNAL);
});

test("scrapes the cluster's name server every 30 s, without credentials", () => {
  expect(target()).toMatchObject({
    job: 'coredns',
    discovery: { role: DiscoveryRole.SERVICES, namespaces: ['kube-system'], matchLabels: { 'k8s-app': 'kube-dns' } },
    endpoints: [{ port: 'metrics' }],
    scrapeInterval: Duration.seconds(30),
    scrapeTimeout: Duration.seconds(10),
  });
  expect(target().tls).toBeUndefined();
  expect(target().serviceAccountToken).toBeUndefined();
  expect(coreDns()).toMatchObject({ port: 9153, job: 'coredns' });
});

test('asks for discovery in its namespace alone', () => {
  const { cluster, namespaces } = rightsOf([target()]);
  expect(cluster).toEqual([]);
  expect([...namespaces.keys()]).toEqual(['kube-system']);
});

test('names the pod as instance', () => {
  expect(targetLabels(target(), DISCOVERED)).toEqual({ job: 'coredns', instance: 'coredns-68c7d7bff-2bkth', namespace: 'kube-system' });
});

test('drops sizes and what it asks itself, and keeps every other series as it is', () => {
  const stored = storedSeries(target(), exposition('coredns'), targetLabels(target(), DISCOVERED) ?? {});
  expect(mergedSeries(stored)).toEqual([]);
  const dropped = [...stored].flatMap(([{ __name__ = '' }, after]) => (after === undefined ? [__name__] : []));
  expect([...new Set(dropped.map((name) => name.replace(/_(bucket|sum|count)$/, '')))].sort()).toEqual([
    'coredns_dns_request_size_bytes',
    'coredns_dns_response_size_bytes',
    'coredns_health_request_duration_seconds',
  ]);
  for (const [before, after] of stored) {
    // without a value there is no label
    const labels = Object.fromEntries(Object.entries(before).filter(([, value]) => value !== ''));
    if (after) expect(after).toMatchObject(labels);
  }
});

test('takes every option', () => {
  const props: Required<CoreDnsScrapesProps> = {
    name: 'names',
    namespace: 'dns',
    selector: { 'app.kubernetes.io/name': 'coredns' },
    portName: 'prometheus',
    scrapeInterval: Duration.minutes(1),
    scrapeTimeout: Duration.seconds(25),
    relabelConfigs: [RelabelRule.setLabel('a rule of the user', 'pool', 'system')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('a rule of the user', 'coredns_cache_.+')],
    sampleLimit: 50_000,
    seriesLimit: 60_000,
    maxScrapeSize: Size.mebibytes(8),
  };
  expect(target(props)).toMatchObject({
    name: 'names',
    discovery: { namespaces: ['dns'], matchLabels: { 'app.kubernetes.io/name': 'coredns' } },
    endpoints: [{ port: 'prometheus' }],
    scrapeInterval: Duration.minutes(1),
    scrapeTimeout: Duration.seconds(25),
    sampleLimit: 50_000,
    seriesLimit: 60_000,
    maxScrapeSize: Size.mebibytes(8),
  });
  expect(targetLabels(target(props), DISCOVERED)).toMatchObject({ pool: 'system' });
  const names = [...storedSeries(target(props), exposition('coredns'), {}).values()].map((after) => after?.__name__ ?? '');
  expect(names.filter((name) => name.startsWith('coredns_cache_'))).toEqual([]);
  expect(names).toContain('coredns_panics_total');
});

test('fails when the namespace is none', () => {
  expect(() => coreDns({ namespace: 'kube.system' })).toThrow(
    Error(
      '[test/CoreDns] namespace: got "kube.system", expected a lower-case DNS label of at most 63 characters; use letters, digits and \'-\', with a letter or digit at both ends',
    ),
  );
});

test('says what CoreDNS exposes', () => {
  expect([...familiesOf(target()).keys()]).toEqual(expect.arrayContaining(['coredns_dns_requests_total', 'coredns_cache_hits_total']));
});

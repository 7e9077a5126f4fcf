import { Duration, Size } from 'cdk8s';
import { parse } from 'yaml';
import { ApiServerScrapes, type ApiServerScrapesProps } from '../../lib/api-server-scrapes';
import { APISERVER_KEPT } from '../../lib/metrics/apiserver-keep-list';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { rightsOf } from '../../lib/scrape/rights';
import { renderScrapeConfig } from '../../lib/scrape/scrape-config';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import { renderVmScrape } from '../../lib/scrape/vm-operator';
import { exposition, familiesOf, mergedSeries, render, storedSeries, targetLabels, targetOf } from '../support';

const apiServer = (props?: ApiServerScrapesProps) => render((chart) => new ApiServerScrapes(chart, 'ApiServer', props)).made;
const target = (props?: ApiServerScrapesProps) => targetOf(apiServer(props), props?.name ?? 'apiserver');

/** What discovery knows of an address behind the Service, and the labels that the operator's rules make of it. */
const DISCOVERED = { __address__: '10.0.0.1:6443', namespace: 'default', service: 'kubernetes', endpoint: 'https' };

const stored = (props?: ApiServerScrapesProps) =>
  storedSeries(target(props), exposition('apiserver'), targetLabels(target(), DISCOVERED) ?? {});
const keptNames = (props?: ApiServerScrapesProps) =>
  new Set([...stored(props).values()].flatMap((after) => (after?.__name__ === undefined ? [] : [after.__name__])));

test('deploys nothing', () => {
  expect(render((chart) => new ApiServerScrapes(chart, 'ApiServer')).all()).toEqual([]);
  expect(target().provenance).toBe(Provenance.EXTERNAL);
});

test('scrapes what is behind the Service of the API server every 30 s', () => {
  expect(target()).toMatchObject({
    job: 'apiserver',
    discovery: {
      role: DiscoveryRole.SERVICES,
      namespaces: ['default'],
      matchLabels: { component: 'apiserver', provider: 'kubernetes' },
    },
    endpoints: [{ port: 'https' }],
    scrapeInterval: Duration.seconds(30),
    scrapeTimeout: Duration.seconds(20),
  });
  expect(apiServer().job).toBe('apiserver');
});

test("verifies its certificate, and shows the agent's own token", () => {
  expect(target()).toMatchObject({
    tls: { caConfigMap: { name: 'kube-root-ca.crt', key: 'ca.crt' }, serverName: 'kubernetes.default.svc' },
    serviceAccountToken: true,
  });
  const { spec } = render((chart) => renderVmScrape(chart, target(), { namespace: 'monitoring-system', labels: {} })).find(
    'VMServiceScrape',
    'apiserver',
  );
  expect(spec).toMatchObject({
    endpoints: [{ scheme: 'https', tlsConfig: { ca: { configMap: { name: 'kube-root-ca.crt' } }, serverName: 'kubernetes.default.svc' } }],
  });
  const file = JSON.stringify(renderScrapeConfig([target()], { cluster: 'prod', fileOf: ({ name, key }) => `/files/${name}/${key}` }));
  expect(parse(file)).toMatchObject({
    scrape_configs: [{ scheme: 'https', tls_config: { ca_file: '/files/kube-root-ca.crt/ca.crt', server_name: 'kubernetes.default.svc' } }],
  });
  expect(JSON.stringify(spec) + file).not.toMatch(/insecure_?skip_?verify/i);
});

test('asks for discovery in its namespace and for one path', () => {
  const { cluster, namespaces } = rightsOf([target()]);
  expect(cluster).toEqual([{ nonResourceUrls: ['/metrics'], verbs: ['get'] }]);
  expect([...namespaces.keys()]).toEqual(['default']);
});

test('names its address as instance, for no pod stands behind it', () => {
  expect(targetLabels(target(), DISCOVERED)).toEqual({ job: 'apiserver', instance: '10.0.0.1:6443' });
});

test('takes an answer that is larger than what the agent accepts of others', () => {
  expect(target().maxScrapeSize).toEqual(Size.mebibytes(64));
});

describe('the series', () => {
  test('are each apart from all others', () => {
    expect(mergedSeries(stored())).toEqual([]);
  });

  test('are of the list that is kept, and of nothing else', () => {
    const kept = APISERVER_KEPT.flatMap(({ names }) => names);
    expect([...keptNames()].filter((name) => !kept.includes(name))).toEqual([]);
    for (const name of ['apiserver_request_total', 'etcd_request_duration_seconds_bucket', 'apiserver_storage_size_bytes'])
      expect(keptNames()).toContain(name);
    expect(keptNames()).not.toContain('apiserver_request_duration_seconds_count');
  });

  test.each(['apiserver_request_duration_seconds_bucket', 'etcd_request_duration_seconds_bucket'])('of %s are a few buckets', (name) => {
    // every bucket of Kubernetes 1.34
    const buckets = '0.005 0.025 0.05 0.1 0.2 0.4 0.6 0.8 1 1.25 1.5 2 3 4 5 6 8 10 15 20 30 45 60 +Inf'.split(' ');
    const series = buckets.map((le) => ({ __name__: name, verb: 'GET', le }));
    const left = [...storedSeries(target(), series, {}).values()].flatMap((after) => (after === undefined ? [] : [after.le]));
    expect(left).toEqual(['0.025', '0.1', '0.4', '1', '5', '30', '+Inf']);
  });

  test('of the time of calls leave out those that stay open', () => {
    const verbs = [...stored().values()].flatMap((after) =>
      after?.__name__ === 'apiserver_request_duration_seconds_bucket' ? [after.verb ?? ''] : [],
    );
    expect(verbs).toContain('GET');
    expect(verbs).not.toContain('WATCH');
    // they are counted all the same
    expect([...stored().values()]).toContainEqual(expect.objectContaining({ __name__: 'apiserver_request_total', verb: 'WATCH' }));
  });
});

test('takes every option', () => {
  const props: Required<ApiServerScrapesProps> = {
    name: 'control-plane',
    namespace: 'elsewhere',
    selector: { team: 'operations' },
    portName: 'tls',
    caConfigMap: { name: 'control-ca', key: 'tls.crt' },
    serverName: 'api.internal',
    extraMetrics: ['workqueue_depth', 'rest_client_request_.+'],
    scrapeInterval: Duration.minutes(1),
    scrapeTimeout: Duration.seconds(25),
    relabelConfigs: [RelabelRule.setLabel('a rule of the user', 'pool', 'operations')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('a rule of the user', 'etcd_.+')],
    sampleLimit: 50_000,
    seriesLimit: 60_000,
    maxScrapeSize: Size.mebibytes(96),
  };
  expect(target(props)).toMatchObject({
    name: 'control-plane',
    discovery: { namespaces: ['elsewhere'], matchLabels: { team: 'operations' } },
    endpoints: [{ port: 'tls' }],
    tls: { caConfigMap: { name: 'control-ca', key: 'tls.crt' }, serverName: 'api.internal' },
    scrapeInterval: Duration.minutes(1),
    scrapeTimeout: Duration.seconds(25),
    sampleLimit: 50_000,
    seriesLimit: 60_000,
    maxScrapeSize: Size.mebibytes(96),
  });
  expect(targetLabels(target(props), DISCOVERED)).toMatchObject({ pool: 'operations' });
  const [kept, usual] = [keptNames(props), keptNames()];
  expect([...kept].filter((name) => !usual.has(name)).sort()).toEqual([
    'rest_client_request_duration_seconds_bucket',
    'rest_client_request_duration_seconds_count',
    'rest_client_request_duration_seconds_sum',
    'workqueue_depth',
  ]);
  expect([...usual].filter((name) => !kept.has(name))).toEqual(['etcd_request_duration_seconds_bucket']);
});

test('counts more series where more are kept', () => {
  const fixed = (extraMetrics?: readonly string[]) => target({ extraMetrics }).series?.fixed ?? 0;
  expect(fixed(['workqueue_depth'])).toBeGreaterThan(fixed());
});

test('says what else may be there where more is kept, and only then', () => {
  const others = (extraMetrics?: readonly string[]) => target({ extraMetrics }).endpoints[0]?.catalog?.others;
  expect(others()).toBeUndefined();
  expect(others(['pod_security_.+', 'version_info'])?.test('pod_security_errors_total')).toBe(true);
  expect(others(['pod_security_.+', 'version_info'])?.test('version_info_total')).toBe(false);
});

test.each(['', 'a b', 'a,b', '(?i)workqueue', 'workqueue_(', 'a[bc]'])(
  'fails when %j is asked for, which is no name or means another thing elsewhere',
  (name) => {
    expect(() => apiServer({ extraMetrics: ['workqueue_depth', name] })).toThrow(
      Error(
        `[test/ApiServer] extraMetrics[1]: got ${JSON.stringify(name)}, expected the name of a metric, or a regular expression of letters, digits and _ : . * + | ( ) -; write names as the page has them: 'workqueue_depth'`,
      ),
    );
  },
);

test('fails when the namespace is none', () => {
  expect(() => apiServer({ namespace: 'Default' })).toThrow(
    Error(
      '[test/ApiServer] namespace: got "Default", expected a lower-case DNS label of at most 63 characters; use letters, digits and \'-\', with a letter or digit at both ends',
    ),
  );
});

test('says what the API server exposes, also what is not kept', () => {
  expect([...familiesOf(target()).keys()]).toEqual(expect.arrayContaining(['apiserver_request_total', 'workqueue_depth']));
});

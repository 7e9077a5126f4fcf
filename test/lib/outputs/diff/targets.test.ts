import { load } from 'js-yaml';
import type { JsonObject } from '../../../../lib/checks/tree';
import { compareSides, sideOfManifests } from '../../../../lib/outputs/diff';

/** What differs of targets between two YAML texts, each one object. */
function targets(former: string, latter: string) {
  const side = (text: string) => sideOfManifests('folder', 'c', [load(text) as JsonObject], new Map());
  return compareSides(side(former), side(latter))?.targets ?? [];
}

const resource = (kind: string, spec: string) =>
  `apiVersion: operator.victoriametrics.com/v1beta1\nkind: ${kind}\nmetadata: { name: t, namespace: ns }\nspec: ${spec}\n`;
const configuration = (jobs: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: c, namespace: ns }\ndata:\n  scrape.yaml: |\n    scrape_configs:\n${jobs.replace(/^/gm, '      ')}`;

test.each([
  ['VMServiceScrape', '{ selector: { matchLabels: { a: b } }, endpoints: [{ port: http, interval: 30s }] }'],
  ['VMPodScrape', '{ selector: { matchLabels: { a: b } }, podMetricsEndpoints: [{ port: http, interval: 30s }] }'],
  ['VMNodeScrape', '{ selector: { matchLabels: { a: b } }, port: http, interval: 30s }'],
  ['VMStaticScrape', '{ jobName: t, targetEndpoints: [{ targets: ["1.2.3.4:80"], port: http, interval: 30s }] }'],
])('the interval of a %s is read', (kind, spec) => {
  const [found, ...others] = targets(resource(kind, spec), resource(kind, spec.replace('30s', '1m')));
  expect({ found, others }).toMatchObject({
    found: { name: 't', change: 'changed', fields: [{ field: 'interval', old: '30s', new: '1m' }] },
    others: [],
  });
});

test('what a resource says of a target is told in words', () => {
  const one = resource('VMServiceScrape', '{ endpoints: [{ port: http }] }');
  const other = resource(
    'VMServiceScrape',
    `{ namespaceSelector: { matchNames: [b, a] }, selector: { matchExpressions: [{ key: k, operator: In, values: [v, w] }] }, endpoints: [{
      port: https, path: /m, scheme: https, scrapeTimeout: 5s, honorLabels: true, sampleLimit: 9, max_scrape_size: 64MiB,
      tlsConfig: { insecureSkipVerify: true }, bearerTokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token,
      relabelConfigs: [{ targetLabel: job, replacement: j }, { sourceLabels: [__meta_kubernetes_pod_name], targetLabel: instance }, { action: labeldrop, regex: namespace|pod }] }] }`,
  );
  const fields = new Map(targets(one, other)[0]?.fields.map(({ field, new: value }) => [field, value]));
  expect(Object.fromEntries(fields)).toEqual({
    job: 'j',
    instance: 'pod',
    'in namespaces': 'a, b',
    selector: 'k=In v|w',
    port: 'https',
    path: '/m',
    scheme: 'https',
    timeout: '5s',
    certificate: 'any',
    credential: "the agent's service account token",
    'label namespace': undefined,
    'labels of series win': 'yes',
    'sample limit': '9',
    'largest scrape': '64Mi',
  });
});

test('a scrape configuration is the same target as the resource that says the same', () => {
  const job = `
- job_name: t
  kubernetes_sd_configs: [{ role: endpointslice, namespaces: { names: [a] } }]
  scrape_interval: 30s
  metrics_path: /metrics
  scheme: http
  relabel_configs:
    - { action: keep, source_labels: [__meta_kubernetes_service_label_app_kubernetes_io_name], regex: x }
    - { action: keep, source_labels: [__meta_kubernetes_endpointslice_port_name], regex: http }
    - { action: replace, target_label: namespace, source_labels: [__meta_kubernetes_namespace] }
  metric_relabel_configs: [{ action: drop, source_labels: [__name__], regex: go_.+ }]
`.slice(1);
  const same = resource(
    'VMServiceScrape',
    `{ namespaceSelector: { matchNames: [a] }, selector: { matchLabels: { app.kubernetes.io/name: x } },
       endpoints: [{ port: http, interval: 30s, metricRelabelConfigs: [{ action: drop, sourceLabels: [__name__], regex: go_.+ }] }] }`,
  );
  expect(targets(same, configuration(job))).toEqual([]);
  expect(targets(same, configuration(job.replace('go_.+', 'go_gc_.+')))).toEqual([
    expect.objectContaining({ name: 't', fields: [], sampleRules: [{ path: '[drop __name__].regex', old: 'go_.+', new: 'go_gc_.+' }] }),
  ]);
});

test('one of several ports of a scrape that goes is told by its port', () => {
  const of = (ports: string) => resource('VMPodScrape', `{ podMetricsEndpoints: [${ports}] }`);
  expect(targets(of('{ port: a }, { port: b }, { port: c }'), of('{ port: a }, { port: c }'))).toEqual([
    expect.objectContaining({ change: 'removed', name: 't b' }),
  ]);
});

test('other rules over the labels of a target are told with what they may do to its series', () => {
  const of = (label: string) =>
    resource('VMPodScrape', `{ podMetricsEndpoints: [{ port: a, relabelConfigs: [{ action: labeldrop, regex: ${label} }] }] }`);
  const side = (text: string) => sideOfManifests('folder', 'c', [load(text) as JsonObject], new Map());
  expect(compareSides(side(of('x')), side(of('y')))?.warnings).toEqual([
    {
      danger: 'labels',
      subject: 'scrape of t',
      message: 'rules over the labels of the target differ: where a label gets another value, its series end and new ones begin',
    },
  ]);
});

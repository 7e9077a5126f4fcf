import { scrapedOnce } from '../../../lib/checks/scraped-once';
import type { JsonObject } from '../../../lib/checks/tree';
import { Provenance } from '../../../lib/scrape/scrape-target';
import {
  agentWorkload,
  collector,
  findings,
  grant,
  jobOf,
  kube,
  NODES,
  PODS,
  scrapeConfig,
  service,
  storeWorkload,
  target,
  URL_OF_STORE,
  workload,
} from './support';

const WEB = [service('web'), workload('Deployment', 'web')];
/** What a collector at the path `agent` renders, which takes every scrape beside it. */
const agent = (spec = {}) =>
  kube(
    'VMAgent',
    'main',
    {
      spec: {
        serviceScrapeSelector: {},
        podScrapeSelector: {},
        nodeScrapeSelector: {},
        staticScrapeSelector: {},
        disableSelfServiceScrape: true,
        ...spec,
      },
    },
    { path: 'agent/VMAgent' },
  );
const byPods = kube('VMPodScrape', 'brought', {
  spec: { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [{ port: 'metrics' }] },
});
const monitor = kube('ServiceMonitor', 'brought', {
  spec: { selector: { matchLabels: { app: 'web' } }, endpoints: [{ port: 'metrics' }] },
});
const twice =
  'expected what no other scrape reads, for scrape of web reads it, too, and every series would be counted twice; leave one of the two out';

test('passes when every scrape reads something of its own', () => {
  const other = kube('VMPodScrape', 'other', { spec: { selector: {}, podMetricsEndpoints: [{ port: 'http' }] } });
  const path = kube('VMPodScrape', 'path', {
    spec: { selector: { matchLabels: { app: 'web' } }, podMetricsEndpoints: [{ port: 'metrics', path: '/probe' }] },
  });
  const pages = ['/metrics', '/metrics/cadvisor'].map((page) => target({ name: page, discovery: NODES, endpoints: [{ path: page }] }));
  const objects = [...WEB, agent(), other, path];
  expect(findings(scrapedOnce, { objects, collectors: [collector([target(), ...pages])] })).toEqual([]);
});

test('fails when two targets find the same port of the same pods, by Service or by pod', () => {
  const collectors = [collector([target(), target({ name: 'again', discovery: PODS })])];
  expect(findings(scrapedOnce, { objects: WEB, collectors })).toEqual([
    `[agent] scrape of again: got Deployment apps/web 8080/metrics, ${twice}`,
  ]);
});

test('fails when a selected scrape of the user finds what a target finds', () => {
  const byNumber = kube('VMServiceScrape', 'number', { spec: { selector: {}, endpoints: [{ targetPort: 8080 }] } });
  const byName = kube('VMStaticScrape', 'name', { spec: { targetEndpoints: [{ targets: ['web.apps.svc:80', 'db.apps.svc:80'] }] } });
  const objects = [...WEB, agent(), byPods, byNumber, byName];
  // every one of them also finds what the others find, which is said once
  expect(findings(scrapedOnce, { objects, collectors: [collector([target()])] })).toEqual([
    `[VMServiceScrape/number] spec.endpoints[0]: got Deployment apps/web 8080/metrics, ${twice}`,
    `[VMPodScrape/brought] spec.podMetricsEndpoints[0]: got Deployment apps/web 8080/metrics, ${twice}`,
    `[VMStaticScrape/name] spec.targetEndpoints[0]: got Deployment apps/web 8080/metrics, ${twice}`,
  ]);
});

test('passes when the agent does not select the scrape, or another agent reads it into another store', () => {
  const own = kube('VMAgent', 'own', {
    spec: { selectAllByDefault: true, remoteWrite: [{ url: 'http://other' }], disableSelfServiceScrape: true },
  });
  const collectors = [collector([target()], 'http://store')];
  expect(findings(scrapedOnce, { objects: [...WEB, agent({ podScrapeSelector: undefined }), byPods], collectors })).toEqual([]);
  expect(findings(scrapedOnce, { objects: [...WEB, own, byPods], collectors })).toEqual([]);
});

test('fails when two agents read the same into one store', () => {
  const own = kube('VMAgent', 'own', {
    spec: { selectAllByDefault: true, remoteWrite: [{ url: 'http://store' }], disableSelfServiceScrape: true },
  });
  expect(findings(scrapedOnce, { objects: [...WEB, own, byPods], collectors: [collector([target()], 'http://store')] })).toEqual([
    `[VMPodScrape/brought] spec.podMetricsEndpoints[0]: got Deployment apps/web 8080/metrics, ${twice}`,
  ]);
});

test('fails when one scrape finds the same pods through several Services', () => {
  const headless = service('web-headless', { selector: { app: 'web' }, clusterIP: 'None' }, { labels: { app: 'web' } });
  expect(findings(scrapedOnce, { objects: [...WEB, headless], collectors: [collector([target()])] })).toEqual([
    '[agent] scrape of web: got Deployment apps/web 8080/metrics through several Services, expected one way to each pod, for every series would be counted twice; narrow the selector down to one Service',
  ]);
});

test('compares labels, namespaces and ports of what somebody else deploys', () => {
  const external = target({ provenance: Provenance.EXTERNAL });
  const narrower = target({ name: 'narrower', discovery: { ...PODS, matchLabels: { app: 'web', tier: 'front' } } });
  const elsewhere = target({ name: 'elsewhere', discovery: { ...PODS, namespaces: ['other'] } });
  const otherPort = target({ name: 'other-port', endpoints: [{ port: 'http' }] });
  expect(findings(scrapedOnce, { collectors: [collector([external, elsewhere, otherPort])] })).toEqual([]);
  expect(findings(scrapedOnce, { collectors: [collector([external, narrower])] })).toEqual([
    `[agent] scrape of narrower: got /metrics of pods with labels {"app":"web","tier":"front"} in apps, ${twice}`,
  ]);
});

test('fails when two scrapes read the same page of the same nodes', () => {
  const own = target({ name: 'web', discovery: NODES, endpoints: [{ path: '/metrics' }] });
  const brought = kube('VMNodeScrape', 'brought', { spec: { path: '/metrics' } });
  expect(findings(scrapedOnce, { objects: [agent(), brought], collectors: [collector([own])] })).toEqual([
    `[VMNodeScrape/brought] spec: got /metrics of nodes, ${twice}`,
  ]);
});

test('fails when two static scrapes name the same address', () => {
  const scrapes = ['a', 'b'].map((name) => kube('VMStaticScrape', name, { spec: { targetEndpoints: [{ targets: ['10.0.0.1:9100'] }] } }));
  expect(findings(scrapedOnce, { objects: [agent(), ...scrapes], collectors: [collector([])] })).toEqual([
    '[VMStaticScrape/b] spec.targetEndpoints[0]: got 10.0.0.1:9100/metrics, expected what no other scrape reads, for VMStaticScrape apps/a reads it, too, and every series would be counted twice; leave one of the two out',
  ]);
});

test('fails when the operator scrapes its own program, too', () => {
  const labels = { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': 'main' };
  const self = target({
    discovery: { ...target().discovery, matchLabels: labels },
    endpoints: [{ port: 'http' }],
    provenance: Provenance.OPERATOR,
  });
  expect(findings(scrapedOnce, { objects: [agent()], collectors: [collector([self])] })).toEqual([]);
  expect(findings(scrapedOnce, { objects: [agent({ disableSelfServiceScrape: false })], collectors: [collector([self])] })).toEqual([
    `[agent/VMAgent] spec.disableSelfServiceScrape: got VMAgent apps/main 8429/metrics, ${twice}`,
  ]);
});

describe('a ServiceMonitor', () => {
  const operator = workload('Deployment', 'operator', { serviceAccountName: 'operator' });
  const mayChangeAgents = { apiGroups: ['operator.victoriametrics.com'], resources: ['vmagents'], verbs: ['patch'] };
  const mayConvert = { apiGroups: ['monitoring.coreos.com'], resources: ['servicemonitors'], verbs: ['*'] };
  const collectors = [collector([target()])];

  test('is a warning while nobody knows whether an operator converts it', () => {
    expect(findings(scrapedOnce, { objects: [...WEB, agent(), monitor], collectors })).toEqual([
      'warning: [ServiceMonitor/brought] spec.endpoints[0]: got Deployment apps/web 8080/metrics, expected what no other scrape reads: scrape of web reads it, too, ' +
        "and where the cluster's operator converts a ServiceMonitor, every series would be counted twice; leave one of the two out, or let the agent take only scrapes that carry its label",
    ]);
  });

  test('passes when the agent would not select what becomes of it', () => {
    const labelled = agent({ serviceScrapeSelector: { matchLabels: { for: 'agent' } } });
    expect(findings(scrapedOnce, { objects: [...WEB, labelled, monitor], collectors })).toEqual([]);
  });

  test('passes when the operator beside it may not convert it, or is told not to', () => {
    const off = workload('Deployment', 'operator', {
      serviceAccountName: 'operator',
      containers: [{ name: 'operator', args: ['-controller.disableReconcileFor=VMAuth,ServiceMonitor'] }],
    });
    const offByVariable = workload('Deployment', 'operator', {
      serviceAccountName: 'operator',
      containers: [{ name: 'operator', env: [{ name: 'VM_ENABLEDPROMETHEUSCONVERTER_SERVICESCRAPE', value: 'false' }] }],
    });
    const rights = grant('operator', [mayChangeAgents, mayConvert]);
    expect(
      findings(scrapedOnce, { objects: [...WEB, agent(), monitor, operator, ...grant('operator', [mayChangeAgents])], collectors }),
    ).toEqual([]);
    expect(findings(scrapedOnce, { objects: [...WEB, agent(), monitor, off, ...rights], collectors })).toEqual([]);
    expect(findings(scrapedOnce, { objects: [...WEB, agent(), monitor, offByVariable, ...rights], collectors })).toEqual([]);
  });

  test('fails when the operator beside it converts it', () => {
    const objects = [...WEB, agent(), monitor, operator, ...grant('operator', [mayChangeAgents, mayConvert])];
    expect(findings(scrapedOnce, { objects, collectors })).toEqual([
      `[ServiceMonitor/brought] spec.endpoints[0]: got Deployment apps/web 8080/metrics, ${twice}`,
    ]);
  });
});

describe('agents without the operator', () => {
  const rendered = agentWorkload('main', [URL_OF_STORE], [], {}, {}, { path: 'agent/StatefulSet' });
  const collectors = [collector([target()], URL_OF_STORE)];
  const own = (url: string, ...jobs: JsonObject[]) => [agentWorkload('own', [url]), scrapeConfig('own', jobs)];
  const run = (...objects: ReturnType<typeof kube>[]) =>
    findings(scrapedOnce, { objects: [...WEB, ...storeWorkload(), rendered, ...objects], collectors });
  const found = (job: string, read = 'Deployment apps/web 8080/metrics') =>
    `[ConfigMap/own] data["scrape.yaml"], job ${job}: got ${read}, ${twice}`;

  test('passes when a second one reads something else, or writes elsewhere', () => {
    expect(run(...own(URL_OF_STORE, jobOf('api'), jobOf('web', { metrics_path: '/probe' })))).toEqual([]);
    expect(run(...own('https://elsewhere.example.com/write', jobOf('web')))).toEqual([]);
    expect(run(agentWorkload('own', [URL_OF_STORE]), kube('ConfigMap', 'own', { data: { 'scrape.yaml': '%{UNREADABLE' } }))).toEqual([]);
  });

  test('fails when a second one reads the same into the same store, by any name of it', () => {
    for (const url of [URL_OF_STORE, 'http://vmsingle-main:8428/api/v1/write', 'http://vmsingle-main.apps.svc.cluster.local:8429/write']) {
      expect(run(...own(url, jobOf('web')))).toEqual([found('web')]);
    }
  });

  test.each<[string, JsonObject]>([
    ['labels of pods', { relabel_configs: [{ action: 'keep', source_labels: ['__meta_kubernetes_pod_label_app'], regex: 'web|api' }] }],
    ['no rules at all', {}],
    [
      'a port in the address',
      {
        relabel_configs: [
          { action: 'drop', source_labels: ['__meta_kubernetes_pod_label_app'], regex: 'main|vmsingle.*' },
          { source_labels: ['__address__'], regex: '([^:]+)(?::\\d+)?', replacement: '$1:8080', target_label: '__address__' },
        ],
      },
    ],
  ])('finds pods by %s', (_, fields) => {
    expect(run(...own(URL_OF_STORE, { job_name: 'pods', kubernetes_sd_configs: [{ role: 'pod' }], ...fields }))).toEqual([found('pods')]);
  });

  test('says nothing about rules that agents do not agree on', () => {
    const relabel_configs = [{ action: 'hashmod', source_labels: ['__address__'], modulus: 2, target_label: '__tmp' }];
    expect(run(...own(URL_OF_STORE, { job_name: 'pods', kubernetes_sd_configs: [{ role: 'pod' }], relabel_configs }))).toEqual([]);
  });

  test('fails for fixed addresses, and for nodes, directly or through the API server', () => {
    const fixed = { job_name: 'fixed', static_configs: [{ targets: ['web.apps.svc:80'] }] };
    expect(run(...own(URL_OF_STORE, fixed))).toEqual([found('fixed')]);
    const nodes = [collector([target({ name: 'web', discovery: NODES, endpoints: [{ path: '/metrics/cadvisor' }] })], URL_OF_STORE)];
    const kubelet = (fields: JsonObject) =>
      own(URL_OF_STORE, { job_name: 'kubelet', kubernetes_sd_configs: [{ role: 'node' }], ...fields });
    const ofNodes = (fields: JsonObject) => findings(scrapedOnce, { objects: [...storeWorkload(), ...kubelet(fields)], collectors: nodes });
    const message = found('kubelet', '/metrics/cadvisor of nodes');
    expect(ofNodes({ metrics_path: '/metrics/cadvisor' })).toEqual([message]);
    const proxied = [
      { target_label: '__address__', replacement: 'kubernetes.default.svc:443' },
      {
        source_labels: ['__meta_kubernetes_node_name'],
        regex: '(.+)',
        target_label: '__metrics_path__',
        replacement: '/api/v1/nodes/$1/proxy/metrics/cadvisor',
      },
    ];
    expect(ofNodes({ relabel_configs: proxied })).toEqual([message]);
    expect(ofNodes({})).toEqual([]);
    const exporter = [{ source_labels: ['__address__'], regex: '(.+):10250', target_label: '__address__', replacement: '$1:9100' }];
    expect(ofNodes({ metrics_path: '/metrics/cadvisor', relabel_configs: exporter })).toEqual([]);
  });

  test('fails when a configuration would find what somebody else deploys', () => {
    const external = [collector([target({ name: 'web', provenance: Provenance.EXTERNAL })], URL_OF_STORE)];
    const objects = [...storeWorkload(), ...own(URL_OF_STORE, jobOf('web'), jobOf('api'))];
    expect(findings(scrapedOnce, { objects, collectors: external })).toEqual([
      found('web', '/metrics of Services with labels {"app":"web"} in apps'),
    ]);
  });

  test('fails when a VMAgent of the user takes a scrape of the same into the same store', () => {
    const theirs = kube('VMAgent', 'theirs', {
      spec: { podScrapeSelector: {}, disableSelfServiceScrape: true, remoteWrite: [{ url: 'http://vmsingle-main:8429/api/v1/write' }] },
    });
    expect(run(theirs, byPods)).toEqual([
      `[VMPodScrape/brought] spec.podMetricsEndpoints[0]: got Deployment apps/web 8080/metrics, ${twice}`,
    ]);
  });

  test('takes shards for one agent, and two without a share in the targets for two', () => {
    const shared = (members: number) =>
      [0, 1].map((member) =>
        agentWorkload(
          `own-${member}`,
          [URL_OF_STORE],
          [`-promscrape.cluster.membersCount=${members}`, `-promscrape.cluster.memberNum=${member}`],
        ),
      );
    const config = ['own-0', 'own-1'].map((name) => scrapeConfig(name, [jobOf('web')]));
    const alone = (members: number) => findings(scrapedOnce, { objects: [...WEB, ...storeWorkload(), ...shared(members), ...config] });
    expect(alone(2)).toEqual([]);
    expect(alone(1)).toEqual([
      '[ConfigMap/own-1] data["scrape.yaml"], job web: got Deployment apps/web 8080/metrics, expected what no other scrape reads, for job web of ConfigMap apps/own-0 reads it, too, and every series would be counted twice; leave one of the two out',
    ]);
  });

  test('fails when a ServiceMonitor of somebody else finds what a configuration finds', () => {
    const theirs = kube('VMAgent', 'theirs', {
      spec: { serviceScrapeSelector: {}, disableSelfServiceScrape: true, remoteWrite: [{ url: URL_OF_STORE }] },
    });
    const objects = [...storeWorkload(), theirs, monitor, ...own(URL_OF_STORE, jobOf('web'))];
    expect(findings(scrapedOnce, { objects })).toEqual([
      'warning: [ServiceMonitor/brought] spec.endpoints[0]: got /metrics of Services with labels {"app":"web"} in apps, expected what no other scrape reads: job web of ConfigMap apps/own reads it, too, ' +
        "and where the cluster's operator converts a ServiceMonitor, every series would be counted twice; leave one of the two out, or let the agent take only scrapes that carry its label",
    ]);
  });

  test('counts a store that scrapes for itself', () => {
    const [store, ...rest] = storeWorkload('-promscrape.config=/etc/scrape/scrape.yaml');
    const scraping = JSON.parse(JSON.stringify(store));
    scraping.json.spec.template.spec.volumes = [{ name: 'configuration', configMap: { name: 'own' } }];
    scraping.json.spec.template.spec.containers[0].volumeMounts = [{ name: 'configuration', mountPath: '/etc/scrape' }];
    const objects = [...WEB, scraping, ...rest, scrapeConfig('own', [jobOf('web')])];
    expect(findings(scrapedOnce, { objects, collectors })).toEqual([found('web')]);
  });
});

import { scrapedOnce } from '../../../lib/checks/scraped-once';
import { Provenance } from '../../../lib/scrape/scrape-target';
import { collector, findings, grant, kube, NODES, PODS, service, target, workload } from './support';

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

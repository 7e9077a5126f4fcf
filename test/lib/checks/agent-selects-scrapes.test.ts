import { agentSelectsScrapes } from '../../../lib/checks/agent-selects-scrapes';
import type { JsonObject } from '../../../lib/checks/tree';
import { agentWorkload, collector, findings, grant, kube, target, workload } from './support';

const agent = (spec: JsonObject, path = 'VMAgent/main') => kube('VMAgent', 'main', { spec }, { path });
const scrape = (name: string, spec: JsonObject = {}, options = {}) => kube('VMServiceScrape', name, { spec }, options);
const LABELS = { labels: { 'soperator-metrics/agent': 'main' } };
const collectors = [collector([target()])];

test('passes when the agent selects what its collector rendered', () => {
  const objects = [
    agent({ serviceScrapeSelector: { matchLabels: LABELS.labels } }, 'agent/VMAgent'),
    scrape('web', {}, { ...LABELS, path: 'agent/web' }),
  ];
  expect(findings(agentSelectsScrapes, { objects, collectors })).toEqual([]);
});

test.each<[string, JsonObject, string]>([
  ['no selector', {}, 'none of the kind'],
  ['another label', { serviceScrapeSelector: { matchLabels: { for: 'me' } } }, '{"matchLabels":{"for":"me"}} in namespace apps'],
  [
    'another namespace',
    { serviceScrapeSelector: {}, serviceScrapeNamespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'other' } } },
    'all in namespaces of {"matchLabels":{"kubernetes.io/metadata.name":"other"}}',
  ],
  ['pods only', { daemonSetMode: true, serviceScrapeSelector: {} }, 'only VMPodScrapes, because of daemonSetMode'],
  ['nothing at all', { ingestOnlyMode: true, serviceScrapeSelector: {} }, 'none, because of ingestOnlyMode'],
])('fails when the agent selects %s', (_, spec, selection) => {
  const rendered = ['web', 'api'].map((name) => scrape(name, {}, { ...LABELS, path: `agent/${name}` }));
  expect(findings(agentSelectsScrapes, { objects: [agent(spec, 'agent/VMAgent'), ...rendered], collectors })).toEqual([
    `[agent/VMAgent] spec.serviceScrapeSelector: got ${selection}, expected web, api to be among them ` +
      '(namespace apps, label soperator-metrics/agent: main), or they are never read; let the selectors of labels and of namespaces take them, too',
  ]);
});

test('selects as the operator does', () => {
  const elsewhere = scrape('web', {}, { namespace: 'other' });
  const labelled = kube('Namespace', 'other', {}, { labels: { team: 'a' } });
  const run = (spec: JsonObject) => findings(agentSelectsScrapes, { objects: [agent(spec), elsewhere, labelled] });
  expect(run({ selectAllByDefault: true })).toEqual([]);
  expect(run({ serviceScrapeSelector: {}, serviceScrapeNamespaceSelector: {} })).toEqual([]);
  expect(run({ serviceScrapeNamespaceSelector: { matchLabels: { team: 'a' } } })).toEqual([]);
  expect(run({ serviceScrapeSelector: {}, selectAllByDefault: true })).toHaveLength(1);
});

test('warns of a scrape of the user that no agent selects', () => {
  const objects = [agent({ serviceScrapeSelector: {} }), scrape('web', {}, { namespace: 'other' })];
  expect(findings(agentSelectsScrapes, { objects })).toEqual([
    'warning: [VMServiceScrape/web] metadata: got namespace other, no label soperator-metrics/agent, expected what an agent selects, or it is never read: ' +
      'VMAgent apps/main takes all in namespace apps; move it there, add its namespace to the agent, or give it the label soperator-metrics/agent',
  ]);
});

test('says nothing where the app has no agent', () => {
  expect(findings(agentSelectsScrapes, { objects: [scrape('web')] })).toEqual([]);
});

describe('a scrape that names Secrets and ConfigMaps', () => {
  const operator = workload('Deployment', 'operator', { serviceAccountName: 'operator' });
  const operates = { apiGroups: ['operator.victoriametrics.com'], resources: ['vmagents'], verbs: ['patch'] };
  const all = agent({ serviceScrapeSelector: {}, serviceScrapeNamespaceSelector: {} });
  const naming = (namespace: string) =>
    scrape(
      'web',
      {
        endpoints: [
          {
            port: 'http',
            bearerTokenSecret: { name: 'token', key: 'token' },
            tlsConfig: { ca: { configMap: { name: 'ca', key: 'ca.crt' } } },
          },
        ],
      },
      { namespace },
    );
  const read = { apiGroups: [''], resources: ['secrets', 'configmaps'], verbs: ['get'] };

  test('passes where the operator may get them', () => {
    const objects = [all, operator, ...grant('operator', [operates]), ...grant('operator', [read], 'other'), naming('other')];
    expect(findings(agentSelectsScrapes, { objects })).toEqual([]);
  });

  test('passes where nobody knows what the operator may', () => {
    expect(findings(agentSelectsScrapes, { objects: [all, naming('other')] })).toEqual([]);
  });

  test('fails where the operator may not', () => {
    const objects = [all, operator, ...grant('operator', [operates]), ...grant('operator', [read], 'apps'), naming('other')];
    const frozen = 'expected one that it may, or VMAgent apps/main takes no change of any scrape any more; grant get on';
    expect(findings(agentSelectsScrapes, { objects })).toEqual([
      `[VMServiceScrape/web] spec.endpoints[0].bearerTokenSecret: got Secret other/token, which the operator Deployment apps/operator may not get, ${frozen} secrets in other, or move the scrape to the operator's namespace`,
      `[VMServiceScrape/web] spec.endpoints[0].tlsConfig.ca.configMap: got ConfigMap other/ca, which the operator Deployment apps/operator may not get, ${frozen} configmaps in other, or move the scrape to the operator's namespace`,
    ]);
  });
});

describe('an app whose agent does without the operator', () => {
  const alone = agentWorkload('main', [], [], {}, {}, { path: 'agent/StatefulSet' });

  test('passes without scrapes of the user, and where somebody brings a VMAgent that takes them', () => {
    expect(findings(agentSelectsScrapes, { objects: [alone], collectors })).toEqual([]);
    const objects = [alone, agent({ serviceScrapeSelector: {} }), scrape('web')];
    expect(findings(agentSelectsScrapes, { objects, collectors })).toEqual([]);
  });

  test('warns of scrapes of the user, which nobody reads', () => {
    expect(findings(agentSelectsScrapes, { objects: [alone, scrape('web')], collectors })).toEqual([
      'warning: [VMServiceScrape/web] kind: got a VMServiceScrape beside agent in standalone mode, expected targets that the agent is given, ' +
        'because in this mode no operator reads a VMServiceScrape, so it is never scraped; give what it scrapes to the agent as a source, with its method scrape, or set mode to operator',
    ]);
  });
});

import { agentRights } from '../../../lib/checks/agent-rights';
import { agentWorkload, collector, findings, grant, jobOf, kube, NODES, PODS, scrapeConfig, target } from './support';

const ACCOUNT = kube('ServiceAccount', 'agent');
const WATCH = ['list', 'watch'];
const DISCOVERY = [
  { apiGroups: [''], resources: ['pods', 'services'], verbs: WATCH },
  { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: WATCH },
];
const kubelet = target({ name: 'kubelet', discovery: NODES, rights: [{ resources: ['nodes/metrics'], verbs: ['get'] }] });
const guarded = target({ rights: [{ nonResourceUrls: ['/metrics'], verbs: ['get'] }] });

test('passes when every target may be found and read', () => {
  const objects = [
    ACCOUNT,
    ...grant('agent', DISCOVERY, 'apps'),
    ...grant('agent', [
      { apiGroups: [''], resources: ['nodes'], verbs: WATCH },
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { nonResourceURLs: ['/metrics'], verbs: ['get'] },
    ]),
  ];
  expect(findings(agentRights, { objects, collectors: [collector([guarded, kubelet])] })).toEqual([]);
});

test('counts rights of groups, of users and of roles that only the cluster knows', () => {
  const bound = (subject: { readonly [key: string]: string }, name: string) => [
    kube('ClusterRole', name, { rules: DISCOVERY }),
    kube('ClusterRoleBinding', name, { roleRef: { kind: 'ClusterRole', name }, subjects: [subject] }),
  ];
  const collectors = [collector([target()])];
  for (const subject of [
    { kind: 'Group', name: 'system:serviceaccounts:apps' },
    { kind: 'User', name: 'system:serviceaccount:apps:agent' },
  ]) {
    expect(findings(agentRights, { objects: [ACCOUNT, ...bound(subject, 'all')], collectors })).toEqual([]);
  }
  const subjects = [{ kind: 'ServiceAccount', name: 'agent', namespace: 'apps' }];
  const unknown = kube('ClusterRoleBinding', 'own', { roleRef: { kind: 'ClusterRole', name: 'of-the-cluster' }, subjects });
  const filledIn = kube('ClusterRole', 'of-the-cluster', { aggregationRule: { clusterRoleSelectors: [{}] }, rules: [] });
  expect(findings(agentRights, { objects: [ACCOUNT, unknown], collectors })).toEqual([]);
  expect(findings(agentRights, { objects: [ACCOUNT, unknown, filledIn], collectors })).toEqual([]);
});

test('passes for an account of somebody else, and for one that the operator makes', () => {
  const selectAll = { spec: { serviceScrapeSelector: {} } };
  expect(findings(agentRights, { collectors: [collector([target()])] })).toEqual([]);
  expect(findings(agentRights, { objects: [kube('VMAgent', 'own', selectAll), kube('VMServiceScrape', 'web')] })).toEqual([]);
});

test('fails when discovery is not allowed, once for all targets of a namespace', () => {
  const objects = [ACCOUNT, ...grant('agent', [{ apiGroups: [''], resources: ['services', 'pods'], verbs: ['get', 'list'] }], 'apps')];
  const pods = target({ name: 'pods', discovery: PODS });
  expect(findings(agentRights, { objects, collectors: [collector([target(), pods])] })).toEqual([
    '[agent] scrape of web: got service account apps/agent that may not watch services in apps, expected it to be allowed, or nothing is found or read; grant it in a Role in apps',
    '[agent] scrape of web, scrape of pods: got service account apps/agent that may not watch pods in apps, expected it to be allowed, or nothing is found or read; grant it in a Role in apps',
    '[agent] scrape of web: got service account apps/agent that may not list and watch endpointslices in apps, expected it to be allowed, or nothing is found or read; grant it in a Role in apps, group discovery.k8s.io',
  ]);
});

test('fails when rights are those of another namespace, or of single objects', () => {
  const named = { apiGroups: [''], resources: ['pods'], resourceNames: ['web-0'], verbs: WATCH };
  const objects = [ACCOUNT, ...grant('agent', DISCOVERY, 'other'), ...grant('agent', [named], 'apps')];
  expect(findings(agentRights, { objects, collectors: [collector([target({ discovery: PODS })])] })).toEqual([
    '[agent] scrape of web: got service account apps/agent that may not list and watch pods in apps, expected it to be allowed, or nothing is found or read; grant it in a Role in apps',
  ]);
});

test('fails when nodes may not be read, also for labels of nodes', () => {
  const objects = [ACCOUNT, ...grant('agent', DISCOVERY, 'apps')];
  const onNodes = target({ name: 'gpu', discovery: PODS, nodeLabels: { zone: 'topology.kubernetes.io/zone' } });
  expect(findings(agentRights, { objects, collectors: [collector([kubelet, onNodes, guarded])] })).toEqual([
    '[agent] scrape of kubelet, scrape of gpu: got service account apps/agent that may not list and watch nodes, expected it to be allowed, or nothing is found or read; grant it in a ClusterRole',
    '[agent] scrape of kubelet: got service account apps/agent that may not get nodes/metrics, expected it to be allowed, or nothing is found or read; grant it in a ClusterRole',
    '[agent] scrape of web: got service account apps/agent that may not get /metrics, expected it to be allowed, or nothing is found or read; grant it in a ClusterRole',
  ]);
});

test('fails when a scrape that the agent selects looks where the agent may not', () => {
  const agent = kube('VMAgent', 'own', {
    spec: { serviceAccountName: 'agent', serviceScrapeSelector: {}, disableSelfServiceScrape: true },
  });
  const scrape = kube('VMServiceScrape', 'brought', {
    spec: { selector: {}, namespaceSelector: { matchNames: ['other'] }, endpoints: [{ port: 'http' }] },
  });
  const objects = [ACCOUNT, agent, scrape, ...grant('agent', [...DISCOVERY], 'other')];
  expect(findings(agentRights, { objects })).toEqual([
    '[VMServiceScrape/brought] VMServiceScrape apps/brought: got service account apps/agent that may not list and watch endpoints in other, expected it to be allowed, or nothing is found or read; grant it in a Role in other',
  ]);
});

const asked =
  'expected get, list and watch of what the agent scrapes, because whoever gets into the agent gets its rights; name only what the scrapes need';

test.each([
  ['changes something', [{ apiGroups: ['apps'], resources: ['deployments'], verbs: ['get', 'patch'] }], 'the right to patch deployments'],
  ['may do anything', [{ apiGroups: [''], resources: ['pods'], verbs: ['*'] }], 'the right to * pods'],
  ['may read anything', [{ apiGroups: [''], resources: ['*'], verbs: ['get'] }], 'the right to read resources "*"'],
  ['may read any group', [{ apiGroups: ['*'], resources: ['pods'], verbs: ['get'] }], 'the right to read resources "*"'],
  ['may read any path', [{ nonResourceURLs: ['*'], verbs: ['get'] }], 'the right to read paths "*"'],
  ['may read Secrets', [{ apiGroups: [''], resources: ['secrets'], verbs: ['get'] }], 'the right to read secrets everywhere'],
  [
    "may pass through a node's proxy",
    [{ apiGroups: [''], resources: ['nodes/proxy'], verbs: ['get'] }],
    'the right to read nodes/proxy everywhere',
  ],
])('warns of an account that %s', (_, rules, got) => {
  expect(findings(agentRights, { objects: grant('agent', rules), collectors: [collector([])] })).toEqual([
    `warning: [ClusterRole/agent-role] rules[0]: got ${got} for service account apps/agent, ${asked}`,
  ]);
});

test('warns of Secrets in other namespaces, not of the one beside the agent', () => {
  const rules = [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['configuration'], verbs: ['get'] }];
  const collectors = [collector([])];
  const agent = kube('VMAgent', 'main', { spec: {} }, { path: 'agent/VMAgent' });
  expect(findings(agentRights, { objects: [agent, ...grant('agent', rules, 'apps')], collectors })).toEqual([]);
  expect(findings(agentRights, { objects: [agent, ...grant('agent', rules, 'other')], collectors })).toEqual([
    `warning: [Role/agent-role] rules[0]: got the right to read secrets in other for service account apps/agent, ${asked}`,
  ]);
});

test('warns of cluster-admin', () => {
  const subjects = [{ kind: 'ServiceAccount', name: 'agent', namespace: 'apps' }];
  const binding = kube('ClusterRoleBinding', 'all', { roleRef: { kind: 'ClusterRole', name: 'cluster-admin' }, subjects });
  expect(findings(agentRights, { objects: [binding], collectors: [collector([target()])] })).toEqual([
    `warning: [ClusterRoleBinding/all] roleRef: got the right to * *, * for service account apps/agent, ${asked}`,
  ]);
});

describe('an agent without the operator', () => {
  const rendered = (pod = {}) => agentWorkload('main', [], [], pod, {}, { path: 'agent/StatefulSet' });
  const collectors = [collector([target({ discovery: PODS })])];
  const rights = grant('agent', [{ apiGroups: [''], resources: ['pods'], verbs: WATCH }], 'apps');

  test('passes when its pods have the account and the token', () => {
    expect(findings(agentRights, { objects: [ACCOUNT, rendered(), ...rights], collectors })).toEqual([]);
    const quiet = kube('ServiceAccount', 'agent', { automountServiceAccountToken: false });
    expect(findings(agentRights, { objects: [quiet, rendered({ automountServiceAccountToken: true }), ...rights], collectors })).toEqual(
      [],
    );
    const mounted = rendered({ volumeMounts: [{ name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }] });
    expect(findings(agentRights, { objects: [quiet, mounted, ...rights], collectors })).toEqual([]);
  });

  test('passes without a token when it looks for nothing', () => {
    const objects = [ACCOUNT, rendered({ automountServiceAccountToken: false, serviceAccountName: 'other' })];
    expect(findings(agentRights, { objects, collectors: [collector([])] })).toEqual([]);
  });

  test('fails when its pods run as somebody else', () => {
    expect(findings(agentRights, { objects: [ACCOUNT, rendered({ serviceAccountName: 'other' }), ...rights], collectors })).toEqual([
      '[agent/StatefulSet] spec.template.spec.serviceAccountName: got "other", expected "agent", whose rights the scrapes use, or nothing is found or read; write serviceAccountName: agent',
    ]);
  });

  test('fails when its pods get no token', () => {
    const remedy = 'expected true, because without the token of its service account the agent finds and reads nothing';
    const off = rendered({ automountServiceAccountToken: false });
    expect(findings(agentRights, { objects: [ACCOUNT, off, ...rights], collectors })).toEqual([
      `[agent/StatefulSet] spec.template.spec.automountServiceAccountToken: got false, ${remedy}; write automountServiceAccountToken: true`,
    ]);
    const quiet = kube('ServiceAccount', 'agent', { automountServiceAccountToken: false });
    expect(findings(agentRights, { objects: [quiet, rendered(), ...rights], collectors })).toEqual([
      `[agent/StatefulSet] spec.template.spec.automountServiceAccountToken: got false of ServiceAccount apps/agent, ${remedy}; write automountServiceAccountToken: true`,
    ]);
  });

  test('warns of Secrets also beside it: no operator writes its configuration into one', () => {
    const rules = [{ apiGroups: [''], resources: ['secrets'], resourceNames: ['vmagent-main'], verbs: ['get'] }];
    expect(findings(agentRights, { objects: [rendered(), ...grant('agent', rules, 'apps')], collectors: [collector([])] })).toEqual([
      `warning: [Role/agent-role] rules[0]: got the right to read secrets in apps for service account apps/agent, ${asked}`,
    ]);
  });

  test('fails when the configuration of one that the user brings looks where it may not', () => {
    const jobs = [
      jobOf('web'),
      { job_name: 'pods', kubernetes_sd_configs: [{ role: 'pod', namespaces: { own_namespace: true }, attach_metadata: { node: true } }] },
      { job_name: 'old', kubernetes_sd_configs: [{ role: 'endpoints', namespaces: { names: ['apps'] } }] },
      { job_name: 'probe', kubernetes_sd_configs: [{ role: 'service' }, { role: 'ingress' }] },
      { job_name: 'kubelet', kubernetes_sd_configs: [{ role: 'node' }] },
      { job_name: 'fixed', static_configs: [{ targets: ['10.0.0.1:80'] }] },
    ];
    const objects = [ACCOUNT, agentWorkload('own', []), scrapeConfig('own', jobs)];
    const refused = (jobNames: string, right: string, where: string, role: string) =>
      `[ConfigMap/own] ${jobNames}: got service account apps/agent that may not list and watch ${right}${where}, expected it to be allowed, or nothing is found or read; grant it in a ${role}`;
    const [web, pods, old, probe, nodes] = ['web', 'pods', 'old', 'probe', 'kubelet'].map((name) => `job ${name} of ConfigMap apps/own`);
    expect(findings(agentRights, { objects })).toEqual([
      refused(`${web}, ${old}`, 'services', ' in apps', 'Role in apps'),
      refused(`${web}, ${pods}, ${old}`, 'pods', ' in apps', 'Role in apps'),
      refused(`${web}`, 'endpointslices', ' in apps', 'Role in apps, group discovery.k8s.io'),
      refused(`${pods}, ${nodes}`, 'nodes', '', 'ClusterRole'),
      refused(`${old}`, 'endpoints', ' in apps', 'Role in apps'),
      refused(`${probe}`, 'services', '', 'ClusterRole'),
    ]);
  });
});

import { App, Chart, JsonPatch } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { at, list, Tree } from '../../../lib/checks/tree';
import { Mode } from '../../../lib/common/mode';
import { DcgmExporter } from '../../../lib/dcgm-exporter';
import { type SecurityReport, securityReport, securitySections } from '../../../lib/outputs';
import type { AccountReport, RuleReport } from '../../../lib/outputs/security';
import { RemoteWrite, RemoteWriteCredential } from '../../../lib/remote-write';

const GROUP = 'rbac.authorization.k8s.io';
const MONITORING = 'monitoring-system';

/** The default cluster, whose tree has everything, and one with a token file, users' scrapes of other namespaces, patches and objects of somebody else. */
const operator = new App();
new MetricsPipeline(operator, 'p', { cluster: 'prod' });
const standalone = new App();
new MetricsPipeline(standalone, 'p', { cluster: 'prod', mode: Mode.STANDALONE });

const changed = new App();
const pipeline = new MetricsPipeline(changed, 'p', {
  cluster: 'prod',
  destinations: [
    RemoteWrite.toUrl('https://metrics.example/write', {
      name: 'cloud',
      credential: RemoteWriteCredential.tokenFile({ hostDirectory: '/mnt/tokens', file: 'token' }),
    }),
  ],
  vmAgent: { userScrapes: { namespaces: ['team-a'] } },
});
const grafana = { kind: 'Role', name: 'metrics-grafana-dashboards', namespace: MONITORING };
pipeline.patch(grafana, JsonPatch.add('/rules/-', { apiGroups: [''], resources: ['secrets'], verbs: ['*'] }));
pipeline.patch({ kind: 'Role', name: 'slurm-exporter', namespace: 'soperator' }, JsonPatch.add('/rules/1/verbs/-', 'delete'));
pipeline.patch(
  { kind: 'Deployment', name: 'slurm-exporter' },
  JsonPatch.add('/spec/template/spec/hostPID', true),
  JsonPatch.add('/spec/template/spec/containers/0/env', [{ name: 'KEY', valueFrom: { secretKeyRef: { name: 'own', key: 'key' } } }]),
);
const own = new Chart(changed, 'own', { disableResourceNameHashes: true });
const binding = (id: string, role: string, subjects: k8s.Subject[]) =>
  new k8s.KubeClusterRoleBinding(own, id, {
    metadata: { name: id },
    roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name: role },
    subjects,
  });
new k8s.KubeClusterRole(own, 'reader', { metadata: { name: 'reader' }, rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['get'] }] });
new k8s.KubeClusterRole(own, 'spare', { metadata: { name: 'spare' }, rules: [{ nonResourceUrLs: ['/healthz'], verbs: ['get'] }] });
binding('readers', 'reader', [
  { kind: 'Group', name: 'sre' },
  { kind: 'ServiceAccount', name: 'builder', namespace: 'ci' },
  { kind: 'User', name: `system:serviceaccount:${MONITORING}:vm-operator` },
]);
binding('viewers', 'view', [{ kind: 'User', name: 'eve' }]);
new k8s.KubeNetworkPolicy(own, 'deny', { metadata: { name: 'deny', namespace: 'soperator' }, spec: { podSelector: {} } });

const reports = { operator: securityReport(operator), standalone: securityReport(standalone), changed: securityReport(changed) };

function account({ accounts }: SecurityReport, title: string): AccountReport {
  const [found, ...others] = accounts.filter(
    ({ kind, namespace, name }) => [kind, namespace, name].filter((part) => part).join(' ') === title,
  );
  if (!found || others.length > 0) throw new Error(`${others.length + (found ? 1 : 0)} of ${title}`);
  return found;
}
const ruleText = ({ role, namespace = '', apiGroups, resources, resourceNames, nonResourceURLs, verbs }: RuleReport) =>
  JSON.stringify([role, namespace, apiGroups, resources, resourceNames, nonResourceURLs, verbs]);
const unexplained = ({ accounts }: SecurityReport) => accounts.flatMap(({ rules }) => rules.filter(({ why }) => !why?.trim()));
const workloads = ({ namespaces }: SecurityReport) => namespaces.flatMap((one) => one.workloads);

describe.each([
  ['operator', operator, reports.operator],
  ['standalone', standalone, reports.standalone],
] as const)('the default cluster in mode %s', (_, app, report) => {
  const tree = Tree.of(app);

  test('has every rule of every role once, and for each a reason', () => {
    const written = tree.ofKind('Role', 'ClusterRole').flatMap((role) =>
      list(at(role.json, 'rules')).map((rule) => {
        const of = (field: string) => list(at(rule, field));
        const title = `${role.kind} ${role.namespace ? `${role.namespace}/` : ''}${role.name}`;
        const lists = ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs', 'verbs'].map(of);
        return JSON.stringify([title, role.namespace, ...lists]);
      }),
    );
    const told = report.accounts.flatMap(({ rules }) => rules.map(ruleText));
    expect(told.sort()).toEqual(written.sort());
    expect(unexplained(report)).toEqual([]);
    expect(report.unbound).toEqual([]);
  });

  test('says of every rule for the whole cluster why a namespace would not do', () => {
    const wide = report.accounts.flatMap(({ rules }) =>
      rules.filter(({ namespace, everywhere }) => namespace === undefined && !everywhere),
    );
    expect(wide).toEqual([]);
  });

  test('writes no reason into a manifest', () => {
    expect(tree.ofKind('Role', 'ClusterRole').filter(({ json }) => /"(why|everywhere)"/.test(JSON.stringify(json)))).toEqual([]);
  });

  test('asks for no wildcard', () => {
    const wild = ({ apiGroups, resources, verbs, nonResourceURLs }: RuleReport) =>
      [...apiGroups, ...resources, ...verbs, ...nonResourceURLs].includes('*');
    expect(report.accounts.flatMap(({ rules }) => rules.filter(wild))).toEqual([]);
  });

  test('enforces in each of its namespaces the strictest level that admits all pods, and says why it is no stricter', () => {
    const levels = report.namespaces.map(({ namespace, isRendered, enforces, needs }) => [
      namespace,
      isRendered ? enforces : 'others',
      needs,
    ]);
    expect(levels).toEqual([
      [MONITORING, 'restricted', 'restricted'],
      ['node-exporter-system', 'privileged', 'privileged'],
      ['soperator', 'others', 'privileged'],
      ['soperator-system', 'others', 'restricted'],
    ]);
    const fields = workloads(report).flatMap(({ workload, because }) => because.map(({ field, why }) => ({ workload, field, why })));
    expect(fields.filter(({ why }) => !why?.trim())).toEqual([]);
    expect(fields.map(({ workload, field }) => `${workload} ${field}`)).toEqual([
      'DaemonSet node-exporter hostNetwork',
      'DaemonSet node-exporter volumes[proc].hostPath',
      'DaemonSet node-exporter volumes[sys].hostPath',
      'DaemonSet node-exporter volumes[root].hostPath',
      'DaemonSet node-exporter containers[exporter].ports.hostPort',
      'DaemonSet nvidia-dcgm-exporter volumes[pod-resources].hostPath',
      'DaemonSet nvidia-dcgm-exporter containers[exporter].securityContext.capabilities.add',
      'DaemonSet nvidia-dcgm-exporter containers[exporter].securityContext.allowPrivilegeEscalation',
      'DaemonSet nvidia-dcgm-exporter containers[exporter].securityContext.runAsNonRoot',
      'DaemonSet nvidia-dcgm-exporter containers[exporter].securityContext.runAsUser',
    ]);
  });

  test('has root, writable images and capabilities in the GPU exporter alone', () => {
    const special = workloads(report).filter(({ users, isRootReadOnly, capabilities, dropsAll, seccomp }) => {
      const ordinary = isRootReadOnly && dropsAll && capabilities.length === 0 && seccomp.join() === 'RuntimeDefault';
      return !ordinary || users.some((user) => !(Number(user) > 0));
    });
    expect(special).toMatchObject([
      { workload: 'DaemonSet nvidia-dcgm-exporter', users: ['0'], isRootReadOnly: false, capabilities: ['SYS_ADMIN'], dropsAll: true },
    ]);
  });
});

describe('tokens', () => {
  test('are in the containers that speak to the API server, and in no other', () => {
    const holders = ({ namespaces }: SecurityReport) =>
      Object.fromEntries(
        namespaces.flatMap((one) =>
          one.workloads.filter(({ tokenIn }) => tokenIn.length > 0).map(({ workload, tokenIn }) => [workload, tokenIn]),
        ),
      );
    expect(holders(reports.operator)).toEqual({
      'Deployment metrics-grafana': ['dashboards'],
      'Deployment metrics-kube-state-metrics': ['kube-state-metrics'],
      'Deployment slurm-exporter': ['exporter'],
      'Deployment vm-operator': ['operator'],
      'VMAgent metrics': ['config-init', 'config-reloader', 'vmagent'],
    });
    expect(holders(reports.standalone)).toMatchObject({ 'StatefulSet vmagent-metrics': ['vmagent'] });
  });

  test('are mounted where neither pod nor account says otherwise', () => {
    const app = new App();
    const chart = new Chart(app, 'c', { disableResourceNameHashes: true });
    const pod = (name: string, more: Partial<k8s.PodSpec>) =>
      new k8s.KubePod(chart, `pod-${name}`, {
        metadata: { name, namespace: 'a' },
        spec: { containers: [{ name: 'main', image: 'x' }], ...more },
      });
    pod('usual', {});
    pod('refuses', { automountServiceAccountToken: false });
    new k8s.KubeServiceAccount(chart, 'shy', { metadata: { name: 'shy', namespace: 'a' }, automountServiceAccountToken: false });
    pod('shy', { serviceAccountName: 'shy' });
    pod('insists', { serviceAccountName: 'shy', automountServiceAccountToken: true });
    expect(securityReport(app).accounts).toMatchObject([
      { name: 'shy', isOurs: true, usedBy: ['Pod a/shy', 'Pod a/insists'], tokenIn: ['main of Pod a/insists'], rules: [] },
      { name: 'default', isOurs: false, usedBy: ['Pod a/usual', 'Pod a/refuses'], tokenIn: ['main of Pod a/usual'], rules: [] },
    ]);
  });
});

describe('what somebody added or changed', () => {
  const { changed: report } = reports;

  test('stands without a reason: a rule that a patch added, one that it changed, a field of a pod', () => {
    const without = (title: string) => account(report, title).rules.filter(({ why }) => why === undefined);
    expect(without(`ServiceAccount ${MONITORING} metrics-grafana`)).toMatchObject([
      { namespace: MONITORING, resources: ['secrets'], verbs: ['*'] },
    ]);
    expect(without('ServiceAccount soperator slurm-exporter')).toMatchObject([{ resources: ['pods'], verbs: ['list', 'watch', 'delete'] }]);
    const [exporter] = workloads(report).filter(({ workload }) => workload === 'Deployment slurm-exporter');
    expect(exporter).toMatchObject({
      needs: 'privileged',
      because: [{ field: 'hostPID', of: 'hostPID', level: 'privileged' }],
      secrets: ['own'],
    });
    expect(exporter?.because[0]).not.toHaveProperty('why');
    const rows = securitySections(report).flatMap((section) =>
      section.rows.filter((row) => row.some((cell) => cell.includes('no reason given'))),
    );
    expect(rows.map((row) => row.join(' | ')).sort()).toEqual(
      [
        'monitoring-system | * | secrets | no reason given',
        'cluster | get | * of * | no reason given',
        'soperator | list, watch, delete | pods | no reason given',
        'cluster | get | * of * | no reason given',
        'cluster | - | whatever ClusterRole view allows | no reason given',
        'cluster | get | * of * | no reason given',
        'cluster | get | path /healthz | no reason given',
        ' |  |  | Deployment slurm-exporter | privileged | hostPID | no reason given',
      ].sort(),
    );
  });

  test('names everybody who is bound, by whatever name, and roles that nobody has', () => {
    const wide = { role: 'ClusterRole reader', binding: 'ClusterRoleBinding readers', apiGroups: ['*'], resources: ['*'], verbs: ['get'] };
    expect(account(report, 'Group sre')).toMatchObject({ isOurs: false, usedBy: [], rules: [wide] });
    expect(account(report, 'ServiceAccount ci builder')).toMatchObject({ isOurs: false, rules: [wide] });
    expect(account(report, `ServiceAccount ${MONITORING} vm-operator`).rules).toContainEqual(expect.objectContaining(wide));
    expect(account(report, 'User eve').rules).toMatchObject([{ isKnown: false, role: 'ClusterRole view' }]);
    expect(report.unbound).toMatchObject([{ role: 'ClusterRole spare', rules: [{ nonResourceURLs: ['/healthz'] }] }]);
    expect(report.networkPolicies).toEqual(['NetworkPolicy soperator/deny']);
  });

  test('leaves all other reasons as they were', () => {
    expect(unexplained(report)).toHaveLength(6);
  });
});

describe('options', () => {
  const { changed: report } = reports;

  test('a token that is a file of the node says what needs its namespace to be privileged', () => {
    const [monitoring] = report.namespaces.filter(({ namespace }) => namespace === MONITORING);
    expect(monitoring).toMatchObject({ enforces: 'privileged', needs: 'privileged' });
    const agent = monitoring?.workloads.find(({ workload }) => workload === 'VMAgent metrics');
    expect(agent?.because).toMatchObject([
      { field: 'volumes[token-cloud].hostPath', of: 'hostPath /mnt/tokens', why: expect.stringContaining('cloud') },
    ]);
    expect(agent?.host).toEqual(['hostPath /mnt/tokens']);
  });

  test('Secrets that scrapes of users may name are read in their namespaces, with a reason', () => {
    expect(account(report, `ServiceAccount ${MONITORING} vm-operator`).rules).toContainEqual(
      expect.objectContaining({
        namespace: 'team-a',
        resources: ['secrets', 'configmaps'],
        verbs: ['get'],
        why: expect.stringContaining('scrapes'),
      }),
    );
  });

  test.each([
    ['without the profiler', { counters: ['DCGM_FI_DEV_GPU_UTIL'] }, []],
    ['with the jobs of GPUs', { jobMappingDirectory: '/var/run/jobs' }, ['SYS_ADMIN']],
  ])('of the GPU exporter %s are explained', (_, props, capabilities) => {
    const app = new App();
    new DcgmExporter(new Chart(app, 'c'), 'DcgmExporter', props);
    const [exporter] = workloads(securityReport(app));
    expect(exporter).toMatchObject({ capabilities });
    expect(exporter?.because.filter(({ why }) => !why)).toEqual([]);
  });
});

test('what is alike in several namespaces stands once', () => {
  const [agent] = securitySections(reports.operator).filter(({ title }) => title === `ServiceAccount ${MONITORING}/metrics-agent`);
  const pods = agent?.rows.filter(([, , what]) => what === 'endpoints, pods, services');
  expect(pods?.map(([where, may]) => [where, may])).toEqual([[`${MONITORING}, soperator, soperator-system`, 'list, watch']]);
});

test('reasons are sentences of some words, short enough for a table', () => {
  const reasons = reports.operator.accounts.flatMap(({ rules }) => rules.map(({ why = '' }) => why));
  expect(reasons.filter((why) => why.split(' ').length < 5 || why.length > 260 || why.endsWith('.'))).toEqual([]);
});

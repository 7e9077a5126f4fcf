import { referencesExist } from '../../../lib/checks/references-exist';
import { findings, grant, kube, workload } from './support';

const ours = { labels: { 'app.kubernetes.io/part-of': 'soperator-metrics' } };
const pod = {
  serviceAccountName: 'web',
  containers: [
    {
      name: 'main',
      env: [
        { name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'env', key: 'level' } } },
        { name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'yours', key: 'password' } } },
      ],
      envFrom: [{ configMapRef: { name: 'all' } }],
    },
  ],
  volumes: [
    { name: 'config', configMap: { name: 'files' } },
    { name: 'maybe', configMap: { name: 'maybe', optional: true } },
    { name: 'account', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }, { configMap: { name: 'projected' } }] } },
    { name: 'data', persistentVolumeClaim: { claimName: 'data' } },
    { name: 'token', secret: { secretName: 'yours' } },
  ],
};
const binding = (kind: string, role: string) =>
  kube(
    'RoleBinding',
    'web',
    {
      roleRef: { kind, name: role },
      subjects: [
        { kind: 'ServiceAccount', name: 'web' },
        { kind: 'Group', name: 'any' },
      ],
    },
    ours,
  );

test('passes when everything that is named is rendered', () => {
  const objects = [
    workload('Deployment', 'web', pod, {}, ours),
    workload('Deployment', 'plain', { serviceAccountName: 'default' }, {}, ours),
    kube('VMAgent', 'main', { spec: { serviceAccountName: 'web' } }, ours),
    kube('VMSingle', 'main', {}, ours),
    kube('ServiceAccount', 'web'),
    ...['env', 'all', 'files', 'projected'].map((name) => kube('ConfigMap', name)),
    kube('PersistentVolumeClaim', 'data'),
    kube('Role', 'own'),
    binding('Role', 'own'),
    binding('ClusterRole', 'view'),
    binding('ClusterRole', 'system:auth-delegator'),
  ];
  expect(findings(referencesExist, { objects })).toEqual([]);
});

test("passes whatever somebody else's objects name", () => {
  expect(findings(referencesExist, { objects: [workload('Deployment', 'web', pod), ...grant('nobody', [])] })).toEqual([]);
});

test('fails for each thing that a pod names and nobody renders', () => {
  const elsewhere = kube('ConfigMap', 'files', {}, { namespace: 'other' });
  expect(findings(referencesExist, { objects: [workload('Deployment', 'web', pod, {}, ours), elsewhere] })).toEqual([
    '[Deployment/web] serviceAccountName: got "web", expected a ServiceAccount that is rendered in apps; render it, or correct the name',
    '[Deployment/web] volume config.configMap.name: got "files", expected a ConfigMap that is rendered in apps; render it, or correct the name',
    '[Deployment/web] volume account.configMap.name: got "projected", expected a ConfigMap that is rendered in apps; render it, or correct the name',
    '[Deployment/web] volume data.persistentVolumeClaim.claimName: got "data", expected a PersistentVolumeClaim that is rendered in apps; render it, or correct the name',
    '[Deployment/web] container main.env LEVEL: got "env", expected a ConfigMap that is rendered in apps; render it, or correct the name',
    '[Deployment/web] container main.envFrom: got "all", expected a ConfigMap that is rendered in apps; render it, or correct the name',
  ]);
});

test('fails for the account of a resource of the operator', () => {
  expect(findings(referencesExist, { objects: [kube('VMAgent', 'main', { spec: { serviceAccountName: 'agent' } }, ours)] })).toEqual([
    '[VMAgent/main] spec.serviceAccountName: got "agent", expected a ServiceAccount that is rendered in apps; render it, or correct the name',
  ]);
});

test('fails for the role and the subjects of a binding', () => {
  expect(findings(referencesExist, { objects: [binding('Role', 'own')] })).toEqual([
    '[RoleBinding/web] roleRef.name: got "own", expected a Role that is rendered in apps; render it, or correct the name',
    '[RoleBinding/web] subjects[0].name: got "web", expected a ServiceAccount that is rendered in apps; render it, or correct the name',
  ]);
  expect(findings(referencesExist, { objects: [binding('ClusterRole', 'own'), kube('ServiceAccount', 'web')] })).toEqual([
    '[RoleBinding/web] roleRef.name: got "own", expected a ClusterRole that is rendered; render it, or correct the name',
  ]);
});

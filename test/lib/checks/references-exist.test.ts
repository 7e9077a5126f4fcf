import { referencesExist } from '../../../lib/checks/references-exist';
import { agentWorkload, findings, grant, kube, workload } from './support';

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
    ...['env', 'all', 'files', 'projected'].map((name) => kube('ConfigMap', name, { data: { level: '' } })),
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

describe('keys and files', () => {
  const config = (name: string, ...keys: string[]) =>
    kube('ConfigMap', name, { data: Object.fromEntries(keys.map((key) => [key, ''])), binaryData: {} });
  const account = kube('ServiceAccount', 'agent');
  const agent = (args: string[], pod = {}) => agentWorkload('main', [], args, pod, {}, ours);

  test('passes when ConfigMaps have what is named; Secrets and what is optional may be missing', () => {
    const pod = {
      volumes: [
        { name: 'some', configMap: { name: 'files', items: [{ key: 'a.yaml', path: 'b.yaml' }] } },
        {
          name: 'credentials',
          projected: { sources: [{ secret: { name: 'none', optional: true, items: [{ key: 'a', path: 'token' }] } }] },
        },
        { name: 'authority', configMap: { name: 'none', optional: true } },
        { name: 'maybe', configMap: { name: 'files', optional: true, items: [{ key: 'x', path: 'x' }] } },
        { name: 'whole', configMap: { name: 'files', optional: true } },
        { name: 'mixed', projected: { sources: [{ configMap: { name: 'files' } }, { secret: { name: 'none' } }] } },
      ],
      volumeMounts: ['some', 'credentials', 'authority', 'maybe', 'whole', 'mixed'].map((name) => ({ name, mountPath: `/etc/${name}` })),
    };
    const args = [
      '-a=/etc/some/b.yaml',
      '-b="",/etc/credentials/token',
      '-c=/etc/authority/ca',
      '-d=/etc/mixed/key',
      '-e=/etc/scrape',
      '-f=/etc/whole/x',
    ];
    expect(
      findings(referencesExist, { objects: [account, agent(args, pod), config('main', 'scrape.yaml'), config('files', 'a.yaml')] }),
    ).toEqual([]);
  });

  test('fails when an argument names a file that the ConfigMap does not have', () => {
    const ARGS = '[StatefulSet/main] spec.template.spec.containers[vmagent].args';
    const missing = (flag: string, path: string, keys: string) =>
      `${ARGS}["-${flag}"]: got "${path}" of ConfigMap apps/main, expected ${keys} there; render the file, or correct the path`;
    const args = ['-remoteWrite.urlRelabelConfig="",/etc/scrape/cloud.yaml'];
    expect(findings(referencesExist, { objects: [account, agent(args), config('main', 'scrape.yml', 'other.yaml')] })).toEqual([
      missing('promscrape.config', '/etc/scrape/scrape.yaml', 'one of scrape.yml, other.yaml'),
      missing('remoteWrite.urlRelabelConfig', '/etc/scrape/cloud.yaml', 'one of scrape.yml, other.yaml'),
    ]);
    expect(findings(referencesExist, { objects: [account, agent([]), config('main')] })).toEqual([
      missing('promscrape.config', '/etc/scrape/scrape.yaml', 'none'),
    ]);
  });

  test('fails when a volume or a variable names a key that the ConfigMap does not have', () => {
    const pod = {
      containers: [{ name: 'main', env: [{ name: 'LEVEL', valueFrom: { configMapKeyRef: { name: 'files', key: 'level' } } }] }],
      volumes: [
        {
          name: 'some',
          projected: {
            sources: [
              {
                configMap: {
                  name: 'files',
                  items: [
                    { key: 'a.yaml', path: 'a' },
                    { key: 'b.yaml', path: 'b' },
                  ],
                },
              },
            ],
          },
        },
      ],
    };
    expect(findings(referencesExist, { objects: [workload('Deployment', 'web', pod, {}, ours), config('files', 'a.yaml')] })).toEqual([
      '[Deployment/web] volume some.configMap: got key "b.yaml" of ConfigMap apps/files, expected a.yaml; render the key, or correct its name',
      '[Deployment/web] container main.env LEVEL: got key "level" of ConfigMap apps/files, expected a.yaml; render the key, or correct its name',
    ]);
  });

  test('fails for volumes of a resource of the operator', () => {
    const volumes = [
      { name: 'files', configMap: { name: 'files' } },
      { name: 'credentials', projected: { sources: [{ secret: { name: 'none', optional: true } }] } },
    ];
    expect(findings(referencesExist, { objects: [kube('VMAgent', 'main', { spec: { volumes } }, ours)] })).toEqual([
      '[VMAgent/main] spec.volume files.configMap.name: got "files", expected a ConfigMap that is rendered in apps; render it, or correct the name',
    ]);
  });
});

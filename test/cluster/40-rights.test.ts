import { report, useCluster } from './support/cluster';
import { type Container, carries, type KubeObject, type Pod } from './support/objects';
import { FOREIGN, MONITORING, NODE_EXPORTER, pipelinePods, requirePipeline, SLURM, SOPERATOR } from './support/pipeline';

const cluster = useCluster();
beforeAll(() => requirePipeline(cluster));

const account = (name: string, namespace = MONITORING) => `system:serviceaccount:${namespace}:${name}`;
const ACCOUNTS = {
  agent: account('metrics-agent'),
  grafana: account('metrics-grafana'),
  kubeStateMetrics: account('metrics-kube-state-metrics'),
  operator: account('vm-operator'),
  slurmExporter: account('slurm-exporter', SLURM),
  store: account('metrics-victoria-metrics-k8s-stack-store'),
};
type Who = keyof typeof ACCOUNTS;

/** Namespaces in which dashboards are looked for and users' scrapes may find targets. */
const MONITORED = [MONITORING, SLURM, SOPERATOR];
/** Namespaces that are nobody's business here. */
const ELSEWHERE = ['default', 'kube-system', NODE_EXPORTER];

/** A question as `kubectl auth can-i` takes it: what, and in which namespace; without one for the cluster, all namespaces of it. */
interface Right {
  readonly what: string;
  readonly where?: string;
}

const inAll = (namespaces: readonly string[], ...whats: string[]): Right[] =>
  namespaces.flatMap((where) => whats.map((what) => ({ what, where })));
const clusterWide = (...whats: string[]): Right[] => whats.map((what) => ({ what }));

/** What each account needs, as the work that it does has it. */
const MAY: { readonly [who in Who]: readonly Right[] } = {
  agent: [
    ...inAll(MONITORED, 'list pods', 'watch pods', 'list services', 'watch services'),
    ...inAll(MONITORED, 'list endpointslices.discovery.k8s.io', 'watch endpointslices.discovery.k8s.io'),
    ...inAll([NODE_EXPORTER], 'list pods', 'watch pods'),
    ...inAll([MONITORING], 'get secrets/vmagent-metrics', 'watch secrets/vmagent-metrics'),
    ...clusterWide('list nodes', 'watch nodes', 'get nodes/metrics', 'get /metrics'),
  ],
  grafana: inAll(MONITORED, 'get configmaps', 'list configmaps', 'watch configmaps'),
  kubeStateMetrics: clusterWide('list pods', 'watch pods'),
  operator: [
    ...inAll([MONITORING], 'get secrets', 'create secrets', 'update secrets', 'delete secrets', 'create services', 'delete services'),
    ...inAll([MONITORING], 'create deployments.apps', 'patch statefulsets.apps', 'create persistentvolumeclaims'),
    ...clusterWide('list vmagents.operator.victoriametrics.com', 'patch vmsingles.operator.victoriametrics.com/status'),
  ],
  slurmExporter: [
    ...inAll([SLURM], 'get secrets/soperator-rest-jwt-key', 'list pods', 'watch pods'),
    ...clusterWide('list nodes', 'watch nodes'),
  ],
  store: [],
};

/** What nobody may do who does not answer for it in {@link MAY}. */
const NOBODY: readonly Right[] = [
  ...clusterWide('create nodes/proxy', 'get nodes/proxy', 'impersonate users', 'create clusterroles.rbac.authorization.k8s.io'),
  ...clusterWide('create clusterrolebindings.rbac.authorization.k8s.io', 'delete nodes', 'delete namespaces'),
  ...inAll([MONITORING, ...FOREIGN, ...ELSEWHERE], 'create pods/exec', 'create serviceaccounts/token', 'create pods', 'delete pods'),
  ...inAll([MONITORING, ...FOREIGN], 'create roles.rbac.authorization.k8s.io', 'create rolebindings.rbac.authorization.k8s.io'),
  ...inAll([...FOREIGN, ...ELSEWHERE], 'get secrets', 'list secrets', 'update secrets', 'update configmaps', 'create deployments.apps'),
];

const MAY_NOT: { readonly [who in Who]: readonly Right[] } = {
  agent: [
    ...inAll([MONITORING], 'list secrets', 'get secrets', 'get secrets/tls-assets-vmagent-metrics', 'update secrets/vmagent-metrics'),
    ...inAll(['default', 'kube-system'], 'list pods', 'list services', 'list endpointslices.discovery.k8s.io'),
    ...inAll(MONITORED, 'get configmaps', 'list configmaps'),
    ...clusterWide('list pods'),
  ],
  grafana: [
    ...inAll(MONITORED, 'get secrets', 'list secrets', 'watch secrets', 'create configmaps', 'update configmaps', 'list pods'),
    ...inAll(ELSEWHERE, 'get configmaps', 'list configmaps'),
    ...clusterWide('list configmaps'),
  ],
  kubeStateMetrics: [...inAll(MONITORED, 'list secrets', 'list configmaps', 'list services'), ...clusterWide('list nodes')],
  operator: [
    ...inAll(FOREIGN, 'create services', 'create statefulsets.apps', 'get configmaps'),
    ...inAll([MONITORING], 'delete persistentvolumeclaims'),
    ...clusterWide('list nodes', 'list namespaces', 'list secrets'),
  ],
  slurmExporter: [
    ...inAll([SLURM], 'get secrets', 'list secrets', 'watch secrets/soperator-rest-jwt-key', 'update secrets/soperator-rest-jwt-key'),
    ...inAll([MONITORING, SOPERATOR], 'list pods'),
  ],
  store: [...inAll(MONITORED, 'list pods', 'get secrets', 'list secrets', 'get configmaps'), ...clusterWide('list nodes')],
};

const SUBRESOURCES = ['exec', 'metrics', 'proxy', 'status', 'token'];

/** The question as the API server wants it, for the user that Kubernetes makes of a service account. */
function review(who: Who, { what, where }: Right): object {
  const [verb, asked = ''] = what.split(' ');
  const [, , namespace] = ACCOUNTS[who].split(':');
  const spec = { user: ACCOUNTS[who], groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'] };
  const kind = { apiVersion: 'authorization.k8s.io/v1', kind: 'SubjectAccessReview' };
  if (asked.startsWith('/')) return { ...kind, spec: { ...spec, nonResourceAttributes: { verb, path: asked } } };
  const [of = '', part] = asked.split('/');
  const [resource, ...group] = of.split('.');
  const resourceAttributes = {
    verb,
    resource,
    group: group.join('.'),
    ...(part === undefined ? {} : SUBRESOURCES.includes(part) ? { subresource: part } : { name: part }),
    ...(where ? { namespace: where } : {}),
  };
  return { ...kind, spec: { ...spec, resourceAttributes } };
}

/** Asks all questions at once, and returns those that were answered otherwise than expected. */
async function wrong(who: Who, rights: readonly Right[], expected: boolean): Promise<string[]> {
  if (rights.length === 0) return [];
  const list = { apiVersion: 'v1', kind: 'List', items: rights.map((right) => review(who, right)) };
  const answers = (await cluster.kubectlWith(list, 'create', '-f', '-', '-o', 'jsonpath={.status.allowed}{"\\n"}')).trim().split('\n');
  expect(answers).toHaveLength(rights.length);
  return rights.filter((_, index) => answers[index] !== String(expected)).map(({ what, where }) => `${what} in ${where ?? 'the cluster'}`);
}

describe.each(Object.keys(ACCOUNTS) as Who[])('the account of %s', (who) => {
  test('may do what its work needs', async () => {
    expect(await wrong(who, MAY[who], true)).toEqual([]);
  });

  test('may do nothing that would be a way to other rights, secrets or pods', async () => {
    expect(await wrong(who, [...MAY_NOT[who], ...NOBODY], false)).toEqual([]);
    report(`${who}: ${MAY[who].length} rights that it has, ${MAY_NOT[who].length + NOBODY.length} that it has not`);
  });
});

describe("Grafana's account, at work", () => {
  const as = `--as=${ACCOUNTS.grafana}`;

  test.each(MONITORED)('lists ConfigMaps in %s, and is refused Secrets', async (namespace) => {
    const configMaps = await cluster.list('configmaps', '-n', namespace, as);
    expect(configMaps.map(({ metadata }) => metadata.name)).toContain('kube-root-ca.crt');
    const secrets = await cluster.run('kubectl', ['get', 'secrets', '-n', namespace, as]);
    expect(secrets).toMatchObject({ code: 1, stdout: '' });
    expect(secrets.stderr).toContain('cannot list resource "secrets"');
  });

  test.each(ELSEWHERE)('is refused ConfigMaps in %s', async (namespace) => {
    const { code, stderr } = await cluster.run('kubectl', ['get', 'configmaps', '-n', namespace, as]);
    expect(code).toBe(1);
    expect(stderr).toContain('cannot list resource "configmaps"');
  });
});

interface Versions {
  readonly serverVersion: { readonly major: string; readonly minor: string };
}

describe('the pods', () => {
  const RESTRICTED = 'pod-security.kubernetes.io/enforce=restricted';
  /** The GPU exporter alone runs as root: the profiling counters and the kubelet's socket are root's. */
  const ROOT = { 'app.kubernetes.io/name': 'dcgm-exporter' };
  const TOKEN = '/var/run/secrets/kubernetes.io/serviceaccount';
  /** Containers that speak to the API server. */
  const SPEAKERS = [
    'dashboards of grafana',
    'exporter of slurm-exporter',
    'config-init of vmagent',
    'config-reloader of vmagent',
    'kube-state-metrics of kube-state-metrics',
    'operator of vm-operator',
    'vmagent of vmagent',
  ];
  const containers = ({ spec }: Pod): readonly Container[] => [...(spec.initContainers ?? []), ...spec.containers];

  test('run without root, as their specification and, where the node says it, their processes have it', async () => {
    const pods = await pipelinePods(cluster);
    const asRoot = pods
      .filter((pod) => !carries(pod, ROOT))
      .flatMap((pod) => [
        ...containers(pod).flatMap(({ name, securityContext }) => {
          const user = securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
          const nonRoot = securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
          return user !== undefined && user > 0 && nonRoot ? [] : [`${pod.metadata.name} ${name}: user ${user}, runAsNonRoot ${nonRoot}`];
        }),
        ...(pod.status.containerStatuses ?? [])
          .filter(({ user }) => user?.linux?.uid === 0)
          .map(({ name }) => `${pod.metadata.name} ${name}: its process is root's`),
      ]);
    expect(asRoot).toEqual([]);
  });

  test('get a token of their account only where they speak to the API server', async () => {
    const pods = await pipelinePods(cluster);
    const withToken = pods.flatMap((pod) =>
      containers(pod)
        .filter(({ volumeMounts }) => volumeMounts?.some(({ mountPath }) => mountPath === TOKEN))
        .map(({ name }) => `${name} of ${pod.metadata.labels?.['app.kubernetes.io/name']}`),
    );
    expect([...new Set(withToken)].sort()).toEqual([...SPEAKERS].sort());
  });

  test('live in namespaces of the strictest level that they can: privileged for the node exporter alone', async () => {
    const level = (namespace: KubeObject) => namespace.metadata.labels?.['pod-security.kubernetes.io/enforce'];
    const namespaces = await cluster.list('namespaces');
    const levels = namespaces.filter(({ metadata }) => [MONITORING, NODE_EXPORTER, ...FOREIGN].includes(metadata.name));
    expect(Object.fromEntries(levels.map((namespace) => [namespace.metadata.name, level(namespace) ?? 'left to others']))).toEqual({
      [MONITORING]: 'restricted',
      [NODE_EXPORTER]: 'privileged',
      [SLURM]: 'left to others',
      [SOPERATOR]: 'left to others',
    });
  });

  test('of the monitoring namespace break none of the rules of its level, those that the operator made included', async () => {
    // the API server judges all running pods when a level is set in other words than before, and warns of those that it would not admit
    const { serverVersion }: Versions = JSON.parse(await cluster.kubectl('version', '-o', 'json'));
    const version = `pod-security.kubernetes.io/enforce-version=v${serverVersion.major}.${serverVersion.minor.replace(/\D/g, '')}`;
    const judge = async (namespace: string) =>
      await cluster.run('kubectl', ['label', 'namespace', namespace, RESTRICTED, version, '--overwrite', '--dry-run=server']);
    expect(await judge(MONITORING)).toMatchObject({ code: 0, stderr: '' });
    // the proof that it judges
    expect((await judge(NODE_EXPORTER)).stderr).toContain('violate the new PodSecurity enforce level "restricted');
  });
});

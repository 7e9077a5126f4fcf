import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { IMAGES } from '../../lib/common/images';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, InstanceLabel, Provenance, TargetLabel } from '../../lib/scrape/scrape-target';
import { VMOperator, type VMOperatorProps } from '../../lib/vm-operator';
import { containerOf, familiesOf, flagOf, podOf, type Rendered, render, targetOf } from '../support';

const NAMESPACE = 'monitoring-system';

function operatorWith(props: VMOperatorProps = {}): { readonly operator: VMOperator; readonly rendered: Rendered } {
  const built: VMOperator[] = [];
  const rendered = render((chart) => built.push(new VMOperator(chart, 'VMOperator', props)));
  const [operator] = built;
  if (!operator) throw new Error('no operator was built');
  return { operator, rendered };
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Every right of an account as one line: `verb resource.group`, by scope. Follows the bindings, so that a role nobody has does not count. */
function rightsOf(
  rendered: Rendered,
  account = 'vm-operator',
  accountNamespace = NAMESPACE,
): { readonly [scope: string]: readonly string[] } {
  const rights: { [scope: string]: string[] } = {};
  for (const { kind, metadata, roleRef, subjects } of [...rendered.all('RoleBinding'), ...rendered.all('ClusterRoleBinding')]) {
    expect(subjects).toEqual([{ kind: 'ServiceAccount', name: account, namespace: accountNamespace }]);
    const role = roleRef as { readonly kind: string; readonly name: string };
    const scope = kind === 'RoleBinding' ? (metadata.namespace ?? '') : 'cluster';
    const { rules } = rendered.find(role.kind, role.name, role.kind === 'Role' ? scope : undefined);
    const lines = (rules as readonly Rule[]).flatMap(({ apiGroups, resources, verbs }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}${group ? `.${group}` : ''}`))),
    );
    rights[scope] = [...(rights[scope] ?? []), ...lines].sort();
  }
  return rights;
}

const may = (verbs: readonly string[], resources: readonly string[], group = ''): string[] =>
  resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}${group ? `.${group}` : ''}`));
const WATCH = ['list', 'watch'];
const OURS = 'operator.victoriametrics.com';
const SCRAPES = ['vmservicescrapes', 'vmpodscrapes', 'vmnodescrapes', 'vmstaticscrapes', 'vmscrapeconfigs'];

/** What it reconciles with where VMAgent and VMSingle bring service accounts of their own, as tried in a cluster. */
const CLUSTER_RIGHTS = [
  ...may(
    WATCH,
    [...SCRAPES, 'vmagents', 'vmsingles', 'vmalerts', 'vmrules', 'vmprobes', 'vmusers', 'vmalertmanagerconfigs', 'vmanomalyconfigs'],
    OURS,
  ),
  ...may(['patch'], ['vmagents', 'vmagents/status', 'vmsingles', 'vmsingles/status'], OURS),
  ...may(
    ['update'],
    SCRAPES.map((kind) => `${kind}/status`),
    OURS,
  ),
  ...may(WATCH, ['persistentvolumeclaims', 'pods', 'services', 'serviceaccounts']),
  ...may(WATCH, ['deployments', 'statefulsets', 'daemonsets'], 'apps'),
  ...may(WATCH, ['horizontalpodautoscalers'], 'autoscaling'),
  ...may(WATCH, ['networkpolicies'], 'networking.k8s.io'),
  ...may(WATCH, ['poddisruptionbudgets'], 'policy'),
  ...may(WATCH, ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'], 'rbac.authorization.k8s.io'),
  ...may(WATCH, ['storageclasses'], 'storage.k8s.io'),
].sort();
const WORKLOAD_RIGHTS = [
  ...may(['get', 'list', 'create', 'update', 'delete'], ['secrets', 'configmaps']),
  ...may(['create', 'update', 'patch', 'delete'], ['services']),
  // it has no line that deletes one
  ...may(['create', 'update', 'patch'], ['persistentvolumeclaims']),
  ...may(['create', 'update', 'patch', 'delete'], ['deployments', 'statefulsets'], 'apps'),
  ...may(['update'], ['statefulsets/status'], 'apps'),
  ...may(['create'], ['pods/eviction']),
  ...may(['create', 'patch'], ['events']),
  ...may(['create', 'patch'], ['events'], 'events.k8s.io'),
].sort();
const OWN_RIGHTS = [...WORKLOAD_RIGHTS, ...may(['get', 'create', 'update'], ['leases'], 'coordination.k8s.io')].sort();

describe('rights', () => {
  test('are those that it reconciles with, and no others', () => {
    expect(rightsOf(operatorWith().rendered)).toEqual({ cluster: CLUSTER_RIGHTS, [NAMESPACE]: OWN_RIGHTS });
  });

  test('open Secrets and ConfigMaps of further namespaces for reading only, and those namespaces alone', () => {
    const { rendered } = operatorWith({ scrapeNamespaces: ['team-a', NAMESPACE, 'team-b', 'team-a'] });
    const read = may(['get'], ['configmaps', 'secrets']).sort();
    expect(rightsOf(rendered)).toEqual({
      // without namespaces it cannot tell which of them a selector means
      cluster: [...CLUSTER_RIGHTS, ...may(['get', 'list', 'watch'], ['namespaces'])].sort(),
      [NAMESPACE]: OWN_RIGHTS,
      'team-a': read,
      'team-b': read,
    });
  });

  test('reach as far as its workloads do, but for the lease that it leads by', () => {
    const { rendered } = operatorWith({ workloadNamespaces: ['stores', NAMESPACE, 'agents', 'stores'] });
    expect(rightsOf(rendered)).toEqual({
      cluster: CLUSTER_RIGHTS,
      [NAMESPACE]: OWN_RIGHTS,
      agents: WORKLOAD_RIGHTS,
      stores: WORKLOAD_RIGHTS,
    });
  });

  test('are still its own where its workloads are elsewhere', () => {
    expect(rightsOf(operatorWith({ workloadNamespaces: ['stores'] }).rendered)[NAMESPACE]).toEqual(OWN_RIGHTS);
  });

  test('are given once in a namespace that has workloads and scrapes', () => {
    const { rendered } = operatorWith({ workloadNamespaces: ['agents'], scrapeNamespaces: ['agents', 'team-a'] });
    expect(rightsOf(rendered)).toMatchObject({ agents: WORKLOAD_RIGHTS, 'team-a': may(['get'], ['configmaps', 'secrets']).sort() });
  });

  test('never reach Secrets of the whole cluster', () => {
    for (const props of [{}, { scrapeNamespaces: ['team-a'] }, { workloadNamespaces: ['agents'] }]) {
      expect(rightsOf(operatorWith(props).rendered).cluster?.filter((right) => /secrets|configmaps|\*/.test(right))).toEqual([]);
    }
  });

  test('have names for the whole cluster that two operators in two namespaces do not share', () => {
    const { rendered } = operatorWith({ namespace: 'operators', name: 'vm' });
    expect(rendered.find('ClusterRole', 'operators-vm')).toBeDefined();
    expect(rendered.find('ClusterRoleBinding', 'operators-vm')).toBeDefined();
  });
});

describe('controllers', () => {
  const disabled = (): string[] =>
    (
      flagOf(containerOf(operatorWith().rendered.find('Deployment', 'vm-operator'), 'operator'), '-controller.disableReconcileFor') ?? ''
    ).split(',');

  test('of the converter are off: a ServiceMonitor that becomes a second scrape doubles its series', () => {
    expect(disabled()).toEqual(
      expect.arrayContaining(['AlertmanagerConfig', 'PodMonitor', 'Probe', 'PrometheusRule', 'ScrapeConfig', 'ServiceMonitor']),
    );
  });

  test('of what the pipeline renders and picks up are on', () => {
    const needed = ['VMAgent', 'VMSingle', 'VMServiceScrape', 'VMPodScrape', 'VMNodeScrape', 'VMStaticScrape', 'VMScrapeConfig'];
    expect(disabled().filter((kind) => needed.includes(kind))).toEqual([]);
  });

  test('are each named once, for a name that it does not know stops it', () => {
    expect(disabled()).toEqual([...new Set(disabled())]);
    expect(disabled().filter((kind) => !/^[A-Z][A-Za-z]+$/.test(kind))).toEqual([]);
  });
});

describe('the workload', () => {
  const deployment = () => operatorWith().rendered.find('Deployment', 'vm-operator', NAMESPACE);

  test('leads alone, serves metrics and health, and no profiles', () => {
    const container = containerOf(deployment(), 'operator');
    expect(container.image).toBe(IMAGES.vmOperator);
    expect(container.args).toEqual(
      expect.arrayContaining(['-leader-elect', '-metrics-bind-address=:8080', '-health-probe-bind-address=:8081', '-pprof-addr=']),
    );
    expect(container.ports).toEqual(
      expect.arrayContaining([
        { name: 'http', containerPort: 8080 },
        { name: 'health', containerPort: 8081 },
      ]),
    );
    expect(container).toMatchObject({
      readinessProbe: { httpGet: { path: '/ready', port: 'health' } },
      livenessProbe: { httpGet: { path: '/health', port: 'health' } },
    });
  });

  test('makes endpoint slices the default of every scrape, for Endpoints are cut off above 1,000 addresses', () => {
    expect(containerOf(deployment(), 'operator').env).toContainEqual({
      name: 'VM_VMSERVICESCRAPEDEFAULT_ENFORCEENDPOINTSLICES',
      value: 'true',
    });
  });

  test('is replaced, never doubled', () => {
    expect(deployment().spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  test('is admitted under Pod Security restricted, with the token of its account', () => {
    const pod = podOf(deployment());
    expect(pod).toMatchObject({
      serviceAccountName: 'vm-operator',
      automountServiceAccountToken: true,
      securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(containerOf(deployment(), 'operator').securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod).not.toHaveProperty('volumes');
  });

  test('gives its token to no other pod that takes the account', () => {
    expect(operatorWith().rendered.find('ServiceAccount', 'vm-operator', NAMESPACE).automountServiceAccountToken).toBe(false);
  });

  test('runs on the nodes of the system with room for every pod of the cluster in its memory, and no CPU limit', () => {
    expect(podOf(deployment()).nodeSelector).toEqual({ 'slurm.nebius.ai/nodeset': 'system' });
    expect(containerOf(deployment(), 'operator').resources).toEqual({
      requests: { cpu: '100m', memory: '512Mi' },
      limits: { memory: '2Gi' },
    });
  });

  test('is scraped behind its Service, by the name that its container port has', () => {
    const { operator, rendered } = operatorWith();
    const service = rendered.find('Service', 'vm-operator', NAMESPACE);
    expect(service.spec).toMatchObject({ ports: [{ name: 'http', port: 8080, targetPort: 'http' }] });
    expect(operator.targets).toEqual([
      expect.objectContaining({
        name: 'vm-operator',
        job: 'vm-operator',
        discovery: expect.objectContaining({ role: DiscoveryRole.SERVICES, namespaces: [NAMESPACE] }),
        endpoints: [expect.objectContaining({ port: 'http' })],
        provenance: Provenance.RENDERED,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
        replicas: 1,
      }),
    ]);
    expect(service.metadata.labels).toMatchObject(operator.targets[0]?.discovery.matchLabels ?? { missing: '' });
    expect(podOf(deployment())).toBeDefined();
    expect(deployment().spec).toMatchObject({
      selector: { matchLabels: (service.spec as { readonly selector: object }).selector },
      template: { metadata: { labels: (service.spec as { readonly selector: object }).selector } },
    });
  });
});

describe('where somebody else deploys it', () => {
  test('renders nothing at all', () => {
    const { operator, rendered } = operatorWith({ deploy: false, scrapeNamespaces: ['team-a'] });
    expect(rendered.all()).toEqual([]);
    expect(operator.workload).toBeUndefined();
    expect(operator.service).toBeUndefined();
  });

  test("is scraped by the labels that the operator's own chart gives its pods", () => {
    expect(operatorWith({ deploy: false, namespace: 'vm' }).operator.targets).toEqual([
      expect.objectContaining({
        discovery: {
          role: DiscoveryRole.PODS,
          namespaces: ['vm'],
          matchLabels: { 'app.kubernetes.io/name': 'victoria-metrics-operator' },
        },
        endpoints: [expect.objectContaining({ port: 'http' })],
        provenance: Provenance.EXTERNAL,
      }),
    ]);
  });

  test('fails for labels or ports of a deployment that it renders itself', () => {
    for (const [option, value] of [
      ['selector', { app: 'operator' }],
      ['portNames', ['metrics']],
    ] as const) {
      expect(() => operatorWith({ [option]: value })).toThrow(
        `[test/VMOperator] ${option}: got ${JSON.stringify(value)}, expected to be left out while the source deploys its workload itself; set deploy to false where somebody else deploys it`,
      );
    }
  });
});

describe('the version', () => {
  const version = (props: VMOperatorProps) => operatorWith(props).operator.version;

  test.each<readonly [string, VMOperatorProps, string]>([
    ['is that of the image', { image: 'registry.example/operator:v0.73.2' }, '0.73.2'],
    ['is that of the image without a v', { image: 'registry.example/operator:0.73.2' }, '0.73.2'],
    ['is the one that is given, which a digest needs', { image: `operator@sha256:${'a'.repeat(64)}`, version: '0.72.0' }, '0.72.0'],
    ['is the one that is given where it is not rendered', { deploy: false, version: '0.70.1' }, '0.70.1'],
    ['is the newest that is known where it is not rendered', { deploy: false }, IMAGES.vmOperator.replace(/^.*:v/, '')],
    ['is the newest that is known by default', {}, IMAGES.vmOperator.replace(/^.*:v/, '')],
  ])('%s', (_, props, expected) => {
    expect(version(props)).toBe(expected);
  });

  test.each(['v0.74.1', '0.74', '0.74.1-rc1', 'newest', ''])('fails for %j', (given) => {
    for (const deploy of [true, false]) {
      expect(() => version({ deploy, version: given })).toThrow(
        `[test/VMOperator] version: got ${JSON.stringify(given)}, expected a version of the operator: '0.74.1'; read it from the tag of the image that runs in the cluster`,
      );
    }
  });

  test('fails for an image whose tag is none, with the option that helps', () => {
    expect(() => version({ image: 'registry.example/operator:stable' })).toThrow(
      '[test/VMOperator] image: got "stable", expected a version of the operator: \'0.74.1\'; give the version of this image as `version`',
    );
  });
});

test('fails for an image without a fixed version, and for names that are none', () => {
  expect(() => operatorWith({ image: 'operator:latest' })).toThrow(
    `[test/VMOperator] image: got "operator:latest", expected an image reference with a fixed tag or digest; write registry, name and version: 'docker.io/victoriametrics/vmagent:v1.150.0'`,
  );
  for (const option of ['name', 'namespace']) {
    expect(() => operatorWith({ [option]: 'VM Operator' })).toThrow(
      `[test/VMOperator] ${option}: got "VM Operator", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  }
});

describe('every option takes effect', () => {
  const props: Required<VMOperatorProps> = {
    deploy: false,
    name: 'vm',
    namespace: 'operators',
    image: 'registry.example/operator:v0.73.2',
    version: '0.73.2',
    resources: {
      cpuRequest: Cpu.units(2),
      cpuLimit: Cpu.units(3),
      memoryRequest: Size.gibibytes(4),
      memoryLimit: Size.gibibytes(5),
    },
    imagePullSecrets: ['registry'],
    nodeSelector: { role: 'metrics' },
    tolerations: [{ key: 'dedicated', value: 'metrics' }],
    priorityClassName: 'high',
    workloadNamespaces: ['metrics'],
    scrapeNamespaces: ['team-a'],
    selector: { app: 'operator' },
    portNames: ['metrics', 'more'],
    scrapeInterval: Duration.seconds(60),
    scrapeTimeout: Duration.seconds(20),
    relabelConfigs: [RelabelRule.setLabel('told apart in tests', 'rack', 'one')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('nobody reads them', 'go_.+')],
    sampleLimit: 1000,
    seriesLimit: 2000,
    maxScrapeSize: Size.mebibytes(64),
  };
  const scraping = {
    scrapeInterval: props.scrapeInterval,
    scrapeTimeout: props.scrapeTimeout,
    relabelConfigs: props.relabelConfigs,
    metricRelabelConfigs: props.metricRelabelConfigs,
    sampleLimit: 1000,
    seriesLimit: 2000,
    maxScrapeSize: props.maxScrapeSize,
  };

  test('where somebody else deploys it', () => {
    const { operator, rendered } = operatorWith(props);
    expect(rendered.all()).toEqual([]);
    expect(operator.version).toBe('0.73.2');
    expect(operator.targets).toEqual([
      expect.objectContaining({
        ...scraping,
        discovery: { role: DiscoveryRole.PODS, namespaces: ['operators'], matchLabels: { app: 'operator' } },
        endpoints: [expect.objectContaining({ port: 'metrics' }), { port: 'more' }],
      }),
    ]);
  });

  test('where it is rendered', () => {
    const { operator, rendered } = operatorWith({ ...props, deploy: true, selector: undefined, portNames: undefined });
    const deployment = rendered.find('Deployment', 'vm', 'operators');
    expect(podOf(deployment)).toMatchObject({
      serviceAccountName: 'vm',
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { role: 'metrics' },
      tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'metrics' }],
      priorityClassName: 'high',
    });
    expect(containerOf(deployment, 'operator')).toMatchObject({
      image: 'registry.example/operator:v0.73.2',
      resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '3', memory: '5Gi' } },
    });
    expect(rendered.find('Service', 'vm', 'operators')).toBeDefined();
    expect(Object.keys(rightsOf(rendered, 'vm', 'operators')).sort()).toEqual(['cluster', 'metrics', 'operators', 'team-a']);
    expect(operator.targets).toEqual([
      expect.objectContaining({ ...scraping, discovery: expect.objectContaining({ namespaces: ['operators'] }) }),
    ]);
  });
});

test('says what it exposes: it leads, answers no webhooks and converts nothing, unless somebody else deployed it', () => {
  const families = (props?: VMOperatorProps) => familiesOf(targetOf(operatorWith(props).operator, 'vm-operator'));
  expect(families().get('leader_election_master_status')?.when).toBeUndefined();
  expect(families().has('controller_runtime_webhook_requests_total')).toBe(false);
  expect(families().has('operator_prometheus_converter_active_watchers')).toBe(false);
  expect(families({ deploy: false }).get('operator_prometheus_converter_active_watchers')?.when).toEqual({ option: 'converter' });
});

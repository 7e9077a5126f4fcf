import { Duration } from 'cdk8s';
import { KubeStateMetrics, type KubeStateMetricsProps } from '../../lib/kube-state-metrics';
import { NODE_FAMILIES, POD_FAMILIES } from '../../lib/metrics/kube-state-metrics-allow-list';
import { DiscoveryRole, Provenance } from '../../lib/scrape/scrape-target';
import {
  containerOf,
  exposition,
  familiesOf,
  flagOf,
  GIVEN_CONTAINER,
  GIVEN_POD,
  GIVEN_TARGET,
  mergedSeries,
  podOf,
  render,
  SOURCE_PROPS,
  storedSeries,
  targetLabels,
  targetOf,
} from '../support';

const NAME = 'metrics-kube-state-metrics';
const exporter = (props?: KubeStateMetricsProps) => render((chart) => new KubeStateMetrics(chart, 'KubeStateMetrics', props));
const deployment = (props?: KubeStateMetricsProps) => exporter(props).find('Deployment', NAME, 'monitoring-system');
const container = (props?: KubeStateMetricsProps) => containerOf(deployment(props), 'kube-state-metrics');
const target = (props?: KubeStateMetricsProps) => targetOf(exporter(props).made, props?.name ?? NAME);
const allowed = (props?: KubeStateMetricsProps) => flagOf(container(props), '--metric-allowlist')?.split(',') ?? [];

/** What discovery knows of the exporter, and the labels that the operator's rules make of it. */
const DISCOVERED = {
  __meta_kubernetes_pod_name: 'metrics-kube-state-metrics-ff674c76b-vmkxc',
  __meta_kubernetes_pod_node_name: 'system-0',
  pod: 'metrics-kube-state-metrics-ff674c76b-vmkxc',
  container: 'kube-state-metrics',
  namespace: 'monitoring-system',
  service: NAME,
  endpoint: 'http',
};

describe('the workload', () => {
  test('runs once, on system nodes', () => {
    expect(deployment().spec).toMatchObject({ replicas: 1 });
    expect(podOf(deployment()).nodeSelector).toEqual({ 'slurm.nebius.ai/nodeset': 'system' });
  });

  test('ends before its successor starts, because both would write the same series', () => {
    expect(deployment().spec).toMatchObject({ strategy: { type: 'Recreate' } });
  });

  test('serves objects on 8080 and itself on 8081, by itself and through the Service that port-forward asks for', () => {
    expect(flagOf(container(), '--port')).toBe('8080');
    expect(flagOf(container(), '--telemetry-port')).toBe('8081');
    expect(container().ports).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'http', containerPort: 8080 }),
        expect.objectContaining({ name: 'telemetry', containerPort: 8081 }),
      ]),
    );
    expect(exporter().find('Service', NAME, 'monitoring-system').spec).toMatchObject({
      ports: expect.arrayContaining([
        expect.objectContaining({ name: 'http', port: 8080, targetPort: 'http' }),
        expect.objectContaining({ name: 'telemetry', port: 8081, targetPort: 'telemetry' }),
      ]),
    });
    expect(exporter().made).toMatchObject({ port: 8080, telemetryPort: 8081, job: 'kube-state-metrics' });
  });

  test('is probed where the exporter answers: alive on its main port, ready on the other', () => {
    expect(container()).toMatchObject({
      livenessProbe: { httpGet: { path: '/livez', port: 'http' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'telemetry' } },
    });
  });
});

describe('the rights', () => {
  const rules = (props?: KubeStateMetricsProps) => exporter(props).find('ClusterRole', `monitoring-system-${NAME}`).rules;

  test('are to list and watch pods, and nothing else', () => {
    expect(rules()).toEqual([{ apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] }]);
    expect(exporter().all('Role')).toEqual([]);
  });

  test('cover nodes once nodes are asked for', () => {
    expect(rules({ nodeMetrics: true })).toEqual([{ apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list', 'watch'] }]);
  });

  test('belong to the account that the pod runs under', () => {
    expect(exporter().find('ClusterRoleBinding', `monitoring-system-${NAME}`)).toMatchObject({
      roleRef: { kind: 'ClusterRole', name: `monitoring-system-${NAME}` },
      subjects: [{ kind: 'ServiceAccount', name: NAME, namespace: 'monitoring-system' }],
    });
    expect(exporter().find('ServiceAccount', NAME, 'monitoring-system').automountServiceAccountToken).toBe(false);
    expect(podOf(deployment())).toMatchObject({ serviceAccountName: NAME, automountServiceAccountToken: true });
  });
});

describe('the allow-list', () => {
  const families = (groups: typeof POD_FAMILIES) => groups.flatMap((group) => group.families);

  test('lets out what dashboards join by, of pods only', () => {
    expect(flagOf(container(), '--resources')).toBe('pods');
    expect(allowed().filter((name) => !/\bkube_pod_/.test(name))).toEqual([]);
    for (const name of [
      'kube_pod_info',
      'kube_pod_status_phase',
      'kube_pod_container_status_restarts_total',
      'kube_pod_container_resource_limits',
    ]) {
      expect(allowed().filter((pattern) => new RegExp(pattern).test(name))).not.toEqual([]);
    }
  });

  test('lets out nodes with those of their labels that place work, once nodes are asked for', () => {
    const props = { nodeMetrics: true };
    expect(flagOf(container(props), '--resources')).toBe('nodes,pods');
    for (const name of ['kube_node_labels', 'kube_node_status_condition', 'kube_pod_info']) {
      expect(allowed(props).filter((pattern) => new RegExp(pattern).test(name))).not.toEqual([]);
    }
    expect(flagOf(container(props), '--metric-labels-allowlist')).toMatch(/^nodes=\[.*\bslurm\.nebius\.ai\/nodeset\b.*\]$/);
    expect(flagOf(container(), '--metric-labels-allowlist')).toBeUndefined();
  });

  test('says of each group of families why it is worth its series, and names none twice', () => {
    const groups = [...POD_FAMILIES, ...NODE_FAMILIES];
    expect(groups.filter(({ why }) => why.length < 10)).toEqual([]);
    const all = families(groups);
    expect(all.filter((name, index) => all.indexOf(name) !== index)).toEqual([]);
  });

  test('takes more families, each once', () => {
    const list = allowed({ extraMetrics: ['kube_pod_owner', 'kube_pod_owner'] });
    expect(list.filter((pattern) => new RegExp(pattern).test('kube_pod_owner'))).toHaveLength(1);
  });
});

describe('the scrape', () => {
  const stored = () => storedSeries(target(), exposition('kube-state-metrics'), targetLabels(target(), DISCOVERED) ?? {});

  test('finds the Service that is rendered, by the names of both ports, every 30 s', () => {
    const rendered = exporter();
    const { discovery, endpoints, scrapeInterval, provenance } = targetOf(rendered.made, NAME);
    expect(discovery).toMatchObject({ role: DiscoveryRole.SERVICES, namespaces: ['monitoring-system'] });
    expect(rendered.find('Service', NAME).metadata.labels).toMatchObject(discovery.matchLabels);
    expect(endpoints).toMatchObject([{ port: 'http' }, { port: 'telemetry' }]);
    expect(scrapeInterval).toEqual(Duration.seconds(30));
    expect(provenance).toBe(Provenance.RENDERED);
  });

  test("names the exporter's pod as instance and nothing else that an object could lack and inherit", () => {
    expect(targetLabels(target(), DISCOVERED)).toEqual({
      job: 'kube-state-metrics',
      instance: 'metrics-kube-state-metrics-ff674c76b-vmkxc',
      endpoint: 'http',
    });
  });

  test('shows pod, namespace and container of the object that is described, or none', () => {
    for (const [before, after] of stored()) {
      for (const label of ['pod', 'namespace', 'container', 'node']) expect(after?.[label]).toBe(before[label] || undefined);
      expect(Object.keys(after ?? {}).filter((name) => name.startsWith('exported_'))).toEqual([]);
    }
  });

  test('drops ids that change with every pod and container, and no series becomes another', () => {
    const series = stored();
    expect([...series.values()]).not.toContain(undefined);
    expect(mergedSeries(series)).toEqual([]);
    for (const after of series.values()) {
      expect(Object.keys(after ?? {}).filter((name) => ['uid', 'container_id', 'image_id'].includes(name))).toEqual([]);
    }
  });
});

describe('with deploy: false', () => {
  test('renders nothing and scrapes the Service that somebody else deployed', () => {
    const rendered = exporter({ deploy: false });
    expect(rendered.all()).toEqual([]);
    expect(rendered.made).toMatchObject({ workload: undefined, service: undefined });
    expect(targetOf(rendered.made, NAME)).toMatchObject({
      discovery: {
        role: DiscoveryRole.SERVICES,
        namespaces: ['monitoring-system'],
        matchLabels: { 'app.kubernetes.io/name': 'kube-state-metrics' },
      },
      endpoints: [{ port: 'http' }, { port: 'metrics' }],
      provenance: Provenance.EXTERNAL,
      honorLabels: true,
    });
  });
});

describe('with every option set', () => {
  const props: Required<KubeStateMetricsProps> = {
    ...SOURCE_PROPS,
    nodeMetrics: true,
    nodeLabels: ['example.com/rack'],
    extraMetrics: ['kube_pod_owner'],
  };

  test('scrapes as it is told what somebody else deployed', () => {
    const given = targetOf(exporter(props).made, 'given');
    expect(given).toMatchObject({
      ...GIVEN_TARGET,
      discovery: { namespaces: ['elsewhere'], matchLabels: { team: 'operations' } },
      endpoints: [{ port: 'given-port' }],
    });
    expect(targetLabels(given, DISCOVERED)).toMatchObject({ pool: 'operations' });
    const [series] = storedSeries(given, exposition('kube-state-metrics'), {}).values();
    expect(series).toMatchObject({ pod: 'of-the-user' });
  });

  test('deploys what it is told', () => {
    const { selector, portNames, ...own } = props;
    const rendered = exporter({ ...own, deploy: true });
    const given = rendered.find('Deployment', 'given', 'elsewhere');
    expect(podOf(given)).toMatchObject({ ...GIVEN_POD, serviceAccountName: 'given' });
    expect(containerOf(given, 'kube-state-metrics')).toMatchObject({
      ...GIVEN_CONTAINER,
      args: expect.arrayContaining(['--resources=nodes,pods', '--metric-labels-allowlist=nodes=[example.com/rack]']),
    });
    expect(flagOf(containerOf(given, 'kube-state-metrics'), '--metric-allowlist')).toMatch(/\bkube_pod_owner\b/);
    expect(rendered.find('ClusterRole', 'elsewhere-given').rules).toEqual([
      { apiGroups: [''], resources: ['nodes', 'pods'], verbs: ['list', 'watch'] },
    ]);
    expect(rendered.find('Service', 'given', 'elsewhere').metadata.labels).toMatchObject(
      targetOf(rendered.made, 'given').discovery.matchLabels,
    );
  });
});

describe('fails', () => {
  test('when its name is none', () => {
    expect(() => exporter({ name: 'Kube_State' })).toThrow(
      Error(
        '[test/KubeStateMetrics] name: got "Kube_State", expected a lower-case DNS label of at most 63 characters; use letters, digits and \'-\', with a letter or digit at both ends',
      ),
    );
  });
});

test.each(['', 'kube_pod_(', 'a,b', 'kube pod'])('fails when the family %j cannot be in the list', (family) => {
  expect(() => exporter({ extraMetrics: ['kube_pod_owner', family] })).toThrow(
    Error(
      `[test/KubeStateMetrics] extraMetrics[1]: got ${JSON.stringify(family)}, expected the name of a family, or a regular expression over names, without commas and blanks; write names as kube-state-metrics has them: 'kube_pod_owner'`,
    ),
  );
});

test('fails for node labels without the nodes that carry them', () => {
  expect(() => exporter({ nodeLabels: ['rack'] })).toThrow(
    Error(
      '[test/KubeStateMetrics] nodeLabels: got ["rack"], expected nodeMetrics beside it; set nodeMetrics to true, or leave the labels out',
    ),
  );
});

describe('the families that it says it exposes', () => {
  const families = (props?: KubeStateMetricsProps, port = 'http') => familiesOf(target(props), port);

  test('are those of the allow-list', () => {
    expect([...families().keys()].filter((name) => !name.startsWith('kube_pod_'))).toEqual([]);
    expect(families().get('kube_pod_info')?.when).toBeUndefined();
    expect(families().has('kube_pod_owner')).toBe(false);
    expect(families({ extraMetrics: ['kube_pod_own.+'] }).has('kube_pod_owner')).toBe(true);
    expect(families({ extraMetrics: ['(?i)KUBE_POD_OWNER'] }).has('kube_pod_owner')).toBe(true);
  });

  test('are of nodes where these are asked for, with the labels that are shown', () => {
    expect(families({ nodeMetrics: true }).get('kube_node_info')?.when).toBeUndefined();
    const shown = (nodeLabels?: readonly string[]) =>
      Object.keys(families({ nodeMetrics: true, nodeLabels }).get('kube_node_labels')?.labels ?? {});
    expect(shown()).toContain('label_slurm_nebius_ai_nodeset');
    expect(shown(['example.com/rack'])).toEqual(['node', 'label_example_com_rack']);
    // the exporter is asked for pods alone
    expect(families({ extraMetrics: ['kube_node_info'] }).has('kube_node_info')).toBe(false);
  });

  test('of the other port are its own', () => {
    expect(families({}, 'telemetry').has('kube_state_metrics_build_info')).toBe(true);
    expect(families({ deploy: false }, 'metrics').has('kube_state_metrics_build_info')).toBe(true);
  });

  test('may be any where somebody else deployed it', () => {
    const given = target({ deploy: false });
    expect(familiesOf(given, 'http').get('kube_pod_owner')?.when).toEqual({ option: 'resource pods' });
    expect(given.endpoints[0]?.catalog?.others?.test('kube_deployment_spec_replicas')).toBe(true);
  });
});

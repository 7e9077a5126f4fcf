import { Duration } from 'cdk8s';
import { DcgmExporter } from '../../../lib/dcgm-exporter';
import { KubeStateMetrics } from '../../../lib/kube-state-metrics';
import { KubeletScrapes } from '../../../lib/kubelet-scrapes';
import { NodeExporter } from '../../../lib/node-exporter';
import { rightsOf } from '../../../lib/scrape/rights';
import {
  type AgentRight,
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  Provenance,
  type ScrapeTarget,
} from '../../../lib/scrape/scrape-target';
import { SlurmExporter } from '../../../lib/slurm-exporter';
import { SoperatorController } from '../../../lib/soperator-controller';
import { render } from '../../support';

const TARGET: ScrapeTarget = {
  name: 'example',
  job: 'example',
  discovery: { role: DiscoveryRole.PODS, namespaces: ['apps'], matchLabels: {} },
  endpoints: [{ port: 'http' }],
  provenance: Provenance.EXTERNAL,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.POD,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
};
const found = (role: DiscoveryRole, namespaces: readonly string[], more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
  ...TARGET,
  discovery: { role, namespaces, matchLabels: {} },
  ...more,
});

const PODS = { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] };
const SERVICES = { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] };
const SLICES = { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] };
const NODES = { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] };

test('pods are found with pods alone', () => {
  const { cluster, namespaces } = rightsOf([found(DiscoveryRole.PODS, ['apps'])]);
  expect(cluster).toEqual([]);
  expect(Object.fromEntries(namespaces)).toEqual({ apps: [PODS] });
});

test('Services are found through their slices, never through Secrets or Endpoints', () => {
  const { cluster, namespaces } = rightsOf([found(DiscoveryRole.SERVICES, ['apps'])]);
  expect(cluster).toEqual([]);
  expect([...namespaces.keys()]).toEqual(['apps']);
  expect(namespaces.get('apps')).toEqual(expect.arrayContaining([PODS, SERVICES, SLICES]));
  expect(
    namespaces
      .get('apps')
      ?.flatMap(({ resources = [] }) => resources)
      .sort(),
  ).toEqual(['endpointslices', 'pods', 'services']);
});

test('nodes are found in the cluster, and no namespace is opened for them', () => {
  const { cluster, namespaces } = rightsOf([found(DiscoveryRole.NODES, [])]);
  expect(cluster).toEqual([NODES]);
  expect(namespaces.size).toBe(0);
});

test('labels of nodes on pods need the nodes', () => {
  expect(rightsOf([found(DiscoveryRole.PODS, ['apps'], { nodeLabels: { rack: 'example.com/rack' } })]).cluster).toEqual([NODES]);
  expect(rightsOf([found(DiscoveryRole.PODS, ['apps'], { nodeLabels: {} })]).cluster).toEqual([]);
});

test('what a target asks for is granted as it says, and in the core group unless it names another', () => {
  const rights: AgentRight[] = [
    { resources: ['nodes/metrics'], verbs: ['get'] },
    { apiGroup: 'metrics.k8s.io', resources: ['pods'], verbs: ['get', 'list'] },
    { nonResourceUrls: ['/metrics'], verbs: ['get'] },
  ];
  const { cluster } = rightsOf([found(DiscoveryRole.PODS, ['apps'], { rights })]);
  expect(cluster).toEqual(
    expect.arrayContaining([
      { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      { apiGroups: ['metrics.k8s.io'], resources: ['pods'], verbs: ['get', 'list'] },
      { nonResourceUrls: ['/metrics'], verbs: ['get'] },
    ]),
  );
});

test('each rule stands once, however many targets ask for it', () => {
  const pods = found(DiscoveryRole.PODS, ['apps', 'more'], { rights: [{ nonResourceUrls: ['/metrics'], verbs: ['get'] }] });
  const { cluster, namespaces } = rightsOf([pods, { ...pods, name: 'other' }]);
  expect(cluster).toEqual([{ nonResourceUrls: ['/metrics'], verbs: ['get'] }]);
  expect(Object.fromEntries(namespaces)).toEqual({ apps: [PODS], more: [PODS] });
});

test('the order of the targets changes nothing', () => {
  const targets = [
    found(DiscoveryRole.NODES, [], { rights: [{ resources: ['nodes/metrics'], verbs: ['get'] }] }),
    found(DiscoveryRole.SERVICES, ['b', 'a']),
    found(DiscoveryRole.PODS, ['a']),
  ];
  const text = ({ cluster, namespaces }: ReturnType<typeof rightsOf>) => JSON.stringify([cluster, [...namespaces]]);
  expect(text(rightsOf([...targets].reverse()))).toBe(text(rightsOf(targets)));
});

test('no target needs no rights', () => {
  expect(rightsOf([])).toEqual({ cluster: [], namespaces: new Map() });
});

describe('of all sources together', () => {
  const sources: readonly IMetricsSource[] = render((chart) => [
    new SlurmExporter(chart, 'SlurmExporter'),
    new DcgmExporter(chart, 'DcgmExporter'),
    new NodeExporter(chart, 'NodeExporter'),
    new KubeletScrapes(chart, 'Kubelet'),
    new KubeStateMetrics(chart, 'KubeStateMetrics'),
    new SoperatorController(chart, 'SoperatorController'),
  ]).made;
  const rights = rightsOf(sources.flatMap(({ targets }) => targets));

  test('are, in the cluster, to see nodes, to read kubelets and to GET /metrics, and nothing else', () => {
    expect(rights.cluster).toHaveLength(3);
    expect(rights.cluster).toEqual(
      expect.arrayContaining([
        NODES,
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
        { nonResourceUrls: ['/metrics'], verbs: ['get'] },
      ]),
    );
  });

  test('are, in each namespace, to find what is scraped there', () => {
    const resources = [...rights.namespaces].map(([namespace, rules]): [string, string[]] => [
      namespace,
      rules.flatMap((rule) => rule.resources ?? []).sort(),
    ]);
    expect(Object.fromEntries(resources)).toEqual({
      'monitoring-system': ['endpointslices', 'pods', 'services'],
      'node-exporter-system': ['pods'],
      soperator: ['endpointslices', 'pods', 'services'],
      'soperator-system': ['endpointslices', 'pods', 'services'],
    });
  });

  test('never go beyond reading', () => {
    const verbs = [...rights.cluster, ...[...rights.namespaces.values()].flat()].flatMap((rule) => rule.verbs);
    expect(verbs.filter((verb) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
  });
});

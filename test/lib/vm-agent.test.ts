import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { IMAGES } from '../../lib/common/images';
import { AGENT_LABEL } from '../../lib/common/labels';
import { Mode } from '../../lib/common/mode';
import { SeriesProfile } from '../../lib/common/series-profile';
import { flagBytes, resourceRequirements } from '../../lib/common/units';
import { RemoteWrite, RemoteWriteCredential } from '../../lib/remote-write';
import type { CounterSum } from '../../lib/scrape/aggregation';
import { isCollector } from '../../lib/scrape/collector';
import type { IDestination } from '../../lib/scrape/destination';
import { loadOf, scrapeSizeOf, shareOf } from '../../lib/scrape/load';
import { QueueBudget } from '../../lib/scrape/queue-budget';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import {
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  Provenance,
  type ScrapeTarget,
  TargetLabel,
} from '../../lib/scrape/scrape-target';
import { agentResources, queuesFor, shardsFor, typicalLoad } from '../../lib/scrape/sizing';
import { type UserScrapes, VMAgent, type VMAgentProps } from '../../lib/vm-agent';
import { familiesOf, type KubeJson, type Rendered, render, targetOf } from '../support';

const NAMESPACE = 'monitoring-system';
const STORE = RemoteWrite.toUrl('http://store.monitoring-system.svc:8429/api/v1/write', { name: 'store' });

/** A source with one target, which is found behind Services of `slurm` unless told otherwise. */
function source(target: Partial<ScrapeTarget> & { readonly name: string }): IMetricsSource {
  const declared: ScrapeTarget = {
    job: target.name,
    discovery: { role: DiscoveryRole.SERVICES, namespaces: ['slurm'], matchLabels: { app: target.name } },
    endpoints: [{ port: 'metrics' }],
    provenance: Provenance.EXTERNAL,
    scrapeInterval: Duration.seconds(30),
    scrapeTimeout: Duration.seconds(10),
    instance: InstanceLabel.POD,
    targetLabels: [],
    relabelConfigs: [],
    metricRelabelConfigs: [],
    ...target,
  };
  return { targets: [declared] };
}

const pods = (name: string, namespace: string) =>
  source({ name, discovery: { role: DiscoveryRole.PODS, namespaces: [namespace], matchLabels: {} } });
const nodes = (name: string) =>
  source({
    name,
    discovery: { role: DiscoveryRole.NODES, namespaces: [], matchLabels: {} },
    endpoints: [{ path: '/metrics' }],
    rights: [{ resources: ['nodes/metrics'], verbs: ['get'] }],
  });

interface Result {
  readonly agent: VMAgent;
  readonly rendered: Rendered;
}

function agentWith(
  props: Partial<VMAgentProps> = {},
  sources: readonly IMetricsSource[] = [],
  destinations: readonly IDestination[] = [STORE],
) {
  const built: VMAgent[] = [];
  const rendered = render((chart) => {
    const agent = new VMAgent(chart, 'VMAgent', { cluster: 'prod', ...props });
    for (const one of sources) agent.scrape(one);
    for (const one of destinations) agent.writeTo(one);
    built.push(agent);
  });
  const [agent] = built;
  if (!agent) throw new Error('no agent was built');
  return { agent, rendered } satisfies Result;
}

/** The spec of an object, of which tests look at single fields. */
function specOf(object: KubeJson): { readonly [field: string]: unknown } {
  return object.spec as { readonly [field: string]: unknown };
}

const vmAgent = (props: Partial<VMAgentProps> = {}, destinations: readonly IDestination[] = [STORE]) => {
  const { rendered, agent } = agentWith(props, [], destinations);
  return specOf(rendered.find('VMAgent', agent.workload.name));
};

interface Rule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly nonResourceURLs?: readonly string[];
  readonly verbs: readonly string[];
}

/** Every right of the agent as one line: scope, verb, and what it is about. Follows the bindings, so that a Role that nobody has does not count. */
function rightsOf({ rendered, agent }: Result): string[] {
  const bindings = [...rendered.all('RoleBinding'), ...rendered.all('ClusterRoleBinding')].map((binding) => ({
    ...binding,
    roleRef: binding.roleRef as { readonly kind: string; readonly name: string },
    subjects: binding.subjects as readonly { readonly kind: string; readonly name: string; readonly namespace: string }[],
  }));
  return bindings
    .filter(({ subjects }) =>
      subjects.some(
        ({ kind, name, namespace }) => kind === 'ServiceAccount' && name === agent.serviceAccountName && namespace === agent.namespace,
      ),
    )
    .flatMap(({ metadata: { namespace = '' }, roleRef }) =>
      (rendered.find(roleRef.kind, roleRef.name, roleRef.kind === 'Role' ? namespace : undefined).rules as readonly Rule[]).flatMap(
        (rule) =>
          rule.verbs.flatMap((verb) =>
            [
              ...(rule.resources ?? []).flatMap((resource) =>
                (rule.apiGroups ?? []).map(
                  (group) => `${resource}${group ? `.${group}` : ''}${rule.resourceNames ? `/${rule.resourceNames}` : ''}`,
                ),
              ),
              ...(rule.nonResourceURLs ?? []),
            ].map((what) => `${namespace || 'cluster'}: ${verb} ${what}`),
          ),
      ),
    )
    .sort();
}

/** Lines of {@link rightsOf} for list and watch. */
const watching = (namespace: string, ...resources: readonly string[]) =>
  ['list', 'watch'].flatMap((verb) => resources.map((resource) => `${namespace}: ${verb} ${resource}`));

const OWN_CONFIGURATION = ['get', 'list', 'watch'].map((verb) => `${NAMESPACE}: ${verb} secrets/vmagent-metrics`);
const NO_USERS: Partial<VMAgentProps> = { userScrapes: { enabled: false } };

describe('scraping', () => {
  test('reads large answers as a stream and refuses those above 32 MiB', () => {
    expect(vmAgent().extraArgs).toMatchObject({ 'promscrape.streamParse': 'true', 'promscrape.maxScrapeSize': '33554432' });
  });

  test('refuses by the limit that is given, which counts for the agent itself and for every source without its own', () => {
    const { agent, rendered } = agentWith({ maxScrapeSize: Size.mebibytes(1) });
    expect(specOf(rendered.find('VMAgent', 'metrics')).extraArgs).toMatchObject({ 'promscrape.maxScrapeSize': String(1024 ** 2) });
    expect(agent.targets.filter(({ maxScrapeSize }) => maxScrapeSize !== undefined)).toEqual([]);
  });

  test('puts the cluster on every series, and no label of the operator', () => {
    expect(vmAgent({ cluster: 'prod-eu-1' })).toMatchObject({ externalLabels: { cluster: 'prod-eu-1' }, externalLabelName: '' });
  });

  test('renders a scrape beside itself, with the label that it selects by', () => {
    const { rendered } = agentWith({}, [source({ name: 'slurm-exporter' })]);
    const scrape = rendered.find('VMServiceScrape', 'slurm-exporter', NAMESPACE);
    expect(scrape.metadata.labels).toMatchObject({ [AGENT_LABEL]: 'metrics' });
    expect(scrape.spec).toMatchObject({
      selector: { matchLabels: { app: 'slurm-exporter' } },
      namespaceSelector: { matchNames: ['slurm'] },
    });
  });

  test('is itself a source: found behind the Service that the operator makes', () => {
    const { agent } = agentWith({ name: 'other', namespace: 'agents' });
    expect(agent.serviceName).toBe('vmagent-other');
    expect(agent.targets).toEqual([
      expect.objectContaining({
        job: 'vmagent',
        discovery: {
          role: DiscoveryRole.SERVICES,
          namespaces: ['agents'],
          matchLabels: { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': 'other' },
        },
        endpoints: [expect.objectContaining({ port: 'http' })],
        provenance: Provenance.OPERATOR,
        instance: InstanceLabel.POD,
        targetLabels: [TargetLabel.NAMESPACE],
      }),
    ]);
  });

  test('leaves scraping itself to the pipeline: a scrape of the operator would double its series', () => {
    expect(vmAgent()).toMatchObject({ disableSelfServiceScrape: true });
  });

  test('fails when two targets have one name', () => {
    expect(() => agentWith({}, [source({ name: 'same' }), pods('same', 'other')])).toThrow(
      '[test/VMAgent] scrape: got "same", expected a target with a name that no other target of this agent has; give one of the two sources another name',
    );
  });

  test('fails at synth when there is nothing to scrape', () => {
    const { agent } = agentWith();
    expect(agent.node.validate()).toEqual(['scrape: got nothing, expected at least one source; use agent.scrape(new SlurmExporter(…))']);
  });

  test('hands out its targets and destinations as copies, in the order they were added', () => {
    const { agent } = agentWith({}, [source({ name: 'a' }), pods('b', 'other')]);
    const { scrapedTargets, destinations } = agent;
    (scrapedTargets as ScrapeTarget[]).pop();
    (destinations as unknown[]).pop();
    expect(agent.scrapedTargets.map(({ name }) => name)).toEqual(['a', 'b']);
    expect(agent.destinations.map(({ name }) => name)).toEqual(['store']);
  });

  test('is known as a collector to checks', () => {
    expect(isCollector(agentWith().agent)).toBe(true);
  });
});

describe('destinations', () => {
  test('tells each store who writes to it', () => {
    const told: unknown[] = [];
    const { agent } = agentWith({}, [], [{ destination: STORE.destination, collectFrom: (collector) => told.push(collector) }]);
    expect(told).toEqual([agent]);
  });

  test('fails when two destinations have one name', () => {
    const other = RemoteWrite.toUrl('https://other.example/write', { name: 'store' });
    expect(() => agentWith({}, [], [STORE, other])).toThrow(
      '[test/VMAgent] writeTo: got "store https://other.example/write", expected a destination with a name and URL that no other destination of this agent has; leave one of the two out, or give it another name',
    );
  });

  test('fails when two destinations have one URL, which would get every sample twice', () => {
    const twin = RemoteWrite.toUrl(STORE.destination.url, { name: 'twin' });
    expect(() => agentWith({}, [], [STORE, twin])).toThrow(
      `[test/VMAgent] writeTo: got "twin ${STORE.destination.url}", expected a destination with a name and URL that no other destination of this agent has; leave one of the two out, or give it another name`,
    );
  });

  test('fails at synth when there is nothing to write to', () => {
    const { agent } = agentWith({}, [source({ name: 'a' })], []);
    expect(agent.node.validate()).toEqual([
      'writeTo: got nothing, expected at least one destination; use agent.writeTo(new VMSingle(…)) or RemoteWrite.toUrl(…)',
    ]);
  });

  test('passes validation with something to scrape and somewhere to write', () => {
    expect(agentWith({}, [source({ name: 'a' })]).agent.node.validate()).toEqual([]);
  });
});

/** One flag of the resource. */
const flag = (name: string, props: Partial<VMAgentProps> = {}, destinations?: readonly IDestination[]) =>
  (vmAgent(props, destinations).extraArgs as { readonly [flag: string]: string })[name];

describe('the queue', () => {
  /** Brings so much that the least volume does not hold six hours of it. */
  const LARGE = source({ name: 'large', series: { fixed: 4_000_000 } });
  const volume = ({ rendered }: Result) =>
    (specOf(rendered.find('VMAgent', 'metrics')).statefulStorage as StatefulStorage).volumeClaimTemplate.spec;

  test('lies on a volume, so that samples outlive the pod while a destination is away', () => {
    expect(vmAgent()).toMatchObject({
      statefulMode: true,
      replicaCount: 1,
      statefulStorage: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } } } },
    });
  });

  test('has a volume for what is scraped, sources that are added later included', () => {
    const result = agentWith({}, [LARGE]);
    expect(result.agent.queueSize.toGibibytes()).toBeGreaterThan(10);
    expect(volume(result).resources.requests.storage).toBe(`${result.agent.queueSize.toGibibytes()}Gi`);
  });

  test('has a volume for every destination, those that are added later included', () => {
    const two = [STORE, RemoteWrite.toUrl('https://other.example/write')];
    const [one, both] = [[STORE], two].map((destinations) => agentWith({}, [LARGE], destinations).agent.queueSize.toGibibytes());
    expect(both).toBeGreaterThan(one ?? 0);
  });

  test('has a limit of its own for each destination, in their order', () => {
    const to = (name: string, size: number) =>
      RemoteWrite.toUrl(`https://${name}.example/write`, { buffer: QueueBudget.size(Size.gibibytes(size)) });
    const props = { buffer: QueueBudget.size(Size.gibibytes(1)) };
    expect(flag('remoteWrite.maxDiskUsagePerURL', props, [to('a', 4), STORE, to('b', 2)])).toBe('4294967296,1073741824,2147483648');
    expect(agentWith(props, [], [to('a', 4), STORE, to('b', 2)]).agent.queueLimits).toEqual([4294967296, 1073741824, 2147483648]);
  });

  test('fails at synth when the volume that is given does not hold the budgets that are given', () => {
    const buffer = QueueBudget.size(Size.gibibytes(4));
    const { agent } = agentWith({ buffer, queueSize: Size.gibibytes(5) }, [source({ name: 'a' })]);
    expect(agent.node.validate()).toEqual([
      'queueSize: got 5Gi, expected 6Gi or more: store 4Gi; with one more file for each while it is read, that is 9 files of half a gigabyte, and a tenth of the volume stays free; use Size.gibibytes(6), or a smaller buffer',
    ]);
    expect(agentWith({ buffer, queueSize: Size.gibibytes(6) }, [source({ name: 'a' })]).agent.node.validate()).toEqual([]);
  });

  test('is read by as many senders as the load needs, not by as many as the node has CPUs', () => {
    const { agent, rendered } = agentWith({}, [LARGE]);
    const senders = queuesFor(loadOf(agent.scrapedTargets, agent.scale));
    expect(specOf(rendered.find('VMAgent', 'metrics')).extraArgs).toMatchObject({ 'remoteWrite.queues': String(senders) });
  });

  test('is sent on within ten seconds once a destination is back', () => {
    expect(flag('remoteWrite.retryMaxInterval')).toBe('10s');
  });
});

interface StatefulStorage {
  readonly volumeClaimTemplate: { readonly spec: { readonly resources: { readonly requests: { readonly storage: string } } } };
}

describe('shards', () => {
  const spread = {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': 'metrics' } },
  };

  test('are one by default, with nothing that keeps its node from being drained', () => {
    const { agent, rendered } = agentWith();
    expect(agent.shards).toBe(1);
    expect(specOf(rendered.find('VMAgent', 'metrics'))).not.toHaveProperty('shardCount');
    expect(specOf(rendered.find('VMAgent', 'metrics'))).not.toHaveProperty('topologySpreadConstraints');
    expect(rendered.all('PodDisruptionBudget')).toEqual([]);
  });

  test('are made by the operator, on different nodes, and drained one at a time', () => {
    const { agent, rendered } = agentWith({ shards: 3 });
    expect(specOf(rendered.find('VMAgent', 'metrics'))).toMatchObject({
      shardCount: 3,
      replicaCount: 1,
      topologySpreadConstraints: [spread],
    });
    expect(rendered.find('PodDisruptionBudget', 'metrics', NAMESPACE).spec).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: spread.labelSelector,
    });
    expect(agent.workloads).toEqual([agent.workload]);
  });

  test('follow from the scale unless they are given', () => {
    for (const nodes of [10, 10_000]) {
      const { agent } = agentWith({ scale: { nodes } });
      expect(agent.shards).toBe(shardsFor(typicalLoad(agent.scale)));
      const { agent: frugal } = agentWith({ scale: { nodes }, seriesProfile: SeriesProfile.STANDARD });
      expect(frugal.shards).toBe(shardsFor(typicalLoad(agent.scale, SeriesProfile.STANDARD)));
      expect(agentWith({ scale: { nodes }, shards: 2 }).agent.shards).toBe(2);
    }
  });

  test('are all scraped themselves', () => {
    expect(agentWith({ shards: 3 }).agent.targets.map(({ replicas }) => replicas)).toEqual([3]);
  });

  test('share the load, so that each needs a smaller volume', () => {
    const large = [source({ name: 'large', series: { fixed: 8_000_000 } })];
    const [one, four] = [1, 4].map((shards) => agentWith({ shards }, large).agent.queueSize.toGibibytes());
    expect(four).toBeLessThan(one ?? 0);
  });

  test.each([0, -1, 1.5, 101, Number.NaN])('fail as %d', (shards) => {
    expect(() => vmAgent({ shards })).toThrow(
      new Error(`[test/VMAgent] shards: got ${shards}, expected a whole number of 1 to 100; leave it out: the number follows from scale`),
    );
  });

  test.each([1, 100])('are taken as %d', (shards) => {
    expect(agentWith({ shards }).agent.shards).toBe(shards);
  });

  describe('that are given', () => {
    /** What validation says of shards that share so many samples a second; ten series of thirty are the agent's own. */
    const problems = (shards: number, samplesPerSecond: number) =>
      agentWith({ shards }, [source({ name: 'large', series: { fixed: 30 * samplesPerSecond - 10 } })]).agent.node.validate();
    const message = (shards: number, each: number, enough: number) =>
      `shards: got ${shards} for ${each} samples a second each, expected 400000 or fewer, which is what the senders of an agent move; ` +
      `use shards: ${enough}, longer intervals, or the scale that the cluster really has`;

    test.each([1, 2, 100])('may be %d with exactly what their senders move', (shards) => {
      expect(problems(shards, shards * 400_000)).toEqual([]);
    });

    test.each([
      [1, 400_001, 2],
      [2, 800_002, 4],
      [3, 12_000_000, 48],
    ])('fail at synth as %d for %d samples a second, which they could never send', (shards, all, enough) => {
      expect(problems(shards, all)).toEqual([message(shards, all / shards, enough)]);
      expect(problems(enough, all)).toEqual([]);
    });

    test('fail by a single series, whose part of a sample is rounded up', () => {
      const one = agentWith({ shards: 1 }, [source({ name: 'large', series: { fixed: 11_999_991 } })]);
      expect(one.agent.node.validate()).toEqual([message(1, 400_001, 2)]);
    });

    test('may carry more with more senders', () => {
      const large = [source({ name: 'large', series: { fixed: 30 * 800_000 - 10 } })];
      const with16 = { shards: 1, extraArgs: { 'remoteWrite.queues': '16' } };
      expect(agentWith(with16, large).agent.node.validate()).toEqual([]);
    });

    test('fail together with whatever else is wrong', () => {
      const { agent } = agentWith({ shards: 1 }, [source({ name: 'large', series: { fixed: 11_999_991 } })], []);
      expect(agent.node.validate()).toEqual([
        'writeTo: got nothing, expected at least one destination; use agent.writeTo(new VMSingle(…)) or RemoteWrite.toUrl(…)',
        message(1, 400_001, 2),
      ]);
    });
  });
});

describe('scrapes of users', () => {
  const KINDS = ['serviceScrape', 'podScrape', 'nodeScrape', 'staticScrape', 'scrapeConfig'];
  const OURS = { matchLabels: { [AGENT_LABEL]: 'metrics' } };
  const inNamespaces = (...values: readonly string[]) => ({
    matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values }],
  });

  test.each<readonly [string, UserScrapes, object, object | undefined]>([
    ['are all picked up in the namespace of the agent', {}, {}, undefined],
    ['are left alone when switched off', { enabled: false }, OURS, undefined],
    ['are left alone when switched off, whatever else is said', { enabled: false, namespaces: ['a'] }, OURS, undefined],
    ['are picked up by label when others lie about', { requireLabel: true }, OURS, undefined],
    ['are picked up in further namespaces', { namespaces: ['a', 'b'] }, {}, inNamespaces(NAMESPACE, 'a', 'b')],
    ['are picked up once where the own namespace is named, too', { namespaces: ['a', NAMESPACE] }, {}, inNamespaces(NAMESPACE, 'a')],
    [
      'are picked up by label in several namespaces',
      { namespaces: [NAMESPACE, 'a'], requireLabel: true },
      OURS,
      inNamespaces(NAMESPACE, 'a'),
    ],
  ])('%s', (_, userScrapes, selector, namespaceSelector) => {
    const spec = vmAgent({ userScrapes });
    expect(spec.selectAllByDefault).toBe(false);
    for (const kind of KINDS) {
      expect({ kind, selector: spec[`${kind}Selector`], namespaces: spec[`${kind}NamespaceSelector`] }).toEqual({
        kind,
        selector,
        namespaces: namespaceSelector,
      });
    }
  });

  // the selector counts for the agent's own scrapes, too: without its namespace it would scrape nothing of the pipeline
  test('never cost the agent its own scrapes', () => {
    const { matchExpressions } = vmAgent({ userScrapes: { namespaces: ['team-a'] } }).serviceScrapeNamespaceSelector as ReturnType<
      typeof inNamespaces
    >;
    expect(matchExpressions.flatMap(({ values }) => values)).toEqual(expect.arrayContaining([NAMESPACE, 'team-a']));
  });
});

describe('rights', () => {
  test('are those to its own configuration and no more while it scrapes nothing', () => {
    expect(rightsOf(agentWith(NO_USERS))).toEqual(OWN_CONFIGURATION);
  });

  test('let it find the targets of users in the namespace of the agent, by either kind of endpoint', () => {
    expect(rightsOf(agentWith())).toEqual(
      [...OWN_CONFIGURATION, ...watching(NAMESPACE, 'endpoints', 'endpointslices.discovery.k8s.io', 'pods', 'services')].sort(),
    );
  });

  test('let it find the targets of users in the namespaces that it is told', () => {
    expect(rightsOf(agentWith({ userScrapes: { targetNamespaces: ['team-a'] } }))).toEqual(
      [...OWN_CONFIGURATION, ...watching('team-a', 'endpoints', 'endpointslices.discovery.k8s.io', 'pods', 'services')].sort(),
    );
  });

  test.each<readonly [string, IMetricsSource, readonly string[]]>([
    [
      'Services, pods and slices for endpoints',
      source({ name: 'a' }),
      watching('slurm', 'endpointslices.discovery.k8s.io', 'pods', 'services'),
    ],
    ['pods for pods', pods('a', 'slurm'), watching('slurm', 'pods')],
    ['nodes and what the kubelet asks for', nodes('a'), [...watching('cluster', 'nodes'), 'cluster: get nodes/metrics']],
    [
      'nodes for labels of nodes',
      source({
        name: 'a',
        discovery: { role: DiscoveryRole.PODS, namespaces: ['gpu'], matchLabels: {} },
        nodeLabels: { nodeset: 'slurm.nebius.ai/nodeset' },
      }),
      [...watching('gpu', 'pods'), ...watching('cluster', 'nodes')],
    ],
    [
      'a path that belongs to no resource',
      source({ name: 'a', rights: [{ nonResourceUrls: ['/metrics'], verbs: ['get'] }] }),
      [...watching('slurm', 'endpointslices.discovery.k8s.io', 'pods', 'services'), 'cluster: get /metrics'],
    ],
    [
      'every namespace that a target is looked for in',
      source({ name: 'a', discovery: { role: DiscoveryRole.PODS, namespaces: ['one', 'two'], matchLabels: {} } }),
      [...watching('one', 'pods'), ...watching('two', 'pods')],
    ],
  ])('are %s', (_, one, expected) => {
    expect(rightsOf(agentWith(NO_USERS, [one]))).toEqual([...OWN_CONFIGURATION, ...expected].sort());
  });

  test('grow with every source, in a namespace that is known already too', () => {
    expect(rightsOf(agentWith(NO_USERS, [pods('a', 'slurm'), source({ name: 'b' }), nodes('c'), nodes('d'), pods('e', 'gpu')]))).toEqual(
      [
        ...OWN_CONFIGURATION,
        ...watching('slurm', 'pods', 'services', 'endpointslices.discovery.k8s.io'),
        ...watching('gpu', 'pods'),
        ...watching('cluster', 'nodes'),
        'cluster: get nodes/metrics',
      ].sort(),
    );
  });

  test('are the same in whatever order sources come', () => {
    const sources = [nodes('c'), source({ name: 'b' }), pods('a', 'gpu')];
    expect(rightsOf(agentWith({}, sources))).toEqual(rightsOf(agentWith({}, [...sources].reverse())));
  });

  test('hold nothing for the whole cluster while no target asks for it', () => {
    const { rendered } = agentWith({}, [source({ name: 'a' }), pods('b', 'gpu')]);
    expect([...rendered.all('ClusterRole'), ...rendered.all('ClusterRoleBinding')]).toEqual([]);
  });

  test('come with a service account of its own, whose token the operator mounts', () => {
    const { rendered, agent } = agentWith({ name: 'other', namespace: 'agents' });
    expect(agent.serviceAccountName).toBe('other-agent');
    expect(rendered.find('ServiceAccount', 'other-agent', 'agents').automountServiceAccountToken).toBe(true);
    expect(rendered.find('VMAgent', 'other', 'agents').spec).toMatchObject({ serviceAccountName: 'other-agent' });
  });

  test('for the whole cluster have a name that two agents in two namespaces do not share', () => {
    const { rendered } = agentWith({ namespace: 'agents' }, [nodes('a')]);
    expect(rendered.find('ClusterRole', 'agents-metrics-agent')).toBeDefined();
    expect(rendered.find('ClusterRoleBinding', 'agents-metrics-agent')).toBeDefined();
  });
});

describe('CPU and memory', () => {
  const LARGE = source({ name: 'large', series: { perNode: 5_000 } });

  test('have room for the largest page, which any of several agents may scrape', () => {
    const page = (shards: number, series: number) =>
      agentWith({ shards }, [source({ name: 'page', series: { fixed: series } })]).agent.resources.memoryRequest?.toMebibytes();
    // 128 MiB + 64 KiB + 400,000 × (150 + 2,500) bytes = 1,139 MiB; of four agents 128 MiB + 64 KiB + 400,000 × (38 + 2,500) bytes = 1,096 MiB
    expect([page(1, 400_000), page(4, 400_000)]).toEqual([1_280, 1_280]);
    expect(page(1, 1_000)).toBe(256);
  });

  test.each([1, 10, 1000])('follow from what is scraped of %d nodes, without a CPU limit that would delay scrapes', (nodes) => {
    const { agent, rendered } = agentWith({ scale: { nodes } }, [LARGE]);
    const expected = resourceRequirements(agentResources(shareOf(loadOf(agent.scrapedTargets, agent.scale), agent.shards)));
    expect(specOf(rendered.find('VMAgent', 'metrics')).resources).toEqual(expected);
    expect(expected.limits).not.toHaveProperty('cpu');
  });

  test('are those of a cluster of usual size unless told otherwise', () => {
    const { agent } = agentWith({}, [LARGE]);
    expect(agent.resources).toEqual(agentWith({ scale: { nodes: agent.scale.nodes } }, [LARGE]).agent.resources);
  });

  test('are those that are given, whatever the scale', () => {
    expect(vmAgent({ scale: { nodes: 1000 }, resources: { memoryLimit: Size.gibibytes(1) } }).resources).toEqual({
      limits: { memory: '1Gi' },
    });
  });

  test('never fall back to those of the operator, which throttle it', () => {
    expect(vmAgent()).toMatchObject({ useDefaultResources: false });
  });

  test('fail for a scale that none can be', () => {
    expect(() => vmAgent({ scale: { nodes: 0 } })).toThrow(
      new Error('[test/VMAgent] scale.nodes: got 0, expected a whole number of 1 to 10000; count the nodes that the cluster grows to'),
    );
  });
});

describe('the size of a scrape', () => {
  const limit = (props: Partial<VMAgentProps>, target: ScrapeTarget) => {
    const { rendered } = agentWith(props, [{ targets: [target] }]);
    const { endpoints } = specOf(rendered.find('VMServiceScrape', target.name)) as { readonly endpoints: readonly unknown[] };
    return (endpoints[0] as { readonly max_scrape_size?: string }).max_scrape_size;
  };
  const [OBJECTS] = source({ name: 'objects', series: { perPod: 30 } }).targets as readonly [ScrapeTarget];
  const HUGE = { scale: { nodes: 10_000 } };

  test('is left to the limit of the agent where it does not grow beyond', () => {
    expect(limit({}, OBJECTS)).toBeUndefined();
  });

  test('has a limit of its own where the scale of the cluster needs more', () => {
    const { agent } = agentWith(HUGE);
    const size = scrapeSizeOf(OBJECTS, agent.scale);
    expect(size).toBeGreaterThan(32 * 1024 ** 2);
    expect(limit(HUGE, OBJECTS)).toBe(flagBytes(Size.mebibytes(size / 1024 ** 2)));
  });

  test('has no limit of its own where that of the agent is larger', () => {
    expect(limit({ ...HUGE, maxScrapeSize: Size.gibibytes(100) }, OBJECTS)).toBeUndefined();
  });

  test('has the limit of the source where there is one, whatever the scale', () => {
    expect(limit(HUGE, { ...OBJECTS, maxScrapeSize: Size.mebibytes(1) })).toBe('1MiB');
  });
});

describe('flags', () => {
  test('of the user win over those of the pipeline', () => {
    const own = {
      'promscrape.streamParse': 'false',
      'remoteWrite.maxDiskUsagePerURL': '0',
      'remoteWrite.queues': '7',
      'remoteWrite.retryMaxInterval': '1m',
      'remoteWrite.flushInterval': '2s',
    };
    expect(vmAgent({ extraArgs: own }).extraArgs).toEqual({ ...own, 'promscrape.maxScrapeSize': '33554432' });
  });

  test.each([
    'remoteWrite.bearerToken',
    'remoteWrite.bearerTokenFile',
    'remoteWrite.basicAuth.password',
    'remoteWrite.basicAuth.username',
    'remoteWrite.oauth2.clientSecret',
    'remoteWrite.tlsInsecureSkipVerify',
    'remoteWrite.url',
    'remoteWrite.urlRelabelConfig',
    'remoteWrite.headers',
    'remoteWrite.aws.secretKey',
    '-promscrape.streamParse',
    '--remoteWrite.url',
  ])('fail for %s, which is a credential, a destination or has a dash, without repeating its value', (flag) => {
    const message = `[test/VMAgent] extraArgs: got "${flag}", expected a flag without its dash that names no destination and no credential; use agent.writeTo(RemoteWrite.toUrl(…)): a flag would count for every destination`;
    expect(() => vmAgent({ extraArgs: { [flag]: 's3cr3t' } })).toThrow(new Error(message));
  });
});

describe('flags that follow from other options', () => {
  test.each([
    'promscrape.config',
    'promscrape.cluster.membersCount',
    'promscrape.cluster.memberNum',
    'promscrape.cluster.replicationFactor',
    'remoteWrite.tmpDataPath',
    'remoteWrite.disableOnDiskQueue',
    'httpListenAddr',
    'httpListenAddr.useProxyProtocol',
  ])('fail as %s, without repeating its value', (flag) => {
    const message = `[test/VMAgent] extraArgs: got "${flag}", expected a flag that does not follow from other options; use shards, buffer, queueSize and the sums of targets, or remove it`;
    expect(() => vmAgent({ extraArgs: { [flag]: 's3cr3t' } })).toThrow(new Error(message));
  });

  test.each(['promscrape.configCheckInterval', 'promscrape.config.strictParse', 'promscrape.suppressScrapeErrors', 'remoteWrite.queues'])(
    'leave alone %s, which says nothing of them',
    (flag) => {
      expect(vmAgent({ extraArgs: { [flag]: '1' } }).extraArgs).toMatchObject({ [flag]: '1' });
    },
  );
});

describe('the pod', () => {
  test('runs as nobody under the strict context of the operator', () => {
    const spec = vmAgent();
    expect(spec.useStrictSecurity).toBe(true);
    expect(spec).not.toHaveProperty('securityContext');
  });

  test('keeps the strict context when it runs as another user, because a context replaces all of it', () => {
    expect(vmAgent({ runAsUser: 1000 }).securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 1000,
      runAsGroup: 1000,
      fsGroup: 1000,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test.each([0, -1, 1.5])('fails to run as user %d', (runAsUser) => {
    expect(() => vmAgent({ runAsUser })).toThrow(
      `[test/VMAgent] runAsUser: got ${runAsUser}, expected a user id of 1 or more: the agent does not run as root; make the token file readable for the agent, or put the token into a Secret`,
    );
  });

  test('reloads its configuration by the sidecar that was released with the operator', () => {
    const image = (props: Partial<VMAgentProps>) => vmAgent(props).configReloaderImage;
    const newest = IMAGES.vmOperator.replace(/^.*:/, '');
    expect(image({ operatorVersion: '0.70.1' })).toBe('docker.io/victoriametrics/operator:config-reloader-v0.70.1');
    expect(image({})).toBe(`docker.io/victoriametrics/operator:config-reloader-${newest}`);
    expect(image({ operatorVersion: '0.70.1', configReloaderImage: 'registry.example/reloader:v1' })).toBe('registry.example/reloader:v1');
  });

  test.each(['', 'v0.74.1', '0.74', 'newest'])(
    'fails for %j as the version of the operator, which no sidecar was released with',
    (version) => {
      expect(() => vmAgent({ operatorVersion: version })).toThrow(
        `[test/VMAgent] operatorVersion: got ${JSON.stringify(version)}, expected a version of the operator: '0.74.1'; read it from the tag of the image that runs in the cluster, without the v`,
      );
    },
  );

  test('runs on the nodes of the system', () => {
    expect(vmAgent().nodeSelector).toEqual({ 'slurm.nebius.ai/nodeset': 'system' });
  });

  // a node under pressure evicts others first: without the agent nobody would see the pressure
  test('has a priority class that is there in every cluster', () => {
    expect(vmAgent().priorityClassName).toBe('system-cluster-critical');
  });
});

describe('bad names and images', () => {
  test.each(['', 'Prod', 'prod eu', '-prod', 'prod-', 'prod_eu', 'a'.repeat(64)])('fails for cluster %j', (cluster) => {
    expect(() => vmAgent({ cluster })).toThrow(
      `[test/VMAgent] cluster: got ${JSON.stringify(cluster)}, expected 1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends; name the cluster as its people do: 'prod-eu-1'`,
    );
  });

  test.each(['p', 'prod.eu-1', '1', 'a'.repeat(63)])('takes cluster %j', (cluster) => {
    expect(vmAgent({ cluster }).externalLabels).toEqual({ cluster });
  });

  // the StatefulSet is called vmagent-<name>, and its pods carry that and a hash of ten more as a label, which ends at 63
  test('fails for a name with which no pod of the StatefulSet could be made', () => {
    const name = 'a'.repeat(45);
    expect(() => vmAgent({ name })).toThrow(
      `[test/VMAgent] name: got "${name}", expected a lower-case DNS label of at most 44 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
    expect(agentWith({ name: 'a'.repeat(44) }).agent.serviceName).toHaveLength(52);
  });

  // then it is vmagent-<name>-<number of the shard>
  test.each([
    [2, 42],
    [11, 41],
    [100, 41],
  ])('fails for a name with which no pod of %d shards could be made', (shards, longest) => {
    const name = 'a'.repeat(longest + 1);
    expect(() => vmAgent({ name, shards })).toThrow(
      `[test/VMAgent] name: got "${name}", expected a lower-case DNS label of at most ${longest} characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
    expect(agentWith({ name: 'a'.repeat(longest), shards }).agent.shards).toBe(shards);
  });

  test('fails for a namespace that is none', () => {
    expect(() => vmAgent({ namespace: 'My Namespace' })).toThrow(
      `[test/VMAgent] namespace: got "My Namespace", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });

  test.each([['image'], ['configReloaderImage']])('fails for an %s without a fixed version', (option) => {
    expect(() => vmAgent({ [option]: 'vmagent:latest' })).toThrow(
      `[test/VMAgent] ${option}: got "vmagent:latest", expected an image reference with a fixed tag or digest; write registry, name and version: 'docker.io/victoriametrics/vmagent:v1.150.0'`,
    );
  });
});

test('counters that targets have summed are summed by the resource, and none is where there are none', () => {
  const SUM = { why: 'every panel adds them up', metric: 'cpu_seconds_total', as: 'instance:cpu_seconds_total:sum', without: ['cpu'] };
  const spec = (sums: CounterSum[]) =>
    specOf(agentWith({}, [source({ name: 'hosts', sums })]).rendered.find('VMAgent', 'metrics', NAMESPACE));
  const rule = {
    match: 'cpu_seconds_total{job="hosts"}',
    interval: '30s',
    without: ['cpu'],
    outputs: ['total_prometheus'],
    output_relabel_configs: [{ targetLabel: '__name__', replacement: 'instance:cpu_seconds_total:sum' }],
  };
  expect(spec([SUM]).streamAggrConfig).toEqual({ keepInput: true, rules: [rule] });
  expect(spec([{ ...SUM, keepsCounter: false }]).streamAggrConfig).toEqual({ keepInput: false, rules: [rule] });
  expect(spec([])).not.toHaveProperty('streamAggrConfig');
});

test('every option takes effect', () => {
  const props: Required<VMAgentProps> = {
    cluster: 'prod',
    // the other one is in vm-agent/standalone.test.ts
    mode: Mode.OPERATOR,
    name: 'collector',
    namespace: 'agents',
    image: 'registry.example/vmagent:v1.2.3',
    configReloaderImage: 'registry.example/reloader:v4.5.6',
    operatorVersion: '0.70.1',
    resources: {
      cpuRequest: Cpu.units(2),
      cpuLimit: Cpu.units(3),
      memoryRequest: Size.gibibytes(4),
      memoryLimit: Size.gibibytes(5),
    },
    scale: { nodes: 20 },
    // only the number of shards follows from it, which is given: see there
    seriesProfile: SeriesProfile.FULL,
    shards: 3,
    buffer: QueueBudget.size(Size.gibibytes(4)),
    imagePullSecrets: ['registry'],
    nodeSelector: { role: 'metrics' },
    tolerations: [{ key: 'dedicated', value: 'metrics', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    scrapeInterval: Duration.seconds(60),
    scrapeTimeout: Duration.seconds(20),
    relabelConfigs: [RelabelRule.setLabel('told apart in tests', 'rack', 'one')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('nobody reads them', 'go_.+')],
    sampleLimit: 1000,
    seriesLimit: 2000,
    maxScrapeSize: Size.mebibytes(64),
    queueSize: Size.gibibytes(20),
    queueStorageClassName: 'fast',
    userScrapes: { enabled: true, namespaces: ['team-a'], targetNamespaces: ['team-b'], requireLabel: true },
    runAsUser: 1000,
    extraArgs: { 'remoteWrite.flushInterval': '2s' },
  };
  const result = agentWith(props);
  const { agent, rendered } = result;
  const selectors = {
    selector: { matchLabels: { [AGENT_LABEL]: 'collector' } },
    namespaces: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['agents', 'team-a'] }] },
  };

  expect(rendered.find('VMAgent', 'collector', 'agents').spec).toEqual({
    image: { repository: 'registry.example/vmagent', tag: 'v1.2.3', pullPolicy: 'IfNotPresent' },
    configReloaderImage: 'registry.example/reloader:v4.5.6',
    configReloaderResources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '64Mi' } },
    resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '3', memory: '5Gi' } },
    useDefaultResources: false,
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { role: 'metrics' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'metrics', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    replicaCount: 1,
    shardCount: 3,
    topologySpreadConstraints: [expect.objectContaining({ topologyKey: 'kubernetes.io/hostname' })],
    port: '8429',
    externalLabels: { cluster: 'prod' },
    externalLabelName: '',
    serviceAccountName: 'collector-agent',
    selectAllByDefault: false,
    serviceScrapeSelector: selectors.selector,
    serviceScrapeNamespaceSelector: selectors.namespaces,
    podScrapeSelector: selectors.selector,
    podScrapeNamespaceSelector: selectors.namespaces,
    nodeScrapeSelector: selectors.selector,
    nodeScrapeNamespaceSelector: selectors.namespaces,
    staticScrapeSelector: selectors.selector,
    staticScrapeNamespaceSelector: selectors.namespaces,
    scrapeConfigSelector: selectors.selector,
    scrapeConfigNamespaceSelector: selectors.namespaces,
    statefulMode: true,
    statefulStorage: {
      volumeClaimTemplate: {
        spec: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '20Gi' } } },
      },
    },
    remoteWrite: [{ url: STORE.destination.url }],
    extraArgs: {
      'promscrape.streamParse': 'true',
      'promscrape.maxScrapeSize': String(64 * 1024 ** 2),
      'remoteWrite.queues': String(queuesFor(loadOf([], agent.scale))),
      'remoteWrite.retryMaxInterval': '10s',
      'remoteWrite.maxDiskUsagePerURL': String(4 * 1024 ** 3),
      'remoteWrite.flushInterval': '2s',
    },
    useStrictSecurity: true,
    securityContext: expect.objectContaining({ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 }),
    terminationGracePeriodSeconds: 60,
    disableSelfServiceScrape: true,
  });
  expect(agent.cluster).toBe('prod');
  expect(agent.mode).toBe(Mode.OPERATOR);
  expect(agent.scale.nodes).toBe(20);
  expect(agent.shards).toBe(3);
  expect(agent.queueSize).toBe(props.queueSize);
  expect(agent.targets).toEqual([
    expect.objectContaining({
      scrapeInterval: props.scrapeInterval,
      scrapeTimeout: props.scrapeTimeout,
      relabelConfigs: props.relabelConfigs,
      metricRelabelConfigs: props.metricRelabelConfigs,
      sampleLimit: 1000,
      seriesLimit: 2000,
    }),
  ]);
  expect(rightsOf(result)).toEqual(
    [
      ...['get', 'list', 'watch'].map((verb) => `agents: ${verb} secrets/vmagent-collector`),
      ...watching('team-b', 'endpoints', 'endpointslices.discovery.k8s.io', 'pods', 'services'),
    ].sort(),
  );
});

test('a token file of the node reaches the pod through the resource', () => {
  const cloud = RemoteWrite.toUrl('https://cloud.example/write', {
    credential: RemoteWriteCredential.tokenFile({ hostDirectory: '/mnt/token', file: 'token' }),
  });
  expect(vmAgent({}, [STORE, cloud])).toMatchObject({
    volumes: [{ hostPath: { path: '/mnt/token' } }],
    extraArgs: { 'remoteWrite.bearerTokenFile': expect.stringMatching(/^"",\/.+\/token$/) },
  });
});

describe('the families that it says it exposes', () => {
  const families = (props?: Partial<VMAgentProps>) => familiesOf(targetOf(agentWith(props).agent, 'vmagent'));

  test('follow from its flags', () => {
    expect(families().get('vm_promscrape_targets')?.when).toBeUndefined();
    expect(families().has('vmagent_hourly_series_limit_max_series')).toBe(false);
    const limited = { extraArgs: { 'remoteWrite.maxHourlySeries': '1000000' } };
    expect(families(limited).get('vmagent_hourly_series_limit_max_series')?.when).toBeUndefined();
  });

  test('are of other discoveries only where scrapes of users may bring them', () => {
    expect(families().get('promscrape_discovery_http_errors_total')?.when).toEqual({ option: 'http_sd_configs' });
    expect(families({ userScrapes: { enabled: false } }).has('promscrape_discovery_http_errors_total')).toBe(false);
    expect(families({ mode: Mode.STANDALONE }).has('promscrape_discovery_http_errors_total')).toBe(false);
  });

  test('of rules over what is sent depend on destinations that come later', () => {
    expect(families().get('vmagent_relabel_config_reloads_total')?.when).toEqual({ option: 'flag -remoteWrite.urlRelabelConfig' });
  });
});

import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { IMAGES } from '../../lib/common/images';
import { AGENT_LABEL } from '../../lib/common/labels';
import { RemoteWrite, RemoteWriteCredential } from '../../lib/remote-write';
import { isCollector } from '../../lib/scrape/collector';
import type { IDestination } from '../../lib/scrape/destination';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import {
  DiscoveryRole,
  type IMetricsSource,
  InstanceLabel,
  Provenance,
  type ScrapeTarget,
  TargetLabel,
} from '../../lib/scrape/scrape-target';
import { type UserScrapes, VMAgent, type VMAgentProps } from '../../lib/vm-agent';
import { type KubeJson, type Rendered, render } from '../support';

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
    expect(vmAgent().extraArgs).toEqual({ 'promscrape.streamParse': 'true', 'promscrape.maxScrapeSize': '33554432' });
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
        endpoints: [{ port: 'http' }],
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

describe('the queue', () => {
  const LARGE = { queueSize: Size.gibibytes(100) };
  const others = (count: number) => Array.from({ length: count }, (_, index) => RemoteWrite.toUrl(`https://w${index}.example/write`));

  test('lies on a volume, so that samples outlive the pod while a destination is away', () => {
    expect(vmAgent()).toMatchObject({
      statefulMode: true,
      replicaCount: 1,
      statefulStorage: { volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '10Gi' } } } } },
    });
  });

  test.each([1, 2, 3, 4])('is shared by %d destinations, with a tenth of the volume to spare', (count) => {
    const { maxDiskUsagePerURL } = vmAgent(LARGE, others(count)).remoteWriteSettings as { maxDiskUsagePerURL: string };
    expect(maxDiskUsagePerURL).toBe(String(Math.floor((100 * 1024 ** 3 * 0.9) / count)));
  });

  test('fails when it is smaller than the files that it is kept in', () => {
    expect(() => vmAgent({ queueSize: Size.mebibytes(512) })).toThrow(
      '[test/VMAgent] queueSize: got "512Mi", expected 1Gi or more; use Size.gibibytes(10): vmagent keeps its queue in files of half a gigabyte, one at least for each destination',
    );
  });

  // vmagent rounds a share below one file up to a file, and the volume runs full
  test.each([
    [2, 2],
    [4, 3],
  ])('fails at synth when the share of each of %d destinations is smaller than one file of the queue', (count, enough) => {
    const problems = (queueSize: Size) => agentWith({ queueSize }, [source({ name: 'a' })], others(count)).agent.node.validate();
    expect(problems(Size.gibibytes(1))).toEqual([
      `queueSize: got 1Gi for ${count} destinations, expected half a gigabyte for each: vmagent keeps its queue in files of that size; use Size.gibibytes(${enough})`,
    ]);
    expect(problems(Size.gibibytes(enough))).toEqual([]);
  });

  test('may be as small as one file and a tenth for a single destination', () => {
    const { agent } = agentWith({ queueSize: Size.gibibytes(1) }, [source({ name: 'a' })], others(1));
    expect(agent.node.validate()).toEqual([]);
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
  test.each([
    [1, '102m', '258Mi', '516Mi'],
    [10, '120m', '276Mi', '552Mi'],
    [1000, '2100m', '2256Mi', '4512Mi'],
  ])('follow from %d nodes, without a CPU limit that would delay scrapes', (count, cpu, request, limit) => {
    expect(vmAgent({ nodes: count }).resources).toEqual({ requests: { cpu, memory: request }, limits: { memory: limit } });
  });

  test('are those of ten nodes unless told otherwise', () => {
    expect(vmAgent().resources).toEqual(vmAgent({ nodes: 10 }).resources);
  });

  test('never fall back to those of the operator, which throttle it', () => {
    expect(vmAgent()).toMatchObject({ useDefaultResources: false });
  });

  // half a node has a CPU in fractions, and none at all has one that is negative further down
  test.each([0, -3, 1.5, Number.NaN])('fail for %d nodes', (count) => {
    expect(() => vmAgent({ nodes: count })).toThrow(
      `[test/VMAgent] nodes: got ${count}, expected a whole number of 1 or more; count the nodes that will be scraped`,
    );
  });
});

describe('flags', () => {
  test('of the user win over those of the pipeline', () => {
    expect(vmAgent({ extraArgs: { 'promscrape.streamParse': 'false', 'remoteWrite.flushInterval': '2s' } }).extraArgs).toEqual({
      'promscrape.streamParse': 'false',
      'promscrape.maxScrapeSize': '33554432',
      'remoteWrite.flushInterval': '2s',
    });
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

test('every option takes effect', () => {
  const props: Required<VMAgentProps> = {
    cluster: 'prod',
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
    nodes: 20,
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
    remoteWriteSettings: { maxDiskUsagePerURL: String(18 * 1024 ** 3) },
    extraArgs: {
      'promscrape.streamParse': 'true',
      'promscrape.maxScrapeSize': String(64 * 1024 ** 2),
      'remoteWrite.flushInterval': '2s',
    },
    useStrictSecurity: true,
    securityContext: expect.objectContaining({ runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 }),
    terminationGracePeriodSeconds: 60,
    disableSelfServiceScrape: true,
  });
  expect(agent.cluster).toBe('prod');
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

test('nodes only size what no resources are given for', () => {
  expect(vmAgent({ nodes: 1000, resources: { memoryLimit: Size.gibibytes(1) } }).resources).toEqual({ limits: { memory: '1Gi' } });
});

test('a token file of the node reaches the pod through the resource', () => {
  const cloud = RemoteWrite.toUrl('https://cloud.example/write', {
    credential: RemoteWriteCredential.tokenFile({ hostDirectory: '/mnt/token', file: 'token' }),
  });
  expect(vmAgent({}, [STORE, cloud])).toMatchObject({
    volumes: [{ hostPath: { path: '/mnt/token' } }],
    extraArgs: { 'promscrape.streamParse': 'true', 'remoteWrite.bearerTokenFile': expect.stringMatching(/^"",\/.+\/token$/) },
  });
});

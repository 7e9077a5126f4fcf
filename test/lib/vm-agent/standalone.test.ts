import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { parse } from 'yaml';
import { IMAGES } from '../../../lib/common/images';
import { Mode } from '../../../lib/common/mode';
import { SeriesProfile } from '../../../lib/common/series-profile';
import { resourceRequirements } from '../../../lib/common/units';
import { RemoteWrite, RemoteWriteCredential } from '../../../lib/remote-write';
import type { IDestination } from '../../../lib/scrape/destination';
import { loadOf, shareOf } from '../../../lib/scrape/load';
import { QueueBudget } from '../../../lib/scrape/queue-budget';
import { RelabelRule } from '../../../lib/scrape/relabel-rule';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';
import { agentResources, queuesFor, shardsFor, typicalLoad } from '../../../lib/scrape/sizing';
import { VMAgent, type VMAgentProps } from '../../../lib/vm-agent';
import { containerOf, flagOf, type KubeJson, podOf, type Rendered, render } from '../../support';

const NAMESPACE = 'monitoring-system';
const STORE = RemoteWrite.toUrl('http://store.monitoring-system.svc:8429/api/v1/write', { name: 'store' });
const KEPT = RelabelRule.keepMetrics('the cloud is paid by sample', 'slurm_.+');

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

interface Result {
  readonly agent: VMAgent;
  readonly rendered: Rendered;
}

function agentWith(
  props: Partial<VMAgentProps> = {},
  sources: readonly IMetricsSource[] = [source({ name: 'app' })],
  destinations: readonly IDestination[] = [STORE],
): Result {
  const built: VMAgent[] = [];
  const rendered = render((chart) => {
    const agent = new VMAgent(chart, 'VMAgent', { cluster: 'prod', mode: Mode.STANDALONE, ...props });
    for (const one of sources) agent.scrape(one);
    for (const one of destinations) agent.writeTo(one);
    built.push(agent);
  });
  const [agent] = built;
  if (!agent) throw new Error('no agent was built');
  return { agent, rendered };
}

const statefulSet = ({ rendered }: Result, name = 'vmagent-metrics') => rendered.find('StatefulSet', name);
const container = (result: Result, name?: string) => containerOf(statefulSet(result, name), 'vmagent');
const args = (result: Result, name?: string) => container(result, name).args ?? [];
const flag = (result: Result, name: string, of?: string) => flagOf(container(result, of), `-${name}`);
const files = ({ rendered }: Result) => rendered.find('ConfigMap', 'vmagent-metrics').data as { readonly [file: string]: string };
const annotations = (result: Result) =>
  (statefulSet(result).spec as { readonly template: { readonly metadata: { readonly annotations: object } } }).template.metadata
    .annotations;

const PODS = { 'app.kubernetes.io/name': 'vmagent', 'app.kubernetes.io/instance': 'metrics' };
const RECOMMENDED = {
  ...PODS,
  'app.kubernetes.io/component': 'collector',
  'app.kubernetes.io/part-of': 'soperator-metrics',
  'app.kubernetes.io/managed-by': 'soperator-metrics',
  'app.kubernetes.io/version': IMAGES.vmAgent.replace(/^.*:/, ''),
};

describe('what there is', () => {
  test('is a StatefulSet with its account, its Service, its configuration and its claim, and nothing of the operator', () => {
    const { rendered } = agentWith();
    expect(
      rendered
        .all()
        .map(({ kind, metadata: { namespace, name } }) => `${kind}/${namespace}/${name}`)
        .sort(),
    ).toEqual([
      'ConfigMap/monitoring-system/vmagent-metrics',
      'PersistentVolumeClaim/monitoring-system/persistent-queue-data-vmagent-metrics-0',
      'Role/slurm/metrics-agent-discovery',
      'RoleBinding/slurm/metrics-agent-discovery',
      'Service/monitoring-system/vmagent-metrics',
      'ServiceAccount/monitoring-system/metrics-agent',
      'StatefulSet/monitoring-system/vmagent-metrics',
    ]);
  });

  test('says on every object what it belongs to', () => {
    const { rendered } = agentWith({ shards: 2 });
    const bare = rendered.all().filter(({ metadata: { labels } }) => labels?.['app.kubernetes.io/part-of'] !== 'soperator-metrics');
    expect(bare).toEqual([]);
  });

  test('is known by the StatefulSet, and scraped behind a Service that is rendered', () => {
    const { agent } = agentWith();
    expect(agent.mode).toBe(Mode.STANDALONE);
    expect([agent.workload.kind, agent.workload.name]).toEqual(['StatefulSet', 'vmagent-metrics']);
    expect(agent.workloads).toEqual([agent.workload]);
    expect(agent.targets).toEqual([
      expect.objectContaining({
        job: 'vmagent',
        discovery: { role: DiscoveryRole.SERVICES, namespaces: [NAMESPACE], matchLabels: PODS },
        endpoints: [expect.objectContaining({ port: 'http' })],
        provenance: Provenance.RENDERED,
      }),
    ]);
  });
});

describe('the Service', () => {
  test('has the name and the port that the operator gives it, and leads to every pod by itself', () => {
    const { rendered } = agentWith();
    const { metadata, spec } = rendered.find('Service', 'vmagent-metrics', NAMESPACE);
    expect(metadata.labels).toEqual(RECOMMENDED);
    expect(spec).toEqual({
      clusterIP: 'None',
      selector: PODS,
      ports: [{ name: 'http', port: 8429, targetPort: 'http', protocol: 'TCP' }],
    });
  });

  test('is the one that the StatefulSets name, and selects the pods of all of them', () => {
    const result = agentWith({ shards: 2 });
    const { selector } = result.rendered.find('Service', 'vmagent-metrics').spec as { readonly selector: object };
    for (const { spec } of result.rendered.all('StatefulSet')) {
      expect(spec).toMatchObject({ serviceName: 'vmagent-metrics', template: { metadata: { labels: selector } } });
    }
  });
});

describe('the StatefulSet', () => {
  test('runs one pod, and ends the former one before the next, so that nothing is scraped twice', () => {
    expect(statefulSet(agentWith()).spec).toMatchObject({ replicas: 1, updateStrategy: { type: 'RollingUpdate' } });
  });

  test('does not wait for a pod that never gets ready, so that what mends it gets through', () => {
    expect(statefulSet(agentWith()).spec).toMatchObject({ podManagementPolicy: 'Parallel' });
  });

  test('selects its pods by what never changes, and by the number of the shard', () => {
    const { spec } = statefulSet(agentWith());
    const selector = { ...PODS, 'app.kubernetes.io/component': 'collector', 'soperator-metrics/shard': '0' };
    expect(spec).toMatchObject({
      selector: { matchLabels: selector },
      template: { metadata: { labels: { ...RECOMMENDED, 'soperator-metrics/shard': '0' } } },
    });
    expect((spec as { readonly selector: object }).selector).toEqual({ matchLabels: selector });
  });

  test('makes no claim of its own, for such a claim could never grow', () => {
    expect(statefulSet(agentWith()).spec).not.toHaveProperty('volumeClaimTemplates');
  });
});

describe('the pod', () => {
  test('runs the agent as nobody, with nothing that Pod Security would refuse', () => {
    expect(podOf(statefulSet(agentWith())).securityContext).toEqual({
      runAsNonRoot: true,
      runAsUser: 65534,
      runAsGroup: 65534,
      fsGroup: 65534,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(container(agentWith()).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
  });

  test('runs as another user for a token file that nobody else may read, and owns its queue as that one', () => {
    const pod = podOf(statefulSet(agentWith({ runAsUser: 1000 })));
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 });
  });

  test('has a token of its account, which scrapes show, and nothing else of the cluster', () => {
    const { rendered } = agentWith();
    expect(podOf(rendered.find('StatefulSet', 'vmagent-metrics'))).toMatchObject({
      serviceAccountName: 'metrics-agent',
      automountServiceAccountToken: true,
      enableServiceLinks: false,
    });
    // the pod asks for it
    expect(rendered.find('ServiceAccount', 'metrics-agent', NAMESPACE).automountServiceAccountToken).toBe(false);
  });

  test('has a minute to write what it holds to its queue', () => {
    expect(podOf(statefulSet(agentWith())).terminationGracePeriodSeconds).toBe(60);
  });

  test('runs on the nodes of the system, and is not evicted before others', () => {
    expect(podOf(statefulSet(agentWith()))).toMatchObject({
      nodeSelector: { 'slurm.nebius.ai/nodeset': 'system' },
      priorityClassName: 'system-cluster-critical',
    });
  });

  test('is ready once it knows its targets, and is alive while it answers', () => {
    expect(container(agentWith())).toMatchObject({
      ports: [{ name: 'http', containerPort: 8429 }],
      readinessProbe: { httpGet: { path: '/ready', port: 'http' } },
      livenessProbe: { httpGet: { path: '/health', port: 'http' } },
    });
  });

  test('has the proven image, which is pulled once', () => {
    expect(container(agentWith())).toMatchObject({ image: IMAGES.vmAgent, imagePullPolicy: 'IfNotPresent' });
  });

  test('has the CPU and memory that follow from what is scraped', () => {
    const result = agentWith({ scale: { nodes: 1000 } }, [source({ name: 'large', series: { perNode: 5_000 } })]);
    const { scrapedTargets, scale, shards } = result.agent;
    const expected = resourceRequirements(agentResources(shareOf(loadOf(scrapedTargets, scale), shards)));
    expect(container(result, result.agent.workload.name).resources).toEqual(expected);
  });
});

describe('the flags', () => {
  test('say where to write, what to scrape and where the queue is, in a stable order', () => {
    const other = RemoteWrite.toUrl('https://other.example/write', { buffer: QueueBudget.size(Size.gibibytes(1)) });
    const result = agentWith({ buffer: QueueBudget.size(Size.gibibytes(4)) }, undefined, [STORE, other]);
    const senders = queuesFor(loadOf(result.agent.scrapedTargets, result.agent.scale));
    expect(args(result)).toEqual([
      '-remoteWrite.url=http://store.monitoring-system.svc:8429/api/v1/write',
      '-remoteWrite.url=https://other.example/write',
      '-httpListenAddr=:8429',
      '-promscrape.config=/etc/soperator-metrics/scrape/scrape.yaml',
      '-promscrape.configCheckInterval=5s',
      '-remoteWrite.tmpDataPath=/vmagent_pq/vmagent-remotewrite-data',
      '-promscrape.cluster.membersCount=1',
      '-promscrape.cluster.memberNum=0',
      '-promscrape.streamParse=true',
      '-promscrape.maxScrapeSize=33554432',
      `-remoteWrite.queues=${senders}`,
      '-remoteWrite.retryMaxInterval=10s',
      '-remoteWrite.maxDiskUsagePerURL=4294967296,1073741824',
    ]);
  });

  test('repeat the URL and nothing else', () => {
    const proxied = RemoteWrite.toUrl('https://other.example/write', { proxyUrl: 'http://proxy.example:3128', relabelConfigs: [KEPT] });
    const names = args(agentWith({}, undefined, [STORE, proxied])).map((arg) => arg.replace(/=.*/s, ''));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual(['-remoteWrite.url']);
  });

  test('give each destination its proxy, and none to the others', () => {
    const proxied = RemoteWrite.toUrl('https://a.example/write', { proxyUrl: 'http://proxy.example:3128' });
    expect(flag(agentWith({}, undefined, [STORE, proxied, RemoteWrite.toUrl('https://b.example/write')]), 'remoteWrite.proxyURL')).toBe(
      '"",http://proxy.example:3128,""',
    );
    expect(flag(agentWith(), 'remoteWrite.proxyURL')).toBeUndefined();
  });

  test('of the user win over those of the pipeline, each given once', () => {
    const extraArgs = { 'promscrape.configCheckInterval': '30s', 'promscrape.streamParse': 'false', loggerLevel: 'WARN' };
    const result = agentWith({ extraArgs });
    expect(args(result).filter((arg) => /configCheckInterval|streamParse|loggerLevel/.test(arg))).toEqual([
      '-promscrape.configCheckInterval=30s',
      '-promscrape.streamParse=false',
      '-loggerLevel=WARN',
    ]);
  });

  test('of the user name no destination and no credential', () => {
    expect(() => agentWith({ extraArgs: { 'remoteWrite.url': 'http://elsewhere.example' } })).toThrow(
      new Error(
        '[test/VMAgent] extraArgs: got "remoteWrite.url", expected a flag without its dash that names no destination and no credential; use agent.writeTo(RemoteWrite.toUrl(…)): a flag would count for every destination',
      ),
    );
  });

  test('of the user replace none that follows from other options', () => {
    expect(() => agentWith({ extraArgs: { 'promscrape.config': '/elsewhere.yaml' } })).toThrow(
      new Error(
        '[test/VMAgent] extraArgs: got "promscrape.config", expected a flag that does not follow from other options; use shards, buffer, queueSize and the sums of targets, or remove it',
      ),
    );
  });
});

describe('the configuration', () => {
  const config = (result: Result) => parse(files(result)['scrape.yaml'] ?? '');

  test('puts the cluster on every series', () => {
    expect(config(agentWith({ cluster: 'prod-eu-1' })).global).toMatchObject({ external_labels: { cluster: 'prod-eu-1' } });
  });

  // to YAML they are numbers, truth values and nothing; vmagent reads by the rules of 1.1
  test.each(['1e3', '0777', 'yes', 'n', 'null', '1.10'])('says %s for a cluster of that name, as text', (cluster) => {
    const text = files(agentWith({ cluster }))['scrape.yaml'] ?? '';
    for (const version of ['1.1', '1.2'] as const) expect(parse(text, { version }).global.external_labels).toEqual({ cluster });
  });

  test('has a job for each source, those that are added last included', () => {
    const result = agentWith({}, [source({ name: 'a' }), source({ name: 'b' })]);
    expect(config(result).scrape_configs.map(({ job_name }: { readonly job_name: string }) => job_name)).toEqual(['a', 'b']);
  });

  test('has the limit of a scrape that outgrows that of the agent', () => {
    const result = agentWith({ scale: { nodes: 10_000 } }, [source({ name: 'objects', series: { perPod: 1 } })]);
    expect(config(result).scrape_configs).toMatchObject([{ max_scrape_size: '256MiB' }]);
  });

  test('is one file for all shards, in the place that the flag names', () => {
    const result = agentWith({ shards: 2 });
    expect(result.rendered.all('ConfigMap').map(({ metadata: { name } }) => name)).toEqual(['vmagent-metrics']);
    for (const workload of result.rendered.all('StatefulSet')) {
      expect(podOf(workload).volumes).toContainEqual({ name: 'configuration', configMap: { name: 'vmagent-metrics' } });
      expect(containerOf(workload, 'vmagent').volumeMounts).toContainEqual({
        name: 'configuration',
        mountPath: '/etc/soperator-metrics/scrape',
        readOnly: true,
      });
      expect(flagOf(containerOf(workload, 'vmagent'), '-promscrape.config')).toBe('/etc/soperator-metrics/scrape/scrape.yaml');
    }
  });
});

describe('rules over what is sent to one destination', () => {
  const cloud = (...relabelConfigs: readonly RelabelRule[]) =>
    RemoteWrite.toUrl('https://cloud.example/write', { name: 'cloud', relabelConfigs });

  test('are a file of that destination, and none of the others', () => {
    const result = agentWith({}, undefined, [STORE, cloud(KEPT), RemoteWrite.toUrl('https://b.example/write')]);
    expect(flag(result, 'remoteWrite.urlRelabelConfig')).toBe('"",/etc/soperator-metrics/scrape/relabel-cloud.yaml,""');
    expect(Object.keys(files(result)).sort()).toEqual(['relabel-cloud.yaml', 'scrape.yaml']);
    expect(parse(files(result)['relabel-cloud.yaml'] ?? '')).toEqual([{ action: 'keep', source_labels: ['__name__'], regex: 'slurm_.+' }]);
  });

  test('are a single entry for a single destination', () => {
    expect(flag(agentWith({}, undefined, [cloud(KEPT)]), 'remoteWrite.urlRelabelConfig')).toBe(
      '/etc/soperator-metrics/scrape/relabel-cloud.yaml',
    );
  });

  test('are no flag and no file where there are none', () => {
    const result = agentWith();
    expect(flag(result, 'remoteWrite.urlRelabelConfig')).toBeUndefined();
    expect(Object.keys(files(result))).toEqual(['scrape.yaml']);
  });

  // the agent reads them at its start only
  test('replace the pod when they change', () => {
    const changed = cloud(RelabelRule.keepMetrics('the cloud is paid by sample', 'node_.+'));
    expect(annotations(agentWith({}, undefined, [cloud(changed.destination.relabelConfigs[0] ?? KEPT)]))).not.toEqual(
      annotations(agentWith({}, undefined, [cloud(KEPT)])),
    );
  });

  test('leave the pod alone when only what is scraped changes', () => {
    const [before, after] = [
      [source({ name: 'a', series: { fixed: 1 } })],
      [source({ name: 'a', series: { fixed: 1 }, job: 'other', relabelConfigs: [RelabelRule.setLabel('told apart', 'rack', 'one')] })],
    ].map((sources) => agentWith({}, sources, [STORE, cloud(KEPT)]));
    if (!before || !after) throw new Error('no agent was built');
    expect(files(after)['scrape.yaml']).not.toBe(files(before)['scrape.yaml']);
    expect(statefulSet(after)).toEqual(statefulSet(before));
  });
});

describe('certificate authorities of targets', () => {
  const tls = (name: string, key = 'ca.crt') => ({ tls: { caConfigMap: { name, key } } });
  const mounted = (result: Result) => {
    const volumes = podOf(statefulSet(result)).volumes ?? [];
    const mounts = (container(result).volumeMounts ?? []) as readonly { name: string; mountPath: string; readOnly?: boolean }[];
    return mounts
      .filter(({ mountPath }) => mountPath.startsWith('/etc/soperator-metrics/authorities/'))
      .map(({ name, mountPath, readOnly }) => ({
        mountPath,
        readOnly,
        ...volumes.find((volume) => volume.name === name),
        name: undefined,
      }));
  };

  test('are ConfigMaps beside the agent, in the place that the scrape names, and are not waited for', () => {
    const result = agentWith({}, [source({ name: 'a', ...tls('authority') })]);
    expect(mounted(result)).toEqual([
      {
        mountPath: '/etc/soperator-metrics/authorities/authority',
        readOnly: true,
        configMap: { name: 'authority', optional: true },
      },
    ]);
    expect(parse(files(result)['scrape.yaml'] ?? '').scrape_configs).toMatchObject([
      { scheme: 'https', tls_config: { ca_file: '/etc/soperator-metrics/authorities/authority/ca.crt' } },
    ]);
  });

  test('are mounted once where several targets name them', () => {
    const sources = ['a', 'b'].map((name) => source({ name, ...tls('authority', `${name}.crt`) }));
    expect(mounted(agentWith({}, sources))).toHaveLength(1);
  });

  // the one that is in every namespace has a dot in its name, which no volume may
  test('have volumes by names that Kubernetes takes, whatever the ConfigMaps are called', () => {
    const result = agentWith({}, [
      source({ name: 'a', ...tls('kube-root-ca.crt') }),
      source({ name: 'b', ...tls(`${'a'.repeat(120)}.${'b'.repeat(120)}`) }),
    ]);
    const names = (podOf(statefulSet(result)).volumes ?? []).map(({ name }) => name);
    expect(names.filter((name) => !/^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/.test(name))).toEqual([]);
    expect(new Set(names).size).toBe(names.length);
    expect(mounted(result)).toMatchObject([
      { mountPath: '/etc/soperator-metrics/authorities/kube-root-ca.crt', configMap: { name: 'kube-root-ca.crt' } },
      {},
    ]);
  });

  test('are no volume where targets have none', () => {
    expect(mounted(agentWith({}, [source({ name: 'a', tls: { insecureSkipVerify: true } })]))).toEqual([]);
  });
});

describe('the queue', () => {
  test('lies on a claim that outlives the pod, named as the operator names it', () => {
    const result = agentWith({ queueStorageClassName: 'fast', queueSize: Size.gibibytes(20) });
    const { metadata, spec } = result.rendered.find('PersistentVolumeClaim', 'persistent-queue-data-vmagent-metrics-0', NAMESPACE);
    expect(spec).toEqual({ accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '20Gi' } } });
    expect(podOf(statefulSet(result)).volumes).toContainEqual({
      name: 'persistent-queue-data',
      persistentVolumeClaim: { claimName: metadata.name },
    });
  });

  // a directory further up would begin a new queue when the mode changes
  test.each([1, 3])('has its volume where the operator has it, and lies right there, with %d shards', (shards) => {
    const { rendered } = agentWith({ shards });
    const places = rendered.all('StatefulSet').map((workload) => {
      const agent = containerOf(workload, 'vmagent');
      const mounts = (agent.volumeMounts ?? []) as readonly { readonly name: string; readonly mountPath: string }[];
      return {
        mounts: mounts.filter(({ name }) => name === 'persistent-queue-data'),
        queue: flagOf(agent, '-remoteWrite.tmpDataPath'),
      };
    });
    const path = '/vmagent_pq/vmagent-remotewrite-data';
    expect(places).toEqual(Array(shards).fill({ mounts: [{ name: 'persistent-queue-data', mountPath: path }], queue: path }));
  });

  // the operator's word for it is another, and applying ours over its claim would be a conflict
  test('has a claim that says nothing of a component', () => {
    const { metadata } = agentWith().rendered.find('PersistentVolumeClaim', 'persistent-queue-data-vmagent-metrics-0');
    expect(metadata.labels).not.toHaveProperty(['app.kubernetes.io/component']);
    expect(metadata.labels).toMatchObject({ ...PODS, 'app.kubernetes.io/part-of': 'soperator-metrics' });
  });

  test('has the size that the resource of the other mode asks for', () => {
    for (const shards of [1, 3]) {
      const sources = [source({ name: 'large', series: { fixed: 4_000_000 } })];
      const other = agentWith({ mode: Mode.OPERATOR, shards }, sources).agent;
      const { agent, rendered } = agentWith({ shards }, sources);
      expect(agent.queueSize.toGibibytes()).toBe(other.queueSize.toGibibytes());
      expect(agent.queueLimits).toEqual(other.queueLimits);
      for (const { spec } of rendered.all('PersistentVolumeClaim')) {
        expect(spec).toMatchObject({ resources: { requests: { storage: `${other.queueSize.toGibibytes()}Gi` } } });
      }
    }
  });
});

describe('several shards', () => {
  const RESULT = agentWith({ shards: 3 });
  const NAMES = ['vmagent-metrics-0', 'vmagent-metrics-1', 'vmagent-metrics-2'];

  test('are as many StatefulSets, numbered', () => {
    expect(RESULT.rendered.all('StatefulSet').map(({ metadata: { name } }) => name)).toEqual(NAMES);
    expect(RESULT.agent.workloads.map(({ name }) => name)).toEqual(NAMES);
    expect(RESULT.agent.workload.name).toBe('vmagent-metrics-0');
  });

  test.each([0, 1, 2])('number %d scrapes its part, and knows of how many', (shard) => {
    expect(flag(RESULT, 'promscrape.cluster.membersCount', NAMES[shard])).toBe('3');
    expect(flag(RESULT, 'promscrape.cluster.memberNum', NAMES[shard])).toBe(String(shard));
  });

  test.each([0, 1, 2])('number %d has a claim and pods of its own', (shard) => {
    const name = `vmagent-metrics-${shard}`;
    const claimName = `persistent-queue-data-${name}-0`;
    const workload = statefulSet(RESULT, name);
    expect(RESULT.rendered.find('PersistentVolumeClaim', claimName, NAMESPACE)).toBeDefined();
    expect(podOf(workload).volumes).toContainEqual({ name: 'persistent-queue-data', persistentVolumeClaim: { claimName } });
    expect(workload.spec).toMatchObject({
      selector: { matchLabels: { ...PODS, 'soperator-metrics/shard': String(shard) } },
      template: { metadata: { labels: { 'soperator-metrics/shard': String(shard) } } },
    });
  });

  test('differ in nothing else', () => {
    const plain = (name: string) => JSON.stringify(statefulSet(RESULT, name).spec).replaceAll(name, 'name');
    const [first, ...others] = NAMES.map((name, shard) =>
      plain(name).replace(`memberNum=${shard}`, 'memberNum=n').replaceAll(`"soperator-metrics/shard":"${shard}"`, 'shard'),
    );
    expect(new Set(others)).toEqual(new Set([first]));
  });

  test('run on different nodes where there are several, and a drain takes one at a time', () => {
    for (const name of NAMES) {
      expect(podOf(statefulSet(RESULT, name)).topologySpreadConstraints).toEqual([
        { maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway', labelSelector: { matchLabels: PODS } },
      ]);
    }
    expect(RESULT.rendered.find('PodDisruptionBudget', 'metrics', NAMESPACE).spec).toEqual({
      maxUnavailable: 1,
      unhealthyPodEvictionPolicy: 'AlwaysAllow',
      selector: { matchLabels: PODS },
    });
  });

  test('share CPU, memory and senders with what they share of the load', () => {
    const sources = [source({ name: 'large', series: { fixed: 8_000_000 } })];
    const result = agentWith({ shards: 4 }, sources);
    const share = shareOf(loadOf(result.agent.scrapedTargets, result.agent.scale), 4);
    for (const workload of result.rendered.all('StatefulSet')) {
      expect(containerOf(workload, 'vmagent').resources).toEqual(resourceRequirements(agentResources(share)));
      expect(flagOf(containerOf(workload, 'vmagent'), '-remoteWrite.queues')).toBe(String(queuesFor(share)));
    }
  });

  test('follow from the scale unless they are given', () => {
    const result = agentWith({ scale: { nodes: 10_000 } });
    expect(result.rendered.all('StatefulSet')).toHaveLength(shardsFor(typicalLoad(result.agent.scale)));
  });

  // it could protect the one pod only by blocking the drain of its node
  test('that are one have no budget and nothing to spread', () => {
    const result = agentWith();
    expect(result.rendered.all('PodDisruptionBudget')).toEqual([]);
    expect(podOf(statefulSet(result))).not.toHaveProperty('topologySpreadConstraints');
  });
});

describe('rights', () => {
  interface Rule {
    readonly resources?: readonly string[];
    readonly verbs: readonly string[];
  }
  const rules = ({ rendered }: Result) =>
    [...rendered.all('Role'), ...rendered.all('ClusterRole')].flatMap((role) => role.rules as readonly Rule[]);
  const nodes = source({
    name: 'nodes',
    discovery: { role: DiscoveryRole.NODES, namespaces: [], matchLabels: {} },
    endpoints: [{ path: '/metrics' }],
    rights: [{ resources: ['nodes/metrics'], verbs: ['get'] }],
  });

  test('are none to read Secrets, for every one that is needed is a file', () => {
    const writer = RemoteWrite.toUrl('https://a.example/write', {
      credential: RemoteWriteCredential.tokenSecret({ name: 'writer', key: 'token' }),
    });
    const result = agentWith({}, [source({ name: 'a' }), nodes], [writer]);
    expect(rules(result).filter(({ resources }) => resources?.some((resource) => /secret|configmap/.test(resource)))).toEqual([]);
  });

  test('are those of what is scraped and no more: nobody reads scrapes that users add as objects', () => {
    const { rendered } = agentWith({}, [source({ name: 'a' }), nodes]);
    expect(rendered.all('Role').map(({ metadata: { namespace } }) => namespace)).toEqual(['slurm']);
    expect(rules({ rendered } as Result)).toEqual(
      expect.arrayContaining([
        { apiGroups: [''], resources: ['pods'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['services'], verbs: ['list', 'watch'] },
        { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['nodes'], verbs: ['list', 'watch'] },
        { apiGroups: [''], resources: ['nodes/metrics'], verbs: ['get'] },
      ]),
    );
    expect(rules({ rendered } as Result)).toHaveLength(5);
  });
});

describe('options that only the operator has a use for', () => {
  test.each<readonly [string, Partial<VMAgentProps>, string]>([
    ['namespaces', { userScrapes: { namespaces: ['team-a'] } }, '["team-a"]'],
    ['targetNamespaces', { userScrapes: { targetNamespaces: ['team-b'] } }, '["team-b"]'],
    ['requireLabel', { userScrapes: { requireLabel: true } }, 'true'],
    ['requireLabel', { userScrapes: { requireLabel: false } }, 'false'],
  ])('fail as userScrapes.%s, which would change nothing without a word: %#', (option, props, shown) => {
    expect(() => agentWith(props)).toThrow(
      new Error(
        `[test/VMAgent] userScrapes.${option}: got ${shown}, expected to be left out in standalone mode, where no operator reads scrapes that users add as objects; remove it and give such scrapes as sources of the library, or use mode operator`,
      ),
    );
  });

  test.each<Partial<VMAgentProps>>([
    { userScrapes: {} },
    { userScrapes: { enabled: true } },
    { userScrapes: { enabled: false, namespaces: undefined } },
    { operatorVersion: '0.70.1' },
    { configReloaderImage: 'registry.example/reloader:v4.5.6' },
  ])('may stay where they say nothing that could be missed: %j', (props) => {
    const { rendered } = agentWith(props);
    expect(rendered.all()).toEqual(agentWith().rendered.all());
  });
});

test('fails for a user that is root, as in the other mode', () => {
  expect(() => agentWith({ runAsUser: 0 })).toThrow(
    new Error(
      '[test/VMAgent] runAsUser: got 0, expected a user id of 1 or more: the agent does not run as root; make the token file readable for the agent, or put the token into a Secret',
    ),
  );
});

test('fails at synth for a shard with more than its senders move, as in the other mode', () => {
  const problems = (mode: Mode, fixed: number) =>
    agentWith({ mode, shards: 1 }, [source({ name: 'large', series: { fixed } })]).agent.node.validate();
  expect(problems(Mode.STANDALONE, 11_999_990)).toEqual([]);
  expect(problems(Mode.STANDALONE, 11_999_991)).toHaveLength(1);
  expect(problems(Mode.STANDALONE, 11_999_991)).toEqual(problems(Mode.OPERATOR, 11_999_991));
});

test('fails at synth with nothing to scrape and nothing to write to', () => {
  expect(agentWith({}, [], []).agent.node.validate()).toEqual([
    'writeTo: got nothing, expected at least one destination; use agent.writeTo(new VMSingle(…)) or RemoteWrite.toUrl(…)',
    'scrape: got nothing, expected at least one source; use agent.scrape(new SlurmExporter(…))',
  ]);
  expect(agentWith().agent.node.validate()).toEqual([]);
});

describe('counters that are summed', () => {
  const SUM = { why: 'every panel adds them up', metric: 'cpu_seconds_total', as: 'instance:cpu_seconds_total:sum', without: ['cpu'] };
  const summing = () => agentWith({}, [source({ name: 'app', sums: [SUM] })]).rendered;
  const file = (rendered: Rendered) =>
    (rendered.find('ConfigMap', 'vmagent-metrics', NAMESPACE).data as { 'sums.yaml'?: string })['sums.yaml'];
  const relabel = (rendered: Rendered) =>
    (rendered.find('StatefulSet', 'vmagent-metrics', NAMESPACE).spec as { template: { metadata: { annotations: object } } }).template
      .metadata.annotations;

  const args = (rendered: Rendered) => containerOf(rendered.find('StatefulSet', 'vmagent-metrics', NAMESPACE), 'vmagent').args ?? [];

  test('have a file of rules that the agent is pointed to, and a change of it rolls the agent', () => {
    const rendered = summing();
    expect(parse(file(rendered) ?? '')).toEqual([
      {
        match: 'cpu_seconds_total{job="app"}',
        interval: '30s',
        without: ['cpu'],
        outputs: ['total_prometheus'],
        output_relabel_configs: [{ target_label: '__name__', replacement: 'instance:cpu_seconds_total:sum' }],
      },
    ]);
    expect(args(rendered)).toEqual(
      expect.arrayContaining(['-streamAggr.config=/etc/soperator-metrics/scrape/sums.yaml', '-streamAggr.keepInput=true']),
    );
    expect(relabel(rendered)).not.toEqual(relabel(agentWith().rendered));
  });

  test('have no file where there are none', () => {
    const { rendered } = agentWith();
    expect(file(rendered)).toBeUndefined();
    expect(args(rendered).filter((arg) => arg.includes('streamAggr'))).toEqual([]);
  });

  test('cannot be summed in another way beside it', () => {
    for (const flag of ['streamAggr.config', 'streamAggr.keepInput', 'streamAggr.dropInput', 'streamAggr.dropInputLabels']) {
      expect(() => agentWith({ extraArgs: { [flag]: 'true' } })).toThrow(`got "${flag}"`);
    }
  });
});

test('every option takes effect', () => {
  const props: Required<VMAgentProps> = {
    cluster: 'prod',
    mode: Mode.STANDALONE,
    name: 'collector',
    namespace: 'agents',
    image: 'registry.example/vmagent:v1.2.3',
    // only the operator reads these three
    configReloaderImage: 'registry.example/reloader:v4.5.6',
    operatorVersion: '0.70.1',
    userScrapes: { enabled: true },
    resources: {
      cpuRequest: Cpu.units(2),
      cpuLimit: Cpu.units(3),
      memoryRequest: Size.gibibytes(4),
      memoryLimit: Size.gibibytes(5),
    },
    scale: { nodes: 20 },
    // only the number of shards follows from it, which is given
    seriesProfile: SeriesProfile.FULL,
    shards: 2,
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
    runAsUser: 1000,
    extraArgs: { 'remoteWrite.flushInterval': '2s' },
  };
  const { agent, rendered } = agentWith(props);
  const workload: KubeJson = rendered.find('StatefulSet', 'vmagent-collector-1', 'agents');

  expect(podOf(workload)).toMatchObject({
    serviceAccountName: 'collector-agent',
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { role: 'metrics' },
    tolerations: [{ key: 'dedicated', operator: 'Equal', value: 'metrics', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    securityContext: { runAsUser: 1000 },
  });
  expect(containerOf(workload, 'vmagent')).toMatchObject({
    image: 'registry.example/vmagent:v1.2.3',
    resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '3', memory: '5Gi' } },
    args: expect.arrayContaining([
      '-promscrape.cluster.membersCount=2',
      `-promscrape.maxScrapeSize=${64 * 1024 ** 2}`,
      `-remoteWrite.maxDiskUsagePerURL=${4 * 1024 ** 3}`,
      '-remoteWrite.flushInterval=2s',
    ]),
  });
  expect(rendered.find('PersistentVolumeClaim', 'persistent-queue-data-vmagent-collector-1-0', 'agents').spec).toMatchObject({
    storageClassName: 'fast',
    resources: { requests: { storage: '20Gi' } },
  });
  const { data } = rendered.find('ConfigMap', 'vmagent-collector', 'agents') as unknown as {
    readonly data: { readonly [file: string]: string };
  };
  expect(parse(data['scrape.yaml'] ?? '').global.external_labels).toEqual({ cluster: 'prod' });
  expect(rendered.find('ServiceAccount', 'collector-agent', 'agents')).toBeDefined();
  expect(rendered.find('Service', 'vmagent-collector', 'agents')).toBeDefined();
  expect(agent.scale.nodes).toBe(20);
  expect(agent.targets).toEqual([
    expect.objectContaining({
      scrapeInterval: props.scrapeInterval,
      scrapeTimeout: props.scrapeTimeout,
      relabelConfigs: props.relabelConfigs,
      metricRelabelConfigs: props.metricRelabelConfigs,
      sampleLimit: 1000,
      seriesLimit: 2000,
      replicas: 2,
    }),
  ]);
});

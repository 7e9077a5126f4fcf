import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { IMAGES } from '../../lib/common/images';
import { Mode } from '../../lib/common/mode';
import { resourceRequirements } from '../../lib/common/units';
import { loadOf } from '../../lib/scrape/load';
import { QueueBudget } from '../../lib/scrape/queue-budget';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, InstanceLabel, Provenance, type ScrapeTarget, TargetLabel } from '../../lib/scrape/scrape-target';
import { storageFor, storeResources } from '../../lib/scrape/sizing';
import { SlurmExporter } from '../../lib/slurm-exporter';
import { VMAgent } from '../../lib/vm-agent';
import { VMSingle, type VMSingleProps } from '../../lib/vm-single';
import { containerOf, familiesOf, podOf, type Rendered, render, targetOf } from '../support';

const NAME = 'metrics-victoria-metrics-k8s-stack';

function storeWith(
  props: VMSingleProps = {},
  intervals: readonly Duration[] = [],
): { readonly store: VMSingle; readonly rendered: Rendered } {
  const built: VMSingle[] = [];
  const rendered = render((chart) => {
    const store = new VMSingle(chart, 'VMSingle', props);
    if (intervals.length > 0) {
      const agent = new VMAgent(chart, 'VMAgent', { cluster: 'prod' });
      agent.writeTo(store);
      // sources that come after the store count all the same
      for (const [index, scrapeInterval] of intervals.entries()) {
        agent.scrape(new SlurmExporter(chart, `Source${index}`, { name: `source-${index}`, scrapeInterval }));
      }
    }
    built.push(store);
  });
  const [store] = built;
  if (!store) throw new Error('no store was built');
  return { store, rendered };
}

function vmSingle(props: VMSingleProps = {}, intervals: readonly Duration[] = []): { readonly [field: string]: unknown } {
  const { store, rendered } = storeWith(props, intervals);
  return rendered.find('VMSingle', store.workload.name).spec as { readonly [field: string]: unknown };
}

/** Brings a million series every 30 s. */
const MILLION: ScrapeTarget = {
  name: 'million',
  job: 'million',
  discovery: { role: DiscoveryRole.SERVICES, namespaces: ['slurm'], matchLabels: { app: 'million' } },
  endpoints: [{ port: 'metrics' }],
  provenance: Provenance.EXTERNAL,
  scrapeInterval: Duration.seconds(30),
  scrapeTimeout: Duration.seconds(10),
  instance: InstanceLabel.POD,
  targetLabels: [],
  relabelConfigs: [],
  metricRelabelConfigs: [],
  series: { fixed: 1_000_000 },
};

/** A store that gets a million series, from an agent that is added later. */
function storeOfMillion(
  props: VMSingleProps = {},
  target: Partial<ScrapeTarget> = {},
): { readonly store: VMSingle; readonly rendered: Rendered } {
  const built: VMSingle[] = [];
  const rendered = render((chart) => {
    const store = new VMSingle(chart, 'VMSingle', props);
    const agent = new VMAgent(chart, 'VMAgent', { cluster: 'prod' });
    agent.writeTo(store);
    agent.scrape({ targets: [{ ...MILLION, ...target }] });
    built.push(store);
  });
  const [store] = built;
  if (!store) throw new Error('no store was built');
  return { store, rendered };
}

const dedup = (props: VMSingleProps = {}, intervals: readonly Duration[] = []) =>
  (vmSingle(props, intervals).extraArgs as { readonly [flag: string]: string })['dedup.minScrapeInterval'];

test('answers on 8429, which makes the operator open 8428 beside it', () => {
  const { store, rendered } = storeWith();
  expect(rendered.find('VMSingle', NAME, 'monitoring-system').spec).toMatchObject({ port: '8429' });
  expect(store.serviceName).toBe(`vmsingle-${NAME}`);
  expect(store.queryUrl).toBe(`http://vmsingle-${NAME}.monitoring-system.svc:8429`);
  expect(store.destination).toEqual({
    name: 'store',
    url: `http://vmsingle-${NAME}.monitoring-system.svc:8429/api/v1/write`,
    relabelConfigs: [],
    // its own protocol, so that what is kept for it is packed tighter
    speaksVm: true,
  });
});

test('has agents keep for it what it is given as a budget', () => {
  const buffer = QueueBudget.outage(Duration.days(1));
  expect(storeWith({ buffer }).store.destination.buffer).toBe(buffer);
});

test('is known by the resource that the operator makes it of', () => {
  const { store } = storeWith();
  expect(store.mode).toBe(Mode.OPERATOR);
  expect([store.workload.kind, store.workload.name]).toEqual(['VMSingle', NAME]);
});

test('keeps 30 days on a volume of 30Gi of its own', () => {
  expect(vmSingle()).toMatchObject({
    replicaCount: 1,
    retentionPeriod: '30d',
    storage: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '30Gi' } } },
  });
});

test('keeps the volume when the resource is deleted', () => {
  expect(vmSingle()).toMatchObject({ removePvcAfterDelete: false });
});

test('has two minutes to write out what it holds in memory, of which the operator sleeps the first 15 seconds', () => {
  expect(vmSingle()).toMatchObject({ terminationGracePeriodSeconds: 120 });
});

test('runs as nobody on the nodes of the system, without a token of its account', () => {
  const { store, rendered } = storeWith();
  expect(rendered.find('VMSingle', NAME).spec).toMatchObject({
    nodeSelector: { 'slurm.nebius.ai/nodeset': 'system' },
    priorityClassName: 'system-cluster-critical',
    useStrictSecurity: true,
    serviceAccountName: `${NAME}-store`,
    disableAutomountServiceAccountToken: true,
  });
  expect(rendered.find('ServiceAccount', `${NAME}-store`, store.namespace).automountServiceAccountToken).toBe(false);
});

test('may do nothing in the cluster', () => {
  const { rendered } = storeWith();
  expect(rendered.all().filter(({ kind }) => /Role/.test(kind))).toEqual([]);
});

test('is scraped by the pipeline alone, behind the Service that the operator makes', () => {
  const { store } = storeWith({ name: 'db', namespace: 'stores' });
  expect(vmSingle()).toMatchObject({ disableSelfServiceScrape: true });
  expect(store.targets).toEqual([
    expect.objectContaining({
      name: 'vmsingle',
      job: 'vmsingle',
      discovery: {
        role: DiscoveryRole.SERVICES,
        namespaces: ['stores'],
        matchLabels: { 'app.kubernetes.io/name': 'vmsingle', 'app.kubernetes.io/instance': 'db' },
      },
      endpoints: [expect.objectContaining({ port: 'http' })],
      provenance: Provenance.OPERATOR,
      instance: InstanceLabel.POD,
      targetLabels: [TargetLabel.NAMESPACE],
    }),
  ]);
});

describe('samples closer than the dedup window are merged, so the window', () => {
  test.each<readonly [string, readonly Duration[], string]>([
    ['is the interval of what is scraped', [Duration.seconds(30)], '30s'],
    ['is the shortest of several intervals', [Duration.seconds(30), Duration.seconds(15), Duration.minutes(1)], '15s'],
    ['is written in the units of VictoriaMetrics', [Duration.seconds(90)], '1m30s'],
    ['is written without days, which the flag does not know', [Duration.hours(30)], '30h'],
    ['is the shortest there is while nothing is scraped', [], '1ms'],
  ])('%s', (_, intervals, expected) => {
    expect(dedup({}, intervals)).toBe(expected);
  });

  test('is known to others as it is rendered', () => {
    const { store } = storeWith({}, [Duration.seconds(15), Duration.seconds(30)]);
    expect(store.dedupInterval.toSeconds()).toBe(15);
  });

  test('is the one that is given', () => {
    expect(dedup({ dedupInterval: Duration.seconds(5) }, [Duration.seconds(30)])).toBe('5s');
    expect(storeWith({ dedupInterval: Duration.seconds(5) }, [Duration.seconds(30)]).store.dedupInterval.toSeconds()).toBe(5);
  });

  test('is off when it is given as nothing', () => {
    expect(dedup({ dedupInterval: Duration.seconds(0) }, [Duration.seconds(30)])).toBe('0s');
  });

  test('counts the sources of every agent that writes here', () => {
    const rendered = render((chart) => {
      const store = new VMSingle(chart, 'VMSingle');
      for (const seconds of [30, 10]) {
        const agent = new VMAgent(chart, `Agent${seconds}`, { cluster: 'prod', name: `agent-${seconds}` });
        agent.scrape(
          new SlurmExporter(chart, `Source${seconds}`, { name: `source-${seconds}`, scrapeInterval: Duration.seconds(seconds) }),
        );
        agent.writeTo(store);
      }
    });
    expect(rendered.find('VMSingle', NAME).spec).toMatchObject({ extraArgs: { 'dedup.minScrapeInterval': '10s' } });
  });
});

describe('retention', () => {
  test.each([
    ['a day', Duration.days(1), '1d'],
    ['a month', Duration.days(30), '30d'],
    ['a day in hours', Duration.hours(24), '1d'],
    ['a day and a half', Duration.hours(36), '36h'],
    ['whole hours in minutes', Duration.minutes(25 * 60), '25h'],
    ['ten years', Duration.days(3650), '3650d'],
  ])('of %s is written as the CRD takes it, in days or hours', (_, retentionPeriod, expected) => {
    const { retentionPeriod: written } = vmSingle({ retentionPeriod });
    expect(written).toBe(expected);
    expect(written).toMatch(/^[0-9]+(h|d|w|y)?$/);
  });

  test.each([
    ['less than a day', Duration.hours(23), '23h'],
    ['no time at all', Duration.seconds(0), '0s'],
    ['half an hour more than a day', Duration.minutes(24 * 60 + 30), '1d30m'],
  ])('of %s fails', (_, retentionPeriod, written) => {
    expect(() => vmSingle({ retentionPeriod })).toThrow(
      `[test/VMSingle] retentionPeriod: got "${written}", expected a whole number of hours, at least 24; use Duration.days(30); the operator knows no months and no seconds`,
    );
  });
});

describe('CPU and memory', () => {
  test.each([1, 10, 1000])('follow from what agents scrape of %d nodes, without a CPU limit that would delay merges', (nodes) => {
    const { store, rendered } = storeOfMillion({ scale: { nodes } }, { series: { perNode: 10_000 } });
    const expected = resourceRequirements(storeResources(loadOf([{ ...MILLION, series: { perNode: 10_000 } }], store.scale)));
    expect(rendered.find('VMSingle', NAME).spec).toMatchObject({ resources: expected });
    expect(expected.limits).not.toHaveProperty('cpu');
  });

  test('are those of a cluster of usual size unless told otherwise, never those of the operator', () => {
    const { store } = storeOfMillion();
    expect(store.resources).toEqual(storeOfMillion({ scale: { nodes: store.scale.nodes } }).store.resources);
    expect(vmSingle()).toMatchObject({ useDefaultResources: false });
  });

  test('are those that are given, whatever the scale', () => {
    expect(vmSingle({ scale: { nodes: 1000 }, resources: { memoryLimit: Size.gibibytes(1) } }).resources).toEqual({
      limits: { memory: '1Gi' },
    });
  });

  test('fail for a scale that none can be', () => {
    expect(() => vmSingle({ scale: { nodes: 0 } })).toThrow(
      new Error('[test/VMSingle] scale.nodes: got 0, expected a whole number of 1 to 10000; count the nodes that the cluster grows to'),
    );
  });
});

describe('the volume', () => {
  const written = ({ rendered }: { readonly rendered: Rendered }) =>
    (rendered.find('VMSingle', NAME).spec as { storage: { resources: { requests: { storage: string } } } }).storage.resources.requests
      .storage;

  test('has 30Gi while that is enough', () => {
    expect(written(storeOfMillion({}, { series: { fixed: 1_000 } }))).toBe('30Gi');
  });

  test('holds the retention of all that agents scrape, in steps of ten, so that a few nodes more change no claim', () => {
    expect(written(storeOfMillion())).toBe('220Gi');
    expect(storeOfMillion().store.storageSize.toGibibytes()).toBe(220);
  });

  test('grows with the retention, the series and how often they come', () => {
    const size = (props: VMSingleProps, target: Partial<ScrapeTarget> = {}) =>
      storeOfMillion(props, target).store.storageSize.toGibibytes();
    expect(size({ retentionPeriod: Duration.days(365) })).toBeGreaterThan(size({}));
    expect(size({}, { series: { fixed: 2_000_000 } })).toBeGreaterThan(size({}));
    expect(size({}, { scrapeInterval: Duration.seconds(10) })).toBeGreaterThan(size({}));
    expect(size({ scale: { nodes: 1000 } }, { series: { perNode: 10_000 } })).toBeGreaterThan(size({}, { series: { perNode: 10_000 } }));
  });

  test('fails at synth where one is given that cannot hold the retention, with the sum that says so', () => {
    expect(storeOfMillion({ storageSize: Size.gibibytes(100) }).store.node.validate()).toEqual([
      'storageSize: got 100Gi, expected 215Gi or more for a retention of 30d: ' +
        '1,000,000 series and 33,000 samples a second over 61 days, because a month is dropped as a whole, ' +
        'are 164Gi at 1 byte a sample and 8.1Gi of index; with a fifth kept free for merges 215Gi; ' +
        'use Size.gibibytes(215), a shorter retentionPeriod, longer intervals, or the scale that the cluster really has',
    ]);
    expect(storeOfMillion({ storageSize: Size.gibibytes(215) }).store.node.validate()).toEqual([]);
  });

  test('fails by a single Ki, and holds what is just enough', () => {
    const { store } = storeOfMillion();
    const smallest = Math.ceil(storageFor(loadOf([MILLION], store.scale), store.retentionPeriod).bytes / 1024);
    expect(storeOfMillion({ storageSize: Size.kibibytes(smallest) }).store.node.validate()).toEqual([]);
    expect(storeOfMillion({ storageSize: Size.kibibytes(smallest - 1) }).store.node.validate()).toEqual([
      expect.stringContaining(`storageSize: got ${smallest - 1}Ki, expected 215Gi or more for a retention of 30d: `),
    ]);
  });

  test('that was worked out is never too small', () => {
    for (const days of [1, 30, 365, 3650]) {
      expect(storeOfMillion({ retentionPeriod: Duration.days(days) }).store.node.validate()).toEqual([]);
    }
  });

  test('says nothing of a small one while nothing is scraped', () => {
    expect(storeWith({ storageSize: Size.gibibytes(1) }).store.node.validate()).toEqual([]);
  });
});

test('flags of the user win over those of the pipeline', () => {
  expect(
    vmSingle({ extraArgs: { 'dedup.minScrapeInterval': '1s', 'search.maxQueryLen': '18765' } }, [Duration.seconds(30)]).extraArgs,
  ).toEqual({
    'dedup.minScrapeInterval': '1s',
    'search.maxQueryLen': '18765',
  });
});

test.each(['-search.maxQueryLen', '--search.maxQueryLen'])('fails for the flag %s with its dash, without repeating its value', (flag) => {
  expect(() => vmSingle({ extraArgs: { [flag]: 's3cr3t' } })).toThrow(
    new Error(`[test/VMSingle] extraArgs: got "${flag}", expected a flag without its dash; write 'search.maxQueryLen'`),
  );
});

test.each(['storageDataPath', 'httpListenAddr'])('fails for the flag %s, which follows from other options: %#', (flag) => {
  for (const mode of [Mode.OPERATOR, Mode.STANDALONE]) {
    expect(() => storeWith({ mode, extraArgs: { [flag]: 's3cr3t' } })).toThrow(
      new Error(`[test/VMSingle] extraArgs: got "${flag}", expected a flag that does not follow from the volume and the port; remove it`),
    );
  }
});

test('takes flags that only look like those that follow from other options', () => {
  const extraArgs = { 'httpListenAddr.useProxyProtocol': 'false', 'storage.maxHourlySeries': '1000' };
  expect(vmSingle({ extraArgs }).extraArgs).toMatchObject(extraArgs);
});

test.each([
  [Size.gibibytes(0), '0Gi'],
  [Size.mebibytes(1023), '1023Mi'],
])('fails for a volume without size, or a small one: %#', (storageSize, written) => {
  expect(() => vmSingle({ storageSize })).toThrow(
    `[test/VMSingle] storageSize: got "${written}", expected 1Gi or more; leave it out: the size follows from retentionPeriod and scale`,
  );
});

describe('bad names and images', () => {
  test('fail for a name that is too long with the prefix of the operator', () => {
    const name = 'a'.repeat(55);
    expect(() => vmSingle({ name })).toThrow(
      `[test/VMSingle] name: got "${name}", expected a lower-case DNS label of at most 54 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });

  test('fail for a namespace that is none', () => {
    expect(() => vmSingle({ namespace: 'My Namespace' })).toThrow(
      `[test/VMSingle] namespace: got "My Namespace", expected a lower-case DNS label of at most 63 characters; use letters, digits and '-', with a letter or digit at both ends`,
    );
  });

  test('fail for an image without a fixed version', () => {
    expect(() => vmSingle({ image: 'victoria-metrics' })).toThrow(
      `[test/VMSingle] image: got "victoria-metrics", expected an image reference with a fixed tag or digest; write registry, name and version: 'docker.io/victoriametrics/vmagent:v1.150.0'`,
    );
  });

  test('fail for a timeout longer than the interval', () => {
    expect(() => vmSingle({ scrapeInterval: Duration.seconds(15), scrapeTimeout: Duration.seconds(20) })).toThrow(
      '[test/VMSingle] scrapeTimeout: got "20s", expected at most the scrape interval of 15s; shorten the timeout or lengthen scrapeInterval: vmagent would cut the timeout without a word',
    );
  });
});

test('every option takes effect', () => {
  const props: Required<VMSingleProps> = {
    // the other one is below
    mode: Mode.OPERATOR,
    name: 'db',
    namespace: 'stores',
    image: 'registry.example/victoria-metrics:v1.2.3',
    resources: {
      cpuRequest: Cpu.units(2),
      cpuLimit: Cpu.units(3),
      memoryRequest: Size.gibibytes(4),
      memoryLimit: Size.gibibytes(5),
    },
    scale: { nodes: 20 },
    buffer: QueueBudget.size(Size.gibibytes(4)),
    imagePullSecrets: ['registry'],
    nodeSelector: { role: 'metrics' },
    tolerations: [{ key: 'dedicated', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    scrapeInterval: Duration.seconds(60),
    scrapeTimeout: Duration.seconds(20),
    relabelConfigs: [RelabelRule.setLabel('told apart in tests', 'rack', 'one')],
    metricRelabelConfigs: [RelabelRule.dropMetrics('nobody reads them', 'go_.+')],
    sampleLimit: 1000,
    seriesLimit: 2000,
    maxScrapeSize: Size.mebibytes(64),
    retentionPeriod: Duration.days(90),
    storageSize: Size.gibibytes(500),
    storageClassName: 'fast',
    dedupInterval: Duration.seconds(5),
    extraArgs: { 'search.maxQueryLen': '18765' },
  };
  const { store, rendered } = storeWith(props);

  expect(rendered.find('VMSingle', 'db', 'stores').spec).toEqual({
    image: { repository: 'registry.example/victoria-metrics', tag: 'v1.2.3', pullPolicy: 'IfNotPresent' },
    imagePullSecrets: [{ name: 'registry' }],
    nodeSelector: { role: 'metrics' },
    tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
    priorityClassName: 'high',
    replicaCount: 1,
    port: '8429',
    retentionPeriod: '90d',
    removePvcAfterDelete: false,
    storage: { accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '500Gi' } } },
    extraArgs: { 'dedup.minScrapeInterval': '5s', 'search.maxQueryLen': '18765' },
    serviceAccountName: 'db-store',
    disableAutomountServiceAccountToken: true,
    useStrictSecurity: true,
    useDefaultResources: false,
    resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '3', memory: '5Gi' } },
    terminationGracePeriodSeconds: 120,
    disableSelfServiceScrape: true,
  });
  expect(rendered.find('ServiceAccount', 'db-store', 'stores')).toBeDefined();
  expect(store.queryUrl).toBe('http://vmsingle-db.stores.svc:8429');
  expect(store.retentionPeriod).toBe(props.retentionPeriod);
  expect(store.storageSize).toBe(props.storageSize);
  expect(store.scale.nodes).toBe(20);
  expect(store.destination.buffer).toBe(props.buffer);
  expect(store.targets).toEqual([
    expect.objectContaining({
      scrapeInterval: props.scrapeInterval,
      scrapeTimeout: props.scrapeTimeout,
      relabelConfigs: props.relabelConfigs,
      metricRelabelConfigs: props.metricRelabelConfigs,
      sampleLimit: 1000,
      seriesLimit: 2000,
      maxScrapeSize: props.maxScrapeSize,
    }),
  ]);
});

describe('without the operator', () => {
  const alone = (props: VMSingleProps = {}) => storeWith({ mode: Mode.STANDALONE, ...props });
  const deployment = ({ rendered, store }: ReturnType<typeof alone>) => rendered.find('Deployment', store.serviceName);
  const container = (result: ReturnType<typeof alone>) => containerOf(deployment(result), 'vmsingle');
  const SERVICE = `vmsingle-${NAME}`;

  test('the store is a Deployment with its account, its Service and its claim, and nothing of the operator', () => {
    const { store, rendered } = alone();
    expect(
      rendered
        .all()
        .map(({ kind, metadata: { namespace, name } }) => `${kind}/${namespace}/${name}`)
        .sort(),
    ).toEqual([
      `Deployment/monitoring-system/${SERVICE}`,
      `PersistentVolumeClaim/monitoring-system/${SERVICE}`,
      `Service/monitoring-system/${SERVICE}`,
      `ServiceAccount/monitoring-system/${NAME}-store`,
    ]);
    expect([store.mode, store.workload.kind, store.workload.name]).toEqual([Mode.STANDALONE, 'Deployment', SERVICE]);
  });

  test('is reached by the same names and ports as with the operator', () => {
    const [here, there] = [alone().store, storeWith().store];
    expect([here.serviceName, here.port, here.queryUrl]).toEqual([there.serviceName, there.port, there.queryUrl]);
    expect(here.destination).toEqual(there.destination);
  });

  test('answers on 8429, and on 8428 for those who know it by that', () => {
    const result = alone();
    const { spec } = result.rendered.find('Service', SERVICE, 'monitoring-system');
    expect(spec).toEqual({
      type: 'ClusterIP',
      selector: {
        'app.kubernetes.io/name': 'vmsingle',
        'app.kubernetes.io/instance': NAME,
        'app.kubernetes.io/component': 'store',
      },
      ports: [
        { name: 'http', port: 8429, targetPort: 'http', protocol: 'TCP' },
        { name: 'http-alias', port: 8428, targetPort: 'http', protocol: 'TCP' },
      ],
    });
    expect(container(result).ports).toEqual([{ name: 'http', containerPort: 8429 }]);
    expect(deployment(result).spec).toMatchObject({
      selector: { matchLabels: (spec as { readonly selector: object }).selector },
      template: { metadata: { labels: (spec as { readonly selector: object }).selector } },
    });
  });

  test('is one pod, which ends before the next one starts, because two cannot have one volume', () => {
    expect(deployment(alone()).spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  test('is told its port, its data, its retention and its window', () => {
    const { store, rendered } = storeOfMillion({ mode: Mode.STANDALONE, retentionPeriod: Duration.hours(36) });
    expect(containerOf(rendered.find('Deployment', store.serviceName), 'vmsingle').args).toEqual([
      '-httpListenAddr=:8429',
      '-storageDataPath=/victoria-metrics-data',
      '-retentionPeriod=36h',
      '-dedup.minScrapeInterval=30s',
    ]);
  });

  test('is told what the user says in place of it, once', () => {
    const extraArgs = { retentionPeriod: '1y', 'search.maxQueryLen': '18765', 'dedup.minScrapeInterval': '1s' };
    expect(container(alone({ extraArgs })).args).toEqual([
      '-httpListenAddr=:8429',
      '-storageDataPath=/victoria-metrics-data',
      '-retentionPeriod=1y',
      '-dedup.minScrapeInterval=1s',
      '-search.maxQueryLen=18765',
    ]);
  });

  test('keeps its data on a claim of its own, in the place where the operator has it', () => {
    const result = alone({ storageClassName: 'fast' });
    const { metadata, spec } = result.rendered.find('PersistentVolumeClaim', SERVICE, 'monitoring-system');
    expect(spec).toEqual({ accessModes: ['ReadWriteOnce'], storageClassName: 'fast', resources: { requests: { storage: '30Gi' } } });
    expect(podOf(deployment(result)).volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: SERVICE } }]);
    expect(container(result).volumeMounts).toEqual([{ name: 'data', mountPath: '/victoria-metrics-data' }]);
    // the operator says another word there, and applying ours over its claim would be a conflict
    expect(metadata.labels).not.toHaveProperty(['app.kubernetes.io/component']);
  });

  test('has a claim of the size that the resource of the operator asks for', () => {
    const { store, rendered } = storeOfMillion({ mode: Mode.STANDALONE });
    expect(rendered.find('PersistentVolumeClaim', store.serviceName).spec).toMatchObject({ resources: { requests: { storage: '220Gi' } } });
    expect(containerOf(rendered.find('Deployment', store.serviceName), 'vmsingle').resources).toEqual(
      resourceRequirements(storeResources(loadOf([MILLION], store.scale))),
    );
  });

  test('fails at synth for a volume that cannot hold the retention, as with the operator', () => {
    const problems = (mode: Mode) => storeOfMillion({ mode, storageSize: Size.gibibytes(100) }).store.node.validate();
    expect(problems(Mode.STANDALONE)).toHaveLength(1);
    expect(problems(Mode.STANDALONE)).toEqual(problems(Mode.OPERATOR));
  });

  test('runs as nobody who may do nothing, on the nodes of the system, and is not evicted before others', () => {
    const result = alone();
    expect(podOf(deployment(result))).toMatchObject({
      serviceAccountName: `${NAME}-store`,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      nodeSelector: { 'slurm.nebius.ai/nodeset': 'system' },
      priorityClassName: 'system-cluster-critical',
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65534,
        runAsGroup: 65534,
        fsGroup: 65534,
        fsGroupChangePolicy: 'OnRootMismatch',
        seccompProfile: { type: 'RuntimeDefault' },
      },
    });
    expect(container(result).securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(result.rendered.all().filter(({ kind }) => /Role/.test(kind))).toEqual([]);
  });

  test('has half an hour to open its data after a hard end, and two minutes to write out what it holds', () => {
    const { startupProbe } = container(alone()) as unknown as { startupProbe: { periodSeconds: number; failureThreshold: number } };
    expect(startupProbe).toMatchObject({ httpGet: { path: '/health', port: 'http' } });
    expect(startupProbe.periodSeconds * startupProbe.failureThreshold).toBe(1800);
    expect(podOf(deployment(alone())).terminationGracePeriodSeconds).toBe(120);
  });

  test('is asked for its health by the port that it names', () => {
    expect(container(alone())).toMatchObject({
      readinessProbe: { httpGet: { path: '/health', port: 'http' } },
      livenessProbe: { httpGet: { path: '/health', port: 'http' } },
    });
  });

  test('has the proven image, which is pulled once', () => {
    expect(container(alone())).toMatchObject({ image: IMAGES.vmSingle, imagePullPolicy: 'IfNotPresent' });
  });

  test('is scraped behind the Service that is rendered', () => {
    const { store, rendered } = alone({ name: 'db', namespace: 'stores' });
    const [target] = store.targets;
    expect(target).toMatchObject({
      job: 'vmsingle',
      endpoints: [expect.objectContaining({ port: 'http' })],
      provenance: Provenance.RENDERED,
    });
    expect(rendered.find('Service', 'vmsingle-db', 'stores').metadata.labels).toMatchObject(target?.discovery.matchLabels ?? {});
  });

  test('takes every option', () => {
    const props: Required<VMSingleProps> = {
      mode: Mode.STANDALONE,
      name: 'db',
      namespace: 'stores',
      image: 'registry.example/victoria-metrics:v1.2.3',
      resources: {
        cpuRequest: Cpu.units(2),
        cpuLimit: Cpu.units(3),
        memoryRequest: Size.gibibytes(4),
        memoryLimit: Size.gibibytes(5),
      },
      scale: { nodes: 20 },
      buffer: QueueBudget.size(Size.gibibytes(4)),
      imagePullSecrets: ['registry'],
      nodeSelector: { role: 'metrics' },
      tolerations: [{ key: 'dedicated', effect: 'NoSchedule' }],
      priorityClassName: 'high',
      scrapeInterval: Duration.seconds(60),
      scrapeTimeout: Duration.seconds(20),
      relabelConfigs: [RelabelRule.setLabel('told apart in tests', 'rack', 'one')],
      metricRelabelConfigs: [RelabelRule.dropMetrics('nobody reads them', 'go_.+')],
      sampleLimit: 1000,
      seriesLimit: 2000,
      maxScrapeSize: Size.mebibytes(64),
      retentionPeriod: Duration.days(90),
      storageSize: Size.gibibytes(500),
      storageClassName: 'fast',
      dedupInterval: Duration.seconds(5),
      extraArgs: { 'search.maxQueryLen': '18765' },
    };
    const { store, rendered } = storeWith(props);
    const workload = rendered.find('Deployment', 'vmsingle-db', 'stores');
    expect(podOf(workload)).toMatchObject({
      serviceAccountName: 'db-store',
      imagePullSecrets: [{ name: 'registry' }],
      nodeSelector: { role: 'metrics' },
      tolerations: [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }],
      priorityClassName: 'high',
    });
    expect(containerOf(workload, 'vmsingle')).toMatchObject({
      image: 'registry.example/victoria-metrics:v1.2.3',
      resources: { requests: { cpu: '2', memory: '4Gi' }, limits: { cpu: '3', memory: '5Gi' } },
      args: [
        '-httpListenAddr=:8429',
        '-storageDataPath=/victoria-metrics-data',
        '-retentionPeriod=90d',
        '-dedup.minScrapeInterval=5s',
        '-search.maxQueryLen=18765',
      ],
    });
    expect(rendered.find('PersistentVolumeClaim', 'vmsingle-db', 'stores').spec).toMatchObject({
      storageClassName: 'fast',
      resources: { requests: { storage: '500Gi' } },
    });
    expect(store.scale.nodes).toBe(20);
    expect(store.destination.buffer).toBe(props.buffer);
    expect(store.targets).toEqual([
      expect.objectContaining({
        scrapeInterval: props.scrapeInterval,
        scrapeTimeout: props.scrapeTimeout,
        relabelConfigs: props.relabelConfigs,
        metricRelabelConfigs: props.metricRelabelConfigs,
        sampleLimit: 1000,
        seriesLimit: 2000,
        maxScrapeSize: props.maxScrapeSize,
      }),
    ]);
  });
});

test('says what it exposes, by its flags', () => {
  const families = (extraArgs: { readonly [flag: string]: string } = {}) =>
    familiesOf(targetOf(storeWith({ extraArgs }).store, 'vmsingle'));
  expect(families().has('vm_rows')).toBe(true);
  expect(families().get('vm_cache_size')?.when).toBeUndefined();
  expect(families({ 'storage.trackMetricNamesStats': 'false' }).has('vm_cache_size')).toBe(false);
  expect(families().has('vm_hourly_series_limit_max_series')).toBe(false);
  expect(families({ 'storage.maxHourlySeries': '1000000' }).has('vm_hourly_series_limit_max_series')).toBe(true);
});

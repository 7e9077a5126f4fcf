import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { RelabelRule } from '../../lib/scrape/relabel-rule';
import { DiscoveryRole, InstanceLabel, Provenance, TargetLabel } from '../../lib/scrape/scrape-target';
import { SlurmExporter } from '../../lib/slurm-exporter';
import { VMAgent } from '../../lib/vm-agent';
import { VMSingle, type VMSingleProps } from '../../lib/vm-single';
import { type Rendered, render } from '../support';

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
  });
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
      endpoints: [{ port: 'http' }],
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
  test.each([
    [1, '252m', '1030Mi', '2060Mi'],
    [10, '270m', '1084Mi', '2168Mi'],
    [1000, '2250m', '7024Mi', '14048Mi'],
  ])('follow from %d nodes', (nodes, cpu, request, limit) => {
    expect(vmSingle({ nodes }).resources).toEqual({ requests: { cpu, memory: request }, limits: { memory: limit } });
  });

  test('are those of ten nodes unless told otherwise, never those of the operator', () => {
    expect(vmSingle().resources).toEqual(vmSingle({ nodes: 10 }).resources);
    expect(vmSingle()).toMatchObject({ useDefaultResources: false });
  });

  test.each([0, -3, 1.5, Number.NaN])('fail for %d nodes', (nodes) => {
    expect(() => vmSingle({ nodes })).toThrow(
      `[test/VMSingle] nodes: got ${nodes}, expected a whole number of 1 or more; count the nodes that will be scraped`,
    );
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

test.each([
  [Size.gibibytes(0), '0Gi'],
  [Size.mebibytes(1023), '1023Mi'],
])('fails for a volume without size, or a small one: %#', (storageSize, written) => {
  expect(() => vmSingle({ storageSize })).toThrow(
    `[test/VMSingle] storageSize: got "${written}", expected 1Gi or more; leave it out for 30Gi`,
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
    name: 'db',
    namespace: 'stores',
    image: 'registry.example/victoria-metrics:v1.2.3',
    resources: {
      cpuRequest: Cpu.units(2),
      cpuLimit: Cpu.units(3),
      memoryRequest: Size.gibibytes(4),
      memoryLimit: Size.gibibytes(5),
    },
    nodes: 20,
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

test('nodes only size what no resources are given for', () => {
  expect(vmSingle({ nodes: 1000, resources: { memoryLimit: Size.gibibytes(1) } }).resources).toEqual({ limits: { memory: '1Gi' } });
});

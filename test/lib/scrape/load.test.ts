import { Duration } from 'cdk8s';
import type { Construct } from 'constructs';
import { ApiServerScrapes } from '../../../lib/api-server-scrapes';
import { type ResolvedScale, resolveScale, type Scale } from '../../../lib/common/scale';
import { CoreDnsScrapes } from '../../../lib/core-dns-scrapes';
import { DcgmExporter } from '../../../lib/dcgm-exporter';
import { KubeStateMetrics } from '../../../lib/kube-state-metrics';
import { KubeletScrapes } from '../../../lib/kubelet-scrapes';
import { DEFAULT_DCGM_FIELDS } from '../../../lib/metrics/dcgm-fields';
import { NodeExporter } from '../../../lib/node-exporter';
import { type Load, loadOf, objectsOf, scrapeSizeOf, seriesOf, shareOf } from '../../../lib/scrape/load';
import { DiscoveryRole, type IMetricsSource, InstanceLabel, Provenance, type ScrapeTarget } from '../../../lib/scrape/scrape-target';
import { SlurmExporter, SlurmJobSource } from '../../../lib/slurm-exporter';
import { SoperatorController } from '../../../lib/soperator-controller';
import { VMOperator } from '../../../lib/vm-operator';
import { render, targetOf } from '../../support';

const MEBIBYTE = 1024 ** 2;
const SCALE: ResolvedScale = { nodes: 10, gpusPerNode: 8, cpusPerNode: 100, pods: 200 };

const target = (more: Partial<ScrapeTarget> = {}): ScrapeTarget => ({
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
  ...more,
});
const ON_NODES = { discovery: { role: DiscoveryRole.NODES, namespaces: [], matchLabels: {} } };
const TWO_PORTS = { endpoints: [{ port: 'http' }, { port: 'telemetry' }] };
const made = <T>(builder: (chart: Construct) => T): T => render(builder).made;

describe('the objects of a target', () => {
  test.each<[string, Partial<ScrapeTarget>, number]>([
    ['one pod, unless there are more', {}, 1],
    ['its replicas', { replicas: 3 }, 3],
    ['every node, for kubelets', ON_NODES, 10],
    ['every node, for what lives on one', { instance: InstanceLabel.NODE }, 10],
    ['each of its ports', { replicas: 2, ...TWO_PORTS }, 4],
    ['each of its ports on every node', { instance: InstanceLabel.NODE, ...TWO_PORTS }, 20],
  ])('are %s', (_, more, objects) => {
    expect(objectsOf(target(more), SCALE)).toBe(objects);
  });
});

describe('the series of a target', () => {
  test.each<[string, ScrapeTarget['series'], number]>([
    ['whatever the size', { fixed: 7 }, 7],
    ['for each node', { perNode: 7 }, 70],
    ['for each GPU of all nodes', { perGpu: 7 }, 560],
    ['for each CPU of all nodes', { perCpu: 7 }, 7_000],
    ['for each pod, wherever it is', { perPod: 7 }, 1_400],
    ['of all kinds together', { fixed: 1, perNode: 1, perGpu: 1, perCpu: 1, perPod: 1 }, 1 + 10 + 80 + 1_000 + 200],
    ['in whole numbers', { perPod: 0.0051 }, 2],
    ['none where it says so', {}, 0],
  ])('are counted %s', (_, series, expected) => {
    expect(seriesOf(target({ series }), SCALE)).toBe(expected);
  });

  test('are those of all objects together, so that replicas count none again', () => {
    expect(seriesOf(target({ series: { fixed: 7 }, replicas: 3, ...TWO_PORTS }), SCALE)).toBe(7);
  });

  test('are a thousand an object where its source says nothing', () => {
    expect(seriesOf(target(), SCALE)).toBe(1_000);
    expect(seriesOf(target({ replicas: 3 }), SCALE)).toBe(3_000);
    expect(seriesOf(target(ON_NODES), SCALE)).toBe(10_000);
    expect(seriesOf(target({ instance: InstanceLabel.NODE }), SCALE)).toBe(10_000);
  });
});

describe('the load', () => {
  test('of nothing is nothing', () => {
    expect(loadOf([], SCALE)).toEqual({ targets: 0, series: 0, exposed: 0, exposedPerSecond: 0, samplesPerSecond: 0, largestScrape: 0 });
  });

  test('is of what is taken, and of the whole pages for what handles them', () => {
    const read = target({ series: { fixed: 100 }, exposedSeries: { fixed: 1_000 } });
    expect(loadOf([read], SCALE)).toMatchObject({ series: 110, exposed: 1_010, largestScrape: 1_000 });
    expect(scrapeSizeOf(read, SCALE)).toBe(scrapeSizeOf(target({ series: { fixed: 1_000 } }), SCALE));
  });

  test('counts what the agent adds for each address', () => {
    expect(loadOf([target({ series: {} })], SCALE).series).toBe(10);
    expect(loadOf([target({ series: {}, replicas: 2, ...TWO_PORTS })], SCALE)).toMatchObject({ targets: 4, series: 40 });
  });

  test('is one sample of each series in each interval', () => {
    const load = loadOf([target({ series: { fixed: 290 }, scrapeInterval: Duration.seconds(15) })], SCALE);
    expect(load.samplesPerSecond).toBe(20);
  });

  test('adds up over targets of different intervals', () => {
    const slow = target({ series: { fixed: 590 }, scrapeInterval: Duration.minutes(1) });
    const fast = target({ series: { fixed: 90 }, scrapeInterval: Duration.seconds(5) });
    expect(loadOf([slow, fast], SCALE)).toEqual({
      targets: 2,
      series: 700,
      exposed: 700,
      exposedPerSecond: 30,
      samplesPerSecond: 30,
      largestScrape: 590,
      shortestInterval: Duration.seconds(5),
    });
  });

  test('is shared by several agents in equal parts, rounded up where halves make no sense', () => {
    const kept = { largestScrape: 50, shortestInterval: Duration.seconds(15) };
    const load: Load = { targets: 5, series: 101, exposed: 201, exposedPerSecond: 7, samplesPerSecond: 3, ...kept };
    expect(shareOf(load, 2)).toEqual({ targets: 3, series: 51, exposed: 101, exposedPerSecond: 3.5, samplesPerSecond: 1.5, ...kept });
    expect(shareOf(load, 1)).toEqual(load);
  });

  test.each<keyof Scale>(['nodes', 'gpusPerNode', 'cpusPerNode', 'pods'])('grows with %s and shrinks with nothing', (input) => {
    const every = target({ series: { fixed: 1, perNode: 1, perGpu: 1, perCpu: 1, perPod: 1 }, instance: InstanceLabel.NODE });
    const loads = [1, 2, 20, 60].map((amount) => loadOf([every], { ...SCALE, [input]: amount }));
    const sorted = [...loads].sort((a, b) => a.series - b.series);
    expect(loads).toEqual(sorted);
    expect(new Set(loads.map(({ samplesPerSecond }) => samplesPerSecond)).size).toBe(loads.length);
  });
});

describe('the largest scrape', () => {
  test.each<[string, readonly ScrapeTarget[], number]>([
    ['the largest of all targets', [{ fixed: 7 }, { fixed: 9 }, { fixed: 8 }].map((series) => target({ series })), 9],
    ['that of one object, not of all together', [target({ series: { fixed: 700 }, replicas: 7 })], 100],
    ['that of one node', [target({ series: { perNode: 7, perGpu: 1 }, ...ON_NODES })], 15],
    ['that of one page about all pods', [target({ series: { fixed: 70, perPod: 25 } })], 5_070],
    ['that of the larger of two ports, which may have nearly everything', [target({ series: { fixed: 7 }, ...TWO_PORTS })], 7],
    ['a thousand where its source says nothing', [target({ replicas: 3 }), target(ON_NODES)], 1_000],
    ['nothing where there is nothing to read', [target({ series: {} })], 0],
  ])('is %s', (_, targets, expected) => {
    expect(loadOf(targets, SCALE).largestScrape).toBe(expected);
  });

  test('is that of a share, too: one of several agents has it', () => {
    const load = loadOf([target({ series: { fixed: 900 } }), target()], SCALE);
    expect([1, 2, 5].map((parts) => shareOf(load, parts).largestScrape)).toEqual([1_000, 1_000, 1_000]);
  });
});

describe('the size of one scrape', () => {
  const withSeries = (fixed: number) => scrapeSizeOf(target({ series: { fixed } }), SCALE);

  test('is at least a mebibyte', () => {
    expect(withSeries(0)).toBe(MEBIBYTE);
    expect(withSeries(1)).toBe(MEBIBYTE);
  });

  test('is 500 bytes a series, in powers of two', () => {
    expect(withSeries(Math.floor(MEBIBYTE / 500))).toBe(MEBIBYTE);
    expect(withSeries(Math.ceil(MEBIBYTE / 500))).toBe(2 * MEBIBYTE);
    expect(withSeries(Math.floor((32 * MEBIBYTE) / 500))).toBe(32 * MEBIBYTE);
    expect(withSeries(Math.ceil((32 * MEBIBYTE) / 500))).toBe(64 * MEBIBYTE);
  });

  test('is that of one object, not of all together', () => {
    const series = { fixed: 10_000 };
    expect(scrapeSizeOf(target({ series, ...ON_NODES }), SCALE)).toBe(MEBIBYTE);
    expect(scrapeSizeOf(target({ series, replicas: 5 }), SCALE)).toBe(MEBIBYTE);
  });

  test('is that of the larger of two ports, which may have nearly everything', () => {
    expect(scrapeSizeOf(target({ series: { fixed: 10_000 }, ...TWO_PORTS }), SCALE)).toBe(8 * MEBIBYTE);
  });

  test('of pods outgrows the usual 32 MiB on a large cluster, and that of a kubelet never', () => {
    const objects = targetOf(
      made((chart) => new KubeStateMetrics(chart, 'Objects')),
      'metrics-kube-state-metrics',
    );
    const kubelets = made((chart) => new KubeletScrapes(chart, 'Kubelets')).targets;
    const large = resolveScale('large', { nodes: 1_000 });
    expect(scrapeSizeOf(objects, resolveScale('usual'))).toBeLessThan(32 * MEBIBYTE);
    expect(scrapeSizeOf(objects, large)).toBe(512 * MEBIBYTE);
    for (const kubelet of kubelets) expect(scrapeSizeOf(kubelet, large)).toBeLessThan(32 * MEBIBYTE);
  });

  test('leaves room over what a real scrape has', () => {
    const exporter = targetOf(
      made((chart) => new NodeExporter(chart, 'NodeExporter')),
      'node-exporter',
    );
    // 64 kB with two CPUs
    expect(scrapeSizeOf(exporter, { nodes: 1, gpusPerNode: 0, cpusPerNode: 2, pods: 10 })).toBe(MEBIBYTE);
  });
});

describe('what sources say of themselves', () => {
  /** Three small machines, without InfiniBand. */
  const MEASURED: ResolvedScale = { nodes: 3, gpusPerNode: 0, cpusPerNode: 2, pods: 20 };
  const measured: readonly [string, (chart: Construct) => IMetricsSource, number, number][] = [
    ['kubelet-metrics', (chart) => new KubeletScrapes(chart, 'S'), 5_739, 1.1],
    ['kubelet-cadvisor', (chart) => new KubeletScrapes(chart, 'S'), 3_124, 1.3],
    ['kubelet-probes', (chart) => new KubeletScrapes(chart, 'S'), 399, 1.2],
    ['kubelet-resource', (chart) => new KubeletScrapes(chart, 'S'), 117, 1.5],
    ['node-exporter', (chart) => new NodeExporter(chart, 'S'), 1_670, 1.2],
    ['metrics-kube-state-metrics', (chart) => new KubeStateMetrics(chart, 'S'), 369, 1.7],
    // one server and one pod, of the three and two that are counted with
    ['apiserver', (chart) => new ApiServerScrapes(chart, 'S'), 3 * 3_442, 1.5],
    ['coredns', (chart) => new CoreDnsScrapes(chart, 'S'), 2 * 282, 1.9],
    ['vm-operator', (chart) => new VMOperator(chart, 'S'), 1_420, 1.1],
  ];

  test.each(measured)('%s is what a small cluster was seen to have, and not much more', (name, builder, series, most) => {
    const estimate = loadOf([targetOf(made(builder), name)], MEASURED).series;
    expect(estimate).toBeGreaterThanOrEqual(series);
    expect(estimate).toBeLessThanOrEqual(series * most);
  });

  test('each GPU has the fields that are asked for, without those that become labels', () => {
    const perGpu = (counters?: readonly string[]) => {
      const [exporter] = made((chart) => new DcgmExporter(chart, 'S', { counters })).targets;
      return exporter?.series?.perGpu;
    };
    expect(perGpu(['DCGM_FI_DEV_GPU_UTIL', 'DCGM_FI_DEV_POWER_USAGE', 'DCGM_FI_DRIVER_VERSION'])).toBe(2);
    expect(perGpu()).toBe(DEFAULT_DCGM_FIELDS.filter(({ type }) => type !== 'label').length);
  });

  test('the accounting database has more jobs than the controller', () => {
    const ofSource = (jobSource: SlurmJobSource) =>
      made((chart) => new SlurmExporter(chart, 'S', { jobSource })).targets[0]?.series?.fixed ?? 0;
    expect(ofSource(SlurmJobSource.ACCOUNTING)).toBeGreaterThan(ofSource(SlurmJobSource.CONTROLLER));
  });

  test('nodes and more families of kube-state-metrics add to it', () => {
    const seriesWith = (props: ConstructorParameters<typeof KubeStateMetrics>[2]) =>
      seriesOf(
        targetOf(
          made((chart) => new KubeStateMetrics(chart, 'S', props)),
          'metrics-kube-state-metrics',
        ),
        SCALE,
      );
    expect(seriesWith({ nodeMetrics: true }) - seriesWith({})).toBe(40 * SCALE.nodes);
    expect(seriesWith({ extraMetrics: ['kube_pod_owner'] })).toBeGreaterThan(seriesWith({}) + SCALE.pods - 1);
  });

  test('an operator of somebody else may have all its controllers on', () => {
    const fixed = (deploy: boolean) => made((chart) => new VMOperator(chart, 'S', { deploy })).targets[0]?.series?.fixed ?? 0;
    expect(fixed(false)).toBeGreaterThan(fixed(true));
  });

  test('a small SLURM cluster and a manager with one controller have less than there is room for', () => {
    const seriesIn = (source: IMetricsSource) => loadOf(source.targets, MEASURED).series;
    expect(seriesIn(made((chart) => new SlurmExporter(chart, 'S')))).toBeGreaterThan(134);
    expect(seriesIn(made((chart) => new SoperatorController(chart, 'S')))).toBeGreaterThan(307);
  });

  test('each GPU may run a job', () => {
    const jobsOf = (gpusPerNode: number) =>
      seriesOf(
        targetOf(
          made((chart) => new SlurmExporter(chart, 'S')),
          'slurm-exporter',
        ),
        { ...SCALE, gpusPerNode },
      );
    expect(jobsOf(8) - jobsOf(0)).toBe(5 * 8 * SCALE.nodes);
  });
});

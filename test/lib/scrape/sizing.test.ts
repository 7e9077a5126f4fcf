import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import { MetricsPipeline } from '../../../charts/metrics-pipeline';
import { type ResolvedScale, resolveScale } from '../../../lib/common/scale';
import { SeriesProfile } from '../../../lib/common/series-profile';
import { bytes, type ComputeResources } from '../../../lib/common/units';
import { type Load, loadOf, shareOf } from '../../../lib/scrape/load';
import {
  AGENT_PAGE_BYTES,
  agentResources,
  MAX_SENDERS,
  queueBytesPerSecond,
  queuesFor,
  SENDER_SAMPLES,
  shardsFor,
  storageFor,
  storeResources,
  typicalLoad,
} from '../../../lib/scrape/sizing';
import { render } from '../../support';

const GIBIBYTE = 1024 ** 3;
const MONTH = Duration.days(30);
const NOTHING: Load = { targets: 0, series: 0, exposed: 0, exposedPerSecond: 0, samplesPerSecond: 0, largestScrape: 0 };
const load = (more: Partial<Load>): Load => ({ ...NOTHING, ...more });
const cpuOf = ({ cpuRequest }: ComputeResources) => Number(/^(\d+)m$/.exec(String(cpuRequest?.amount))?.[1]);
const memoryOf = ({ memoryRequest }: ComputeResources) => bytes(memoryRequest ?? Size.kibibytes(0)) / 1024 ** 2;
const limitOf = ({ memoryLimit }: ComputeResources) => bytes(memoryLimit ?? Size.kibibytes(0)) / 1024 ** 2;

/** Some loads, each of them no smaller in anything than the one before. */
const GROWING: readonly Load[] = [0, 1, 10, 100, 1_000, 10_000, 50_000, 100_000, 500_000, 1_000_000].map((rate) =>
  load({
    targets: Math.ceil(rate / 70),
    series: 30 * rate,
    exposed: 30 * rate,
    exposedPerSecond: rate,
    samplesPerSecond: rate,
    largestScrape: 2 * rate,
  }),
);

function growing(measure: (load: Load) => number): void {
  const measured = GROWING.map(measure);
  expect(measured).toEqual([...measured].sort((a, b) => a - b));
  expect(measured.every(Number.isFinite)).toBe(true);
}

describe('the agent', () => {
  test('has enough for a small cluster whatever is scraped', () => {
    expect(agentResources(NOTHING)).toEqual({
      cpuRequest: Cpu.millis(100),
      memoryRequest: Size.mebibytes(256),
      memoryLimit: Size.mebibytes(512),
    });
  });

  test('has five CPU seconds for a million samples', () => {
    expect(cpuOf(agentResources(load({ exposedPerSecond: 100_000 })))).toBe(600);
  });

  test('has memory for its series and for its addresses', () => {
    // 128 MiB + 1,000,000 × 150 bytes = 271 MiB; 128 MiB + 3,000 × 64 KiB = 316 MiB
    expect(memoryOf(agentResources(load({ exposed: 1_000_000 })))).toBe(320);
    expect(memoryOf(agentResources(load({ targets: 3_000 })))).toBe(320);
  });

  test('has more than it was measured to take, of which half would do', () => {
    // 250 MiB for 3,000 addresses, at 28,000 samples a second
    const { memoryRequest, memoryLimit } = agentResources(load({ targets: 3_000, series: 850_000, samplesPerSecond: 28_000 }));
    expect(bytes(memoryRequest ?? Size.kibibytes(0))).toBeGreaterThanOrEqual(250 * 1024 ** 2);
    expect(bytes(memoryLimit ?? Size.kibibytes(0))).toBeGreaterThanOrEqual(500 * 1024 ** 2);
  });

  test('has memory for its largest page, beside what all series take', () => {
    // 128 MiB + 100,000 × 2,500 bytes = 367 MiB; 100,000 × 150 bytes more = 381 MiB
    expect(memoryOf(agentResources(load({ largestScrape: 100_000 })))).toBe(384);
    expect(memoryOf(agentResources(load({ largestScrape: 100_000, series: 100_000 })))).toBe(384);
    // 128 MiB of the 256 that it has anyway
    expect(memoryOf(agentResources(load({ largestScrape: 53_687 })))).toBe(256);
    expect(memoryOf(agentResources(load({ largestScrape: 53_688 })))).toBe(320);
  });

  test('has no more CPU for a large page than for as many samples of small ones', () => {
    expect(cpuOf(agentResources(load({ largestScrape: 1_000_000 })))).toBe(100);
  });
});

describe('the store', () => {
  test('has enough for a small cluster whatever is stored', () => {
    expect(storeResources(NOTHING)).toEqual({
      cpuRequest: Cpu.millis(250),
      memoryRequest: Size.mebibytes(1024),
      memoryLimit: Size.mebibytes(2048),
    });
  });

  test('has ten CPU seconds for a million samples', () => {
    expect(cpuOf(storeResources(load({ samplesPerSecond: 50_000 })))).toBe(750);
    expect(cpuOf(storeResources(load({ samplesPerSecond: 90_000 })))).toBe(1_250);
  });

  test('has more than a kibibyte for each series beyond those that a gibibyte holds anyway', () => {
    expect(memoryOf(storeResources(load({ series: 480_000 })))).toBe(1024);
    // 512 MiB + 10,000,000 × 1,100 bytes = 10.75 GiB
    expect(memoryOf(storeResources(load({ series: 10_000_000 })))).toBe(11 * 1024);
  });
});

describe.each([
  ['the agent', agentResources],
  ['the store', storeResources],
])('CPU and memory of %s', (_, resources) => {
  test('grow with the load', () => {
    growing((load) => cpuOf(resources(load)));
    growing((load) => memoryOf(resources(load)));
    growing((load) => limitOf(resources(load)));
  });

  test('have no limit of CPU, and a limit of twice the memory', () => {
    for (const load of GROWING) {
      const given = resources(load);
      expect(given.cpuLimit).toBeUndefined();
      expect(limitOf(given)).toBe(2 * memoryOf(given));
    }
  });

  test('come in steps: CPU of 50m and from a core on of 250m, memory of 64Mi, 256Mi and 1Gi', () => {
    for (const load of GROWING) {
      const cpu = cpuOf(resources(load));
      const memory = memoryOf(resources(load));
      expect(cpu % (cpu <= 1000 ? 50 : 250)).toBe(0);
      expect(memory % (memory <= 1024 ? 64 : memory <= 8 * 1024 ? 256 : 1024)).toBe(0);
    }
  });

  test('stay what they are when a node of ten more comes', () => {
    const of = (nodes: number) => resources(typicalLoad(resolveScale('x', { nodes })));
    expect(of(11)).toEqual(of(10));
  });

  test.each<keyof Load>(['targets', 'series', 'samplesPerSecond', 'largestScrape'])('never shrink with more %s', (input) => {
    const measured = [0, 1_000, 20_000, 400_000, 8_000_000].map((amount) => resources({ ...load({}), [input]: amount }));
    for (const measure of [cpuOf, memoryOf]) {
      expect(measured.map(measure)).toEqual(measured.map(measure).sort((a, b) => a - b));
    }
  });
});

describe('the number of agents', () => {
  test.each<[Partial<Load>, number]>([
    [{}, 1],
    [{ samplesPerSecond: 250_000, exposed: 8_000_000, targets: 20_000 }, 1],
    [{ samplesPerSecond: 250_001 }, 2],
    [{ exposed: 8_000_001 }, 2],
    [{ targets: 20_001 }, 2],
    [{ samplesPerSecond: 500_001, exposed: 8_000_001 }, 3],
  ])('for %j is %d', (more, shards) => {
    expect(shardsFor(load(more))).toBe(shards);
  });

  test('leaves each agent what one can carry, and its senders can move', () => {
    growing(shardsFor);
    for (const whole of GROWING) {
      const part = shareOf(whole, shardsFor(whole));
      expect(shardsFor(part)).toBe(1);
      expect(queuesFor(part) * SENDER_SAMPLES).toBeGreaterThan(part.samplesPerSecond);
    }
  });
});

describe('the senders', () => {
  test.each([
    [0, 2],
    [50_000, 2],
    [50_001, 3],
    [75_000, 3],
    [200_000, 8],
    [1_000_000, MAX_SENDERS],
  ])('for %d samples a second are %d', (samplesPerSecond, queues) => {
    expect(queuesFor(load({ samplesPerSecond }))).toBe(queues);
  });
});

describe('a queue', () => {
  test.each([
    [true, 0, 0],
    [true, 700, 16_800],
    [true, 5_000, 120_000],
    [true, 28_000, 488_000],
    [false, 700, 16_800],
    [false, 28_000, 672_000],
  ])("with VictoriaMetrics' own protocol %s takes, of %d samples a second, %d bytes", (speaksVm, samplesPerSecond, expected) => {
    expect(queueBytesPerSecond(load({ samplesPerSecond }), speaksVm)).toBe(expected);
  });

  test('takes at least what was measured', () => {
    expect(queueBytesPerSecond(load({ samplesPerSecond: 700 }), true) / 700).toBeGreaterThanOrEqual(20);
    expect(queueBytesPerSecond(load({ samplesPerSecond: 28_000 }), true) / 28_000).toBeGreaterThanOrEqual(9.5);
    expect(queueBytesPerSecond(load({ samplesPerSecond: 28_000 }), false) / 28_000).toBeGreaterThanOrEqual(24);
  });

  test('grows with the load', () => {
    growing((load) => queueBytesPerSecond(load, true));
    growing((load) => queueBytesPerSecond(load, false));
  });
});

describe('the volume', () => {
  test('holds the retention and a month, which expires as a whole', () => {
    // 1,000 samples a second × 61 days
    expect(storageFor(load({ samplesPerSecond: 1_000 }), MONTH)).toMatchObject({ samples: 5_270_400_000, index: 0, bytes: 6_588_000_000 });
    expect(storageFor(load({ samplesPerSecond: 1_000 }), Duration.days(1)).samples).toBe(1_000 * 32 * 86_400);
  });

  test('holds an index of every day, in which half of the series are new', () => {
    expect(storageFor(load({ series: 100_000 }), MONTH).index).toBe(100_000 * 1.5 * 61 * 94);
  });

  test('keeps a fifth free', () => {
    const { bytes: size, samples, index } = storageFor(load({ series: 30_000, samplesPerSecond: 1_000 }), MONTH);
    expect((samples + index) / size).toBeCloseTo(0.8, 6);
  });

  test('has an index that is a part of it and never most of it, at any usual interval', () => {
    for (const interval of [15, 30, 60]) {
      const { samples, index } = storageFor(load({ series: 60_000, samplesPerSecond: 60_000 / interval }), MONTH);
      expect(index / samples).toBeGreaterThan(0.01);
      expect(index / samples).toBeLessThan(0.2);
    }
  });

  test('grows with the load and with the retention', () => {
    growing((load) => storageFor(load, MONTH).bytes);
    const sizes = [1, 7, 30, 90, 365].map((days) => storageFor(load({ samplesPerSecond: 1_000 }), Duration.days(days)).bytes);
    expect(sizes).toEqual([...sizes].sort((a, b) => a - b));
  });

  test('says how it comes about', () => {
    expect(storageFor(load({ series: 62_345, samplesPerSecond: 2_412.3 }), MONTH).arithmetic).toBe(
      '62,000 series and 2,400 samples a second over 61 days, because a month is dropped as a whole, are 12Gi at 1 byte a sample and 0.5Gi of index; with a fifth kept free for merges 16Gi',
    );
    expect(storageFor(load({ series: 7, samplesPerSecond: 0.2 }), Duration.days(1)).arithmetic).toBe(
      '7 series and 0 samples a second over 32 days, because a month is dropped as a whole, are 0.1Gi at 1 byte a sample and 0.1Gi of index; with a fifth kept free for merges 0.1Gi',
    );
  });
});

describe('the whole pipeline', () => {
  const targetsWith = (profile: SeriesProfile) =>
    render((chart) => new MetricsPipeline(chart, 'Pipeline', { cluster: 'prod-eu-1', series: { profile } })).made.collector.scrapedTargets;
  const targets = targetsWith(SeriesProfile.FULL);
  const of = (scale: ResolvedScale) => loadOf(targets, scale);
  const read = targetsWith(SeriesProfile.STANDARD);
  const usual = of(resolveScale('usual'));
  const large = of(resolveScale('large', { nodes: 1_000 }));

  test('of ten nodes is small', () => {
    expect(usual.series).toBeGreaterThan(100_000);
    expect(usual.series).toBeLessThan(150_000);
    expect(usual.samplesPerSecond).toBeGreaterThan(4_000);
    expect(usual.samplesPerSecond).toBeLessThan(5_000);
    expect(usual.shortestInterval).toEqual(Duration.seconds(15));
    expect(shardsFor(usual)).toBe(1);
    expect(queuesFor(usual)).toBe(2);
    expect(agentResources(usual)).toEqual({
      cpuRequest: Cpu.millis(150),
      memoryRequest: Size.mebibytes(256),
      memoryLimit: Size.mebibytes(512),
    });
    expect(storeResources(usual)).toEqual({
      cpuRequest: Cpu.millis(300),
      memoryRequest: Size.mebibytes(1024),
      memoryLimit: Size.mebibytes(2048),
    });
  });

  test('of ten nodes fits the volume of 30Gi for 30 days', () => {
    expect(storageFor(usual, MONTH).bytes).toBeLessThanOrEqual(30 * GIBIBYTE);
  });

  test('of a thousand nodes is a matter of a few agents and one large store', () => {
    const part = shareOf(large, shardsFor(large));
    expect(shardsFor(large)).toBe(2);
    expect(cpuOf(agentResources(part))).toBeLessThanOrEqual(2_000);
    expect(memoryOf(agentResources(part))).toBeLessThanOrEqual(3 * 1024);
    expect(cpuOf(storeResources(large))).toBeLessThanOrEqual(8_000);
    expect(memoryOf(storeResources(large))).toBeLessThanOrEqual(16 * 1024);
    expect(storageFor(large, MONTH).bytes).toBeLessThan(3 * 1024 * GIBIBYTE);
  });

  test.each<Partial<ResolvedScale>>([
    {},
    { nodes: 1 },
    { nodes: 3, gpusPerNode: 0 },
    { nodes: 100 },
    { nodes: 1_000, cpusPerNode: 256 },
    { nodes: 1_000, pods: 100_000 },
    { nodes: 10_000 },
  ])('is about what is taken for typical where nobody has looked yet: %j', (given) => {
    const scale = resolveScale('x', given);
    for (const [typical, real] of [
      [typicalLoad(scale), of(scale)],
      [typicalLoad(scale, SeriesProfile.STANDARD), loadOf(read, scale)],
    ] as const) {
      for (const part of ['targets', 'series', 'exposed', 'exposedPerSecond', 'samplesPerSecond'] as const) {
        expect([part, typical[part] / real[part] > 0.9]).toEqual([part, true]);
        expect([part, typical[part] / real[part] < 1.15]).toEqual([part, true]);
      }
      // where nobody gives a number, no agent gets more than its senders move
      expect(shareOf(real, shardsFor(typical)).samplesPerSecond).toBeLessThanOrEqual(MAX_SENDERS * SENDER_SAMPLES);
    }
  });

  test('has a third of the series where only what is read is taken, and the same pages', () => {
    for (const nodes of [10, 1_000]) {
      const scale = resolveScale('x', { nodes });
      const [all, few] = [of(scale), loadOf(read, scale)];
      expect(few.series / all.series).toBeLessThan(0.33);
      expect(few.exposed).toBe(all.exposed);
      expect(few.largestScrape).toBe(all.largestScrape);
    }
  });

  test.each<Partial<ResolvedScale>>([
    { nodes: 10 },
    { nodes: 10, pods: 1_000 },
    { nodes: 100 },
    { nodes: 1_000 },
    { nodes: 1_000, pods: 100_000 },
    { nodes: 10_000 },
  ])('has a page about all pods, which is the largest: %j', (given) => {
    const scale = resolveScale('x', given);
    expect(typicalLoad(scale).largestScrape / of(scale).largestScrape).toBeGreaterThan(0.98);
    expect(typicalLoad(scale).largestScrape / of(scale).largestScrape).toBeLessThanOrEqual(1);
  });

  test('of few nodes has no page that memory depends on', () => {
    for (const nodes of [1, 3]) {
      const scale = resolveScale('x', { nodes });
      const pages = [typicalLoad(scale), of(scale)].map(({ largestScrape }) => largestScrape * AGENT_PAGE_BYTES);
      expect(pages.filter((page) => page > 16 * 1024 ** 2)).toEqual([]);
    }
  });
});

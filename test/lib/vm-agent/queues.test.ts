import { Duration, Size } from 'cdk8s';
import { bytes, quantity } from '../../../lib/common/units';
import type { Destination } from '../../../lib/scrape/destination';
import { type Load, shareOf } from '../../../lib/scrape/load';
import { QueueBudget } from '../../../lib/scrape/queue-budget';
import { queueBytesPerSecond } from '../../../lib/scrape/sizing';
import { QUEUE_FILE, type QueueOptions, queueProblems, queuesOf } from '../../../lib/vm-agent/queues';

/** 24,000 bytes of a queue in a second: a file in six hours and 13 minutes. */
const LOAD: Load = { targets: 100, series: 30_000, exposed: 30_000, exposedPerSecond: 1_000, samplesPerSecond: 1_000, largestScrape: 0 };
const GIBIBYTE = 1024 ** 3;

const to = (name: string, buffer?: QueueBudget): Destination => ({ name, url: `https://${name}.example`, relabelConfigs: [], buffer });
const hours = (count: number) => QueueBudget.outage(Duration.hours(count));
const gibibytes = (count: number) => QueueBudget.size(Size.gibibytes(count));

/** Options of one destination with the usual budget, which nobody asked for. */
const options = (more: Partial<QueueOptions> = {}): QueueOptions => ({
  destinations: [to('store')],
  load: LOAD,
  buffer: hours(6),
  bufferGiven: false,
  ...more,
});
/** The same where somebody asked for the budget. */
const asked = (more: Partial<QueueOptions> = {}): QueueOptions => options({ bufferGiven: true, ...more });
const files = (given: QueueOptions) => queuesOf(given).limits.map((limit) => limit / QUEUE_FILE);
const volume = (given: QueueOptions) => quantity(queuesOf(given).volume);

test('a file of a queue is sixteen blocks of 32 MiB with eight bytes in front of each', () => {
  expect(QUEUE_FILE).toBe(512 * 1024 ** 2 + 128);
});

describe('a budget that is a time', () => {
  test.each([
    ['a minute', QueueBudget.outage(Duration.minutes(1)), 1],
    ['as long as one file lasts', QueueBudget.outage(Duration.seconds(22_369)), 1],
    ['a second longer', QueueBudget.outage(Duration.seconds(22_370)), 2],
    ['two days', QueueBudget.outage(Duration.days(2)), 8],
  ])('of %s keeps all that arrives in it, in whole files', (_, buffer, expected) => {
    expect(files(asked({ buffer }))).toEqual([expected]);
  });

  test('follows the load', () => {
    const of = (samplesPerSecond: number) => files(asked({ buffer: hours(24), load: { ...LOAD, samplesPerSecond } }));
    expect(of(1_000)).toEqual([4]);
    expect(of(10_000)).toEqual([39]);
  });

  test('keeps less where a destination speaks the tighter protocol, under much load', () => {
    const load = { ...LOAD, samplesPerSecond: 10_000 };
    const destinations = [{ ...to('store'), speaksVm: true }, to('cloud')];
    expect(files(asked({ destinations, load, buffer: hours(24) }))).toEqual([33, 39]);
  });

  test('keeps a part where shards share the load', () => {
    const load = { ...LOAD, samplesPerSecond: 10_000 };
    const [one, four] = [1, 4].map((shards) => asked({ buffer: hours(24), load: shareOf(load, shards) }));
    expect([one, four].map((given) => given && files(given))).toEqual([[39], [10]]);
    expect([one, four].map((given) => given && volume(given))).toEqual(['30Gi', '10Gi']);
  });

  test('fails below a minute, for which no queue is needed', () => {
    const problem =
      'buffer of store: got 59s, expected 1m or more, because a shorter outage needs no queue; use QueueBudget.outage(Duration.hours(6))';
    expect(queueProblems(asked({ buffer: QueueBudget.outage(Duration.seconds(59)) }))).toEqual([problem]);
    expect(queueProblems(asked({ buffer: QueueBudget.outage(Duration.minutes(1)) }))).toEqual([]);
  });

  test('keeps one file where nothing is scraped yet', () => {
    expect(
      files(asked({ load: { targets: 0, series: 0, exposed: 0, exposedPerSecond: 0, samplesPerSecond: 0, largestScrape: 0 } })),
    ).toEqual([1]);
  });
});

describe('a budget that is a size', () => {
  test.each([Size.mebibytes(513), Size.gibibytes(1), Size.gibibytes(7), Size.kibibytes(600_001)])('of %s is kept as it is', (size) => {
    expect(queuesOf(asked({ buffer: QueueBudget.size(size) })).limits).toEqual([bytes(size)]);
  });

  test('fails below one file of the queue, which vmagent would round it up to', () => {
    expect(queueProblems(asked({ buffer: QueueBudget.size(Size.mebibytes(512)) }))).toEqual([
      'buffer of store: got 512Mi, expected 513Mi or more, because vmagent keeps its queue in files of half a gigabyte; give at least 513Mi, or a time that the destination may be away',
    ]);
    expect(queueProblems(asked({ buffer: QueueBudget.size(Size.mebibytes(513)) }))).toEqual([]);
  });

  test('fails for each destination that has too little, and for none that has enough', () => {
    const small = QueueBudget.size(Size.mebibytes(100));
    const destinations = [to('a', small), to('b', gibibytes(1)), to('c', small)];
    expect(queueProblems(options({ destinations })).map((problem) => problem.slice(0, 18))).toEqual([
      'buffer of a: got 1',
      'buffer of c: got 1',
    ]);
  });

  test('that is too small is the only complaint, even where the volume is, too', () => {
    const given = asked({ buffer: QueueBudget.size(Size.mebibytes(512)), queueSize: Size.mebibytes(1) });
    expect(queueProblems(given)).toHaveLength(1);
  });
});

describe('the budget of a destination', () => {
  const destinations = [to('store'), to('cloud', hours(48)), to('lake', gibibytes(4))];

  test('wins over that of the agent, in the order of the destinations', () => {
    expect(queuesOf(asked({ destinations })).limits).toEqual([QUEUE_FILE, 8 * QUEUE_FILE, 4 * GIBIBYTE]);
  });

  test('is kept whatever becomes of those that nobody asked for', () => {
    const { limits } = queuesOf(options({ destinations, queueSize: Size.gibibytes(13) }));
    expect(limits.slice(1)).toEqual([8 * QUEUE_FILE, 4 * GIBIBYTE]);
  });
});

describe('the volume', () => {
  test('is 10Gi at least, since many classes have none that could grow', () => {
    expect(volume(options())).toBe('10Gi');
    expect(volume(options({ destinations: [] }))).toBe('10Gi');
  });

  // with a file to read and a tenth to spare, 8Gi are 9.4Gi and 9Gi are 10.6Gi
  test.each([
    [7, '10Gi'],
    [8, '10Gi'],
    [9, '20Gi'],
    [20, '30Gi'],
  ])('grows in steps of ten, so that a few nodes more change no claim: %dGi in %s', (size, expected) => {
    expect(volume(asked({ buffer: gibibytes(size) }))).toBe(expected);
  });

  test('holds all destinations', () => {
    const destinations = ['a', 'b', 'c'].map((name) => to(name));
    expect(volume(asked({ buffer: gibibytes(8), destinations }))).toBe('30Gi');
  });

  test('is the one that is given, whatever it is', () => {
    const queueSize = Size.gibibytes(50);
    expect(queuesOf(options({ queueSize })).volume).toBe(queueSize);
  });

  test('holds every limit with a file to read and a tenth to spare, whatever is asked for', () => {
    const sizes = [0.6, 1, 3, 4, 7.5, 20];
    const budgets = [undefined, hours(1), hours(48), ...sizes.map((size) => QueueBudget.size(Size.mebibytes(Math.ceil(size * 1024))))];
    const combinations = budgets.flatMap((a) => budgets.flatMap((b) => budgets.map((c) => [a, b, c])));
    const cases = combinations.flatMap((combination) =>
      [undefined, Size.gibibytes(40), Size.gibibytes(75)].map((queueSize) =>
        options({ destinations: combination.map((buffer, index) => to(`d${index}`, buffer)), queueSize }),
      ),
    );
    const overfull = cases
      .filter((given) => queueProblems(given).length === 0)
      .filter((given) => {
        const { limits, volume: size } = queuesOf(given);
        const taken = limits.reduce((sum, limit) => sum + (Math.ceil(limit / QUEUE_FILE) + 1) * QUEUE_FILE, 0);
        return taken > bytes(size) * 0.9;
      });
    expect(overfull).toEqual([]);
    expect(cases.filter((given) => queueProblems(given).length > 0).length).toBeGreaterThan(0);
  });
});

describe('budgets that nobody asked for', () => {
  test('take what the volume has: a larger queue costs nothing there', () => {
    // 17 files in nine tenths of 10Gi, of which one is read
    expect(files(options())).toEqual([16]);
    expect(files(options({ queueSize: Size.gibibytes(100) }))).toEqual([178]);
  });

  test('share it evenly where they need the same', () => {
    expect(files(options({ destinations: [to('a'), to('b')] }))).toEqual([7, 7]);
    expect(files(options({ destinations: ['a', 'b', 'c', 'd'].map((name) => to(name)) }))).toEqual([3, 3, 3, 3]);
  });

  test('share what those that are asked for leave', () => {
    expect(files(options({ destinations: [to('a'), to('b', QueueBudget.outage(Duration.days(2))), to('c')] }))).toEqual([3, 8, 3]);
  });

  test('shrink to a volume that does not hold them, down to one file', () => {
    const load = { ...LOAD, samplesPerSecond: 100_000 };
    expect(files(options({ load, queueSize: Size.gibibytes(10) }))).toEqual([16]);
    expect(files(options({ load, queueSize: Size.gibibytes(2) }))).toEqual([2]);
    expect(queueProblems(options({ load, queueSize: Size.gibibytes(2) }))).toEqual([]);
  });
});

describe('budgets of destinations of unequal protocols that nobody asked for', () => {
  /** In six hours 8 files of the tighter protocol and 10 of the other. */
  const load = { ...LOAD, samplesPerSecond: 10_000 };
  const store = { ...to('store'), speaksVm: true };
  const [tight, wide] = [true, false].map((speaksVm) => queueBytesPerSecond(load, speaksVm)) as [number, number];
  const both = (more: Partial<QueueOptions> = {}) => options({ destinations: [store, to('cloud')], load, ...more });
  const SIX_HOURS = 6 * 3_600;

  test('keep six hours each on a volume that is worked out', () => {
    const cases = [100, 1_000, 4_000, 10_000, 30_000, 123_456, 250_000].flatMap((samplesPerSecond) =>
      [
        [store, to('cloud')],
        [to('cloud'), store],
        [store, to('cloud'), to('lake')],
      ].map((destinations) => both({ load: { ...load, samplesPerSecond }, destinations })),
    );
    const short = cases.flatMap((given) =>
      queuesOf(given).limits.flatMap((limit, index) => {
        const destination = given.destinations[index];
        const seconds = limit / queueBytesPerSecond(given.load, destination?.speaksVm ?? false);
        return seconds >= SIX_HOURS ? [] : [`${destination?.name} ${given.load.samplesPerSecond}: ${seconds} s`];
      }),
    );
    expect(short).toEqual([]);
  });

  test('share what the volume has beyond it by their needs', () => {
    // nine tenths of 20Gi have 35 files, of which two are read: 33 are shared as 9 to 10
    expect(volume(both())).toBe('20Gi');
    expect(files(both())).toEqual([15, 17]);
    expect(files(both({ destinations: [to('cloud'), store] }))).toEqual([17, 15]);
  });

  test.each([3, 4, 5, 6, 7, 8, 9, 10])('end the outages that they hold at the same time, within one file, on a volume of %dGi', (size) => {
    const [kept = 0, sent = 0] = queuesOf(both({ queueSize: Size.gibibytes(size) })).limits;
    expect(kept / tight).toBeLessThan(SIX_HOURS);
    // either is full within the time that the other takes for one file
    expect((kept - QUEUE_FILE) / tight).toBeLessThan((sent + QUEUE_FILE) / wide);
    expect((sent - QUEUE_FILE) / wide).toBeLessThan((kept + QUEUE_FILE) / tight);
  });

  test('leave those that are asked for what they need', () => {
    const destinations = [store, to('lake', gibibytes(4)), to('cloud')];
    // of 35 files three are read and eight are for the lake: 24 are shared as 9 to 10
    expect(queuesOf(both({ destinations, queueSize: Size.gibibytes(20) })).limits).toEqual([
      11 * QUEUE_FILE,
      4 * GIBIBYTE,
      12 * QUEUE_FILE,
    ]);
  });

  test('never take more than a given volume has, however small, with a file to read and a tenth to spare', () => {
    const counts = [0, 1, 2, 3].flatMap((few) => [0, 1, 2, 3].map((many) => [few, many] as const)).filter(([few, many]) => few + many > 0);
    const cases = counts.flatMap(([few, many]) =>
      [1_000, 10_000, 100_000].flatMap((samplesPerSecond) =>
        Array.from({ length: 24 }, (_, index) =>
          options({
            destinations: [
              ...Array.from({ length: few }, (_, at) => ({ ...to(`v${at}`), speaksVm: true })),
              ...Array.from({ length: many }, (_, at) => to(`p${at}`)),
            ],
            load: { ...load, samplesPerSecond },
            queueSize: Size.mebibytes(512 * (index + 1)),
          }),
        ),
      ),
    );
    const held = cases.filter((given) => queueProblems(given).length === 0);
    const overfull = held.filter((given) => {
      const { limits, volume: size } = queuesOf(given);
      return limits.reduce((sum, limit) => sum + limit + QUEUE_FILE, 0) > bytes(size) * 0.9;
    });
    expect(held.length).toBeGreaterThan(cases.length / 2);
    expect(overfull).toEqual([]);
  });
});

// no limit at all is what vmagent makes of 0
test('no limit is ever 0, whatever is left', () => {
  const destinations = [to('a'), to('b', gibibytes(100)), to('c')];
  for (const queueSize of [undefined, Size.kibibytes(1), Size.gibibytes(50)]) {
    expect(queuesOf(options({ destinations, queueSize })).limits.filter((limit) => limit < QUEUE_FILE)).toEqual([]);
  }
});

describe('a given volume that is too small', () => {
  test('fails with the sum that it comes from', () => {
    const destinations = [to('store'), to('cloud', hours(48)), to('lake', gibibytes(4))];
    expect(queueProblems(options({ destinations, queueSize: Size.gibibytes(5) }))).toEqual([
      'queueSize: got 5Gi, expected 12Gi or more: store one file of half a gigabyte, cloud 3956Mi in 2d at 24000 bytes a second, lake 4Gi; ' +
        'with one more file for each while it is read, that is 20 files of half a gigabyte, and a tenth of the volume stays free; ' +
        'use Size.gibibytes(12), or a smaller buffer',
    ]);
    expect(queueProblems(options({ destinations, queueSize: Size.gibibytes(12) }))).toEqual([]);
  });

  test('fails for budgets that nobody asked for only below two files each, one to write and one to read', () => {
    expect(queueProblems(options({ queueSize: Size.gibibytes(1) }))).toEqual([
      'queueSize: got 1Gi, expected 2Gi or more: store one file of half a gigabyte; with one more file for each while it is read, ' +
        'that is 2 files of half a gigabyte, and a tenth of the volume stays free; use Size.gibibytes(2), or a smaller buffer',
    ]);
    expect(queueProblems(options({ queueSize: Size.gibibytes(2) }))).toEqual([]);
  });

  test.each<readonly [string, QueueOptions, number, string]>([
    ['two files', options(), 1_165_085, '2Gi'],
    ['nine files', asked({ buffer: gibibytes(4) }), 5_242_882, '6Gi'],
    ['nine files, eight of which are full', asked({ buffer: QueueBudget.size(Size.kibibytes(4_194_305)) }), 5_242_882, '6Gi'],
    ['ten files, for a Ki more', asked({ buffer: QueueBudget.size(Size.kibibytes(4_194_306)) }), 5_825_424, '6Gi'],
  ])('fails by a single Ki: %s', (_, given, smallest, suggested) => {
    expect(queueProblems({ ...given, queueSize: Size.kibibytes(smallest) })).toEqual([]);
    expect(queueProblems({ ...given, queueSize: Size.kibibytes(smallest - 1) })).toEqual([
      expect.stringContaining(`queueSize: got ${smallest - 1}Ki, expected ${suggested} or more: `),
    ]);
  });

  test('says nothing while there is nothing to write to', () => {
    expect(queueProblems(options({ destinations: [], queueSize: Size.mebibytes(1) }))).toEqual([]);
  });
});

test('a volume that is worked out is never too small', () => {
  const budgets = [hours(1), hours(1000), gibibytes(1), gibibytes(500)];
  const problems = budgets.flatMap((buffer) => queueProblems(asked({ buffer, destinations: ['a', 'b', 'c'].map((name) => to(name)) })));
  expect(problems).toEqual([]);
});

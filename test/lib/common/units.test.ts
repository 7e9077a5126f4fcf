import {
  amountsAs,
  bytes,
  Cpu,
  compareDurations,
  Duration,
  flagBytes,
  goDuration,
  prometheusDuration,
  quantity,
  resourceRequirements,
  Size,
  shortest,
  steadyResources,
} from '../../../lib/common/units';

test.each([
  [Duration.seconds(15), '15s'],
  [Duration.seconds(30), '30s'],
  [Duration.seconds(90), '1m30s'],
  [Duration.hours(36), '1d12h'],
  [Duration.days(30), '30d'],
  [Duration.millis(1500), '1s500ms'],
  [Duration.minutes(60), '1h'],
  [Duration.seconds(0), '0s'],
])('writes %s as Prometheus reads it: %s', (duration, text) => {
  expect(prometheusDuration(duration)).toBe(text);
});

test.each([
  [Duration.hours(36), '36h'],
  [Duration.seconds(90), '1m30s'],
  [Duration.seconds(0), '0s'],
])('writes %s for flags that know no days: %s', (duration, text) => {
  expect(goDuration(duration)).toBe(text);
});

test('compares durations whatever their units', () => {
  expect(compareDurations(Duration.seconds(59), Duration.minutes(1))).toBeLessThan(0);
  expect(compareDurations(Duration.minutes(2), Duration.seconds(90))).toBeGreaterThan(0);
  expect(compareDurations(Duration.hours(1), Duration.minutes(60))).toBe(0);
});

test('finds the shortest duration and leaves the list as it was', () => {
  const list = [Duration.minutes(1), Duration.seconds(15), Duration.seconds(30)];
  expect(shortest(list)).toEqual(Duration.seconds(15));
  expect(list).toEqual([Duration.minutes(1), Duration.seconds(15), Duration.seconds(30)]);
  expect(shortest([])).toBeUndefined();
});

test.each([
  [Size.gibibytes(30), '30Gi'],
  [Size.gibibytes(1.5), '1536Mi'],
  [Size.mebibytes(512), '512Mi'],
  [Size.mebibytes(2048), '2Gi'],
  [Size.kibibytes(300), '300Ki'],
  [Size.tebibytes(1), '1024Gi'],
])('writes %s as a quantity in the largest whole unit: %s', (size, text) => {
  expect(quantity(size)).toBe(text);
});

test('writes a size for the flags of VictoriaMetrics, which know GiB and not Gi', () => {
  expect(flagBytes(Size.gibibytes(10))).toBe('10GiB');
  expect(flagBytes(Size.mebibytes(64))).toBe('64MiB');
});

test('counts bytes', () => {
  expect(bytes(Size.mebibytes(32))).toBe(33_554_432);
});

describe('resources', () => {
  test('are written with what was given and nothing else', () => {
    expect(resourceRequirements({})).toEqual({});
    expect(resourceRequirements({ cpuRequest: Cpu.millis(250) })).toEqual({ requests: { cpu: '250m' } });
    expect(resourceRequirements({ memoryLimit: Size.gibibytes(1) })).toEqual({ limits: { memory: '1Gi' } });
    expect(
      resourceRequirements({
        cpuRequest: Cpu.units(2),
        cpuLimit: Cpu.units(4),
        memoryRequest: Size.mebibytes(256),
        memoryLimit: Size.mebibytes(512),
      }),
    ).toEqual({ requests: { cpu: '2', memory: '256Mi' }, limits: { cpu: '4', memory: '512Mi' } });
  });

  test('of a steady program end its memory where it asked for it, and never throttle it', () => {
    expect(resourceRequirements(steadyResources(100, Size.mebibytes(256)))).toEqual({
      requests: { cpu: '100m', memory: '256Mi' },
      limits: { memory: '256Mi' },
    });
  });

  test('are turned into the amounts of a generated type, or into nothing', () => {
    expect(amountsAs({ cpu: '1', memory: '1Gi' }, (text) => ({ text }))).toEqual({ cpu: { text: '1' }, memory: { text: '1Gi' } });
    expect(amountsAs(undefined, (text) => text)).toBeUndefined();
  });
});

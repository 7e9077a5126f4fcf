/** Ends and ticks of an axis of values. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly interval: number;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** Steps of time that people count in, in seconds. */
const TIMES = [
  1,
  2,
  5,
  10,
  15,
  30,
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  DAY,
];
const BINARY = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

/** The smallest round step in the unit that makes no more than so many of them. */
function stepOf(range: number, most: number, unit: string): number {
  const least = range / most;
  if (unit === 's' && least > 1) return TIMES.find((step) => step >= least) ?? Math.ceil(least / DAY) * DAY;
  if (/^(bytes|[km]bytes|binBps|MiBs)$/.test(unit) && least >= 1) {
    const power = 1024 ** Math.floor(Math.log2(least) / 10);
    return (BINARY.find((step) => step * power >= least) ?? 1024) * power;
  }
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 2.5, 5].find((step) => step * power >= least * 0.999) ?? 10) * power;
}

/** An axis for values: it begins at zero unless they are far from it and near to each other, where the difference is what matters. */
export function axisFor(
  values: readonly number[],
  unit: string,
  ticks: number,
  given: { readonly min?: number; readonly max?: number },
): Axis {
  const [least, most] = [
    Math.min(...values, given.max ?? Number.POSITIVE_INFINITY),
    Math.max(...values, given.min ?? Number.NEGATIVE_INFINITY),
  ];
  const isFar = least > 0 && most - least < most / 4 && most > least;
  const low = given.min ?? (isFar ? least : Math.min(0, least));
  const high = given.max ?? (most > low ? most : low + 1);
  const interval = stepOf(high - low || 1, ticks, unit);
  return {
    min: given.min ?? Math.floor(low / interval + 1e-9) * interval,
    max: given.max ?? Math.ceil(high / interval - 1e-9) * interval,
    interval,
  };
}

import { MetricUnit } from '../common/metric-family';

/** What is counted where all dimensions cancel. */
export type Sort = 'count' | 'ratio' | 'cores';

/** A unit as a product of powers, such as bytes by seconds, with the factor by which its numbers are larger than those of the bare product. */
export interface Quantity {
  /** Exponents by base: `B` bytes, `s` seconds, `J` joules, `A` amperes, and units that are calculated with by themselves. None is 0. */
  readonly powers: { readonly [base: string]: number };
  /** 1000 for milliseconds. */
  readonly factor: number;
  /** @default - it has powers */
  readonly sort?: Sort;
  /** A point in time, not a length. @default false */
  readonly moment?: boolean;
}

const MEBI = 2 ** -20;
const none = (sort: Sort, factor = 1): Quantity => ({ powers: {}, factor, sort });
const of = (powers: Quantity['powers'], factor = 1): Quantity => ({ powers, factor });

/** Every unit of a metric as a quantity. */
const QUANTITIES: { readonly [unit in MetricUnit]: Quantity } = {
  [MetricUnit.COUNT]: none('count'),
  [MetricUnit.RATIO]: none('ratio'),
  [MetricUnit.PERCENT]: none('ratio', 100),
  [MetricUnit.CORES]: none('cores'),
  [MetricUnit.MILLICORES]: none('cores', 1e3),
  [MetricUnit.SECONDS]: of({ s: 1 }),
  [MetricUnit.MILLISECONDS]: of({ s: 1 }, 1e3),
  [MetricUnit.MICROSECONDS]: of({ s: 1 }, 1e6),
  [MetricUnit.NANOSECONDS]: of({ s: 1 }, 1e9),
  [MetricUnit.TIMESTAMP]: { powers: { s: 1 }, factor: 1, moment: true },
  [MetricUnit.BYTES]: of({ B: 1 }),
  [MetricUnit.KIBIBYTES]: of({ B: 1 }, 2 ** -10),
  [MetricUnit.MEBIBYTES]: of({ B: 1 }, MEBI),
  [MetricUnit.BYTES_PER_SECOND]: of({ B: 1, s: -1 }),
  [MetricUnit.MEBIBYTES_PER_SECOND]: of({ B: 1, s: -1 }, MEBI),
  [MetricUnit.BITS_PER_SECOND]: of({ B: 1, s: -1 }, 8),
  // not 1/s: requests a second are no frequency
  [MetricUnit.HERTZ]: of({ Hz: 1 }),
  [MetricUnit.MEGAHERTZ]: of({ Hz: 1 }, 1e-6),
  [MetricUnit.CELSIUS]: of({ C: 1 }),
  [MetricUnit.JOULES]: of({ J: 1 }),
  [MetricUnit.MILLIJOULES]: of({ J: 1 }, 1e3),
  [MetricUnit.WATT_HOURS]: of({ J: 1 }, 1 / 3600),
  [MetricUnit.WATTS]: of({ J: 1, s: -1 }),
  [MetricUnit.AMPERES]: of({ A: 1 }),
  [MetricUnit.AMPERE_HOURS]: of({ A: 1, s: 1 }, 1 / 3600),
  [MetricUnit.VOLTS]: of({ J: 1, s: -1, A: -1 }),
  [MetricUnit.RPM]: of({ rpm: 1 }),
};

/** The quantity of a unit. */
export function quantityOf(unit: MetricUnit): Quantity {
  return QUANTITIES[unit];
}

/** Units of quantities that were asked for: queries leave most as they are in the table. */
const NAMED = new WeakMap<Quantity, { readonly unit: MetricUnit | undefined }>();

/** The unit that a quantity is; nothing when it has none, as for 60 times seconds. */
export function unitNamed(quantity: Quantity): MetricUnit | undefined {
  // a number of things stays one when it is multiplied, as nodes by GPUs of each
  if (quantity.sort === 'count') return MetricUnit.COUNT;
  const known = NAMED.get(quantity) ?? { unit: Object.values(MetricUnit).find((unit) => isSameQuantity(QUANTITIES[unit], quantity)) };
  NAMED.set(quantity, known);
  return known.unit;
}

function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.abs(b);
}

function samePowers(a: Quantity, b: Quantity): boolean {
  const names = Object.keys(a.powers);
  return names.length === Object.keys(b.powers).length && names.every((name) => a.powers[name] === b.powers[name]);
}

function addPowers(a: Quantity, b: Quantity, sign: 1 | -1): Quantity['powers'] {
  const sum: { [base: string]: number } = { ...a.powers };
  for (const [name, power] of Object.entries(b.powers)) sum[name] = (sum[name] ?? 0) + sign * power;
  return Object.fromEntries(Object.entries(sum).filter(([, power]) => power !== 0));
}

const isBare = ({ powers }: Quantity) => Object.keys(powers).length === 0;

/** The quantity times a number. */
export function scaled(quantity: Quantity, by: number): Quantity | undefined {
  if (quantity.moment && by !== 1) return undefined;
  return { ...quantity, factor: quantity.factor * by };
}

/** A number over the quantity. */
export function inverted(quantity: Quantity, number: number): Quantity | undefined {
  return divided(none('ratio', number), quantity);
}

/** The product of two quantities. */
export function multiplied(a: Quantity, b: Quantity): Quantity | undefined {
  const [first, second] = a.moment ? [a, b] : [b, a];
  // joining with a series that is always 1 leaves a moment what it is
  if (first.moment) return isBare(second) && second.factor === 1 ? first : undefined;
  const factor = a.factor * b.factor;
  const powers = addPowers(a, b, 1);
  if (Object.keys(powers).length > 0) return { powers, factor };
  if (!isBare(a)) return { powers, factor, sort: 'count' };
  const sort = a.sort === 'ratio' || (a.sort === 'count' && b.sort === 'cores') ? b.sort : a.sort;
  return { powers, factor, sort };
}

/** The quotient of two quantities. */
export function divided(a: Quantity, b: Quantity): Quantity | undefined {
  if (b.moment || (a.moment && !(isBare(b) && b.factor === 1))) return undefined;
  const factor = a.factor / b.factor;
  const powers = addPowers(a, b, -1);
  if (Object.keys(powers).length > 0) return { ...a, powers, factor, sort: undefined };
  const keeps = isBare(a) && isBare(b) && (b.sort === 'ratio' || (b.sort === 'count' && a.sort !== 'count'));
  return { powers, factor, sort: keeps ? a.sort : 'ratio' };
}

/** The sum of two quantities, or their difference; nothing when they are not the same. */
export function added(a: Quantity, b: Quantity, op: '+' | '-'): Quantity | undefined {
  if (!samePowers(a, b) || !close(a.factor, b.factor)) return undefined;
  if (a.moment || b.moment) {
    if (a.moment && b.moment) return op === '-' ? quantityOf(MetricUnit.SECONDS) : undefined;
    return a.moment || op === '+' ? quantityOf(MetricUnit.TIMESTAMP) : undefined;
  }
  if (a.sort === b.sort) return a;
  // seconds of a CPU in a second are CPUs
  return [a.sort, b.sort].every((sort) => sort === 'cores' || sort === 'ratio') ? none('cores', a.factor) : undefined;
}

/** The quantity in each second. */
export function perSecond(quantity: Quantity): Quantity | undefined {
  return quantity.moment ? undefined : divided(quantity, of({ s: 1 }));
}

/** Whether two quantities are the same, so that series of both can stand in one result. */
export function isSameQuantity(a: Quantity, b: Quantity): boolean {
  // the cheapest first
  return a.sort === b.sort && (a.moment ?? false) === (b.moment ?? false) && close(a.factor, b.factor) && samePowers(a, b);
}

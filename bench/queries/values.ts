import { chance } from './random';

/** How the values of a series go. */
export type Shape =
  /** Grows by this much in a second on average. */
  | { readonly kind: 'counter'; readonly perSecond: number }
  /** Wanders between two ends. */
  | { readonly kind: 'gauge'; readonly low: number; readonly high: number }
  /** Stays. */
  | { readonly kind: 'constant'; readonly value: number };

export const counter = (perSecond: number): Shape => ({ kind: 'counter', perSecond });
export const gauge = (low: number, high: number): Shape => ({ kind: 'gauge', low, high });
export const constant = (value: number): Shape => ({ kind: 'constant', value });

/** Courses of one shape. Series beyond share them: what a query costs does not depend on whether values are alike. */
const COURSES = 16;
/** Moments within an interval at which targets are scraped. */
const OFFSETS = 8;

/** A series that is not always there. */
interface TimedSeries {
  readonly shape: Shape;
  readonly intervalS: number;
  readonly seed: string;
  readonly target: string;
}

/** Seconds into each interval at which a target is scraped. Never at its very ends, where queries are evaluated. */
const offsetOf = (intervalS: number, target: string): number =>
  // whole milliseconds: the import takes no others
  Math.floor(((Math.floor(chance(target) * OFFSETS) + 0.5) * intervalS * 1000) / OFFSETS) / 1000;

/**
 * Values and times as the JSON of the store's import, made once each and shared by thousands of series: to print numbers takes far longer
 * than to send them.
 */
export class Samples {
  private readonly known = new Map<string, Buffer>();

  /**
   * @param startMs when the data begins, milliseconds since 1970
   * @param lengthS how long it goes on
   */
  constructor(
    private readonly startMs: number,
    private readonly lengthS: number,
  ) {}

  /** How many samples a series has that is there all the time. */
  count(intervalS: number): number {
    return Math.floor(this.lengthS / intervalS);
  }

  /** Values of a series that is there all the time. */
  values(shape: Shape, intervalS: number, seed: string): Buffer {
    const course = shape.kind === 'constant' ? 0 : Math.floor(chance(seed) * COURSES);
    const key = `${JSON.stringify(shape)} ${intervalS} ${course}`;
    return this.made(key, () => courseOf(shape, intervalS, this.count(intervalS), key));
  }

  /** Times of a series that is there all the time. */
  times(intervalS: number, target: string): Buffer {
    const offsetS = offsetOf(intervalS, target);
    return this.made(`${intervalS} ${offsetS}`, () => this.timesFrom(0, intervalS, offsetS, this.count(intervalS)));
  }

  /**
   * Values and times of a series that is there for a while; nothing when no scrape falls into it.
   *
   * @param fromS,toS seconds since the start of the data
   */
  between(series: TimedSeries, fromS: number, toS: number): { values: Buffer; times: Buffer; count: number } | undefined {
    const { shape, intervalS, seed, target } = series;
    const offsetS = offsetOf(intervalS, target);
    const first = Math.max(0, Math.ceil((fromS - offsetS) / intervalS));
    const count = Math.min(this.count(intervalS), Math.ceil((toS - offsetS) / intervalS)) - first;
    if (count <= 0) return undefined;
    const values = Buffer.from(courseOf(shape, intervalS, count, seed));
    return { values, times: Buffer.from(this.timesFrom(first, intervalS, offsetS, count)), count };
  }

  private timesFrom(first: number, intervalS: number, offsetS: number, count: number): string {
    return Array.from(
      { length: count },
      (_, index) => this.startMs + (first + index) * intervalS * 1000 + Math.round(offsetS * 1000),
    ).join();
  }

  private made(key: string, make: () => string): Buffer {
    const known = this.known.get(key) ?? Buffer.from(make());
    this.known.set(key, known);
    return known;
  }
}

function courseOf(shape: Shape, intervalS: number, count: number, seed: string): string {
  switch (shape.kind) {
    case 'constant':
      return Array.from({ length: count }, () => shape.value).join();
    case 'counter': {
      let value = Math.floor(chance(`${seed} start`) * 86_400 * shape.perSecond);
      const each = shape.perSecond * intervalS;
      // seconds and rare events have fractions and pauses, bytes do not
      const digits = each < 100 ? 100 : 1;
      return Array.from({ length: count }, (_, index) => {
        value += Math.round(each * (0.5 + chance(`${seed} ${index}`)) * digits) / digits;
        return Math.round(value * digits) / digits;
      }).join();
    }
    case 'gauge': {
      const { low, high } = shape;
      const span = high - low;
      // three digits, as a sensor gives them
      const unit = 10 ** Math.floor(Math.log10(Math.max(span, 1e-6)) - 2);
      let at = chance(`${seed} start`);
      return Array.from({ length: count }, (_, index) => {
        at = Math.min(1, Math.max(0, at + (chance(`${seed} ${index}`) - 0.5) * 0.2));
        return Number((Math.round((low + at * span) / unit) * unit).toPrecision(12));
      }).join();
    }
  }
}

/**
 * Numbers as Grafana shows them in the units of the dashboards.
 *
 * @see https://github.com/grafana/grafana/tree/main/packages/grafana-data/src/valueFormats
 */
export function formatted(value: number, unit: string, decimals?: number, nowMs = 0): string {
  if (!Number.isFinite(value) && !Number.isNaN(value)) return value > 0 ? '∞' : '-∞';
  if (unit === 'string') return String(value);
  if (unit === 'dateTimeAsIso') return new Date(value).toISOString().slice(0, 19).replace('T', ' ');
  if (unit === 'dateTimeFromNow') return relative((value - nowMs) / 1000);
  if (unit.startsWith('suffix:')) return `${fixed(value, decimals)} ${unit.slice('suffix:'.length)}`;
  const duration = DURATIONS.find(({ id }) => id === unit);
  if (duration) return durationOf(value, unit, duration.steps, decimals);
  const scale = SCALES.get(unit);
  if (scale) return scaled(value, scale, decimals);
  if (unit === 'percentunit') return `${fixed(100 * value, decimals)}%`;
  const suffix = PLAIN.get(unit);
  if (suffix === undefined)
    throw new Error(`unit of a panel: got ${unit}, expected one that scripts/pictures/units.ts knows; add it there`);
  return `${fixed(value, decimals)}${suffix}`;
}

/** A tick of an axis: no zeros behind the last digit that says something. */
export const tick = (value: number, unit: string): string =>
  formatted(value, unit).replace(/(\.\d*?)0+(?=\D|$)/, (_, kept: string) => (kept === '.' ? '' : kept));

/** Units that only stand behind the number. */
const PLAIN = new Map([
  ['none', ''],
  ['percent', '%'],
  ['celsius', ' °C'],
  ['rotrpm', ' rpm'],
]);

interface Scale {
  readonly factor: number;
  readonly suffixes: readonly string[];
  /** Place of the suffix that the number is counted in. */
  readonly base: number;
}

const SI = ['f', 'p', 'n', 'µ', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei', 'Zi', 'Yi'];
const si = (unit: string, offset = 0): Scale => ({
  factor: 1000,
  suffixes: SI.map((prefix) => ` ${prefix}${unit}`),
  base: SI.indexOf('') + offset,
});
const binary = (unit: string, base = 0): Scale => ({ factor: 1024, suffixes: BINARY.map((prefix) => ` ${prefix}${unit}`), base });
const count = (unit: string): Scale => ({ factor: 1000, suffixes: ['', 'K', 'M', 'B', 'T'].map((prefix) => `${prefix} ${unit}`), base: 0 });
const FLOPS = ['', 'k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'].map((prefix) => ` ${prefix}FLOPS`);

const SCALES: ReadonlyMap<string, Scale> = new Map([
  ['short', { factor: 1000, suffixes: ['', ' K', ' Mil', ' Bil', ' Tri', ' Quadr', ' Quint', ' Sext', ' Sept'], base: 0 }],
  ['bytes', binary('B')],
  ['kbytes', binary('B', 1)],
  ['mbytes', binary('B', 2)],
  ['binBps', binary('B/s')],
  ['MiBs', binary('B/s', 2)],
  ['bps', si('b/s')],
  ['pps', si('p/s')],
  ['watt', si('W')],
  ['watth', si('Wh')],
  ['joule', si('J')],
  ['volt', si('V')],
  ['amp', si('A')],
  ['amph', si('Ah')],
  ['rothz', si('Hz')],
  ['rotmhz', si('Hz', 2)],
  ['cps', count('c/s')],
  ['reqps', count('req/s')],
  ['iops', count('io/s')],
  ['tflops', { factor: 1000, suffixes: FLOPS, base: FLOPS.indexOf(' TFLOPS') }],
]);

function scaled(value: number, { factor, suffixes, base }: Scale, decimals?: number): string {
  const power = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)) / Math.log10(factor));
  const clamped = Math.min(Math.max(power, -base), suffixes.length - base - 1);
  return `${fixed(value / factor ** clamped, decimals)}${suffixes[base + clamped]}`;
}

interface DurationStep {
  /** It holds below this number of the unit that the value is in. */
  readonly below: number;
  readonly divisor: number;
  readonly name: string;
}

const step = (below: number, divisor: number, name: string): DurationStep => ({ below, divisor, name });
const [MINUTE, HOUR, DAY, WEEK, YEAR] = [60, 3600, 86_400, 604_800, 31_536_000];

/** Each unit of time has its own steps: weeks are for seconds alone, and small units stop early. */
const DURATIONS: readonly { readonly id: string; readonly steps: readonly DurationStep[] }[] = [
  {
    id: 's',
    steps: [
      step(1e-6, 1e-9, 'ns'),
      step(1e-3, 1e-6, 'µs'),
      step(1, 1e-3, 'ms'),
      step(MINUTE, 1, 's'),
      step(HOUR, MINUTE, 'min'),
      step(DAY, HOUR, 'hour'),
      step(WEEK, DAY, 'day'),
      step(YEAR, WEEK, 'week'),
      step(Number.POSITIVE_INFINITY, 31_556_900, 'year'),
    ],
  },
  {
    id: 'ms',
    steps: [
      step(1e3, 1, 'ms'),
      step(6e4, 1e3, 's'),
      step(36e5, 6e4, 'min'),
      step(864e5, 36e5, 'hour'),
      step(31_536e6, 864e5, 'day'),
      step(Number.POSITIVE_INFINITY, 31_536e6, 'year'),
    ],
  },
  { id: 'µs', steps: [step(1e3, 1, 'µs'), step(1e6, 1e3, 'ms'), step(Number.POSITIVE_INFINITY, 1e6, 's')] },
  {
    id: 'ns',
    steps: [
      step(1e3, 1, 'ns'),
      step(1e6, 1e3, 'µs'),
      step(1e9, 1e6, 'ms'),
      step(6e10, 1e9, 's'),
      step(36e11, 6e10, 'min'),
      step(864e11, 36e11, 'hour'),
      step(Number.POSITIVE_INFINITY, 864e11, 'day'),
    ],
  },
];

function durationOf(value: number, unit: string, steps: readonly DurationStep[], decimals?: number): string {
  if (value === 0 && unit === 's') return '0 s';
  const found = steps.find(({ below }) => Math.abs(value) < below);
  if (!found) return fixed(value, decimals);
  // a product where that is more exact
  const inStep = found.divisor < 1 ? value * Math.round(1 / found.divisor) : value / found.divisor;
  const plural = ['min', 'hour', 'day', 'week', 'year'].includes(found.name) && Math.abs(inStep) > 1 ? 's' : '';
  return `${fixed(inStep, decimals)} ${found.name}${plural}`;
}

/** A number with so many digits that three of them count, unless their number is given. */
function fixed(value: number, given?: number): string {
  const decimals = given ?? (value % 1 === 0 ? 0 : digitsOf(Math.abs(value)));
  if (Number.isNaN(value)) return 'NaN';
  const factor = 10 ** decimals;
  // JavaScript's own rounding takes the binary value, which shows 1.005 as 1.00 and 1.015 as 1.01
  return (Math.round(value * factor) / factor).toFixed(Math.min(decimals, 100));
}

/** Digits behind the point that make three in all. */
const digitsOf = (value: number): number => Math.max(0, 2 - Math.floor(Math.log10(value)));

/** How long ago a point in time was, or when it will be, in the words that Grafana uses. */
function relative(seconds: number): string {
  const words = inWords(Math.abs(seconds));
  return seconds > 0 ? `in ${words}` : `${words} ago`;
}

function inWords(seconds: number): string {
  const [minutes, hours, days] = [seconds / 60, seconds / 3600, seconds / 86_400].map(Math.round) as [number, number, number];
  if (seconds < 44.5) return 'a few seconds';
  if (minutes <= 1) return 'a minute';
  if (minutes < 45) return `${minutes} minutes`;
  if (hours <= 1) return 'an hour';
  if (hours < 22) return `${hours} hours`;
  if (days <= 1) return 'a day';
  if (days < 26) return `${days} days`;
  const months = Math.round(days / 30.4369);
  if (months <= 1) return 'a month';
  if (months < 11) return `${months} months`;
  const years = Math.round(days / 365.2425);
  return years <= 1 ? 'a year' : `${years} years`;
}

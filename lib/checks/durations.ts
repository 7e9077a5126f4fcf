const DURATION = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?$/;
const UNITS = [31_536_000_000, 604_800_000, 86_400_000, 3_600_000, 60_000, 1000, 1];

/** The milliseconds of a duration as Prometheus writes it, largest unit first: `30s`, `1m30s`. Nothing of what is none. */
export function milliseconds(duration: string): number | undefined {
  if (duration === '0') return 0;
  const amounts = duration === '' ? undefined : DURATION.exec(duration)?.slice(1);
  return amounts?.reduce((sum, amount, index) => sum + Number(amount ?? 0) * (UNITS[index] ?? 0), 0);
}

const GO_DURATION = /^(\d+(\.\d+)?(h|m|s|ms|us|ns))+$/;
const GO_UNITS: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/** The milliseconds of a duration as flags of Go programs are written: `30s`, `1.5h`; they know no days. Nothing of what is none. */
export function goMilliseconds(duration: string): number | undefined {
  if (duration === '0') return 0;
  if (!GO_DURATION.test(duration)) return undefined;
  return [...duration.matchAll(/([\d.]+)([a-z]+)/g)].reduce(
    (sum, [, amount, unit = '']) => sum + Number(amount) * (GO_UNITS[unit] ?? 0),
    0,
  );
}

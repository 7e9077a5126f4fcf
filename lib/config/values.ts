import { Duration, Size } from 'cdk8s';
import { Cpu } from 'cdk8s-plus-28';
import * as z from 'zod/mini';
import { imageParts } from '../common/images';
import type { Labels } from '../common/labels';
import { nearest } from '../common/nearest';
import { bytes, compareDurations } from '../common/units';
import { accepted, converted, NOTES, Refusal, type Value } from './option';

/** What is allowed and what to write instead, for one given value. */
type Advice = (given: unknown) => string;

const advise = (advice: Advice) => ({ error: ({ input }: { readonly input?: unknown }) => advice(input) });

/** Makes a type once for the same arguments: most parts have the same options, and making a type costs more than using it. */
function sharing<A extends readonly unknown[], T>(make: (...args: A) => Value<T>): (...args: A) => Value<T> {
  const made = new Map<string, Value<T>>();
  return (...args) => {
    const key = JSON.stringify(args);
    const type = made.get(key) ?? make(...args);
    made.set(key, type);
    return type;
  };
}

/** What a text must be. */
export interface TextOptions {
  /** What is allowed, as the end of "expected …". */
  readonly expected: string;
  /** A text that could be meant. */
  readonly example: string;
  /** What the text matches. @default - anything but nothing */
  readonly pattern?: RegExp;
  /** Makes what was probably meant of what was given. @default - nothing */
  readonly mend?: (given: string) => string;
  /** Whether people put a secret here by mistake. @default false */
  readonly hidden?: boolean;
}

/** A text. */
export function text({ expected, example, pattern, mend, hidden = false }: TextOptions): Value<string> {
  const fits = (given: string) => pattern?.test(given) ?? given !== '';
  const advice = advise((given) => {
    if (typeof given === 'number' || typeof given === 'boolean') {
      if (fits(String(given))) return hidden ? 'text; put it in quotes' : `text; put it in quotes: '${given}'`;
    }
    const mended = typeof given === 'string' ? mend?.(given) : undefined;
    return `${expected}; write ${mended && fits(mended) ? mended : example}`;
  });
  const type = z.string(advice).check(pattern ? z.regex(pattern, advice) : z.minLength(1, advice));
  return hidden ? type.register(NOTES, { hidden }) : type;
}

/** A text that may be empty. */
export const anyText = sharing((): Value<string> => {
  return z.string(advise((given) => `text; put it in quotes: '${typeof given === 'number' || typeof given === 'boolean' ? given : '…'}'`));
});

/** The name of an object or of a namespace. */
export const dnsLabel = sharing((example: string, max: number = 63): Value<string> => {
  return text({
    expected: `a name of at most ${max} lower-case letters, digits and dashes, with a letter or digit at both ends`,
    example,
    pattern: new RegExp(`^[a-z0-9]([-a-z0-9]{0,${max - 2}}[a-z0-9])?$`),
    mend: (given) => dashed(given, /[^a-z0-9]+/g).slice(0, max),
  });
});

/** The name of an object that may hold dots: a Secret, a class, a host. */
export const dottedName = sharing((example: string, hidden: boolean = false): Value<string> => {
  return text({
    expected: 'a name of lower-case letters, digits, dashes and dots, with a letter or digit at both ends',
    example,
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    mend: (given) => (hidden ? '' : dashed(given, /[^a-z0-9.]+/g)),
    hidden,
  });
});

/** The name of a host. */
export function hostName(example: string): Value<string> {
  return text({
    expected: 'the name of a host, without protocol, port and path',
    example,
    pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
    mend: (given) => (/^(?:\w+:\/\/)?([^/:]+)/.exec(given)?.[1] ?? '').toLowerCase(),
  });
}

function dashed(given: string, others: RegExp): string {
  return given
    .toLowerCase()
    .replace(others, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
}

/** The name of a port of a Service or container. */
export const portName = sharing((): Value<string> => {
  return text({
    expected: 'the name of a port, not its number: at most 15 lower-case letters, digits and dashes',
    example: 'metrics',
    pattern: /^(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$/,
  });
});

/** The name of the cluster: a value of the label `cluster` that is also the name of a folder. */
export function clusterName(): Value<string> {
  return text({
    expected: '1 to 63 lower-case letters, digits, dots and dashes, with a letter or digit at both ends',
    example: 'prod-eu-1',
    pattern: /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/,
    mend: (given) => dashed(given, /[^a-z0-9.]+/g).slice(0, 63),
  });
}

/** The key of a label of Kubernetes. */
export const labelKey = sharing((example: string): Value<string> => {
  return text({
    expected: 'the key of a label',
    example,
    pattern: /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/,
  });
});

/** Labels, or a selection of them. */
export const labels = sharing((): Value<Labels> => {
  const value = text({
    expected: 'the value of a label: at most 63 letters, digits, dots, dashes and underscores',
    example: "'true'",
    pattern: /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/,
  });
  return record(labelKey('kubernetes.io/os'), value, "labels; write them as 'key: value', or {} for none");
});

/** An image with a fixed tag or digest. */
export function image(example: string): Value<string> {
  const advice = `an image reference with a fixed tag or digest; write registry, name and version: ${example}`;
  return converted(z.string({ error: () => advice }), (given) =>
    accepted(() => imageParts(given, '')) instanceof Refusal ? new Refusal(advice) : given,
  );
}

/** An http or https URL without user and password. */
export function httpUrl(example: string): Value<string> {
  return url(['http:', 'https:'], example);
}

/** A URL of one of some protocols, without user and password. */
export const url = sharing((protocols: readonly string[], example: string): Value<string> => {
  const advice = `a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}; write it in full: ${example}`;
  const pattern = new RegExp(`^(${protocols.map((protocol) => protocol.slice(0, -1)).join('|')})://`);
  return converted(z.string({ error: () => advice }).check(z.regex(pattern, { error: () => advice })), (given) => {
    const parsed = URL.canParse(given) ? new URL(given) : undefined;
    if (!parsed?.hostname) return new Refusal(advice);
    if (!parsed.username && !parsed.password) return given;
    const harmless = `${parsed.protocol}//…@${parsed.host}${parsed.pathname}`;
    return new Refusal(
      'a URL without user and password, for manifests are published; put them into a Secret',
      [],
      JSON.stringify(harmless),
    );
  });
});

/** An absolute path of a node. */
export function nodePath(example: string): Value<string> {
  return text({
    expected: 'an absolute path of letters, digits, dots, dashes and underscores',
    example,
    pattern: /^(\/[\w.-]+)+$/,
  });
}

const MILLISECONDS: { readonly [unit: string]: number } = {
  y: 31_536_000_000,
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};
const DURATION = /^(?=\d)(\d+y)?(\d+w)?(\d+d)?(\d+h)?(\d+m)?(\d+s)?(\d+ms)?$/;
/** The longest time that a store keeps samples for. */
const CENTURY = Duration.days(36_500);

/**
 * A span of time as Prometheus writes it: `30s`, `1m30s`, `30d`.
 *
 * @param example its unit is taken for the one that a number without one was meant in
 * @param min the shortest that is allowed
 */
export const duration = sharing((example: string, min: string = ''): Value<Duration> => {
  const shortest = parseDuration(min);
  const tooShort = `a duration of ${min || '1ms'} or longer; write ${example}`;
  const advice = advise((given) => {
    const mended = mendDuration(given, unitOf(example));
    const expected = typeof given === 'string' ? 'numbers with the units d, h, m and s, the largest first' : 'a duration with its unit';
    return `${expected}; write ${DURATION.test(mended) && compareDurations(parseDuration(mended), shortest) >= 0 ? mended : example}`;
  });
  return converted(z.string(advice).check(z.regex(DURATION, advice)), (given) => {
    const made = parseDuration(given);
    if (compareDurations(made, CENTURY) > 0) return new Refusal(`a duration of at most 100 years; write ${example}`);
    return made.toMilliseconds() === 0 || compareDurations(made, shortest) < 0 ? new Refusal(tooShort) : made;
  });
});

/** Reads a duration that has the form of one. */
function parseDuration(given: string): Duration {
  const parts = [...given.matchAll(/(\d+)(ms|[ywdhms])/g)];
  return Duration.millis(parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (MILLISECONDS[unit] ?? 0), 0));
}

/** `30 seconds` and `30` as they were probably meant. */
function mendDuration(given: unknown, unit: string): string {
  return String(given)
    .toLowerCase()
    .replace(/[\s,]+/g, '')
    .replace(/(ms|mil|[ywdhms])[a-z]*/g, (_, letter: string) => (letter === 'mil' ? 'ms' : letter))
    .replace(/\d$/, (digit) => `${digit}${unit}`);
}

function unitOf(example: string): string {
  return example.replace(/^.*\d/, '');
}

const BYTES: { readonly [unit: string]: number } = {
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
  Ti: 1024 ** 4,
};
const SIZE = /^\d+(\.\d+)?(Ki|Mi|Gi|Ti|k|M|G|T)$/;

/**
 * A number of bytes as Kubernetes writes it: `30Gi`, `512Mi`; rounded up to whole KiB.
 *
 * @param example its unit is taken for the one that a number without one was meant in
 * @param min the smallest that is allowed
 * @param why what is in the way of a smaller one, as a clause: `because …`
 */
export const size = sharing((example: string, min: string = '', why: string = ''): Value<Size> => {
  const smallest = min ? parseSize(min) : Size.kibibytes(1);
  const tooSmall = `a size of ${min || '1Ki'} or more${why && `, ${why}`}; write ${example}`;
  const advice = advise((given) => {
    const expected = typeof given === 'string' ? 'a number with one of the units Mi, Gi, Ti, M, G and T' : 'a size with its unit';
    return `${expected}; write ${mendSize(given, unitOf(example)) ?? example}`;
  });
  return converted(z.string(advice).check(z.regex(SIZE, advice)), (given) => {
    const made = parseSize(given);
    return bytes(made) < bytes(smallest) ? new Refusal(tooSmall) : made;
  });
});

/** Reads a size that has the form of one. */
function parseSize(given: string): Size {
  const [, count, unit = ''] = /^([\d.]+)(\D+)$/.exec(given) ?? [];
  return Size.kibibytes(Math.ceil((Number(count) * (BYTES[unit] ?? 1)) / 1024));
}

/** `30GB`, `30 gi` and `30` as they were probably meant. */
function mendSize(given: unknown, unit: string): string | undefined {
  const [, count = '', prefix = '', binary = ''] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i.exec(String(given)) ?? [];
  if (Number(count) === 0) return undefined;
  if (prefix === '') return `${count}${unit}`;
  const letter = prefix.toUpperCase();
  if (binary) return `${count}${letter}i`;
  return `${count}${letter === 'K' ? 'k' : letter}`;
}

/**
 * A span of time or a number of bytes: the unit says which.
 *
 * @param time what {@link duration} takes
 * @param amount what {@link size} takes
 */
export function durationOrSize(time: Parameters<typeof duration>, amount: Parameters<typeof size>): Value<Duration | Size> {
  const types = [duration(...time), size(...amount)] as const;
  const advice = advise((given) => {
    const words = typeof given === 'string' && !/^[\d.]*$/.test(given) ? given : '';
    // 600MB is no 600 minutes, and 600 m is
    const meant = /[bi]$/i.test(words) ? [mendSize(words, '')] : [mendDuration(words, ''), mendSize(words, '')];
    const mended = meant.find((text) => types.some((type) => type.safeParse(text, { jitless: true }).success));
    return `a duration or a size, with its unit; write ${mended ?? `${time[0]} or ${amount[0]}`}`;
  });
  return z.union(types, advice);
}

const CPU = /^(\d+m|\d+(\.\d{1,3})?)$/;

/** An amount of CPU as Kubernetes writes it: cores or millicores. */
export function cpu(example: string): Value<Cpu> {
  const advice = { error: () => `cores or millicores, at least 1m; write ${example}` };
  return converted(z.union([z.string(advice).check(z.regex(CPU, advice)), z.number(advice)], advice), (given) => {
    const amount = String(given);
    const millis = amount.endsWith('m') ? Number.parseInt(amount, 10) : Math.round(Number(amount) * 1000);
    if (!CPU.test(amount) || millis < 1) return new Refusal(advice.error());
    return millis % 1000 === 0 ? Cpu.units(millis / 1000) : Cpu.millis(millis);
  });
}

/** A whole number. */
export const wholeNumber = sharing((min: number, max: number | undefined, instead: string): Value<number> => {
  const range = max === undefined ? `${min} or more` : `${min} to ${max}`;
  const advice = advise((given) => {
    const quoted = typeof given === 'string' && /^\d+$/.test(given);
    return `a whole number of ${range}; ${quoted ? `write ${Number(given)} without quotes` : instead}`;
  });
  return z.int(advice).check(z.minimum(min, advice), ...(max === undefined ? [] : [z.maximum(max, advice)]));
});

const TRUTH: { readonly [word: string]: boolean } = {
  yes: true,
  on: true,
  true: true,
  y: true,
  no: false,
  off: false,
  false: false,
  n: false,
};

/** Yes or no. */
export const flag = sharing((): Value<boolean> => {
  return z.boolean(
    advise((given) => {
      const meant = typeof given === 'string' ? TRUTH[given.toLowerCase()] : undefined;
      return `true or false; write ${meant ?? 'one of the two'} without quotes`;
    }),
  );
});

/** Words that a message can list. */
const FEW = 12;

/** One of some words. */
export function choice<T extends string>(words: readonly T[]): Value<T> {
  const few = words.length <= FEW;
  const expected = few ? `one of ${words.join(', ')}` : `one of ${words.slice(0, 3).join(', ')} and their like`;
  return z.enum(
    words,
    advise((given) => {
      const near = typeof given === 'string' ? nearest(given, words) : undefined;
      if (near) return `${expected}; did you mean ${near}?`;
      return `${expected}; ${few ? 'take one of these' : 'take one that the editor shows here'}`;
    }),
  );
}

/** A list. */
export function list<T>(item: Value<T>, example: string, min = 0): Value<readonly T[]> {
  const advice = { error: () => `a list${min > 0 ? ` of ${min} or more` : ''}; write [${example}]` };
  const type = z.array(item, advice);
  return min > 0 ? type.check(z.minLength(min, advice)) : type;
}

/**
 * Values by names that are free.
 *
 * @param advice what to write in place of what is no map, and how
 */
export function record<T>(key: Value<string>, value: Value<T>, advice: string): Value<{ readonly [key: string]: T }> {
  // the compiler wants to know what goes into the type of a key; text does
  return z.record(key as z.ZodMiniType<string, string>, value, { error: () => advice });
}

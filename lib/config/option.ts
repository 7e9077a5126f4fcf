import * as z from 'zod/mini';
import { InvalidOptionError, quoteValue } from '../common/errors';
import { type PathKey, parsePath } from './paths';

/** A type of values: reads data of the file and makes what the props want. */
export type Value<T> = z.ZodMiniType<T>;

/** What is known of a value besides its type: for editors, for the default file and for messages. */
export interface Notes {
  /** Name of a type that several options share. */
  readonly id?: string;
  /** What the option does. */
  readonly description?: string;
  /** What counts when the option is left out, as data. */
  readonly default?: unknown;
  /** What happens when it is left out, in words, where that depends on something. */
  readonly otherwise?: string;
  /** What one could write. */
  readonly example?: unknown;
  /** Whether the value may be a secret by mistake, so that no message shows it. */
  readonly hidden?: boolean;
}

/** The notes of all values. */
export const NOTES = z.registry<Notes>();

/** What holds when an option is left out: a literal default, or words and an example. */
export type Fallback = { readonly default: unknown } | { readonly otherwise: string; readonly example: unknown };

/** An option that can be left out. */
export function option<T>(type: Value<T>, description: string, fallback: Fallback): Value<T | undefined> {
  return z.optional(type).register(NOTES, { description, ...fallback });
}

/** An option that must be there. */
export function required<T>(type: Value<T>, description: string, example: unknown): Value<T> {
  // a type of its own around the given one, which several options may share
  return z.nonoptional(type).register(NOTES, { description, example });
}

/** A reason not to take a value. */
export class Refusal {
  /**
   * @param advice what is allowed and what to write instead: `a duration; write 30s`
   * @param at the option that it is about, below the one that was given
   * @param got the value as it is to be shown. @default - the value in the file
   */
  constructor(
    readonly advice: string,
    readonly at: readonly PathKey[] = [],
    readonly got?: string,
  ) {}
}

/** Options that contradict each other. */
export interface Rule<P> {
  /** Options that are compared. While one of them is bad in itself, they are not. */
  readonly reads: readonly (keyof P & string)[];
  /** What contradicts what, if anything. */
  readonly check: (given: P) => Refusal | readonly Refusal[] | undefined;
}

/** The types of all options of one set of props: a prop without an option does not compile, and neither does an option without a prop. */
export type Options<P> = { readonly [option in keyof P]-?: Value<P[option]> };

/**
 * A map with these options and no others.
 *
 * @param advice what is allowed in place of what is no map, and what to write
 */
export function options<P extends object>(shape: Options<P>, rules: readonly Rule<P>[] = [], advice?: string): Value<P> {
  const error = ({ input }: { readonly input?: unknown }) => advice ?? mapAdvice(input, 'enabled' in shape);
  const map = z.strictObject(shape as z.core.$ZodShape, { error });
  // the compiler cannot follow a map over the keys of P to the type of its values
  return map.check(...rules.map((rule) => asCheck(rule as Rule<object>))) as unknown as Value<P>;
}

function mapAdvice(given: unknown, hasSwitch: boolean): string {
  if (typeof given === 'boolean' && hasSwitch) return `options below it; write {enabled: ${given}}`;
  return "options below it; write them as 'key: value', or remove the key";
}

/** A part of the pipeline: a map of options that can be left out as a whole. */
export function part<P extends object>(description: string, shape: Options<P>, rules: readonly Rule<P>[] = []): Value<P | undefined> {
  return z.optional(options(shape, rules)).register(NOTES, { description });
}

function asCheck(rule: Rule<object>) {
  const reads: readonly PropertyKey[] = rule.reads;
  return z.superRefine<unknown>(
    (given, context) => {
      const found = typeof given === 'object' && given !== null ? rule.check(given) : undefined;
      for (const { advice, at, got } of found instanceof Refusal ? [found] : (found ?? [])) {
        context.addIssue({ code: 'custom', message: advice, path: [...at], params: { got } });
      }
    },
    {
      when: ({ issues }) =>
        !issues.some(({ code, path: [key] = [] }) => (key === undefined ? code !== 'unrecognized_keys' : reads.includes(key))),
    },
  );
}

/** What a type makes of the data, or why it does not. */
export function converted<I, O>(type: Value<I>, convert: (given: I) => O | Refusal): Value<O> {
  const transform = z.transform((given: I, context): O => {
    // an unknown option may be a slip in the one that is missed next
    if (context.issues.length > 0) return z.NEVER;
    const made = convert(given);
    if (!(made instanceof Refusal)) return made;
    context.issues.push({ code: 'custom', message: made.advice, path: [...made.at], params: { got: made.got }, input: given });
    return z.NEVER;
  });
  return z.pipe(type, transform);
}

/** What a function of a lower room makes, or its complaint. */
export function accepted<T>(make: () => T | Refusal, below: readonly string[] = []): T | Refusal {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InvalidOptionError)) throw error;
    const { option: at, got, expected, instead } = error.parts;
    return new Refusal(`${expected}; ${instead}`, [...below, ...parsePath(at)], quoteValue(got));
  }
}

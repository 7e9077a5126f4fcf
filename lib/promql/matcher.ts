import { RE2JS } from 're2js';
import type { Span } from './ast';

/** A condition on one label of a selector. */
export interface Matcher extends Span {
  readonly label: string;
  readonly op: '=' | '!=' | '=~' | '!~';
  /** As written, with `$name` where a variable stands. */
  readonly value: string;
  /** Dashboard variables in the value; with one of them only the viewer decides what matches. */
  readonly variables: readonly string[];
}

/** A list of texts without any sign that means something in a regex. */
const PLAIN = /^[\w\-/:,%@ ]+(\|[\w\-/:,%@ ]+)*$/;

/** Compiled once each: a dashboard repeats the same few patterns. */
const REGEXES = new Map<string, RE2JS>();

function regexOf(pattern: string): RE2JS {
  const known = REGEXES.get(pattern);
  if (known) return known;
  // anchored, and a dot matches a line break, as in Prometheus 3
  const made = RE2JS.compile(`^(?s:${pattern})$`);
  REGEXES.set(pattern, made);
  return made;
}

/** The matcher asks for values, it does not only exclude some. */
export function isPositive({ op }: Matcher): boolean {
  return op === '=' || op === '=~';
}

/** What was found about patterns, each once. */
const OBJECTIONS = new Map<string, string | undefined>();

/** Why a pattern is no RE2 regex; nothing when it is one. */
export function objectionTo(pattern: string): string | undefined {
  if (PLAIN.test(pattern)) return undefined;
  if (!OBJECTIONS.has(pattern)) OBJECTIONS.set(pattern, findObjection(pattern));
  return OBJECTIONS.get(pattern);
}

function findObjection(pattern: string): string | undefined {
  try {
    // alone, because what is put around it could close a bracket that it leaves open
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
  }
}

/** Whether the whole text matches a regex. */
export function matchesRegex(pattern: string, text: string): boolean {
  if (PLAIN.test(pattern)) return pattern.split('|').includes(text);
  return regexOf(pattern).test(text);
}

/** The groups of a match of the whole text, the match itself as the first; nothing when it does not match. */
export function groupsOf(pattern: string, text: string): readonly (string | undefined)[] | undefined {
  return regexOf(pattern).exec(text) ?? undefined;
}

/**
 * Whether a series with this value of the label passes; a series without the label has the value `''`.
 *
 * A matcher with variables can pass anything, which is not asked here.
 */
export function passes({ op, value }: Matcher, text: string): boolean {
  switch (op) {
    case '=':
      return text === value;
    case '!=':
      return text !== value;
    case '=~':
      return matchesRegex(value, text);
    case '!~':
      return !matchesRegex(value, text);
  }
}

/** All values that can pass, where the matcher itself lists them; nothing when there are more than can be listed. */
export function listed({ op, value, variables }: Matcher): readonly string[] | undefined {
  if (variables.length > 0 || value === '') return undefined;
  if (op === '=') return [value];
  const [, list = value] = /^\(([^()]*)\)$/.exec(value) ?? [];
  return op === '=~' && PLAIN.test(list) ? list.split('|') : undefined;
}

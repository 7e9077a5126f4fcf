/** Strings and comments; an unclosed string ends with its line, or with the text where it may have many lines. */
const STRING_OR_COMMENT = /"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|`[^`]*`?|#[^\n]*/g;

/** Fills the place of strings in the answer of `codeOf`. */
export const IN_STRING = '"';

/** The text with all of each string, its quotes included, replaced by `"` and comments by spaces: what is left is code, at its place. */
export function codeOf(text: string): string {
  return text.replace(STRING_OR_COMMENT, (found) => {
    if (found.startsWith('#')) return ' '.repeat(found.length);
    return found.includes('\n') ? found.replace(/[^\n]/g, IN_STRING) : IN_STRING.repeat(found.length);
  });
}

const CLOSED = /^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|#.*)$/s;

/** Where a string begins that does not end; nothing when all do. */
export function unclosedString(text: string): number | undefined {
  for (const { 0: found, index } of text.matchAll(STRING_OR_COMMENT)) if (!CLOSED.test(found)) return index;
  return undefined;
}

const ESCAPES: { readonly [letter: string]: string } = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** The value of a string literal by Go's rules, with which PromQL reads strings; nothing when it does not end, or has an escape that is none of Go's. */
export function unquote(literal: string): string | undefined {
  if (!CLOSED.test(literal)) return undefined;
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`') || !inner.includes('\\')) return inner;
  let valid = true;
  const value = inner.replace(/\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{3}|[\s\S])/g, (_, code: string) => {
    const letter = code[0] ?? '';
    if (code.length > 1) {
      const point = /^[0-7]/.test(code) ? Number.parseInt(code, 8) : Number.parseInt(code.slice(1), 16);
      valid &&= point <= 0x10ffff;
      return valid ? String.fromCodePoint(point) : '';
    }
    if (letter === '\\' || letter === literal[0]) return letter;
    valid &&= letter in ESCAPES;
    return ESCAPES[letter] ?? letter;
  });
  return valid ? value : undefined;
}

const UNITS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Seconds of a number or a duration, as the grammar lets them pass. */
export function secondsOf(literal: string): number {
  const text = literal.toLowerCase().replace(/[_\s]/g, '');
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/.exec(text) ?? [];
  const magnitude = rest === 'inf' ? Number.POSITIVE_INFINITY : /^(\d+(ms|[smhdwy]))+$/.test(rest) ? durationOf(rest) : Number(rest);
  return sign === '-' ? -magnitude : magnitude;
}

function durationOf(text: string): number {
  let sum = 0;
  for (const [, count, unit = 's'] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) sum += Number(count) * (UNITS[unit] ?? 0);
  return sum / 1000;
}

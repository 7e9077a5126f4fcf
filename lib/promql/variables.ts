import type { Span } from './ast';
import { codeOf, IN_STRING } from './scan';

/** Variables that Grafana itself sets. */
const BUILT_IN: readonly string[] = [
  '__interval',
  '__interval_ms',
  '__rate_interval',
  '__rate_interval_ms',
  '__range',
  '__range_s',
  '__range_ms',
  '__from',
  '__to',
];

/** `$name`, `[[name]]`, `[[name:format]]`, `${name}`, `${name.field}`, `${name:format}`: what Grafana itself looks for. */
const REFERENCE = /\$(\w+)|\[\[(\w+?)(?::\w+)?\]\]|\$\{(\w+)(?:\.[^:}]+)?(?::[^}]+)?\}/g;

/** A variable in the text of a query. */
export interface VariableUse extends Span {
  readonly name: string;
}

/** A query whose variables no longer stand in the way of a parser. */
export interface Substituted {
  /** Of the same length as the text before, so that every other character is at its place. */
  readonly text: string;
  readonly uses: readonly VariableUse[];
  /** References inside strings to what is no variable: Grafana leaves them as they are, and the string then matches nothing. */
  readonly unknown: readonly VariableUse[];
}

/**
 * Puts a number where a variable stands for a number or a duration. In strings variables stay, since there they are text like any other.
 *
 * A variable in the place of a name stays too, and is then a syntax error: what cannot be read cannot be checked.
 *
 * @param variables names of the dashboard's variables, without `$`; those that Grafana sets are known
 */
export function substituteVariables(text: string, variables: readonly string[]): Substituted {
  if (!/\$|\[\[/.test(text)) return { text, uses: [], unknown: [] };
  const code = codeOf(text);
  const uses: VariableUse[] = [];
  const unknown: VariableUse[] = [];
  const substituted = text.replace(REFERENCE, (found: string, ...rest: (string | number | undefined)[]) => {
    const [plain, bracketed, braced, start] = rest as [string?, string?, string?, number?];
    const from = start ?? 0;
    const use: VariableUse = { name: plain ?? bracketed ?? braced ?? '', start: from, end: from + found.length };
    const isKnown = BUILT_IN.includes(use.name) || variables.includes(use.name);
    if (code[from] === IN_STRING) {
      if (isKnown) uses.push(use);
      // $1 is a group of a regex, in the replacement of label_replace
      else if (!/^\d/.test(use.name)) unknown.push(use);
      return found;
    }
    const inComment = code[from] === ' ';
    // after a letter it would become a part of a name; a colon in brackets begins the step of a subquery
    const inBrackets = code.lastIndexOf('[', from - 1) > code.lastIndexOf(']', from);
    const inName = (inBrackets ? /[A-Za-z_]/ : /[A-Za-z_:]/).test(code[from - 1] ?? '');
    if (!isKnown || inComment || inName) return found;
    uses.push(use);
    return '1'.padStart(found.length, '0');
  });
  return { text: substituted, uses, unknown };
}

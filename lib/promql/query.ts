import { type Expr, operandsOf, type Position, positionAt, type Selector, type Span } from './ast';
import type { Kind } from './functions';
import { checkKinds } from './kinds';
import { parse } from './parse';
import { QuerySyntaxError, shown } from './syntax-error';
import { substituteVariables, type VariableUse } from './variables';

/** A selector and where it stands. */
export interface SelectorUse extends Position {
  readonly selector: Selector;
  /** Functions, aggregations and operators around it, the nearest first: `rate`, `sum`, `/`. */
  readonly around: readonly string[];
}

/** A query that was read. */
export interface Query {
  /** As written. */
  readonly text: string;
  readonly expr: Expr;
  /** What it gives: series, a number or a text. */
  readonly kind: Kind;
  /** In the order of the text. */
  readonly selectors: readonly SelectorUse[];
  /** References in strings to variables that the dashboard does not have. */
  readonly unknownVariables: readonly VariableUse[];
}

/**
 * Reads a query of Prometheus.
 *
 * @param variables names of the variables of its dashboard. @default - it stands in no dashboard, where `$` means nothing
 * @throws QuerySyntaxError when Prometheus would refuse it
 */
export function readQuery(text: string, variables?: readonly string[]): Query {
  const { text: code, uses, unknown } = variables === undefined ? { text, uses: [], unknown: [] } : substituteVariables(text, variables);
  const expr = parse(text, code, uses);
  const kind = checkKinds(text, expr);
  return { text, expr, kind, selectors: selectorsIn(text, expr), unknownVariables: unknown };
}

function selectorsIn(text: string, root: Expr): SelectorUse[] {
  const found: SelectorUse[] = [];
  const place = text.includes('\n') ? (at: number) => positionAt(text, at) : (at: number) => ({ line: 1, column: at + 1 });
  const visit = (expr: Expr, around: readonly string[]): void => {
    if (expr.kind === 'selector') found.push({ selector: expr, around, ...place(expr.start) });
    const name =
      expr.kind === 'call' || expr.kind === 'aggregation'
        ? expr.name
        : expr.kind === 'binary' || expr.kind === 'unary'
          ? expr.op
          : undefined;
    const inside = name === undefined ? around : [name, ...around];
    for (const operand of operandsOf(expr)) visit(operand, inside);
  };
  visit(root, []);
  return found;
}

/** What a variable of a dashboard lists. */
export interface VariableQuery {
  readonly kind: 'label-values' | 'label-names' | 'query-result' | 'metrics' | 'series';
  /** The label whose values are listed. @default - other kinds have none */
  readonly label?: Span & { readonly name: string };
  /** The series that are looked at. @default - all */
  readonly query?: Query;
  /** Regex of metric names, for `metrics`. */
  readonly pattern?: string;
}

const FORMS: readonly { readonly kind: VariableQuery['kind']; readonly form: RegExp }[] = [
  { kind: 'label-values', form: /^(\s*label_values\(\s*)(?:(?<series>[\s\S]+),\s*)?(?<label>[a-zA-Z_][\w]*)\s*\)\s*$/d },
  { kind: 'label-names', form: /^\s*label_names\(\s*(?<series>[\s\S]*?)\)\s*$/d },
  { kind: 'query-result', form: /^\s*query_result\((?<series>[\s\S]+)\)\s*$/d },
  { kind: 'metrics', form: /^\s*metrics\((?<pattern>[\s\S]+)\)\s*$/d },
  { kind: 'series', form: /^(?<series>[\s\S]+)$/d },
];

/**
 * Reads the query of a variable: `label_values(metric{…}, label)`, `label_values(label)`, `query_result(…)`, `metrics(…)`, `label_names(…)`, or
 * a selector whose series are listed.
 *
 * @param variables names of the variables of its dashboard
 * @throws QuerySyntaxError when Grafana or Prometheus would refuse it
 */
export function readVariableQuery(text: string, variables: readonly string[] = []): VariableQuery {
  for (const { kind, form } of FORMS) {
    const found = form.exec(text);
    const indices = found?.indices?.groups;
    if (!found?.groups || !indices) continue;
    const { label, pattern } = found.groups;
    const at = indices.series;
    // the parser sees spaces in the place of what is around the series, so that it tells places in the whole text
    const query = at === undefined || at[0] === at[1] ? undefined : readQuery(blankAround(text, at), variables);
    if (query && kind !== 'query-result' && query.expr.kind !== 'selector') {
      const { start, end } = query.expr;
      const got = shown(text.slice(start, end));
      throw new QuerySyntaxError(text, query.expr, {
        got,
        expected: 'a metric with matchers',
        instead: 'use query_result(…) for an expression',
      });
    }
    const [start = 0, end = 0] = indices.label ?? [];
    return {
      kind,
      ...(label && { label: { name: label, start, end } }),
      ...(query && { query: { ...query, text } }),
      ...(pattern && { pattern }),
    };
  }
  throw new QuerySyntaxError(
    text,
    { start: 0, end: 0 },
    { got: 'nothing', expected: 'a query of a variable', instead: 'write label_values(metric, label)' },
  );
}

function blankAround(text: string, [start, end]: readonly [number, number]): string {
  const blank = (part: string) => part.replace(/[^\n]/g, ' ');
  return blank(text.slice(0, start)) + text.slice(start, end) + blank(text.slice(end));
}

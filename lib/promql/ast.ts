import type { Matcher } from './matcher';

/** A piece of the text of a query: offsets from 0, the end not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A place in the text of a query, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Milliseconds, or `variable` where only the viewer of a dashboard decides: `$__rate_interval`. */
export type Milliseconds = number | 'variable';

/** A number, or a duration where a number is expected, in seconds. */
export interface NumberLiteral extends Span {
  readonly kind: 'number';
  /** @default - a variable stands for it */
  readonly value?: number;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
  /** Dashboard variables in the value. */
  readonly variables: readonly string[];
}

/** Series by name and labels: at one moment, or over a range of time. */
export interface Selector extends Span {
  readonly kind: 'selector';
  /** @default - only `nameMatchers` say which metrics are meant */
  readonly name?: string;
  /** Matchers on `__name__` other than by equality with a known name. */
  readonly nameMatchers: readonly Matcher[];
  /** Matchers on other labels. */
  readonly matchers: readonly Matcher[];
  /** The same for all selectors of the same series, whatever their times. */
  readonly key: string;
  /** The window `[5m]`. @default - none, an instant vector */
  readonly range?: Milliseconds;
  /** @default 0 */
  readonly offset?: Milliseconds;
  /** What follows `@`: seconds since 1970, or the start or end of what is drawn. @default - the moment of evaluation */
  readonly at?: number | 'start' | 'end' | 'variable';
}

/** An expression evaluated at steps over a range: `x[1h:5m]`. */
export interface Subquery extends Span {
  readonly kind: 'subquery';
  readonly operand: Expr;
  readonly range: Milliseconds;
  /** @default - the evaluation interval of the store */
  readonly step?: Milliseconds;
  readonly offset?: Milliseconds;
  readonly at?: number | 'start' | 'end' | 'variable';
}

export interface Call extends Span {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Expr[];
}

/** A label that a clause such as `by (…)` names. */
export interface LabelName extends Span {
  readonly name: string;
}

export interface Aggregation extends Span {
  readonly kind: 'aggregation';
  readonly name: string;
  /** The first argument of `topk`, `quantile`, `count_values`. */
  readonly parameter?: Expr;
  readonly operand: Expr;
  /** @default - neither: one group of all series */
  readonly grouping?: { readonly by: boolean; readonly labels: readonly LabelName[] };
}

/** How series of two operands find each other. */
export interface Matching {
  /** `on`, not `ignoring`. */
  readonly on: boolean;
  readonly labels: readonly LabelName[];
  /** The side with many series for one of the other: `left` is `group_left`. @default - one to one */
  readonly many?: 'left' | 'right';
  /** Labels that the one side gives to the result. */
  readonly include: readonly LabelName[];
}

export interface Binary extends Span {
  readonly kind: 'binary';
  readonly op: string;
  /** A comparison that gives 0 or 1 instead of filtering. */
  readonly bool: boolean;
  /** @default - series match on all labels */
  readonly matching?: Matching;
  readonly left: Expr;
  readonly right: Expr;
}

export interface Unary extends Span {
  readonly kind: 'unary';
  readonly op: '+' | '-';
  readonly operand: Expr;
}

/** An expression; parentheses are gone, their meaning is the shape of the tree. */
export type Expr = NumberLiteral | StringLiteral | Selector | Subquery | Call | Aggregation | Binary | Unary;

/** The expressions directly inside one, in the order of the text. */
export function operandsOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case 'call':
      return expr.args;
    case 'aggregation':
      return expr.parameter === undefined ? [expr.operand] : [expr.parameter, expr.operand];
    case 'binary':
      return [expr.left, expr.right];
    case 'subquery':
    case 'unary':
      return [expr.operand];
    default:
      return [];
  }
}

/** The expression and all inside it, outer before inner. */
export function walk(expr: Expr): readonly Expr[] {
  const all: Expr[] = [];
  const visit = (one: Expr): void => {
    all.push(one);
    for (const operand of operandsOf(one)) visit(operand);
  };
  visit(expr);
  return all;
}

/** Line and column of an offset. */
export function positionAt(text: string, offset: number): Position {
  if (!text.includes('\n')) return { line: 1, column: offset + 1 };
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

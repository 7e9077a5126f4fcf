import type { Binary, Call, Expr } from './ast';
import { AGGREGATIONS, ARGUMENTS, FUNCTIONS, type Kind } from './functions';
import { type Fault, QuerySyntaxError, shown } from './syntax-error';

const NAMES: { readonly [kind in Kind]: string } = {
  scalar: 'a number',
  vector: 'series at one moment',
  range: 'series over a range such as metric[5m]',
  string: 'a text in quotes',
};

/** Operators that compare; between series they filter, or give 0 and 1 with `bool`. */
export const COMPARISONS: ReadonlySet<string> = new Set(['==', '!=', '>', '<', '>=', '<=']);
/** Operators on sets of series. */
export const SETS: ReadonlySet<string> = new Set(['and', 'or', 'unless']);

/**
 * Checks what the grammar leaves open: each function and operator gets the kinds of arguments that it takes.
 *
 * @returns what the whole expression gives
 * @throws QuerySyntaxError at the first one that does not
 */
export function checkKinds(text: string, root: Expr): Kind {
  const fail = (expr: Expr, fault: Omit<Fault, 'got'>): never => {
    throw new QuerySyntaxError(text, expr, { got: shown(text.slice(expr.start, expr.end)), ...fault });
  };

  const expectKind = (expr: Expr, wanted: Kind, by: string): void => {
    const kind = kindOf(expr);
    if (kind === wanted) return;
    const instead =
      wanted === 'range' && kind === 'vector'
        ? `write ${by}(…[5m]); only MetricsQL chooses a window by itself`
        : kind === 'range' && wanted === 'vector'
          ? 'take the range off, or put a function such as rate around it'
          : `give it ${NAMES[wanted]}`;
    fail(expr, { expected: `${NAMES[wanted]} for ${by}, not ${NAMES[kind]}`, instead });
  };

  const call = (expr: Call): Kind => {
    const { name, args } = expr;
    const rule = FUNCTIONS.get(name);
    if (rule === undefined) throw new Error(`no rule for function ${name}`);
    const least = rule.args.length - (rule.optional ?? 0);
    if (args.length < least || (args.length > rule.args.length && !rule.variadic)) {
      const count = least === rule.args.length && !rule.variadic ? `${least}` : `at least ${least}`;
      const form = `${name}(${rule.args.map((kind) => ARGUMENTS[kind]).join(', ')})`;
      fail(expr, { expected: `${count} arguments of ${name}`, instead: `write ${form}` });
    }
    args.forEach((arg, index) => {
      expectKind(arg, rule.args[Math.min(index, rule.args.length - 1)] ?? 'vector', name);
    });
    return rule.returns ?? 'vector';
  };

  const binary = (expr: Binary): Kind => {
    const { op, left, right, matching } = expr;
    const kinds = [left, right].map((operand) => {
      const kind = kindOf(operand);
      if (kind === 'range' || kind === 'string')
        fail(operand, {
          expected: `a number or series beside ${op}`,
          instead: kind === 'string' ? 'leave the text out' : 'put a function such as rate around it',
        });
      return kind;
    });
    const isVectors = kinds.every((kind) => kind === 'vector');
    if (expr.bool && !COMPARISONS.has(op)) fail(expr, { expected: 'bool after a comparison only', instead: 'leave bool out' });
    if (SETS.has(op) && !isVectors) fail(expr, { expected: `series on both sides of ${op}`, instead: 'write vector(…) around a number' });
    if (matching && !isVectors) fail(expr, { expected: 'on or ignoring between series only', instead: 'leave the clause out' });
    if (matching?.many && SETS.has(op))
      fail(expr, { expected: `${op} without group_left or group_right`, instead: 'leave the clause out' });
    const both = matching?.on ? matching.include.find(({ name }) => matching.labels.some((label) => label.name === name)) : undefined;
    if (both) fail(expr, { expected: `label ${both.name} in on or in the group clause, not in both`, instead: 'keep it in on' });
    if (isVectors || kinds.includes('vector')) return 'vector';
    if (COMPARISONS.has(op) && !expr.bool) fail(expr, { expected: 'bool in a comparison of numbers', instead: `write ${op} bool` });
    return 'scalar';
  };

  const kindOf = (expr: Expr): Kind => {
    switch (expr.kind) {
      case 'number':
        return 'scalar';
      case 'string':
        return 'string';
      case 'selector':
        return expr.range === undefined ? 'vector' : 'range';
      case 'subquery':
        expectKind(expr.operand, 'vector', 'a subquery');
        return 'range';
      case 'unary': {
        const kind = kindOf(expr.operand);
        if (kind === 'range' || kind === 'string')
          fail(expr, { expected: `a number or series behind ${expr.op}`, instead: `leave ${expr.op} out` });
        return kind;
      }
      case 'call':
        return call(expr);
      case 'aggregation': {
        const { parameter } = AGGREGATIONS.get(expr.name) ?? {};
        if (expr.parameter && parameter) expectKind(expr.parameter, parameter, expr.name);
        expectKind(expr.operand, 'vector', expr.name);
        return 'vector';
      }
      case 'binary':
        return binary(expr);
    }
  };

  const kind = kindOf(root);
  if (kind === 'range') fail(root, { expected: 'one value of a series at a time', instead: 'put a function such as rate around it' });
  return kind;
}

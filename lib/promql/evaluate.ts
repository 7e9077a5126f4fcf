import type { Aggregation, Call, Expr, Selector } from './ast';
import { AGGREGATIONS, FUNCTIONS } from './functions';
import { ANY, drop, filtered, keep, type LabelSet, labelsOfSeries, NONE, put, type Schema, type SeriesSchema } from './labels';
import { withNumber, withSeries } from './matching';
import type { Query } from './query';
import { joined, replaced, saidByMatchers } from './rewrite';

const NAME = '__name__';

/** The labels of a query and of all expressions in it. */
export interface Evaluation {
  /** Labels of what the query gives. */
  readonly result: LabelSet;
  /** Labels of an expression of the query; a number has none. */
  of(expr: Expr): LabelSet;
  /** What is known of the series of a selector of the query. */
  series(selector: Selector): SeriesSchema | undefined;
}

/** What was worked out of queries: a table asks for the labels of those beside it, which are judged by themselves as well. */
const KNOWN = new WeakMap<Schema, WeakMap<Query, Evaluation>>();

/** Works out which labels the series of a query have, and of each expression in it. */
export function labelsOf(query: Query, schema: Schema): Evaluation {
  let known = KNOWN.get(schema);
  if (known === undefined) {
    known = new WeakMap();
    KNOWN.set(schema, known);
  }
  let evaluation = known.get(query);
  if (evaluation === undefined) {
    evaluation = evaluated(query, schema);
    known.set(query, evaluation);
  }
  return evaluation;
}

function evaluated(query: Query, schema: Schema): Evaluation {
  const known = new Map<Expr, LabelSet>();
  const series = new Map<Selector, SeriesSchema | undefined>();

  const of = (expr: Expr): LabelSet => {
    const before = known.get(expr);
    if (before) return before;
    const labels = compute(expr);
    known.set(expr, labels);
    return labels;
  };

  const seriesOf = (selector: Selector): SeriesSchema | undefined => {
    if (!series.has(selector)) series.set(selector, schema(selector));
    return series.get(selector);
  };

  const compute = (expr: Expr): LabelSet => {
    switch (expr.kind) {
      case 'number':
      case 'string':
        return NONE;
      case 'selector': {
        const found = seriesOf(expr);
        return found ? labelsOfSeries(found, expr) : ANY;
      }
      case 'subquery':
        return of(expr.operand);
      case 'unary':
        return expr.op === '-' ? drop(of(expr.operand), [NAME]) : of(expr.operand);
      case 'call':
        return afterCall(expr, of);
      case 'aggregation':
        return afterAggregation(expr, of(expr.operand));
      case 'binary': {
        const [left, right] = [of(expr.left), of(expr.right)];
        if (isNumber(expr.left)) return isNumber(expr.right) ? NONE : withNumber(expr.op, expr.bool, right);
        return isNumber(expr.right) ? withNumber(expr.op, expr.bool, left) : withSeries(expr, left, right);
      }
    }
  };

  return { result: of(query.expr), of, series: seriesOf };
}

/** Whether an expression is one number and no series. */
export function isNumber(expr: Expr): boolean {
  switch (expr.kind) {
    case 'number':
      return true;
    case 'unary':
      return isNumber(expr.operand);
    case 'binary':
      return isNumber(expr.left) && isNumber(expr.right);
    case 'call':
      return FUNCTIONS.get(expr.name)?.returns === 'scalar';
    default:
      return false;
  }
}

function afterAggregation({ name, parameter, grouping }: Aggregation, operand: LabelSet): LabelSet {
  if (AGGREGATIONS.get(name)?.chooses) return filtered(operand);
  const labels = grouping?.labels.map((label) => label.name) ?? [];
  const groups = grouping === undefined ? NONE : grouping.by ? keep(operand, labels) : drop(operand, [NAME, ...labels]);
  return name === 'count_values' && parameter?.kind === 'string' ? put(groups, parameter.value, {}) : groups;
}

function afterCall(call: Call, of: (expr: Expr) => LabelSet): LabelSet {
  const rule = FUNCTIONS.get(call.name);
  const operand = call.args.find((_, index) => ['vector', 'range'].includes(rule?.args[index] ?? ''));
  const set = operand === undefined ? NONE : of(operand);
  switch (rule?.labels) {
    case 'keep':
      return set;
    case 'drop-name':
      return drop(set, [NAME]);
    case 'drop-buckets':
      return drop(set, [NAME, 'le', 'vmrange']);
    case 'absent':
      return operand?.kind === 'selector' ? saidByMatchers(operand) : NONE;
    case 'replace':
      return replaced(call, set);
    case 'join':
      return joined(call, set);
    default:
      return NONE;
  }
}

import { nearest } from '../common/nearest';
import { type Expr, walk } from './ast';
import { labelsOf } from './evaluate';
import { AGGREGATIONS } from './functions';
import type { Schema } from './labels';
import { legendLabels } from './legend';
import { type Context, labelNames, type Problem, type ProblemOptions, problem } from './problem';
import { problemsOfBinary } from './problems-of-binary';
import { problemsOfAggregation, problemsOfCall } from './problems-of-call';
import { problemsOfListedLabel, problemsOfSelector } from './problems-of-selector';
import type { Query, VariableQuery } from './query';

function contextOf(query: Query, schema: Schema, options: ProblemOptions): Context {
  const { clusterLabel = 'cluster', minScrapes = 4, metricNames = [] } = options;
  return { query, labels: labelsOf(query, schema), clusterLabel, minScrapes, metricNames };
}

/**
 * Everything that makes a query empty, wrong or misleading, as far as the expression and the schema prove it: what is not known makes no
 * problem. In the order of the text.
 */
export function problemsOf(query: Query, schema: Schema, options: ProblemOptions = {}): Problem[] {
  const context = contextOf(query, schema, options);
  return [...expressionProblems(context), ...legendProblems(context, options.legend)];
}

/** The same for what a variable of a dashboard lists. */
export function problemsOfVariable({ query, label }: VariableQuery, schema: Schema, options: ProblemOptions = {}): Problem[] {
  if (query === undefined) return [];
  const context = contextOf(query, schema, options);
  return [...expressionProblems(context), ...(label ? problemsOfListedLabel(query.text, label, context) : [])];
}

function expressionProblems(context: Context): Problem[] {
  const found: Problem[] = [];
  for (const expr of walk(context.query.expr)) {
    for (const one of problemsAt(expr, context)) found.push(one);
  }
  for (const use of context.query.unknownVariables) {
    found.push(
      problem(context.query.text, 'unknown-variable', use, {
        got: `variable ${use.name} in a string`,
        expected: 'a variable of the dashboard; others stay as they are and match nothing',
        instead: 'declare it, or write out what it stands for',
      }),
    );
  }
  return found.sort((a, b) => a.start - b.start);
}

function problemsAt(expr: Expr, context: Context): Iterable<Problem> {
  switch (expr.kind) {
    case 'selector':
      return problemsOfSelector(expr, context);
    case 'call':
      return problemsOfCall(expr, context);
    case 'binary':
      return problemsOfBinary(expr, context);
    case 'aggregation':
      return problemsOfAggregation(expr, context, AGGREGATIONS.get(expr.name)?.chooses === true);
    default:
      return [];
  }
}

/** Positions in these are of the legend. */
function* legendProblems({ labels: { result } }: Context, legend = ''): Generator<Problem> {
  for (const { name, ...span } of legendLabels(legend)) {
    if (result.open || result.labels.has(name)) continue;
    const names = labelNames(result);
    const close = nearest(name, names);
    yield problem(legend, 'unknown-legend-label', span, {
      got: `legend {{${name}}}`,
      expected: names.length === 0 ? 'no label, the result has none' : `a label of the result: ${names.join(', ')}`,
      instead: close === undefined ? 'leave it out, or keep the label in the query' : `write {{${close}}}`,
    });
  }
}

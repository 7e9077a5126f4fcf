export type {
  Aggregation,
  Binary,
  Call,
  Expr,
  LabelName,
  Matching,
  Milliseconds,
  NumberLiteral,
  Position,
  Selector,
  Span,
  StringLiteral,
  Subquery,
  Unary,
} from './ast';
export { operandsOf, positionAt, walk } from './ast';
export { type Evaluation, labelsOf } from './evaluate';
export type { Kind } from './functions';
export type { LabelInfo, LabelSet, Schema, SeriesSchema } from './labels';
export { readLegend } from './legend';
export { type Matcher, passes } from './matcher';
export { describeProblem, type Problem, type ProblemKind, type ProblemOptions } from './problem';
export { problemsOf, problemsOfVariable } from './problems';
export { type Query, readQuery, readVariableQuery, type SelectorUse, type VariableQuery } from './query';
export { type Fault, QuerySyntaxError } from './syntax-error';
export { unitOf } from './units';
export { type Substituted, substituteVariables, type VariableUse } from './variables';

import { nearest } from '../common/nearest';
import type { Span } from './ast';
import { AGGREGATIONS, EXPERIMENTAL, FUNCTIONS, metricsqlAdvice } from './functions';
import { codeOf, IN_STRING, unclosedString } from './scan';
import { QuerySyntaxError, shown } from './syntax-error';
import type { TreeNode } from './tree';

/** Words of the language before which a parenthesis is no call. */
const CLAUSES = 'by without on ignoring group_left group_right and or unless bool offset atan2 inf nan'.split(' ');
/** Words of MetricsQL that stand between expressions, not before a parenthesis. */
const INFIX = /\b(default|ifnot|if|keep_metric_names)\b/i;

const EXPECTED: { readonly [parent: string]: readonly [string, string] } = {
  LabelMatchers: ['matchers such as label="value", with commas between', 'complete the matcher'],
  UnquotedLabelMatcher: ['a label, one of = != =~ !~ and a text in quotes', 'complete the matcher'],
  QuotedLabelMatcher: ['a label, one of = != =~ !~ and a text in quotes', 'complete the matcher'],
  MatrixSelector: ['a duration such as 5m', 'write [5m]'],
  SubqueryExpr: ['a range and a step such as [1h:5m]', 'write [1h:5m]'],
  OffsetExpr: ['a duration such as 5m', 'write offset 5m'],
  GroupingLabels: ['names of labels with commas between', 'write by (label, label)'],
  FunctionCallBody: ['arguments with commas between', 'complete the argument'],
  AggregateExpr: ['series in parentheses', 'write sum by (label) (series)'],
  MatchingModifierClause: ['names of labels in parentheses', 'write on (label)'],
};

/** The error for a construct that needs a feature flag of Prometheus. */
export function experimental(text: string, span: Span): QuerySyntaxError {
  return new QuerySyntaxError(text, span, {
    got: shown(text.slice(span.start, span.end)),
    expected: 'PromQL that every store answers; this needs a feature flag of Prometheus',
    instead: 'write it without',
  });
}

/**
 * The error for a tree with a hole in it, at the place that a reader would call wrong.
 *
 * @param text as written
 * @param code as parsed, with variables replaced
 * @param hole first node that the grammar could not place
 */
export function syntaxError(text: string, code: string, hole: TreeNode): QuerySyntaxError {
  if (code.trim() === '') {
    return new QuerySyntaxError(
      text,
      { start: 0, end: 0 },
      { got: 'nothing', expected: 'an expression', instead: 'write a metric or a number' },
    );
  }
  const bare = codeOf(code);
  return (
    openString(text) ??
    beyondPromql(text, bare) ??
    variableInTheWay(text, bare, hole) ??
    unclosed(text, bare) ??
    misspelled(text, bare) ??
    misplaced(text, bare, hole)
  );
}

/** Names in front of parentheses that are no function or word of PromQL. */
function* strangers(bare: string): Generator<Span & { readonly word: string }> {
  for (const { 1: word = '', index } of bare.matchAll(/([A-Za-z_:][\w:]*)\s*\(/g)) {
    const name = word.toLowerCase();
    if (AGGREGATIONS.has(name) || CLAUSES.includes(name) || FUNCTIONS.has(word)) continue;
    yield { word, start: index, end: index + word.length };
  }
}

function openString(text: string): QuerySyntaxError | undefined {
  const start = unclosedString(text);
  if (start === undefined) return undefined;
  const end = text.length;
  return new QuerySyntaxError(
    text,
    { start, end },
    { got: shown(text.slice(start, end)), expected: 'a closing quote', instead: 'close the quotes' },
  );
}

function beyondPromql(text: string, bare: string): QuerySyntaxError | undefined {
  for (const span of strangers(bare)) {
    if (EXPERIMENTAL.has(span.word)) return experimental(text, span);
    if (metricsqlAdvice(span.word.toLowerCase()) !== undefined) return metricsql(text, span);
  }
  const infix = INFIX.exec(bare);
  return infix?.[0] === undefined ? undefined : metricsql(text, { start: infix.index, end: infix.index + infix[0].length });
}

function misspelled(text: string, bare: string): QuerySyntaxError | undefined {
  for (const span of strangers(bare)) return unknownFunction(text, span);
  return undefined;
}

/** The error for the name of a function that PromQL does not have. */
export function unknownFunction(text: string, span: Span): QuerySyntaxError {
  const word = text.slice(span.start, span.end);
  if (EXPERIMENTAL.has(word)) return experimental(text, span);
  if (metricsqlAdvice(word.toLowerCase()) !== undefined) return metricsql(text, span);
  const close = nearest(word, [...FUNCTIONS.keys(), ...AGGREGATIONS.keys()]);
  return new QuerySyntaxError(text, span, {
    got: `function ${shown(word)}`,
    expected: 'a function of PromQL',
    instead: close === undefined ? 'use one of its functions' : `write ${close}`,
  });
}

function metricsql(text: string, span: Span): QuerySyntaxError {
  const word = text.slice(span.start, span.end);
  return new QuerySyntaxError(text, span, {
    got: shown(word),
    expected: 'PromQL; only MetricsQL of VictoriaMetrics has this',
    instead: metricsqlAdvice(word.toLowerCase()) || 'ask for it in another way',
  });
}

function variableInTheWay(text: string, bare: string, hole: TreeNode): QuerySyntaxError | undefined {
  const dollar = bare.indexOf('$');
  const start = dollar >= 0 ? dollar : text[hole.start] === '$' ? hole.start : -1;
  if (start < 0) return undefined;
  const [name = '$'] = /^\$(\w+|\{[^}]*\})?/.exec(text.slice(start)) ?? [];
  return new QuerySyntaxError(
    text,
    { start, end: start + name.length },
    {
      got: `${shown(name)}${dollar >= 0 ? '' : ' in place of a name'}`,
      expected: 'a variable of the dashboard, inside a string, or for a number or a duration',
      instead: 'declare the variable, or write out what it stands for',
    },
  );
}

const CLOSING: { readonly [opening: string]: string } = { '(': ')', '{': '}', '[': ']' };

function unclosed(text: string, bare: string): QuerySyntaxError | undefined {
  const open: number[] = [];
  for (let at = 0; at < bare.length; at++) {
    const sign = bare[at] ?? '';
    if (sign in CLOSING) open.push(at);
    if (!')}]'.includes(sign) || sign === IN_STRING) continue;
    const opening = open.pop();
    if (opening !== undefined && CLOSING[bare[opening] ?? ''] === sign) continue;
    const expected = opening === undefined ? 'no closing sign, nothing is open' : `"${CLOSING[bare[opening] ?? '']}"`;
    return new QuerySyntaxError(text, { start: at, end: at + 1 }, { got: `"${sign}"`, expected, instead: 'balance the brackets' });
  }
  const opening = open.pop();
  if (opening === undefined) return undefined;
  const sign = bare[opening] ?? '';
  return new QuerySyntaxError(
    text,
    { start: opening, end: opening + 1 },
    {
      got: `"${sign}" without its end`,
      expected: `"${CLOSING[sign]}"`,
      instead: 'close what is opened here',
    },
  );
}

const EXPRESSION = ['an expression', 'write a metric, a number or a function'] as const;
/** What must follow the code that ends so. */
const AFTER: readonly (readonly [RegExp, readonly [string, string]])[] = [
  [/\[$/, ['a duration such as 5m', 'write [5m]']],
  [/\b(by|without|on|ignoring)$/i, ['names of labels in parentheses', 'write (label)']],
  [new RegExp(`\\b(${[...AGGREGATIONS.keys()].join('|')})$`, 'i'), ['series in parentheses', 'put them in parentheses']],
  [/(^|[-+*/%^(]|[=!<>]=|[<>]|\b(and|or|unless|bool|atan2))$/i, EXPRESSION],
];

function misplaced(text: string, bare: string, hole: TreeNode): QuerySyntaxError {
  // an empty hole is where something is missing, in front of what follows
  const [, blank = '', next = ''] = /^(\s*)(\w+|"[^"]*"|'[^']*'|[=!<>~]{1,2}|[^\w\s]?)/.exec(text.slice(hole.start)) ?? [];
  const start = hole.start + blank.length;
  const end = hole.end > hole.start ? hole.end : start + next.length;
  const before = bare.slice(0, start).trimEnd();
  const [expected, instead] = EXPECTED[hole.parent?.name ?? ''] ??
    AFTER.find(([pattern]) => pattern.test(before))?.[1] ?? [
      'an operator between two expressions, or the end',
      'remove it, or write the operator',
    ];
  const got = end > start ? shown(text.slice(start, end)) : 'the end of the query';
  return new QuerySyntaxError(text, { start, end }, { got, expected, instead });
}

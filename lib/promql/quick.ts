import type { Aggregation, Expr, LabelName, Matching, Milliseconds, Selector, Subquery } from './ast';
import { AGGREGATIONS, FUNCTIONS } from './functions';
import { type Matcher, objectionTo } from './matcher';
import { NOT_PLAIN, Tokens } from './quick-tokens';
import { secondsOf, unquote } from './scan';
import type { VariableUse } from './variables';

const BRACES = /\{[^{}"'`]*(?:(?:"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*')[^{}"'`]*)*\}/y;
/** A window, and the step of a subquery. */
const WINDOW = /\[\s*(\d\w*)\s*(?:(:)\s*(\d\w*)?\s*)?\]/y;
const DURATION = /^(?:\d+|(?:\d+(?:ms|[smhdwy]))+)$/;
const PLAIN_NUMBER = /^(?:(?:\d+(?:ms|[smhdwy]))+|[\d.]+(?:[eE][-+]?\d+)?)$/;
const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'by without on ignoring group_left group_right and or unless bool offset atan2 inf nan start end ' +
    'anchored smoothed fill fill_left fill_right'
  ).split(' '),
);

/** How tightly operators bind. */
const BINDING: { readonly [op: string]: number } = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<=': 3,
  '>=': 3,
  '<': 3,
  '>': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
};
const POWER = 6;

/** Matchers in braces by their text, with places from the opening brace. */
const KNOWN = new Map<string, readonly Matcher[]>();

/** A text as a key, with the variables in it: what is one in a dashboard is none in another. */
export function keyOf(text: string, variables: readonly string[]): string {
  return variables.length === 0 ? text : `${text} ${variables.join(' ')}`;
}

/** An expression with the parentheses around it. */
interface Whole {
  readonly expr: Expr;
  readonly start: number;
  readonly end: number;
  readonly inParentheses: boolean;
}

/**
 * Reads what nearly all queries are made of, many times faster than the tables of the grammar. What it does not know, or what may be wrong, it
 * leaves to the grammar: what it does read, the grammar reads the same.
 *
 * @param code as for the grammar, with a number in the place of every variable outside strings
 * @returns nothing for what only the grammar can judge
 */
export function readPlain(code: string, uses: readonly VariableUse[]): Expr | undefined {
  try {
    return new Reader(code, uses).query();
  } catch (error) {
    if (error !== NOT_PLAIN) throw error;
    return undefined;
  }
}

class Reader extends Tokens {
  constructor(
    code: string,
    private readonly uses: readonly VariableUse[],
  ) {
    super(code);
  }

  query(): Expr {
    const { expr } = this.binary(1);
    if (this.sign !== '') throw NOT_PLAIN;
    return expr;
  }

  private variablesIn(start: number, end: number): string[] {
    if (this.uses.length === 0) return [];
    return this.uses.filter((use) => use.start >= start && use.end <= end).map(({ name }) => name);
  }

  private binary(least: number): Whole {
    let left = this.unary();
    for (;;) {
      const op = this.word ?? this.sign ?? '';
      const binding = BINDING[op];
      if (binding === undefined || binding < least) return left;
      this.next();
      const bool = this.isWord('bool');
      if (bool) this.next();
      const matching = this.matching();
      const right = this.binary(binding === POWER ? POWER : binding + 1);
      const { start } = left;
      const { end } = right;
      left = {
        expr: { kind: 'binary', start, end, op, bool, matching, left: left.expr, right: right.expr },
        start,
        end,
        inParentheses: false,
      };
    }
  }

  private matching(): Matching | undefined {
    const on = this.isWord('on');
    if (!on && !this.isWord('ignoring')) return undefined;
    this.next();
    const labels = this.labels();
    const many = this.isWord('group_left') ? 'left' : this.isWord('group_right') ? 'right' : undefined;
    if (many === undefined) return { on, labels, many, include: [] };
    this.next();
    // a parenthesis without labels in it may be that of the operand
    return { on, labels, many, include: this.sign === '(' ? this.labels() : [] };
  }

  private labels(): LabelName[] {
    const labels: LabelName[] = [];
    this.take('(');
    while (this.sign !== ')') {
      labels.push({ start: this.start, end: this.end, name: this.label() });
      if (this.sign !== ')') this.take(',');
    }
    this.next();
    return labels;
  }

  private label(): string {
    const { name, word } = this;
    if (name === undefined || word === undefined || name.includes(':') || KEYWORDS.has(word)) throw NOT_PLAIN;
    this.next();
    return name;
  }

  private unary(): Whole {
    const { sign, start } = this;
    if (sign !== '-' && sign !== '+') return this.moved(this.operand());
    this.next();
    // a number with its sign; the grammar takes it for one or for two, which comes to the same
    if (this.number !== undefined) return this.literal(start, sign);
    const operand = this.binary(POWER);
    return {
      expr: { kind: 'unary', start, end: operand.end, op: sign, operand: operand.expr },
      start,
      end: operand.end,
      inParentheses: false,
    };
  }

  private operand(): Whole {
    const { start, end, name, number, string } = this;
    if (number !== undefined) return this.literal(start, '');
    if (string !== undefined) return { expr: this.text(), start, end, inParentheses: false };
    if (name !== undefined) return this.named(name);
    this.take('(');
    const { expr } = this.binary(1);
    const close = this.end;
    this.take(')');
    return { expr, start, end: close, inParentheses: true };
  }

  private literal(start: number, sign: string): Whole {
    const { number = '', end } = this;
    if (!PLAIN_NUMBER.test(number) || (sign !== '' && this.start > start + 1)) throw NOT_PLAIN;
    this.next();
    if (sign !== '' && this.sign === '^') throw NOT_PLAIN;
    const value = this.variablesIn(start, end).length > 0 ? undefined : secondsOf(sign + number);
    return { expr: { kind: 'number', start, end, value }, start, end, inParentheses: false };
  }

  private text() {
    const { start, end, string } = this;
    const value = string === undefined ? undefined : unquote(string);
    if (value === undefined) throw NOT_PLAIN;
    this.next();
    return { kind: 'string' as const, start, end, value, variables: this.variablesIn(start, end) };
  }

  /** A call, an aggregation or a selector. */
  private named(name: string): Whole {
    const { start, word = '' } = this;
    if (KEYWORDS.has(word)) throw NOT_PLAIN;
    this.next();
    const isAggregation = AGGREGATIONS.has(word);
    if (isAggregation && (this.sign === '(' || this.isWord('by') || this.isWord('without'))) return this.aggregation(word, start);
    if (isAggregation) throw NOT_PLAIN;
    if (this.sign !== '(') return this.selector(name, start);
    if (!FUNCTIONS.has(name)) throw NOT_PLAIN;
    const args = this.args();
    const end = this.before;
    return { expr: { kind: 'call', start, end, name, args }, start, end, inParentheses: false };
  }

  private args(): Expr[] {
    const args: Expr[] = [];
    this.take('(');
    while (this.sign !== ')') {
      args.push(this.binary(1).expr);
      if (this.sign === ')') break;
      this.take(',');
      // the grammar has its own opinion about a comma at the end
      if (this.sign === ')') throw NOT_PLAIN;
    }
    this.next();
    return args;
  }

  private aggregation(name: string, start: number): Whole {
    const first = this.grouping();
    const args = this.args();
    const grouping = first ?? this.grouping();
    const end = this.before;
    const takes = AGGREGATIONS.get(name)?.parameter === undefined ? 1 : 2;
    const operand = args[takes - 1];
    if (operand === undefined || args.length > takes) throw NOT_PLAIN;
    const parameter = takes === 2 ? args[0] : undefined;
    return { expr: { kind: 'aggregation', start, end, name, parameter, operand, grouping }, start, end, inParentheses: false };
  }

  private grouping(): Aggregation['grouping'] {
    const by = this.isWord('by');
    if (!by && !this.isWord('without')) return undefined;
    this.next();
    return { by, labels: this.labels() };
  }

  private selector(name: string, start: number): Whole {
    const matchers = this.sign === '{' ? this.matchers() : [];
    const end = this.before;
    const key = keyOf(this.code.slice(start, end), this.variablesIn(start, end));
    return { expr: { kind: 'selector', start, end, name, nameMatchers: [], matchers, key }, start, end, inParentheses: false };
  }

  /** The matchers in braces, of which queries repeat a few hundred over and over. */
  private matchers(): readonly Matcher[] {
    const { code, start } = this;
    BRACES.lastIndex = start;
    if (!BRACES.test(code)) throw NOT_PLAIN;
    const end = BRACES.lastIndex;
    const variables = this.variablesIn(start, end);
    const text = code.slice(start, end);
    const key = keyOf(text, variables);
    const known = KNOWN.get(key);
    if (known) {
      this.end = end;
      this.next();
      return known.map(({ start: from, end: to, label, op, value, variables: used }) => ({
        start: start + from,
        end: start + to,
        label,
        op,
        value,
        variables: used,
      }));
    }
    const found: Matcher[] = [];
    this.next();
    while (!this.is('}')) {
      found.push(this.matcher());
      if (!this.is('}')) this.take(',');
    }
    this.next();
    KNOWN.set(
      key,
      found.map((matcher) => ({ ...matcher, start: matcher.start - start, end: matcher.end - start })),
    );
    return found;
  }

  private matcher(): Matcher {
    const { start } = this;
    const label = this.label();
    const { sign: op } = this;
    if (label === '__name__' || (op !== '=' && op !== '!=' && op !== '=~' && op !== '!~')) throw NOT_PLAIN;
    this.next();
    const { value, variables, end } = this.text();
    if (op.endsWith('~') && variables.length === 0 && objectionTo(value) !== undefined) throw NOT_PLAIN;
    return { start, end, label, op, value, variables };
  }

  /** An operand with its window and offset. */
  private moved(operand: Whole): Whole {
    let whole = operand;
    while (this.sign === '[') whole = this.window(whole);
    if (this.sign === '@') whole = this.pinned(whole);
    if (!this.isWord('offset')) return whole;
    const { expr, start } = this.movable(whole);
    this.next();
    const from = this.start;
    const isBack = this.sign === '-';
    if (isBack) this.next();
    const { number, end } = this;
    if (number === undefined || !DURATION.test(number)) throw NOT_PLAIN;
    this.next();
    if (this.sign === '[' || this.sign === '@') throw NOT_PLAIN;
    const length = this.variablesIn(from, end).length > 0 ? 'variable' : secondsOf(isBack ? `-${number}` : number) * 1000;
    return { expr: { ...expr, start, end, offset: length }, start, end, inParentheses: false };
  }

  private movable({ expr, start, inParentheses }: Whole): { readonly expr: Selector | Subquery; readonly start: number } {
    if (inParentheses || (expr.kind !== 'selector' && expr.kind !== 'subquery')) throw NOT_PLAIN;
    return { expr, start };
  }

  /** `@ start()` and `@ end()`; other moments are left to the grammar. */
  private pinned(whole: Whole): Whole {
    const { expr, start } = this.movable(whole);
    this.next();
    const at = this.isWord('start') ? 'start' : this.isWord('end') ? 'end' : undefined;
    if (at === undefined) throw NOT_PLAIN;
    this.next();
    this.take('(');
    const { end } = this;
    this.take(')');
    if (this.sign === '[') throw NOT_PLAIN;
    return { expr: { ...expr, start, end, at }, start, end, inParentheses: false };
  }

  private window({ expr, start, inParentheses }: Whole): Whole {
    WINDOW.lastIndex = this.start;
    const found = WINDOW.exec(this.code);
    if (found === null) throw NOT_PLAIN;
    const [text, length = '', colon, pause] = found;
    const from = this.start;
    const middle = from + (colon === undefined ? text.length : text.indexOf(':'));
    const range = this.duration(length, from, middle);
    this.end = from + text.length;
    const { end } = this;
    this.next();
    if (colon === undefined) {
      if (expr.kind !== 'selector' || inParentheses || expr.range !== undefined || expr.offset !== undefined) throw NOT_PLAIN;
      return { expr: { ...expr, start, end, range }, start, end, inParentheses: false };
    }
    const step = pause === undefined ? undefined : this.duration(pause, middle, end);
    return { expr: { kind: 'subquery', start, end, operand: expr, range, step }, start, end, inParentheses: false };
  }

  private duration(text: string, start: number, end: number): Milliseconds {
    if (!DURATION.test(text)) throw NOT_PLAIN;
    if (this.variablesIn(start, end).length > 0) return 'variable';
    const length = secondsOf(text) * 1000;
    if (length <= 0) throw NOT_PLAIN;
    return length;
  }
}

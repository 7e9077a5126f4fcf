import type { Expr, LabelName, Matching, Milliseconds, Selector, Subquery } from './ast';
import { experimental, syntaxError, unknownFunction } from './explain';
import { AGGREGATIONS, ARGUMENTS, FUNCTIONS } from './functions';
import { type Matcher, objectionTo, passes } from './matcher';
import { keyOf, readPlain } from './quick';
import { secondsOf, unquote } from './scan';
import { QuerySyntaxError, shown } from './syntax-error';
import { childOf, readTree, type TreeNode } from './tree';
import type { VariableUse } from './variables';

/**
 * Reads a query into its tree.
 *
 * @param text as written
 * @param code of the same length, with a number in the place of every variable outside strings
 * @param uses where variables stand
 * @throws QuerySyntaxError when the grammar of Prometheus does not accept it
 */
export function parse(text: string, code: string, uses: readonly VariableUse[]): Expr {
  return readPlain(code, uses) ?? parseByGrammar(text, code, uses);
}

/** The same by the grammar alone, which reads everything and knows what is wrong. */
export function parseByGrammar(text: string, code: string, uses: readonly VariableUse[]): Expr {
  const { root, hole } = readTree(code);
  const [expr] = root.children;
  if (hole !== undefined || expr === undefined) throw syntaxError(text, code, hole ?? root);
  return new Builder(text, code, uses).build(expr);
}

class Builder {
  constructor(
    private readonly text: string,
    private readonly code: string,
    private readonly uses: readonly VariableUse[],
  ) {}

  build(node: TreeNode): Expr {
    // written out without spreads, which take most of the time of a first run
    const { start, end, children } = node;
    const [first, second] = children;
    switch (node.name) {
      case 'NumberDurationLiteral':
        return { kind: 'number', start, end, value: this.variablesIn(node).length > 0 ? undefined : secondsOf(this.codeAt(node)) };
      case 'StringLiteral':
        return { kind: 'string', start, end, value: this.string(node), variables: this.variablesIn(node) };
      case 'ParenExpr':
        return this.build(this.only(first, node));
      case 'UnaryExpr':
        return { kind: 'unary', start, end, op: this.code[start] === '-' ? '-' : '+', operand: this.build(this.only(second, node)) };
      case 'VectorSelector':
        return this.selector(node);
      case 'MatrixSelector': {
        const operand = this.only(first, node);
        const selector = this.build(operand);
        if (selector.kind === 'selector' && operand.name === 'VectorSelector') {
          return { ...selector, start, end, range: this.window(this.only(second, node)) };
        }
        throw this.error(operand, { expected: 'a metric before a range', instead: 'write a subquery, such as [5m:1m]' });
      }
      case 'SubqueryExpr': {
        const step = children[2] === undefined ? undefined : this.window(children[2]);
        return {
          kind: 'subquery',
          start,
          end,
          operand: this.build(this.only(first, node)),
          range: this.window(this.only(second, node)),
          step,
        };
      }
      case 'OffsetExpr':
        return this.moved(this.only(first, node), end, { offset: this.duration(this.only(children.at(-1), node)) });
      case 'StepInvariantExpr':
        return this.moved(this.only(first, node), end, { at: this.moment(this.only(children.at(-1), node)) });
      case 'FunctionCall': {
        const name = this.only(first, node);
        if (!FUNCTIONS.has(this.codeAt(name))) throw unknownFunction(this.text, name);
        return { kind: 'call', start, end, name: this.codeAt(name), args: this.args(second) };
      }
      case 'AggregateExpr':
        return this.aggregation(node);
      case 'BinaryExpr':
        return this.binary(node);
      default:
        throw experimental(this.text, node);
    }
  }

  private args(body: TreeNode | undefined): Expr[] {
    return body === undefined ? [] : body.children.map((child) => this.build(child));
  }

  private aggregation(node: TreeNode): Expr {
    const name = this.codeAt(this.only(node.children[0], node)).toLowerCase();
    const rule = AGGREGATIONS.get(name);
    if (rule === undefined) throw unknownFunction(this.text, { start: node.start, end: node.start + name.length });
    const args = this.args(childOf(node, 'FunctionCallBody'));
    const [parameter, operand] = rule.parameter === undefined ? [undefined, args[0]] : args;
    if (operand === undefined || args.length > (rule.parameter === undefined ? 1 : 2)) {
      const form = [...(rule.parameter === undefined ? [] : [ARGUMENTS[rule.parameter]]), ARGUMENTS.vector].join(', ');
      throw this.error(node, { expected: `${name}(${form})`, instead: 'give it these arguments' });
    }
    const modifier = childOf(node, 'AggregateModifier');
    const grouping = modifier && { by: childOf(modifier, 'By') !== undefined, labels: this.labels(childOf(modifier, 'GroupingLabels')) };
    return { kind: 'aggregation', start: node.start, end: node.end, name, parameter, operand, grouping };
  }

  private binary(node: TreeNode): Expr {
    const children = node.children;
    const [left, op] = children;
    const fill = childOf(node, 'FillModifier');
    if (fill) throw experimental(this.text, fill);
    if (op?.name === 'TrimUpper' || op?.name === 'TrimLower') throw experimental(this.text, op);
    const clause = childOf(node, 'MatchingModifierClause');
    return {
      kind: 'binary',
      start: node.start,
      end: node.end,
      op: this.codeAt(this.only(op, node)).toLowerCase(),
      bool: childOf(node, 'BoolModifier') !== undefined,
      matching: clause && this.matching(clause),
      left: this.build(this.only(left, node)),
      right: this.build(this.only(children.at(-1), node)),
    };
  }

  private matching(clause: TreeNode): Matching {
    const [labels, include] = clause.children.filter(({ name }) => name === 'GroupingLabels');
    const many = childOf(clause, 'GroupLeft') ? 'left' : childOf(clause, 'GroupRight') ? 'right' : undefined;
    return { on: childOf(clause, 'On') !== undefined, labels: this.labels(labels), many, include: this.labels(include) };
  }

  private labels(list: TreeNode | undefined): LabelName[] {
    return (list?.children ?? []).map((child) => ({ start: child.start, end: child.end, name: this.label(child) }));
  }

  private selector(node: TreeNode): Selector {
    const written = childOf(node, 'Identifier');
    let name = written === undefined ? undefined : this.codeAt(written);
    const all: Matcher[] = [];
    for (const child of (childOf(node, 'LabelMatchers') ?? node).children) {
      if (child.name === 'QuotedLabelName') name ??= this.string(child);
      else if (child.name !== 'Identifier') all.push(this.matcher(child));
    }
    const twice = name === undefined ? undefined : all.find(({ label }) => label === '__name__');
    if (twice)
      throw new QuerySyntaxError(this.text, twice, { got: 'a second name', expected: 'one name of a metric', instead: 'leave one out' });
    const exact = all.find(({ label, op, variables }) => label === '__name__' && op === '=' && variables.length === 0);
    name ??= exact?.value;
    const nameMatchers = all.filter((matcher) => matcher.label === '__name__' && matcher !== exact);
    const matchers = all.filter(({ label }) => label !== '__name__');
    if (name === undefined && all.every((matcher) => matcher.variables.length === 0 && passes(matcher, ''))) {
      throw this.error(node, {
        expected: 'a metric, or a matcher that an absent label does not pass',
        instead: 'write the name of the metric',
      });
    }
    const key = keyOf(this.codeAt(node), this.variablesIn(node));
    return { kind: 'selector', start: node.start, end: node.end, name, nameMatchers, matchers, key };
  }

  private matcher(node: TreeNode): Matcher {
    const [label, sign, text] = node.children;
    const literal = this.only(text, node);
    const [value, variables] = [this.string(literal), this.variablesIn(literal)];
    const op = this.codeAt(this.only(sign, node)) as Matcher['op'];
    const objection = op.endsWith('~') && variables.length === 0 ? objectionTo(value) : undefined;
    if (objection !== undefined) throw this.error(literal, { expected: `an RE2 regex (${objection})`, instead: 'mend the regex' });
    return { start: node.start, end: node.end, label: this.label(this.only(label, node)), op, value, variables };
  }

  private label(node: TreeNode): string {
    return node.name === 'LabelName' ? this.codeAt(node) : this.string(node);
  }

  private string(node: TreeNode): string {
    const value = unquote(this.codeAt(node));
    if (value !== undefined) return value;
    const expected = 'a text in quotes with escapes such as \\n and \\\\';
    throw this.error(node, { expected, instead: 'close the quotes, or write \\\\ for a backslash' });
  }

  /** What stands before `offset` or `@`. They belong to the operand before them, where the grammar has them around all that is to the left. */
  private moved(node: TreeNode, end: number, by: Pick<Selector, 'offset' | 'at'>): Expr {
    if (node.name !== 'BinaryExpr' && node.name !== 'UnaryExpr') {
      // the one modifier was found its operand, so that the other one has the same
      return MODIFIED.has(node.name) ? onLast(this.build(node), end, by) : { ...this.movable(node), end, ...by };
    }
    const last = this.moved(this.only(node.children.at(-1), node), end, by);
    const whole = this.build(node);
    return whole.kind === 'binary' ? { ...whole, end, right: last } : whole.kind === 'unary' ? { ...whole, end, operand: last } : last;
  }

  private movable(node: TreeNode): Selector | Subquery {
    const expr = this.build(node);
    if ((expr.kind === 'selector' || expr.kind === 'subquery') && node.name !== 'ParenExpr') return expr;
    throw this.error(node, { expected: 'a metric or a subquery before offset or @', instead: 'move it behind the metric inside' });
  }

  private duration(node: TreeNode): Milliseconds {
    if (this.variablesIn(node).length > 0) return 'variable';
    const written = this.codeAt(node);
    if (!/^[+-]?\s*[\w.]+$/.test(written)) throw experimental(this.text, node);
    return secondsOf(written) * 1000;
  }

  private window(node: TreeNode): Milliseconds {
    const range = this.duration(node);
    if (range === 'variable' || range > 0) return range;
    throw this.error(node, { expected: 'a duration above 0', instead: 'write [5m]' });
  }

  private moment(node: TreeNode): number | 'start' | 'end' | 'variable' {
    if (node.name === 'NumberDurationLiteral') return this.variablesIn(node).length > 0 ? 'variable' : secondsOf(this.codeAt(node));
    return this.codeAt(node).toLowerCase() === 'start' ? 'start' : 'end';
  }

  private variablesIn(node: TreeNode): string[] {
    return this.uses.filter(({ start, end }) => start >= node.start && end <= node.end).map(({ name }) => name);
  }

  private codeAt({ start, end }: TreeNode): string {
    return this.code.slice(start, end);
  }

  private only(child: TreeNode | undefined, parent: TreeNode): TreeNode {
    if (child === undefined) throw syntaxError(this.text, this.code, parent);
    return child;
  }

  private error(node: TreeNode, fault: { readonly expected: string; readonly instead: string }): QuerySyntaxError {
    return new QuerySyntaxError(this.text, node, { got: shown(this.text.slice(node.start, node.end)), ...fault });
  }
}

/** Nodes of the grammar that move a selector in time. */
const MODIFIED: ReadonlySet<string> = new Set(['OffsetExpr', 'StepInvariantExpr']);

function onLast(expr: Expr, end: number, by: Pick<Selector, 'offset' | 'at'>): Expr {
  if (expr.kind === 'binary') return { ...expr, end, right: onLast(expr.right, end, by) };
  if (expr.kind === 'unary') return { ...expr, end, operand: onLast(expr.operand, end, by) };
  return { ...expr, end, ...by };
}

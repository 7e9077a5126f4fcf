import { RE2JS } from 're2js';
import { kept } from '../common/kept';

/** Why a regex or a replacement is refused, as the last two parts of a complaint. */
export interface Objection {
  readonly expected: string;
  readonly instead: string;
}

/** A piece of a replacement: text as it stands, or a reference to a group of the regex. */
export interface ReplacementPart {
  readonly text?: string;
  /** Number or name of a group; `0` is the whole match. */
  readonly group?: string;
}

/** A list of names. Most patterns are one, and need no engine to be read or matched. */
const PLAIN = /^\w+(\|\w+)*$/;

/** What was worked out about patterns, by pattern: the answers depend on nothing else. */
const REGEXES = new Map<string, RelabelRegex>();
const OBJECTIONS = kept<Objection | null>('objections to regexes', 500);

/**
 * A regex of a relabel rule: RE2, matched against the whole value.
 *
 * vmagent matches a regex with shortcuts of its own before it asks Go's regexp package. `objectionToRegex` refuses
 * the patterns for which the shortcuts and Prometheus answer differently, so that what is left means the same in both.
 */
export class RelabelRegex {
  /** The regex of a pattern. The same few patterns stand in hundreds of rules, so each is compiled once. */
  static of(pattern: string): RelabelRegex {
    const known = REGEXES.get(pattern);
    if (known) return known;
    const made = new RelabelRegex(pattern);
    REGEXES.set(pattern, made);
    return made;
  }

  private compiledPlain?: RE2JS;
  private compiledDotAll?: RE2JS;

  private constructor(private readonly pattern: string) {}

  private get plain(): RE2JS {
    this.compiledPlain ??= RE2JS.compile(`^(?:${stripAnchors(this.pattern)})$`);
    return this.compiledPlain;
  }

  private get dotAll(): RE2JS {
    this.compiledDotAll ??= RE2JS.compile(`^(?:${stripAnchors(this.pattern)})$`, RE2JS.DOTALL);
    return this.compiledDotAll;
  }

  /** Whether the pattern has a group of this number or name. */
  hasGroup(group: string): boolean {
    return this.indexOf(group) !== undefined;
  }

  /** Whether the whole value matches. */
  matches(value: string): boolean {
    if (PLAIN.test(this.pattern)) return this.pattern.split('|').includes(value);
    return this.dotAll.test(value);
  }

  /** The replacement with the groups of the match filled in; nothing when the value does not match. */
  expand(parts: readonly ReplacementPart[], value: string): string | undefined {
    return this.expandWith(this.dotAll, parts, value);
  }

  /**
   * Whether vmagent and Prometheus may answer differently for a value: a dot matches a line break in Prometheus 3
   * always, in vmagent only while it decides whether the value matches, not while it fills in groups.
   */
  isAmbiguous(value: string, parts: readonly ReplacementPart[] = []): boolean {
    if (!value.includes('\n')) return false;
    const wholeLine = WHOLE_VALUE.has(stripAnchors(this.pattern));
    if (!wholeLine && this.plain.test(value) !== this.dotAll.test(value)) return true;
    const expanded = this.expand(parts, value);
    return parts.length > 0 && expanded !== undefined && expanded !== (this.expandWith(this.plain, parts, value) ?? value);
  }

  private expandWith(regex: RE2JS, parts: readonly ReplacementPart[], value: string): string | undefined {
    const match: readonly (string | undefined)[] | null = regex.exec(value);
    if (match === null) return undefined;
    return parts.map(({ text, group }) => (group === undefined ? text : match[this.indexOf(group) ?? -1]) ?? '').join('');
  }

  private indexOf(group: string): number | undefined {
    const index = /^(0|[1-9]\d*)$/.test(group) ? Number(group) : this.plain.namedGroups()[group];
    return index !== undefined && index <= this.plain.groupCount() ? index : undefined;
  }
}

/** Patterns that vmagent answers without a regex engine, line breaks included. */
const WHOLE_VALUE = new Set(['.*', '(.*)', '.+', '(.+)']);

/** Removes `^` in front and `$` at the end as vmagent does; they say nothing, a match is always of the whole value. */
export function stripAnchors(pattern: string): string {
  return pattern.replace(/^\^+/, '').replace(/(?<!\\)\$+$/, '');
}

/**
 * Splits a replacement into text and group references by the rules of Go's `Regexp.Expand`: `$1`, `${1}`, `${name}`,
 * and `$$` for a dollar sign. An unbraced name is as long as possible: `$1x` is the group `1x`.
 *
 * @returns the parts, or nothing when a `$` starts neither a reference nor `$$`
 */
export function parseReplacement(replacement: string): ReplacementPart[] | undefined {
  const parts: ReplacementPart[] = [];
  const token = /\$\$|\$\{([\p{L}\p{Nd}_]+)\}|\$([\p{L}\p{Nd}_]+)|([^$]+)|(\$)/gu;
  for (const [all, braced, bare, text, stray] of replacement.matchAll(token)) {
    if (stray !== undefined) return undefined;
    const group = braced ?? bare;
    parts.push(group !== undefined ? { group } : { text: text ?? all.slice(1) });
  }
  return parts;
}

/** Says what is wrong with a regex: not RE2, or one that vmagent and Prometheus do not read alike. */
export function objectionToRegex(pattern: string): Objection | undefined {
  if (PLAIN.test(pattern)) return undefined;
  let objection = OBJECTIONS.get(pattern);
  if (objection === undefined) {
    objection = findObjection(pattern) ?? null;
    OBJECTIONS.set(pattern, objection);
  }
  return objection ?? undefined;
}

function findObjection(pattern: string): Objection | undefined {
  if (pattern === '') return { expected: 'a regex', instead: "write '^$' to match a label that is absent" };
  if (pattern.includes('%{')) return ENVIRONMENT;
  try {
    RE2JS.compile(pattern);
    RE2JS.compile(stripAnchors(pattern));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error);
    return { expected: `an RE2 regex (${reason})`, instead: 'rewrite it without lookarounds, backreferences and other extensions of RE2' };
  }
  const tree = parse(stripAnchors(pattern));
  if (contains(tree, (node) => node.kind === 'flags')) {
    return { expected: "no inline flag but 'i'", instead: 'leave the other flags out, a label value is one line' };
  }
  if (contains(tree, (node) => node.kind === 'assertion')) {
    return {
      expected: 'no ^, $, \\A, \\z, \\b or \\B inside, where vmagent and Prometheus match differently',
      instead: 'leave them out, a regex always matches the whole value',
    };
  }
  return objectionToSubstring(pattern, flatten(tree));
}

/**
 * Says what is wrong with a replacement of a regex: a stray `$`, a group that the regex does not have, or one that vmagent
 * forgets.
 */
export function objectionToReplacement(replacement: string, pattern: string): Objection | undefined {
  if (replacement.includes('%{')) return ENVIRONMENT;
  if (replacement.includes('{{')) {
    return { expected: 'no {{, which only vmagent expands', instead: 'take the value of another label through sourceLabels and a group' };
  }
  const parts = parseReplacement(replacement);
  if (parts === undefined) {
    return { expected: `$1, \${1}, \${name} or $$`, instead: 'write $$ for a dollar sign' };
  }
  const groups = parts.flatMap(({ group }) => group ?? []);
  const regex = RelabelRegex.of(pattern);
  const unknown = groups.find((group) => !regex.hasGroup(group));
  if (unknown !== undefined) {
    const digits = /^\d+/.exec(unknown)?.[0];
    const cut = digits !== undefined && digits !== unknown && regex.hasGroup(digits);
    return {
      expected: `only groups of the regex ${JSON.stringify(pattern)}, which has no group ${JSON.stringify(unknown)}`,
      instead: cut ? `write \${${digits}}${unknown.slice(digits.length)}` : 'put parentheses around the part to take over',
    };
  }
  if (isDotStar(flatten(parse(stripAnchors(pattern)))) && stripAnchors(pattern) !== '(.*)' && groups.some((group) => group !== '0')) {
    return {
      expected: `only $0 with the regex ${JSON.stringify(pattern)}: it matches everything, and vmagent forgets its groups`,
      instead: "use the regex '(.*)' and $1",
    };
  }
  return undefined;
}

const ENVIRONMENT: Objection = {
  expected: 'no %{, which vmagent replaces with an environment variable',
  instead: 'write the value itself',
};

/** A regex as a tree, as far as it takes to know what vmagent's shortcuts do with it. */
type Node =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'class'; readonly negated: boolean }
  | { readonly kind: 'caseless' | 'dot' | 'assertion' | 'flags' }
  | { readonly kind: 'repeat'; readonly node: Node; readonly min: number; readonly max: number }
  | { readonly kind: 'concat' | 'alternation'; readonly nodes: readonly Node[] };

/** The tokens of RE2's syntax. Only patterns that RE2 has accepted get here, so that none is left over. */
const TOKEN = new RegExp(
  [
    String.raw`\\Q(?<quoted>.*?)(?:\\E|$)`,
    String.raw`\\(?<escaped>[pP](?:\{[^}]*\}|.)|x\{[^}]*\}|x..|[0-7]{1,3}|.)`,
    String.raw`\[(?<negated>\^?)(?<items>\]?(?:\[:\^?\w+:\]|\\.|[^\]\\])*)\]`,
    String.raw`(?<open>\()(?:\?(?:P?<\w+>|(?<flags>[a-zA-Z-]*)(?<flagsEnd>[:)])))?`,
    String.raw`(?<quantifier>[*+?]|\{\d+(?:,\d*)?\})\??`,
    '(?<other>.)',
  ].join('|'),
  'suy',
);

/** Parses a pattern that RE2 has accepted; groups leave no trace. */
function parse(pattern: string): Node {
  const tokens = new RegExp(TOKEN);
  let caseless = false;
  const literal = (text: string): Node =>
    caseless && text.toLowerCase() !== text.toUpperCase() ? { kind: 'caseless' } : { kind: 'literal', text };

  const group = (): Node => {
    const outer = caseless;
    const branches: Node[][] = [];
    let branch: Node[] = [];
    for (let match = tokens.exec(pattern); match !== null; match = tokens.exec(pattern)) {
      const { quoted, escaped, items, negated, open, flags, flagsEnd, quantifier, other } = match.groups ?? {};
      if (other === ')') break;
      if (other === '|') {
        branches.push(branch);
        branch = [];
      } else if (quoted !== undefined) branch.push(...[...quoted].map(literal));
      else if (escaped !== undefined) branch.push(parseEscape(escaped, literal));
      else if (items !== undefined) branch.push(parseClass(items, negated === '^', literal));
      else if (quantifier !== undefined) branch.push(repeated(branch.pop(), quantifier));
      else if (open !== undefined) {
        if (flags !== undefined && /[^i-]/.test(flags)) branch.push({ kind: 'flags' });
        const before = caseless;
        if (flags?.includes('i')) caseless = !flags.includes('-');
        if (flagsEnd === ')') continue; // (?i) lasts to the end of the group around it
        branch.push(group());
        caseless = before;
      } else if (other === '^' || other === '$') branch.push({ kind: 'assertion' });
      else branch.push(other === '.' ? { kind: 'dot' } : literal(other ?? ''));
    }
    caseless = outer;
    const nodes = [...branches, branch].map((parts): Node => ({ kind: 'concat', nodes: parts }));
    return branches.length === 0 ? { kind: 'concat', nodes: branch } : { kind: 'alternation', nodes };
  };
  return group();
}

function parseEscape(escaped: string, literal: (text: string) => Node): Node {
  if (/^[AzbB]$/.test(escaped)) return { kind: 'assertion' };
  if (/^[dswp]/.test(escaped)) return { kind: 'class', negated: false };
  if (/^[DSWP]/.test(escaped)) return { kind: 'class', negated: true };
  return literal(escaped);
}

/** A class of one character is that character; the others count as a choice of some, or of nearly all when negated. */
function parseClass(items: string, negated: boolean, literal: (text: string) => Node): Node {
  const single = /^\\?([^\\])$/u.exec(items)?.[1];
  if (negated || single === undefined || /^\\\w$/.test(items)) return { kind: 'class', negated };
  return literal(single);
}

function repeated(node: Node | undefined, quantifier: string): Node {
  const [, from, comma, to] = /^\{(\d+)(,?)(\d*)\}$/.exec(quantifier) ?? [];
  const min = from === undefined ? (quantifier === '+' ? 1 : 0) : Number(from);
  const max = from === undefined ? (quantifier === '?' ? 1 : Infinity) : comma === '' ? min : to === '' ? Infinity : Number(to);
  return { kind: 'repeat', node: node ?? { kind: 'concat', nodes: [] }, min, max };
}

function contains(node: Node, wanted: (node: Node) => boolean): boolean {
  if (wanted(node)) return true;
  if (node.kind === 'repeat') return contains(node.node, wanted);
  return (node.kind === 'concat' || node.kind === 'alternation') && node.nodes.some((child) => contains(child, wanted));
}

/** The pieces that follow each other at the top of a pattern, neighbouring literals as one. */
function flatten(node: Node): readonly Node[] {
  if (node.kind === 'repeat' && node.min === node.max) return merge(Array.from({ length: node.min }, () => flatten(node.node)).flat());
  if (node.kind === 'repeat') {
    const inner = flatten(node.node);
    const [only, ...rest] = inner;
    // x** is x*, (x+)* is x*, and so on
    if (only?.kind === 'repeat' && rest.length === 0 && isUnbounded(only) && node.max >= 1 && node.min <= 1) {
      return [{ ...only, min: Math.min(only.min, node.min) }];
    }
    return inner.length === 0 ? [] : [{ ...node, node: only !== undefined && rest.length === 0 ? only : { kind: 'concat', nodes: inner } }];
  }
  return node.kind === 'concat' ? merge(node.nodes.flatMap(flatten)) : [node];
}

function merge(nodes: readonly Node[]): Node[] {
  const merged: Node[] = [];
  for (const node of nodes) {
    const last = merged.at(-1);
    if (node.kind === 'literal' && last?.kind === 'literal') merged.splice(-1, 1, { kind: 'literal', text: last.text + node.text });
    else merged.push(node);
  }
  return merged;
}

function isUnbounded(node: Node): boolean {
  return node.kind === 'repeat' && node.max === Infinity && node.min <= 1;
}

/** `.*` or `.+`. */
function isDots(node: Node | undefined, min: number): boolean {
  return node?.kind === 'repeat' && node.node.kind === 'dot' && node.max === Infinity && node.min === min;
}

function isDotStar(pieces: readonly Node[]): boolean {
  return pieces.length === 1 && isDots(pieces[0], 0);
}

/** Whether a piece stands for a list of texts, which vmagent writes out: `a`, `[ab]`, `(a|bc)`. */
function isChoice(node: Node): boolean {
  switch (node.kind) {
    case 'literal':
      return true;
    case 'class':
      return !node.negated;
    case 'concat':
    case 'alternation':
      return node.nodes.every((child) => flatten(child).every(isChoice));
    default:
      return false;
  }
}

/**
 * vmagent 1.150 reduces a pattern that ends in `.*text.*` or `.+text.+` to a search for the text. It then forgets a
 * choice in front (`(kube|node)_.*_total.*` matches every `…_total…`), and with `.+` looks at the first occurrence only
 * (`(.+)-(.+)` does not match `-a-b`).
 *
 * @see https://github.com/VictoriaMetrics/VictoriaMetrics/blob/v1.150.0/lib/regexutil/promregex.go
 */
function objectionToSubstring(pattern: string, pieces: readonly Node[]): Objection | undefined {
  const [before, text, after] = pieces.slice(-3);
  const min = [0, 1].find((count) => isDots(before, count) && isDots(after, count));
  if (min === undefined || text?.kind !== 'literal') return undefined;
  const front = pieces.slice(0, -3);
  const choices = front[0]?.kind === 'literal' ? front.slice(1) : front;
  if (choices.length > 0 && choices.every(isChoice)) {
    return {
      expected: `a regex that vmagent reads as Prometheus does; of ${JSON.stringify(pattern)} it forgets what stands before the dots`,
      instead: `write ${JSON.stringify(`${pattern}.*`)}`,
    };
  }
  if (choices.length > 0 || min === 0) return undefined;
  return {
    expected: `a regex that vmagent reads as Prometheus does; in ${JSON.stringify(pattern)} it looks at the first ${JSON.stringify(text.text)} only`,
    instead: `write ${JSON.stringify(`${pattern}.*`)}`,
  };
}

import { reject } from '../common/errors';
import { parseReplacement, RelabelRegex, type ReplacementPart } from './relabel-regex';
import { RelabelAction, type RelabelRule } from './relabel-rule';

/** Labels of a series or a target by their names. */
export interface LabelSet {
  readonly [name: string]: string;
}

/**
 * Applies relabel rules in their order to the labels of one series or target, as vmagent 1.150 does.
 *
 * An absent label reads as empty text. A label set to empty text is gone in the end.
 *
 * @returns the labels that remain, `__…` ones included; nothing when a rule drops the series or no label remains
 * @throws InvalidOptionError where vmagent and Prometheus would not agree on the answer: a line break where a regex has a
 *   dot, and copied labels of which the order decides which one stays
 * @see https://github.com/VictoriaMetrics/VictoriaMetrics/blob/v1.150.0/lib/promrelabel/relabel.go
 */
export function evaluateRelabeling(rules: readonly RelabelRule[], labels: LabelSet): { [name: string]: string } | undefined {
  const current: Labels = new Map(Object.entries(labels));
  for (const rule of rules) {
    // as in vmagent, no later rule brings back what has no label left; Prometheus goes on, but a series keeps its name and a target its address
    if (!apply(rule, current) || current.size === 0) return undefined;
  }
  return toLabelSet([...current].filter(([, value]) => value !== ''));
}

/**
 * What vmagent makes of a target's labels after its relabel rules: `instance` is filled in from `__address__`, and every
 * label that begins with `__` goes.
 *
 * @returns the labels that every series of the target gets; nothing when no `__address__` is left to scrape
 */
export function finalizeTargetLabels(labels: LabelSet): { [name: string]: string } | undefined {
  const address = labels.__address__ ?? '';
  if (address === '') return undefined;
  const host = address.replace(/^https?:\/\//, '').replace(/\/.*$/s, '');
  const tls = /^https?:/.test(address) ? address.startsWith('https:') : labels.__scheme__ === 'https';
  const instance = host.includes(':') ? host : `${host}:${tls ? 443 : 80}`;
  const own = Object.entries(labels).filter(([name]) => !name.startsWith('__'));
  return toLabelSet(labels.instance ? own : [...own, ['instance', instance]]);
}

/**
 * What vmagent makes of a series' labels after its metric relabel rules: every label that begins with `__` goes, but for
 * the name of the metric.
 *
 * @returns the labels that are written; nothing when none is left
 */
export function finalizeSeriesLabels(labels: LabelSet): { [name: string]: string } | undefined {
  return toLabelSet(Object.entries(labels).filter(([name]) => !name.startsWith('__') || name === '__name__'));
}

type Labels = Map<string, string>;

/** A rule with its regex compiled, once for all series. */
interface PreparedRule {
  readonly regex: RelabelRegex;
  readonly replacement: readonly ReplacementPart[];
}

const prepared = new WeakMap<RelabelRule, PreparedRule>();

function prepare(rule: RelabelRule): PreparedRule {
  const known = prepared.get(rule);
  if (known !== undefined) return known;
  const made = { regex: RelabelRegex.of(rule.regex ?? '(.*)'), replacement: parseReplacement(rule.replacement ?? '$1') ?? [] };
  prepared.set(rule, made);
  return made;
}

/** Changes the labels as the rule says. False when the rule drops the series. */
function apply(rule: RelabelRule, labels: Labels): boolean {
  const { regex, replacement } = prepare(rule);
  const sources = rule.sourceLabels ?? [];
  const source = sources.map((name) => labels.get(name) ?? '').join(rule.separator ?? ';');
  const target = rule.targetLabel ?? '';
  switch (rule.action) {
    case RelabelAction.REPLACE: {
      rejectAmbiguous(rule, source, regex.isAmbiguous(source, replacement));
      const value = regex.expand(replacement, source);
      if (value !== undefined) labels.set(target, value);
      return true;
    }
    case RelabelAction.KEEP:
    case RelabelAction.DROP:
      rejectAmbiguous(rule, source, regex.isAmbiguous(source));
      return regex.matches(source) === (rule.action === RelabelAction.KEEP);
    case RelabelAction.KEEP_EQUAL:
    case RelabelAction.DROP_EQUAL:
      return (source === (labels.get(target) ?? '')) === (rule.action === RelabelAction.KEEP_EQUAL);
    case RelabelAction.LABEL_MAP:
      mapLabels(rule, labels, regex, replacement);
      return true;
    case RelabelAction.LABEL_DROP:
    case RelabelAction.LABEL_KEEP:
      for (const name of [...labels.keys()]) {
        if (regex.matches(name) === (rule.action === RelabelAction.LABEL_DROP)) labels.delete(name);
      }
      return true;
    case RelabelAction.LOWERCASE:
    case RelabelAction.UPPERCASE:
      labels.set(target, changeCase(source, rule.action === RelabelAction.UPPERCASE));
      return true;
  }
}

function mapLabels(rule: RelabelRule, labels: Labels, regex: RelabelRegex, replacement: readonly ReplacementPart[]): void {
  const copies = new Map<string, string>();
  const before = new Map(labels);
  for (const [name, value] of before) {
    const copy = regex.expand(replacement, name);
    if (copy === undefined || copy === name) continue;
    const next = regex.expand(replacement, copy);
    const other = copies.get(copy) ?? (next === undefined || next === copy ? undefined : before.get(copy));
    // vmagent goes through labels as they were exposed and sees its own changes, Prometheus goes through them sorted
    const orderDecides = other !== undefined && other !== value;
    // vmagent copies an empty label, Prometheus does not have it
    const emptyDecides = value === '' && (before.get(copy) ?? '') !== '';
    if (copy === '' || orderDecides || emptyDecides) {
      reject('evaluateRelabeling', {
        option: `labels.${name}`,
        got: value,
        expected: copy === '' ? 'a name of which something is left' : `the only value for the label ${copy}`,
        instead: `narrow the regex ${JSON.stringify(rule.regex)} of the rule ${JSON.stringify(rule.why)}`,
      });
    }
    copies.set(copy, value);
  }
  for (const [name, value] of copies) labels.set(name, value);
}

function rejectAmbiguous(rule: RelabelRule, source: string, ambiguous: boolean): void {
  if (!ambiguous) return;
  reject('evaluateRelabeling', {
    option: `labels.${(rule.sourceLabels ?? []).join(';')}`,
    got: source,
    expected: `no line break where the regex ${JSON.stringify(rule.regex ?? '(.*)')} of the rule ${JSON.stringify(rule.why)} has a dot`,
    instead: 'write [^;] or the like in the regex for the dot',
  });
}

/** Changes the case of every character by itself as Go does, where one character stays one. */
function changeCase(text: string, upper: boolean): string {
  return [...text].map((character) => (upper ? upperCharacter(character) : lowerCharacter(character))).join('');
}

function upperCharacter(character: string): string {
  const upper = character.toUpperCase();
  if ([...upper].length === 1) return upper;
  // small Greek letters with iota subscript become two letters in JavaScript, one in Go
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCodePoint(code | 8);
  if ([0x1fb3, 0x1fc3, 0x1ff3].includes(code)) return String.fromCodePoint(code + 9);
  return character;
}

function lowerCharacter(character: string): string {
  return character === '\u0130' ? 'i' : character.toLowerCase();
}

function toLabelSet(entries: readonly (readonly [string, string])[]): { [name: string]: string } | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

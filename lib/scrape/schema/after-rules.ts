import { InvalidOptionError } from '../../common/errors';
import type { FamilyLabel } from '../../common/metric-family';
import { evaluateRelabeling, type LabelSet } from '../relabel-evaluate';
import { RelabelAction, type RelabelRule } from '../relabel-rule';
import { examplesOf } from './examples';
import type { Labels } from './labels';
import { isReadBy, type Part, type Parts, readsOf, takeApart, triedValues } from './parts';

/** What rules leave of some series. */
export interface Outcome {
  /** Labels that are left on some of them. Those that begin with `__` are among them. */
  readonly labels: Labels;
  /** The rule by which none of them is left. @default - some are */
  readonly droppedBy?: RelabelRule;
  /** The rule that took a label from all of them; nothing when the label is there, or never was. */
  lostTo(name: string): RelabelRule | undefined;
}

/** Two values that hardly any regex treats alike, unless it does so with all. */
const PLACEHOLDERS = ['x', 'Some-1.value/of:kind'];
/** Series that are tried for one part; where there would be more, anything may be left of it. */
const MOST = 512;

/**
 * What rules leave of series with some labels. Rules are run over representatives: each value of a label that has but a few, some for one
 * that may have any, with and without it where it may be missing. What is not certain counts as possible.
 */
export function afterRules(rules: readonly RelabelRule[], labels: Labels): Outcome {
  if (rules.length === 0) return { labels, lostTo: () => undefined };
  const parts = takeApart(rules, labels);
  const rest = new Trial(parts.rest, [withAll(labels, parts.rest.names)], parts);
  const linked = parts.linked.map((part) => new Trial(part, representatives(part, labels), parts));
  const left = new Map<string, FamilyLabel>();
  for (const name of rest.left().keys()) left.set(name, labels.get(name) ?? {});
  for (const trial of linked) {
    for (const [name, values] of trial.left()) left.set(name, described(name, values, labels, trial.part, parts));
  }
  for (const name of parts.unknown) left.set(name, { optional: true });
  const trials = [rest, ...linked];
  const droppedBy = trials.map((trial) => trial.droppedBy()).find((rule) => rule !== undefined);
  return {
    labels: left,
    ...(droppedBy ? { droppedBy } : {}),
    lostTo: (name) => (left.has(name) ? undefined : trials.map((trial) => trial.lostTo(name)).find((rule) => rule !== undefined)),
  };
}

/** What is known of a label that has these values on what is left; `''` where it is missing. */
function described(name: string, found: ReadonlySet<string> | undefined, labels: Labels, part: Part, { open }: Parts): FamilyLabel {
  if (found === undefined) return { optional: true };
  const before = labels.get(name)?.values;
  const values = [...found].filter((value) => value !== '');
  // what no rule reads was tried with one of its values, which stands for all
  const stands = before && found.has(before[0] ?? '') && !part.rules.some((rule) => isReadBy(rule, name));
  return {
    ...(open.has(name) ? {} : { values: stands ? [...new Set([...before, ...values])] : values }),
    ...(found.has('') ? { optional: true } : {}),
  };
}

/** A representative on its way through the rules. */
interface Step {
  readonly labels: LabelSet | undefined;
  readonly droppedBy?: RelabelRule;
}

/** One part of the labels, run through its rules. */
class Trial {
  /** What became of each representative; nothing when that cannot be told. */
  private readonly after?: readonly (LabelSet | undefined)[];

  /** @param before labels of each representative; nothing when there would be too many */
  constructor(
    readonly part: Part,
    private readonly before: readonly LabelSet[] | undefined,
    private readonly parts: Parts,
  ) {
    try {
      this.after = before?.map((one) => evaluateRelabeling(part.rules, one) ?? this.walk(one).at(-1)?.labels);
    } catch (error) {
      // agents may disagree on what a rule makes of made-up values; on real ones they may not
      if (!(error instanceof InvalidOptionError)) throw error;
    }
  }

  /** Labels of the part that are left with their values, `''` among them where they may be missing; no values when they cannot be told. */
  left(): ReadonlyMap<string, ReadonlySet<string> | undefined> {
    const kept = this.after?.filter((one) => one !== undefined);
    const left = new Map<string, ReadonlySet<string> | undefined>();
    for (const name of this.part.names) {
      const values = kept && new Set(kept.map((one) => one[name] ?? ''));
      if (values === undefined || values.size > 1 || (values.size === 1 && !values.has(''))) left.set(name, values);
    }
    return left;
  }

  /** The rule that drops every representative, where that is certain. */
  droppedBy(): RelabelRule | undefined {
    if (this.after === undefined || this.after.some((one) => one !== undefined)) return undefined;
    const [one] = (this.before ?? []).slice(-1);
    return one && this.walk(one).at(-1)?.droppedBy;
  }

  lostTo(name: string): RelabelRule | undefined {
    if (this.after === undefined || !this.part.names.has(name)) return undefined;
    const walks = (this.before ?? []).map((one) => this.walk(one));
    const isThere = (step: number) => walks.some((walk) => walk[step]?.labels?.[name]);
    for (let step = this.part.rules.length; step > 0; step--) {
      if (!isThere(step) && isThere(step - 1)) return this.part.rules[step - 1];
    }
    return undefined;
  }

  /** The representative before the first rule and after each. What may drop others of its kind alone is not taken to drop it. */
  private walk(one: LabelSet): readonly Step[] {
    const steps: Step[] = [{ labels: one }];
    for (const rule of this.part.rules) {
      const { labels, droppedBy } = steps.at(-1) ?? {};
      const next = labels && (evaluateRelabeling([rule], labels) ?? (this.dropsItsKind(rule, labels) ? undefined : labels));
      steps.push({ labels: next, droppedBy: labels && !next ? rule : droppedBy });
    }
    return steps;
  }

  /** Whether a rule that drops a representative drops everything that it stands for. */
  private dropsItsKind(rule: RelabelRule, labels: LabelSet): boolean {
    const madeUp = readsOf(rule).filter((name) => this.parts.everOpen.has(name) && labels[name]);
    if (madeUp.length === 0) return true;
    // everything that is kept is tried, too
    if (rule.action === RelabelAction.KEEP) return examplesOf(rule.regex ?? '').complete;
    const others = PLACEHOLDERS.map((value) => ({ ...labels, ...Object.fromEntries(madeUp.map((name) => [name, value])) }));
    return others.every((other) => evaluateRelabeling([rule], other) === undefined);
  }
}

/** Labels that are there, each with one of its values. */
function withAll(labels: Labels, names: ReadonlySet<string>): LabelSet {
  return Object.fromEntries([...names].map((name) => [name, labels.get(name)?.values?.[0] ?? PLACEHOLDERS[0] ?? '']));
}

/** Labels of series that stand for all, as far as rules of a part can tell; nothing when that takes too many. */
function representatives({ names, rules }: Part, labels: Labels): readonly LabelSet[] | undefined {
  const fixed = [...labels].filter(([name, { values, optional }]) => values?.length === 1 && !optional && !names.has(name));
  let all: LabelSet[] = [Object.fromEntries(fixed.map(([name, { values = [] }]) => [name, values[0] ?? '']))];
  for (const name of names) {
    const choices = choicesOf(name, labels.get(name), rules);
    if (all.length * choices.length > MOST) return undefined;
    all = choices.flatMap((value) => (value === '' ? all : all.map((one) => ({ ...one, [name]: value }))));
  }
  return all;
}

/** Values of a label to try; `''` for its absence. */
function choicesOf(name: string, label: FamilyLabel | undefined, rules: readonly RelabelRule[]): readonly string[] {
  if (label === undefined) return [''];
  const reading = rules.filter((rule) => isReadBy(rule, name));
  const absent = label.optional ? [''] : [];
  const usual = label.values ?? PLACEHOLDERS;
  if (reading.length === 0) return [...usual.slice(0, 1), ...absent];
  if (label.values) return [...usual, ...absent];
  const tried = reading.flatMap((rule) => triedValues(rule).map((values) => values[rule.sourceLabels?.indexOf(name) ?? 0] ?? ''));
  return [...new Set([...usual, ...tried.filter((value) => value !== ''), ...absent])];
}

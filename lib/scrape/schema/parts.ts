import { parseReplacement, RelabelRegex } from '../relabel-regex';
import { RelabelAction, type RelabelRule } from '../relabel-rule';
import { examplesOf } from './examples';
import type { Labels } from './labels';

/** Labels that rules read or write together, and the rules that do. */
export interface Part {
  readonly names: ReadonlySet<string>;
  readonly rules: readonly RelabelRule[];
}

/** Rules taken apart: what happens to the labels of one part has nothing to do with those of another. */
export interface Parts {
  readonly linked: readonly Part[];
  /** All labels that no rule reads or writes, and the rules over those that always have one value. */
  readonly rest: Part;
  /** Names of labels whose values come from values that are not known. */
  readonly open: ReadonlySet<string>;
  /** The same at any time between the rules. */
  readonly everOpen: ReadonlySet<string>;
  /** Names of labels that a rule writes that cannot be followed. */
  readonly unknown: ReadonlySet<string>;
}

/** Takes rules apart for some labels. */
export function takeApart(rules: readonly RelabelRule[], labels: Labels): Parts {
  const links = linksOf(rules, labels);
  const written = new Set([...links.values()].flatMap((pairs) => pairs.map(({ to }) => to)));
  const isFixed = (name: string) => {
    const label = labels.get(name);
    return !written.has(name) && (label === undefined || (label.values?.length === 1 && !label.optional));
  };
  const { open, everOpen, opaque } = follow(rules, labels, links);

  const groups = new Groups();
  const touched = new Map<RelabelRule, readonly string[]>();
  for (const rule of rules) {
    const writes = links.get(rule) ?? [];
    const moving = [...readsOf(rule), ...writes.map(({ to }) => to)].filter((name) => !isFixed(name));
    touched.set(rule, moving);
    if (rule.action !== RelabelAction.LABEL_MAP) groups.join(moving);
    else for (const { from, to } of writes) groups.join([from, to].filter((name) => !isFixed(name)));
  }

  const linked = groups.all().map((names) => ({ names, rules: rules.filter((rule) => isOf(rule, names)) }));
  function isOf(rule: RelabelRule, names: ReadonlySet<string>): boolean {
    if (opaque.has(rule)) return false;
    return isByName(rule) || touched.get(rule)?.some((name) => names.has(name)) === true;
  }
  const inGroups = new Set(linked.flatMap(({ names }) => [...names]));
  return {
    linked,
    rest: {
      names: new Set([...labels.keys()].filter((name) => !inGroups.has(name))),
      rules: rules.filter((rule) => !opaque.has(rule) && rule.action !== RelabelAction.LABEL_MAP && touched.get(rule)?.length === 0),
    },
    open,
    everOpen,
    unknown: new Set([...opaque].flatMap((rule) => links.get(rule)?.map(({ to }) => to) ?? [])),
  };
}

/** Rules that look at names of labels, never at values. */
function isByName({ action }: RelabelRule): boolean {
  return action === RelabelAction.LABEL_DROP || action === RelabelAction.LABEL_KEEP || action === RelabelAction.LABEL_MAP;
}

/** Names of the labels whose values a rule reads. */
export function readsOf({ action, sourceLabels = [], targetLabel = '' }: RelabelRule): readonly string[] {
  const compares = action === RelabelAction.KEEP_EQUAL || action === RelabelAction.DROP_EQUAL;
  return compares ? [...sourceLabels, targetLabel] : sourceLabels;
}

/** Whether a rule does something with the value of a label, beside dropping it. */
export function isReadBy(rule: RelabelRule, name: string): boolean {
  if (rule.action === RelabelAction.LABEL_MAP) return RelabelRegex.of(rule.regex ?? '(.*)').matches(name);
  return readsOf(rule).includes(name);
}

interface Link {
  /** Label whose value is taken, or of whose value it depends; `''` when there is none. */
  readonly from: string;
  readonly to: string;
}

/** What each rule writes, and from where. */
function linksOf(rules: readonly RelabelRule[], labels: Labels): ReadonlyMap<RelabelRule, readonly Link[]> {
  const links = new Map<RelabelRule, readonly Link[]>();
  const names = new Set(labels.keys());
  for (const rule of rules) {
    const made = writesOf(rule, names);
    for (const { to } of made) names.add(to);
    if (made.length > 0) links.set(rule, made);
  }
  return links;
}

function writesOf(rule: RelabelRule, names: ReadonlySet<string>): readonly Link[] {
  switch (rule.action) {
    case RelabelAction.REPLACE:
    case RelabelAction.LOWERCASE:
    case RelabelAction.UPPERCASE: {
      const to = rule.targetLabel ?? '';
      const sources = rule.sourceLabels ?? [];
      return sources.length === 0 ? [{ from: '', to }] : sources.map((from) => ({ from, to }));
    }
    case RelabelAction.LABEL_MAP: {
      const regex = RelabelRegex.of(rule.regex ?? '(.*)');
      const parts = parseReplacement(rule.replacement ?? '$1') ?? [];
      return [...names].flatMap((from) => {
        const to = regex.expand(parts, from);
        return to === undefined || to === from ? [] : [{ from, to }];
      });
    }
    default:
      return [];
  }
}

interface Followed {
  readonly open: ReadonlySet<string>;
  readonly everOpen: ReadonlySet<string>;
  /** Rules over values that are not known, for which no value can be tried. */
  readonly opaque: ReadonlySet<RelabelRule>;
}

/** Goes through the rules and notes where values come from that are not known. */
function follow(rules: readonly RelabelRule[], labels: Labels, links: ReadonlyMap<RelabelRule, readonly Link[]>): Followed {
  const open = new Set([...labels].filter(([, { values }]) => values === undefined).map(([name]) => name));
  const everOpen = new Set(open);
  const opaque = new Set<RelabelRule>();
  // values that rules made of others: one cannot be thought up, for it is not known what would have to be thought up for it
  const made = new Set<string>();
  const add = (name: string) => {
    for (const names of [open, everOpen, made]) names.add(name);
  };
  for (const rule of rules) {
    const reads = readsOf(rule).filter((name) => open.has(name));
    if (reads.length > 0 && !canBeTried(rule, made)) opaque.add(rule);
    const writes = links.get(rule) ?? [];
    if (rule.action === RelabelAction.LABEL_MAP) {
      for (const { from, to } of writes) if (open.has(from)) add(to);
      continue;
    }
    const [write] = writes;
    if (write === undefined) continue;
    if (opaque.has(rule) || (reads.length > 0 && copies(rule))) add(write.to);
    // what is always written replaces what was there
    else if (write.from === '') for (const names of [open, made]) names.delete(write.to);
  }
  return { open, everOpen, opaque };
}

function copies({ action, replacement = '$1' }: RelabelRule): boolean {
  return action !== RelabelAction.REPLACE || parseReplacement(replacement)?.some(({ group }) => group !== undefined) !== false;
}

/** Whether values can be thought up that the rule tells apart. Of two values that are not known nobody knows whether they are equal. */
function canBeTried(rule: RelabelRule, made: ReadonlySet<string>): boolean {
  switch (rule.action) {
    case RelabelAction.KEEP_EQUAL:
    case RelabelAction.DROP_EQUAL:
      return false;
    case RelabelAction.KEEP:
    case RelabelAction.DROP:
    case RelabelAction.REPLACE:
      return !readsOf(rule).some((name) => made.has(name)) && triedValues(rule).length > 0;
    default:
      return true;
  }
}

/** Values of the labels that a rule reads, a list for each text that it is known to match. */
export function triedValues({ regex = '(.*)', separator = ';', sourceLabels = [] }: RelabelRule): readonly (readonly string[])[] {
  const texts = examplesOf(regex).texts.map((text) => (sourceLabels.length === 1 ? [text] : text.split(separator)));
  return texts.filter((values) => values.length === sourceLabels.length);
}

/** Sets of names that are joined where they meet. */
class Groups {
  private readonly of = new Map<string, Set<string>>();

  join(names: readonly string[]): void {
    const all = new Set(names.flatMap((name) => [name, ...(this.of.get(name) ?? [])]));
    for (const name of all) this.of.set(name, all);
  }

  all(): readonly ReadonlySet<string>[] {
    return [...new Set(this.of.values())];
  }
}

import type { Call, Expr, Selector } from './ast';
import { eitherInfo, filtered, type LabelInfo, type LabelSet, put } from './labels';
import { groupsOf, objectionTo } from './matcher';

/** Labels that `absent` gives: those that one matcher alone asks for, by equality. */
export function saidByMatchers({ matchers }: Selector): LabelSet {
  const labels = new Map<string, LabelInfo>();
  for (const { label, op, value, variables } of matchers) {
    if (op !== '=' || value === '' || matchers.filter((other) => other.label === label).length > 1) continue;
    labels.set(label, { ...(variables.length === 0 && { values: [value] }), pinned: true });
  }
  return { labels, open: false };
}

/** A text argument; nothing where a variable is in it, of which only the viewer knows the value. */
function textOf(expr: Expr | undefined): string | undefined {
  return expr?.kind === 'string' && expr.variables.length === 0 ? expr.value : undefined;
}

/** `label_replace(series, "to", "replacement", "from", "regex")`: where the regex does not match, the label stays as it is. */
export function replaced({ args }: Call, set: LabelSet): LabelSet {
  const [to, replacement, from, regex] = args.slice(1).map(textOf);
  if (to === undefined) return { ...filtered(set), open: true };
  const before: LabelInfo | undefined = set.labels.get(to) ?? (set.open ? { optional: true } : undefined);
  const source = from === undefined ? undefined : set.labels.get(from);
  if (
    replacement === undefined ||
    from === undefined ||
    regex === undefined ||
    objectionTo(regex) !== undefined ||
    /\$\{?[a-z_]/i.test(replacement)
  ) {
    return put(set, to, eitherInfo(before, {}));
  }
  const values = sourceValues(set, from);
  if (values === undefined) {
    // of unknown values only a regex that lets all pass says something
    const copies = /^\((\.\*|\.\+)\)$/.test(regex) && /^\$(1|\{1\})$/.test(replacement);
    if (copies && source && !source.optional) return put(set, to, { ...(source.pinned && { pinned: true }) });
    const fresh = replacement.includes('$') ? { optional: true } : replacement === '' ? undefined : { values: [replacement] };
    return put(set, to, /^\(?\.\*\)?$/.test(regex) ? fresh : before || fresh ? eitherInfo(before, fresh) : undefined);
  }
  const outcomes = values.map((value) => expand(regex, replacement, value));
  const given = [...new Set(outcomes.filter((outcome) => outcome !== undefined))];
  if (given.length === 0) return set;
  const present = given.filter((value) => value !== '');
  const fresh: LabelInfo | undefined =
    present.length === 0
      ? undefined
      : { values: present, ...(given.includes('') && { optional: true }), ...(source?.pinned && { pinned: true }) };
  if (!outcomes.includes(undefined)) return put(set, to, fresh);
  return put(set, to, before || fresh ? eitherInfo(before, fresh) : undefined);
}

/** All values that a label can have in a set, `''` among them where it can be absent; nothing when they are not known. */
function sourceValues({ labels, open }: LabelSet, from: string): readonly string[] | undefined {
  const source = labels.get(from);
  if (source === undefined) return open && from !== '' ? undefined : [''];
  return source.values && [...source.values, ...(source.optional ? [''] : [])];
}

/** The replacement with the groups of the match by the rules of Go; nothing when the value does not match. */
function expand(regex: string, replacement: string, value: string): string | undefined {
  const groups = groupsOf(regex, value);
  if (groups === undefined) return undefined;
  return replacement.replace(/\$\$|\$(?:(\d+)|\{(\d+)\})/g, (found, bare?: string, braced?: string) => {
    return found === '$$' ? '$' : (groups[Number(bare ?? braced)] ?? '');
  });
}

/** `label_join(series, "to", "separator", "from", …)`. */
export function joined({ args }: Call, set: LabelSet): LabelSet {
  const [to, separator, ...from] = args.slice(1).map(textOf);
  if (to === undefined) return { ...filtered(set), open: true };
  const sources = from.map((name) =>
    name === undefined ? { optional: true } : (set.labels.get(name) ?? (set.open ? { optional: true } : undefined)),
  );
  const filled = (separator !== '' && sources.length > 1) || sources.some((source) => source !== undefined && !source.optional);
  if (!filled && sources.every((source) => source === undefined)) return put(set, to, undefined);
  return put(set, to, filled ? {} : { optional: true });
}

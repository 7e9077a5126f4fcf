import type { Binary } from './ast';
import { COMPARISONS, SETS } from './kinds';
import { bothInfo, drop, filtered, keep, type LabelInfo, type LabelSet, put, union } from './labels';

const NAME = '__name__';

/** Labels on which the series of two operands must agree to match. */
export function matchLabels({ matching }: Binary, left: LabelSet, right: LabelSet): readonly string[] {
  const named = (matching?.labels ?? []).map(({ name }) => name);
  if (matching?.on) return named;
  return [...new Set([...left.labels.keys(), ...right.labels.keys()])].filter((name) => name !== NAME && !named.includes(name));
}

/** The labels after an operator between series and a number. */
export function withNumber(op: string, bool: boolean, series: LabelSet): LabelSet {
  if (COMPARISONS.has(op) && !bool) return filtered(series);
  return drop(series, [NAME]);
}

/**
 * The labels after an operator between series.
 *
 * Series that match have equal values of the labels they match on, so that what is known of either side is known of the result. Which series
 * find a partner is not known, and with that no key.
 */
export function withSeries(expr: Binary, left: LabelSet, right: LabelSet): LabelSet {
  const { op, bool, matching } = expr;
  if (op === 'or') return union(left, right);
  if (op === 'unless') return filtered(left);
  const agreed = matchLabels(expr, left, right);
  const narrowed = agree(matching?.many === 'right' ? right : left, matching?.many === 'right' ? left : right, agreed);
  if (SETS.has(op)) return narrowed;
  const named = COMPARISONS.has(op) && !bool ? narrowed : drop(narrowed, [NAME]);
  if (matching === undefined) return named;
  if (matching.many === undefined) {
    const labels = matching.labels.map(({ name }) => name);
    return filtered(matching.on ? keep(named, labels) : drop(named, labels));
  }
  const one = matching.many === 'left' ? right : left;
  return matching.include.reduce(
    (set, { name }) => put(set, name, one.labels.get(name) ?? (one.open ? { optional: true } : undefined)),
    named,
  );
}

function agree(set: LabelSet, other: LabelSet, names: readonly string[]): LabelSet {
  const labels = new Map<string, LabelInfo>(set.labels);
  for (const name of names) {
    const [mine, theirs] = [labels.get(name), other.labels.get(name)];
    if (mine && theirs) labels.set(name, bothInfo(mine, theirs));
  }
  return { labels, open: set.open };
}

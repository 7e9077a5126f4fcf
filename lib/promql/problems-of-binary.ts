import type { Binary } from './ast';
import { isNumber } from './evaluate';
import { SETS } from './kinds';
import type { LabelSet } from './labels';
import { matchLabels } from './matching';
import { type Context, isMixed, missingLabel, type Problem, problem } from './problem';

/** Series of two sides that cannot find each other, or find too many. */
export function* problemsOfBinary(expr: Binary, { query, labels, clusterLabel }: Context): Generator<Problem> {
  if (isNumber(expr.left) || isNumber(expr.right)) return;
  const [left, right] = [labels.of(expr.left), labels.of(expr.right)];
  const named = [...unknownNames(query.text, expr, left, right)];
  yield* named;
  if (expr.op === 'or') return;
  const agreed = matchLabels(expr, left, right);
  const isMixing =
    clusterLabel !== '' &&
    !agreed.includes(clusterLabel) &&
    isMixed(left.labels.get(clusterLabel)) &&
    isMixed(right.labels.get(clusterLabel));
  if (isMixing) {
    yield problem(query.text, 'mixes-clusters', expr, {
      got: `${expr.op} that matches series of one ${clusterLabel} with those of another`,
      expected: `${clusterLabel} among the labels to match on`,
      instead: expr.matching?.on ? `add ${clusterLabel} to on (…)` : `take ${clusterLabel} out of ignoring (…)`,
    });
  }
  // a label that one side does not have explains what follows from it
  if (named.length > 0) return;
  const never = whyNever(agreed, left, right, expr.matching?.on === true);
  if (never !== undefined) {
    yield problem(query.text, 'never-matches', expr, {
      got: `${expr.op} between series that never match: ${never}`,
      expected: expr.op === 'unless' ? 'series on the right that take some away' : 'series that match, for there is no result without',
      instead: 'match with on (…) or ignoring (…) on labels that both sides have',
    });
  } else if (!SETS.has(expr.op)) {
    yield* manyMatches(query.text, expr, left, right, isMixing ? [...agreed, clusterLabel] : agreed);
  }
}

function* unknownNames(text: string, { matching }: Binary, left: LabelSet, right: LabelSet): Generator<Problem> {
  if (matching === undefined) return;
  for (const label of matching.labels) {
    const [atLeft, atRight] = [left, right].map((side) =>
      missingLabel(text, label, label.name, side, 'match on a label that both sides have'),
    );
    // ignoring a label of one side is what it is for
    const found = matching.on ? (atLeft?.length ? atLeft : atRight) : atRight?.length ? atLeft : [];
    for (const missing of found ?? []) {
      const side = !matching.on ? 'neither side' : found === atLeft ? 'the left side' : 'the right side';
      yield { ...missing, got: `${missing.got}, which ${side} ${matching.on ? 'does not have' : 'has'}` };
    }
  }
  const one = matching.many === 'left' ? right : left;
  for (const label of matching.include) yield* missingLabel(text, label, label.name, one, 'take a label of the one side');
}

/** Why no series of two sides agree on labels; nothing when they may. */
function whyNever(agreed: readonly string[], left: LabelSet, right: LabelSet, on: boolean): string | undefined {
  for (const name of agreed) {
    const [mine, theirs] = [left.labels.get(name), right.labels.get(name)];
    if (!on && mine && !mine.optional && !theirs && !right.open) return `the left side always has label ${name}, the right side never`;
    if (!on && theirs && !theirs.optional && !mine && !left.open) return `the right side always has label ${name}, the left side never`;
    if (!mine?.values?.length || !theirs?.values?.length || (mine.optional && theirs.optional)) continue;
    if (!mine.values.some((value) => theirs.values?.includes(value))) {
      return `label ${name} is ${either(mine.values)} on the left and ${either(theirs.values)} on the right`;
    }
  }
  return undefined;
}

function either(values: readonly string[]): string {
  return values.map((value) => `"${value}"`).join(' or ');
}

function* manyMatches(text: string, expr: Binary, left: LabelSet, right: LabelSet, agreed: readonly string[]): Generator<Problem> {
  const { matching, op } = expr;
  for (const side of ['left', 'right'] as const) {
    if (matching?.many === side) continue;
    const missing = notToldApart(side === 'left' ? left : right, agreed);
    if (missing.length === 0) continue;
    const both = notToldApart(side === 'left' ? right : left, agreed).length > 0;
    yield problem(text, 'many-matches', side === 'left' ? expr.left : expr.right, {
      got: `several series for one match of ${op}: they differ in ${missing.join(', ')}`,
      expected: `one series on the ${side} for ${agreed.length === 0 ? 'all' : `each ${agreed.join(', ')}`}`,
      instead:
        matching?.many === undefined && !both
          ? `write group_${side}, or aggregate ${missing.join(', ')} away`
          : `match on ${missing.join(', ')} too, or aggregate it away`,
    });
  }
}

/** Labels of the key that matching leaves open. Where it asks for a label outside the key, that one may tell the series apart. */
function notToldApart({ labels, key }: LabelSet, agreed: readonly string[]): string[] {
  if (key === undefined) return [];
  if (agreed.some((name) => !key.has(name) && labels.has(name) && labels.get(name)?.values?.length !== 1)) return [];
  return [...key].filter(([name, varies]) => varies && !agreed.includes(name)).map(([name]) => name);
}

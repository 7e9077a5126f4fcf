import type { Binary, Expr, Query, Selector } from '../../promql';

/** What leaves a query without a result. */
export interface Emptying {
  /** Lists of metrics: where all of one list are missing, nothing is given. None where something is always given. */
  readonly emptyWithout: readonly (readonly string[])[];
  /** Comparisons that leave only some series: `> 0`. */
  readonly filters: readonly string[];
}

/** Combinations beyond which a list helps nobody. */
const MOST = 24;
const COMPARISONS = ['==', '!=', '>', '<', '>=', '<='];
/** Functions that give something where there is nothing. */
const OF_NOTHING = ['absent', 'absent_over_time', 'vector', 'time', 'scalar'];

/** Works out without which metrics a query gives nothing. */
export function emptying({ expr, text }: Query): Emptying {
  const filters = new Set<string>();
  const visit = (one: Expr): readonly (readonly string[])[] => {
    switch (one.kind) {
      case 'selector':
        return [[nameOf(one, text)]];
      case 'binary':
        return ofBinary(one);
      case 'call':
        return OF_NOTHING.includes(one.name) ? [] : together(one.args.filter((arg) => !isFixed(arg)).map(visit));
      case 'aggregation':
      case 'subquery':
      case 'unary':
        return visit(one.operand);
      default:
        return [];
    }
  };
  const ofBinary = (one: Binary): readonly (readonly string[])[] => {
    const { op, left, right, bool } = one;
    if (COMPARISONS.includes(op) && !bool) {
      const limit = isFixed(right) ? right : isFixed(left) ? left : undefined;
      if (limit) filters.add(`${op} ${text.slice(limit.start, limit.end)}`);
    }
    if (op === 'unless') return visit(left);
    if (op !== 'or') return together([left, right].filter((side) => !isFixed(side)).map(visit));
    const [a, b] = [visit(left), visit(right)];
    // each side alone is enough, so one list of either must be missing
    return least(a.flatMap((some) => b.map((others) => [...new Set([...some, ...others])].sort())));
  };
  return { emptyWithout: visit(expr), filters: [...filters] };
}

function isFixed({ kind }: Expr): boolean {
  return kind === 'number' || kind === 'string';
}

function together(sides: readonly (readonly (readonly string[])[])[]): readonly (readonly string[])[] {
  return least(sides.flat());
}

/** Without what says the same as a shorter list. */
function least(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const distinct = [...new Map(lists.map((list) => [list.join(), list])).values()].sort((a, b) => a.length - b.length);
  return distinct
    .filter((list, index) => !distinct.slice(0, index).some((other) => other.every((name) => list.includes(name))))
    .slice(0, MOST);
}

function nameOf({ name, start, end }: Selector, text: string): string {
  return name ?? text.slice(start, end);
}

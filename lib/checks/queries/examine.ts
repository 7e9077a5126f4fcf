import {
  type Problem,
  problemsOf,
  problemsOfVariable,
  type Query,
  QuerySyntaxError,
  readVariableQuery,
  type Schema,
  type Selector,
  walk,
} from '../../promql';
import { Severity } from '../check';
import { gapOf, objectionOf } from './explain';
import { readOnce } from './reading';
import { columnObjections, unitObjections } from './shown';
import type { StoreView } from './store-view';
import type { QueryUse } from './uses';
import { type Gap, type Objection, SOUND, type Verdict } from './verdict';
import { windowsOf, withWindows } from './windows';

/** Scrapes that a window must span so that one can fail: two samples make a rate, and windows begin anywhere between two scrapes. */
const MIN_SCRAPES = 4;

/** Judges a query by what is in the store that it asks. */
export function examine(use: QueryUse, view: StoreView): Verdict {
  try {
    return use.isVariable ? ofVariable(use, view) : ofQuery(use, view);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    const { fault, line, column } = error;
    return { ...SOUND, objections: [{ severity: Severity.ERROR, fault, place: `at ${line}:${column}` }] };
  }
}

function ofVariable({ text, variables }: QueryUse, view: StoreView): Verdict {
  const read = readVariableQuery(text, variables);
  return read.query === undefined ? SOUND : judged(read.query, problemsOfVariable(read, view.arrivals.schema), view);
}

function ofQuery(use: QueryUse, view: StoreView): Verdict {
  const { schema } = view.arrivals;
  const isLong = (selector: Selector, range: number) => range >= MIN_SCRAPES * (schema(selector)?.scrapeIntervalMs ?? 0);
  const query = withWindows(readOnce(use.text, use.variables), windowsOf(use, view.minStepMs), isLong);
  const { objections, gaps } = judged(query, problemsWithLegends(query, schema, use.legends), view);
  return { objections: [...objections, ...unitObjections(use, query, view), ...columnObjections(use, query, view)], gaps };
}

function problemsWithLegends(query: Query, schema: Schema, [legend, ...others]: readonly string[] = []): Problem[] {
  const ofOthers = others.flatMap((other) => problemsOf(query, schema, { legend: other }));
  return [
    ...problemsOf(query, schema, { minScrapes: MIN_SCRAPES, ...(legend !== undefined && { legend }) }),
    ...ofOthers.filter(({ kind }) => kind === 'unknown-legend-label'),
  ];
}

function judged(query: Query, problems: readonly Problem[], view: StoreView): Verdict {
  const objections: Objection[] = [];
  const gaps: Gap[] = [];
  for (const problem of problems) {
    if (follows(problem, problems)) continue;
    const gap = gapOf(query, problem, view);
    const objection = gap ? undefined : objectionOf(query, problem, view);
    if (gap) gaps.push(isFallback(query, problem, problems) ? { ...gap, isFallback: true } : gap);
    if (objection) objections.push(objection);
  }
  return { objections, gaps };
}

/** Whether a problem is about what counts only where something before it, which is well, gives nothing. */
function isFallback({ expr }: Query, { start, end }: Problem, problems: readonly Problem[]): boolean {
  return walk(expr).some(
    (part) =>
      part.kind === 'binary' &&
      part.op === 'or' &&
      part.right.start <= start &&
      end <= part.right.end &&
      !problems.some((other) => other.kind === 'unknown-metric' && part.left.start <= other.start && other.end <= part.left.end),
  );
}

/** A variable that nobody declared matches nothing, which says it all about its matcher. */
function follows({ kind, start, end }: Problem, problems: readonly Problem[]): boolean {
  return (
    kind === 'impossible-value' && problems.some((other) => other.kind === 'unknown-variable' && start <= other.start && other.end <= end)
  );
}

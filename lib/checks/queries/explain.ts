import { nearest } from '../../common/nearest';
import type { Fault, Problem, ProblemKind, Query, Selector } from '../../promql';
import { Severity } from '../check';
import type { Arrivals } from './arrivals';
import type { Loss } from './losses';
import type { StoreView } from './store-view';
import type { Gap, Objection } from './verdict';
import { windowVariable } from './windows';

/** What is right in some clusters, or shows less than it could: the rest empties a panel or makes it say something else. */
const WARNINGS: readonly ProblemKind[] = ['mixes-clusters', 'unknown-legend-label'];

/** The gap that explains a problem, where what is switched off would bring what is missing. */
export function gapOf(query: Query, problem: Problem, { arrivals, losses }: StoreView): Gap | undefined {
  const { name, matchers = [] } = (problem.kind === 'unknown-metric' ? selectorAt(query, problem) : undefined) ?? {};
  if (name === undefined) return undefined;
  if (!arrivals.leftOut.isAskedFor(matchers) && (isLikely(name, matchers, arrivals) || losses.ofMetric(name))) return undefined;
  return arrivals.leftOut.gapOf(name, matchers);
}

/** Of somebody else's exporter only the beginning of its names is known. */
function isLikely(name: string, matchers: Selector['matchers'], arrivals: Arrivals): boolean {
  return arrivals.possible(name, matchers).some(({ endpoints }) => endpoints.some(({ catalog }) => catalog?.others?.test(name)));
}

/** What to say about a problem; nothing where it may well be none. */
export function objectionOf(query: Query, problem: Problem, view: StoreView): Objection | undefined {
  const severity = WARNINGS.includes(problem.kind) ? Severity.WARNING : Severity.ERROR;
  const usual = { severity, fault: problem, place: `at ${problem.line}:${problem.column}` };
  switch (problem.kind) {
    case 'unknown-metric':
      return ofMetric(usual, selectorAt(query, problem), view);
    case 'short-range':
      return ofWindow(query, usual, selectorAt(query, problem), view);
    case 'impossible-value': {
      const [selector, name] = [selectorAt(query, problem), nameAt(query, problem)];
      const loss = selector && name ? view.losses.ofValue(selector, name) : undefined;
      if (loss || name !== 'job' || view.unknown.length === 0) return because(usual, loss);
      return { ...usual, severity: Severity.WARNING, fault: maybe(problem, view) };
    }
    case 'unknown-legend-label':
      if (view.arrivals.leftOut.hadLabel(labelOf(problem))) return undefined;
      return because({ ...usual, place: `in its legend at ${problem.line}:${problem.column}` }, lossOfLabel(query, labelOf(problem), view));
    case 'unknown-label':
    case 'never-matches':
      if (view.arrivals.leftOut.hadLabel(labelOf(problem))) return undefined;
      return because(usual, lossOfLabel(query, labelOf(problem), view));
    default:
      return usual;
  }
}

/** The selector that a problem is about: that of its place. */
function selectorAt({ selectors }: Query, { start, end }: Problem): Selector | undefined {
  return selectors.find(({ selector }) => selector.start <= start && end <= selector.end)?.selector;
}

/** The name at the place of a problem: of a label, or of the label of a matcher. */
function nameAt({ text }: Query, { start, end }: Problem): string | undefined {
  return /[A-Za-z_]\w*/.exec(text.slice(start, end))?.[0];
}

/** The label that a problem names. */
function labelOf({ got }: Problem): string {
  return /label "?(\w+)/.exec(got)?.[1] ?? /\{\{(\w+)\}\}/.exec(got)?.[1] ?? '';
}

/** Why any series of the query lacks a label. */
export function lossOfLabel({ selectors }: Query, label: string, { losses }: StoreView): Loss | undefined {
  for (const { selector } of selectors) {
    const loss = losses.ofLabel(selector, label);
    if (loss) return loss;
  }
  return undefined;
}

/** Adds to an objection who is to blame, and what to do about it. */
export function because(objection: Objection, loss: Loss | undefined): Objection {
  if (loss === undefined) return objection;
  const { got, expected, instead } = objection.fault;
  return { ...objection, fault: { got, expected: `${expected} (${loss.reason})`, instead: `${loss.remedy}, or ${instead}` } };
}

function ofMetric(usual: Objection, selector: Selector | undefined, view: StoreView): Objection | undefined {
  const { name, matchers = [] } = selector ?? {};
  if (name === undefined) return usual;
  const { arrivals, losses, unknown } = view;
  if (isLikely(name, matchers, arrivals)) return undefined;
  const loss = losses.ofMetric(name);
  if (loss) return because({ ...usual, fault: { ...usual.fault, instead: 'ask for another metric' } }, loss);
  const close = nearest(name, arrivals.names);
  const fault: Fault = { ...usual.fault, ...(close && { instead: `write ${close}` }) };
  if (unknown.length === 0) return { ...usual, fault };
  return { ...usual, severity: Severity.WARNING, fault: maybe(fault, view) };
}

/** A fault that is none where something brings what is missing of which no catalog tells. */
function maybe({ got, expected, instead }: Fault, { unknown }: StoreView): Fault {
  return {
    got,
    expected: `${expected}, unless ${unknown.join(' or ')} brings it, of which no catalog tells`,
    instead: `${instead}, or give that a catalog`,
  };
}

/** Less than two samples in a window give nothing; fewer than four give nothing as soon as a scrape fails. */
function ofWindow(query: Query, usual: Objection, selector: Selector | undefined, { arrivals }: StoreView): Objection {
  const interval = selector && arrivals.schema(selector)?.scrapeIntervalMs;
  if (selector === undefined || interval === undefined || typeof selector.range !== 'number') return usual;
  const isEmpty = /scrapes$/.test(usual.fault.expected) && selector.range < 2 * interval;
  const objection = { ...usual, severity: isEmpty ? Severity.ERROR : Severity.WARNING };
  const variable = windowVariable(query, selector);
  if (variable === undefined) return objection;
  const { got, expected } = usual.fault;
  return {
    ...objection,
    fault: {
      got: got.replace(/ over (\S+) /, ` over $$${variable}, which can be as short as $1, `),
      expected,
      instead:
        variable === '__interval'
          ? 'write $__rate_interval'
          : `set minStep of Grafana, or the min step of the query, to ${interval / 1000}s`,
    },
  };
}

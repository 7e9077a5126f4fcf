import type { Fault } from '../../promql';
import type { Severity } from '../check';

/** Something that is wrong with a query. */
export interface Objection {
  readonly severity: Severity;
  readonly fault: Fault;
  /** Where in the query: `at 1:14`, or in what belongs to it: `in its unit`. */
  readonly place: string;
}

/** A query that asks for what is switched off. */
export interface Gap {
  /** What is asked for: a metric, or one of a job. */
  readonly wanted: string;
  /** What would bring it and does not, as the end of "expected …". */
  readonly expected: string;
  /** As an imperative. */
  readonly remedy: string;
  /** What is switched off in its exporter. @default - the whole exporter or page */
  readonly switchedOff?: string;
  /** Something else stands before it in an `or`, so that the query gives what that gives. @default false */
  readonly isFallback?: boolean;
}

/** What was found about one query. */
export interface Verdict {
  readonly objections: readonly Objection[];
  readonly gaps: readonly Gap[];
}

/** Nothing is wrong. */
export const SOUND: Verdict = { objections: [], gaps: [] };

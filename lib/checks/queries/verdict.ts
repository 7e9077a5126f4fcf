import type { Fault } from '../../promql';
import type { Severity } from '../check';

/** Something that is wrong with a query. */
export interface Objection {
  readonly severity: Severity;
  readonly fault: Fault;
  /** Where in the query: `at 1:14`, or in what belongs to it: `in its unit`. */
  readonly place: string;
}

/** A query that asks for what a source brings that is left out. */
export interface Gap {
  /** Option of the source: `slurmExporter`. */
  readonly option: string;
  /** What is asked for: a metric, or a value of `job`. */
  readonly wanted: string;
}

/** What was found about one query. */
export interface Verdict {
  readonly objections: readonly Objection[];
  readonly gaps: readonly Gap[];
}

/** Nothing is wrong. */
export const SOUND: Verdict = { objections: [], gaps: [] };

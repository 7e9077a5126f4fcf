import { nearest } from '../common/nearest';
import { type Position, positionAt, type Span } from './ast';
import type { Evaluation } from './evaluate';
import type { LabelInfo, LabelSet } from './labels';
import type { Query } from './query';
import { type Fault, sentence } from './syntax-error';

/** What can be wrong with a query that Prometheus accepts. */
export type ProblemKind =
  /** No series has this name. */
  | 'unknown-metric'
  /** A clause, matcher or function names a label that its series do not have. */
  | 'unknown-label'
  /** The text refers to a variable that the dashboard does not have. */
  | 'unknown-variable'
  /** A matcher that no value of the label passes. */
  | 'impossible-value'
  /** No series of one side can match one of the other. */
  | 'never-matches'
  /** A side that must have one series for each match has several, which the store refuses. */
  | 'many-matches'
  /** A function of counters over a gauge, or the other way round. */
  | 'wrong-type'
  /** A window too short for its scrapes. */
  | 'short-range'
  /** Series of several clusters become one. */
  | 'mixes-clusters'
  /** A quantile of what has no buckets any more. */
  | 'quantile-without-le'
  /** The legend prints a label that the result does not have. */
  | 'unknown-legend-label';

/** One thing that is wrong with a query. */
export interface Problem extends Fault, Span, Position {
  readonly kind: ProblemKind;
}

/** How strict to be, and what is known beyond the schema. */
export interface ProblemOptions {
  /** Label that tells clusters apart; `''` when there is but one cluster. @default 'cluster' */
  readonly clusterLabel?: string;
  /** Scrapes that a window of `rate` and its like must span, so that one can fail. @default 4 */
  readonly minScrapes?: number;
  /** Names of all metrics, to suggest one for an unknown. @default - nothing is suggested */
  readonly metricNames?: readonly string[];
  /** Legend format of the panel. @default - none */
  readonly legend?: string;
}

/** What the rules look at: a query, its labels, and the options with their defaults. */
export interface Context {
  readonly query: Query;
  readonly labels: Evaluation;
  readonly clusterLabel: string;
  readonly minScrapes: number;
  readonly metricNames: readonly string[];
}

/** A problem as one sentence, which its place in the text begins. */
export function describeProblem(problem: Problem): string {
  return sentence(problem, problem);
}

/** Puts a problem together. */
export function problem(text: string, kind: ProblemKind, { start, end }: Span, fault: Fault): Problem {
  return { kind, start, end, ...positionAt(text, start), ...fault };
}

/** The problem of a label that series do not have; nothing when they have it or may have it. */
export function missingLabel(text: string, span: Span, name: string, set: LabelSet, instead: string): Problem[] {
  if (set.open || set.labels.has(name)) return [];
  const names = labelNames(set);
  const close = nearest(name, names);
  return [
    problem(text, 'unknown-label', span, {
      got: `label "${name}"`,
      expected: names.length === 0 ? 'no label, the series have none' : `one of ${names.join(', ')}`,
      instead: close === undefined ? instead : `write ${close}`,
    }),
  ];
}

/** Names of the labels of a set, without the metric's. */
export function labelNames({ labels }: LabelSet): string[] {
  return [...labels.keys()].filter((name) => name !== '__name__').sort();
}

/** A label with which series of several clusters are there, and of which the query chose none. */
export function isMixed(info: LabelInfo | undefined): boolean {
  return info !== undefined && !info.pinned && info.values?.length !== 1;
}

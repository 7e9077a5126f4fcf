import type { Facts } from './facts';
import { type Finding, type Note, Severity } from './finding';
import { QUESTIONS } from './questions';

/** A finding with the question that it answers. */
export interface Answered extends Finding {
  readonly question: string;
}

/** A note with its question. */
export interface AnsweredNote extends Note {
  readonly question: string;
}

/** What all questions make of the facts. */
export interface Judgement {
  /** Errors first, each in the order of the questions. */
  readonly findings: readonly Answered[];
  readonly notes: readonly AnsweredNote[];
}

/** Asks all questions. */
export function judge(facts: Facts): Judgement {
  const verdicts = QUESTIONS.map(({ name, judge: ask }) => ({ question: name, ...ask(facts) }));
  const findings = verdicts.flatMap(({ question, findings: found }) => found.map((finding) => ({ question, ...finding })));
  return {
    findings: [Severity.ERROR, Severity.WARNING].flatMap((severity) => findings.filter((finding) => finding.severity === severity)),
    notes: verdicts.flatMap(({ question, notes = [] }) => notes.map((note) => ({ question, ...note }))),
  };
}

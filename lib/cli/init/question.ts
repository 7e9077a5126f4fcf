import type { Facts, Kind, SecretName } from './facts';

/** What the user said beside the cluster. */
export interface Given {
  /** Value of the label `cluster`. @default - worked out */
  readonly cluster?: string;
}

/** An option that follows from what was seen. */
export interface Choice {
  /** Its path in the cluster file. */
  readonly option: string;
  /** Its value, as data. */
  readonly value: unknown;
  /** What was seen. */
  readonly why: string;
}

/** Something about an option that is left as it is. */
export interface Remark {
  /** Its path in the cluster file. */
  readonly option: string;
  /** What was seen, or, as a doubt, what only the user knows. */
  readonly text: string;
}

/** What a question says to the facts. */
export interface Answer {
  readonly choices?: readonly Choice[];
  /** What was seen and decides nothing. */
  readonly remarks?: readonly Remark[];
  /** What is ambiguous, or will not work as it is. */
  readonly doubts?: readonly Remark[];
}

/** One question to the cluster. */
export interface Question {
  /** What it is about, as the beginning of a sentence: `what the cluster grows to`. */
  readonly about: string;
  /** Option that a doubt stands at when the question cannot be asked. */
  readonly option: string;
  /** Kinds without which it cannot be asked. */
  readonly needs: readonly Kind[];
  /** Kinds that it also reads, and does without. */
  readonly uses?: readonly Kind[];
  /** Secrets that must be there. */
  secrets?(facts: Facts): readonly SecretName[];
  /** Its answer: the same to the same facts. */
  ask(facts: Facts, given: Given): Answer;
}

import type { Expected } from './expected';
import type { AgentFacts, Facts } from './facts';
import type { Finding, Note } from './finding';

/** What a question makes of the facts. */
export interface Verdict {
  readonly findings: readonly Finding[];
  /** What is well, though it may surprise. @default - nothing */
  readonly notes?: readonly Note[];
}

/** One thing that can be wrong with a running pipeline. */
export interface Question {
  /** Short name, stable: programs that read the JSON ask for it. */
  readonly name: string;
  /** What it proves, as a sentence for the documentation. */
  readonly proves: string;
  /** Queries of the store that it needs, beside what is known of every job. @default - none */
  queries?(expected: Expected, agents: readonly AgentFacts[]): readonly string[];
  /** Looks at the facts. Pure: the same facts, the same verdict. */
  judge(facts: Facts): Verdict;
}

import type { ComplaintParts } from '../common/errors';

/** One thing that is wrong in a cluster file. */
export interface ConfigProblem {
  /** The file, as it was given. */
  readonly file: string;
  /** Line, from 1; 0 when the file as a whole is meant. */
  readonly line: number;
  /** Column, from 1; 0 when the file as a whole is meant. */
  readonly column: number;
  /** The option: `remoteWrite[0].url`; empty when it is none. */
  readonly path: string;
  /** What was given, what is allowed and what to write instead. */
  readonly message: string;
}

/** Cluster files that cannot be read as such, with everything that is wrong in them. */
export class ConfigError extends Error {
  /** @param problems at least one, in the order of the message */
  constructor(readonly problems: readonly ConfigProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'ConfigError';
  }
}

/** One line about one problem: `file:line:column: path: message`. */
export function formatProblem({ file, line, column, path, message }: ConfigProblem): string {
  return `${line > 0 ? `${file}:${line}:${column}` : file}: ${path ? `${path}: ` : ''}${message}`;
}

/** The parts of a complaint that follow the option, with the value as it is to be shown. */
export function sentence(got: string, { expected, instead }: Pick<ComplaintParts, 'expected' | 'instead'>): string {
  return `got ${got}, expected ${expected}; ${instead}`;
}

/** A problem of a file as a whole. */
export function fileProblem(file: string, got: string, expected: string, instead: string): ConfigProblem {
  return { file, line: 0, column: 0, path: '', message: sentence(got, { expected, instead }) };
}

/** Problems of one file in the order in which they stand there. */
export function inFileOrder(problems: readonly ConfigProblem[]): ConfigProblem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

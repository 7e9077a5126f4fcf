import type { Colors } from 'picocolors/types';

/** How the command ends; scripts ask for it. */
export enum ExitCode {
  /** All is well, or what was asked for was done. */
  FINE = 0,
  /** Something was found: a problem, a difference that was asked about, a cluster that is not what was rendered. */
  FOUND = 1,
  /** The command was used wrongly: an unknown option, a file that is not there. */
  USAGE = 2,
  /** Somebody who was asked did not answer: the API server, an agent, a store, a registry. */
  UNREACHABLE = 3,
}

/** What a verb tells. */
export interface Report {
  /** @default ExitCode.FINE */
  readonly exitCode?: ExitCode;
  /** For programs, with `--json`. */
  readonly json: unknown;
  /** For people. No line break at the end. */
  text(colours: Colors): string;
}

/** What a verb may use of the terminal, beside its report. */
export interface Terminal {
  /** Says what is going on while work takes long; seen on a terminal only. The next one takes its place. */
  progress(text: string): void;
}

/** The command cannot do what it is told: said without a stack, in the words of the user. */
export class CommandError extends Error {
  /**
   * @param message what was given, what is allowed, what to write instead
   * @param exitCode how the command ends
   */
  constructor(
    message: string,
    readonly exitCode: ExitCode = ExitCode.USAGE,
  ) {
    super(message);
    this.name = 'CommandError';
  }
}

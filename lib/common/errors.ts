import type { IConstruct } from 'constructs';

/** The parts of a complaint about one value: what was given, what is allowed and what to write instead. */
export interface ComplaintParts {
  /** The path of the option inside its owner, as the user wrote it: `remoteWrite[1].url`. */
  readonly option: string;
  /** The value that was given; it is quoted as JSON in the message. */
  readonly got: unknown;
  /** What is allowed, as the end of "expected …". */
  readonly expected: string;
  /** What to write instead, as an imperative: `use RemoteWrite.url('https://…')`. */
  readonly instead: string;
}

/** One sentence about one bad value, in the four parts that every error of this package has. */
export function complaint(parts: ComplaintParts): string {
  return `${parts.option}: got ${quoteValue(parts.got)}, expected ${parts.expected}; ${parts.instead}`;
}

/** A value that the user gave and that cannot work. */
export class InvalidOptionError extends Error {
  /**
   * @param where path of the construct that was given the value, or its name where none exists yet
   * @param parts the complaint; its message follows the place
   */
  constructor(
    readonly where: string,
    readonly parts: ComplaintParts,
  ) {
    super(`[${where}] ${complaint(parts)}`);
    this.name = 'InvalidOptionError';
  }
}

/**
 * Stops the construction of a component because of one bad prop.
 *
 * @param where the construct that was given the value, or its name where none exists yet
 * @throws InvalidOptionError always
 */
export function reject(where: IConstruct | string, parts: ComplaintParts): never {
  throw new InvalidOptionError(typeof where === 'string' ? where : where.node.path, parts);
}

/** Shows a value in a message: JSON for data, the text itself for what has no JSON form. */
export function quoteValue(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
}

import { type Position, positionAt, type Span } from './ast';

/** What is wrong at a place of a query, in the parts that every error of this package has. */
export interface Fault {
  /** What stands there. */
  readonly got: string;
  /** What is allowed, as the end of "expected …". */
  readonly expected: string;
  /** What to write instead, as an imperative. */
  readonly instead: string;
}

/** One sentence about a fault, which its place begins: `1:14: got …, expected …; write …`. */
export function sentence({ line, column }: Position, { got, expected, instead }: Fault): string {
  return `${line}:${column}: got ${got}, expected ${expected}; ${instead}`;
}

/** A text that Prometheus does not accept as a query. */
export class QuerySyntaxError extends Error {
  readonly line: number;
  readonly column: number;

  /**
   * @param text the query as it was written
   * @param span where in it the fault is
   */
  constructor(
    text: string,
    readonly span: Span,
    readonly fault: Fault,
  ) {
    const position = positionAt(text, span.start);
    super(sentence(position, fault));
    this.name = 'QuerySyntaxError';
    this.line = position.line;
    this.column = position.column;
  }
}

/** Text of the query in a message; long ones are cut. */
export function shown(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return JSON.stringify(line.length > 60 ? `${line.slice(0, 57)}...` : line);
}

/** A table of facts by name, with how many are kept. */
interface Table {
  readonly facts: Map<string, unknown>;
  readonly most: number;
  /** How many were there when the program took them over. */
  taken: number;
}

const TABLES = new Map<string, Table>();

/**
 * A table of facts that follow from their keys and the program's sources alone, and that take a while to work out. What one run works out, a
 * later one of the very same sources need not: a program hands it over with {@link keptText} and {@link takeKept}. Facts are anything that
 * JSON can hold.
 *
 * @param name tells the table from others
 * @param most how many facts are handed over at most, the latest
 */
export function kept<T>(name: string, most: number): Map<string, T> {
  const facts = new Map<string, T>();
  TABLES.set(name, { facts, most, taken: 0 });
  return facts;
}

/** All facts as text for a later run; nothing when there are no others than were taken over. */
export function keptText(): string | undefined {
  const tables = [...TABLES.entries()];
  if (tables.every(([, { facts, taken }]) => facts.size === taken)) return undefined;
  return JSON.stringify(Object.fromEntries(tables.map(([name, { facts, most }]) => [name, [...facts].slice(-most)])));
}

/**
 * Takes over what a former run of the very same sources worked out.
 *
 * @throws SyntaxError when the text is no JSON
 */
export function takeKept(text: string): void {
  const all = JSON.parse(text) as Record<string, readonly (readonly [key: string, fact: unknown])[]>;
  for (const [name, table] of TABLES) {
    for (const [key, fact] of all[name] ?? []) table.facts.set(key, fact);
    table.taken = table.facts.size;
  }
}

/** Somebody who was asked said nothing. */
export class Unanswered extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unanswered';
  }
}

/** An answer of a program. */
export interface Response {
  readonly status: number;
  readonly text: string;
}

/** A program that answers paths: an agent, a store. */
export interface Source {
  /** How messages call it: its pod, its Service or its URL. */
  readonly name: string;
  /**
   * Asks a path.
   *
   * @throws Unanswered when nobody answers
   */
  get(path: string): Promise<Response>;
}

/** Text of an answer that must be a good one. */
export async function good(source: Source, path: string): Promise<string> {
  const { status, text } = await source.get(path);
  if (status !== 200) throw new Unanswered(`${path.replace(/\?.*$/s, '')} answers ${status}: ${text.trim().slice(0, 200) || 'nothing'}`);
  return text;
}

/** How many questions are under way at once: the store works on queries with all its cores, and is there for others. */
const AT_ONCE = 4;

/** Does the same with many, a few at a time, and gives the results in their order. */
export async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>, atOnce = AT_ONCE): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, async () => {
    for (const [index, item] of queue) results[index] = await work(item);
  });
  await Promise.all(workers);
  return results;
}

/** One scrape, as the exporter noted it. */
export interface Scrape {
  /** What was answered; grows by one with every scrape. */
  readonly number: number;
  /** When, in ms. */
  readonly at: number;
}

/** What a destination holds: for each number the times at which it is stored, in ms. */
export type Stored = ReadonlyMap<number, readonly number[]>;

/** The numbers of one drill, both ends included. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

/** Numbers that were scraped and are not in a destination. */
export function lost(scrapes: readonly Scrape[], window: Window, stored: Stored): number[] {
  return within(scrapes, window)
    .map(({ number }) => number)
    .filter((number) => !stored.has(number));
}

/** Numbers that are in a destination at more than one time. One sample may well come twice: a write whose answer was lost is repeated. */
export function duplicates(window: Window, stored: Stored): number[] {
  return [...stored]
    .filter(([number, times]) => number >= window.from && number <= window.to && new Set(times).size > 1)
    .map(([number]) => number);
}

/** Scrapes that did not happen: intervals between two numbers beyond the one that there has to be. */
export function notScraped(scrapes: readonly Scrape[], window: Window, intervalMs: number): number {
  // what is missing at the beginning is missing behind the number before
  const numbers = within(scrapes, { ...window, from: window.from - 1 });
  return numbers.reduce((sum, { at }, index) => {
    const before = numbers[index - 1];
    return before ? sum + Math.max(0, Math.round((at - before.at) / intervalMs) - 1) : sum;
  }, 0);
}

/** Numbers as people read them: `3-5, 9`. */
export function ranges(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const run = runs.at(-1);
    if (run && run[1] + 1 === number) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}

function within(scrapes: readonly Scrape[], { from, to }: Window): Scrape[] {
  return scrapes.filter(({ number }) => number >= from && number <= to);
}

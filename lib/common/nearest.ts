import { closest, distance } from 'fastest-levenshtein';

/** The allowed word most like the given one, when it is near enough to be a slip: at most a third of its letters differ. */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  if (allowed.length === 0) return undefined;
  const found = closest(
    word.toLowerCase(),
    [...allowed].map((candidate) => candidate.toLowerCase()),
  );
  const original = allowed.find((candidate) => candidate.toLowerCase() === found);
  return original !== undefined && distance(word.toLowerCase(), found) <= Math.max(1, Math.ceil(word.length / 3)) ? original : undefined;
}

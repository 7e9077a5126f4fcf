import { closest, distance } from 'fastest-levenshtein';

/**
 * The allowed word most like the given one, when it is near enough to be a slip.
 *
 * @param most letters that may differ. @default - a third of the word's
 */
export function nearest(word: string, allowed: readonly string[], most = Math.max(1, Math.ceil(word.length / 3))): string | undefined {
  if (allowed.length === 0) return undefined;
  const found = closest(
    word.toLowerCase(),
    [...allowed].map((candidate) => candidate.toLowerCase()),
  );
  const original = allowed.find((candidate) => candidate.toLowerCase() === found);
  return original !== undefined && distance(word.toLowerCase(), found) <= most ? original : undefined;
}

/**
 * Numbers that look random and are the same in every run: a number in `[0, 1)` for each seed.
 *
 * @param seed what the number is for, such as `worker-3 duration`
 */
export function chance(seed: string): number {
  // FNV-1a, then a finaliser: alone it leaves seeds with the same beginning close together
  let hash = 0x811c9dc5;
  for (let at = 0; at < seed.length; at++) hash = Math.imul(hash ^ seed.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}

/** A whole number of `from` to `to`, both included. */
export const between = (seed: string, from: number, to: number): number => from + Math.floor(chance(seed) * (to - from + 1));

/** One of a list. */
export function oneOf<T>(seed: string, list: readonly [T, ...T[]]): T {
  return list[Math.floor(chance(seed) * list.length)] ?? list[0];
}

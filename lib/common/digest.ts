import { createHash } from 'node:crypto';

/** A short digest of a text: for labels and annotations that say whether something changed. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

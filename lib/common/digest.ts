import { createHash } from 'node:crypto';

/** A short digest of a text: for labels and annotations that say whether something changed. */
export function digest(text: string): string {
  return sha256(text).slice(0, 12);
}

/** The whole SHA-256, in hexadecimal digits. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

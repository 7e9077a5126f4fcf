import { setTimeout as pause } from 'node:timers/promises';

const BETWEEN_MS = 500;

/**
 * Tries until it succeeds, and fails with what the last try said.
 *
 * @param what the sentence that is to become true, for the message
 * @param seconds time after which it should have
 * @param probe throws while it is not so yet, as `expect` does
 */
export async function eventually<T>(what: string, seconds: number, probe: () => Promise<T>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await probe();
    } catch (error) {
      if (Date.now() >= end) {
        const last = error instanceof Error ? error.message : String(error);
        const late = new Error(`not so after ${seconds} s: ${what}\nthe last look: ${last}`);
        // the place that matters is the caller's
        Error.captureStackTrace(late, eventually);
        throw late;
      }
    }
    await pause(BETWEEN_MS);
  }
}

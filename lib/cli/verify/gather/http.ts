import { type Response, type Source, Unanswered } from './source';

/** Longest wait for one answer, in ms. */
const TIMEOUT_MS = 30_000;

/**
 * A program within reach by its URL.
 *
 * @param url with whatever path stands before its own; user and password in it are sent as such
 */
export function httpSource(url: string): Source {
  const { origin, pathname, username, password } = new URL(url);
  const name = `${origin}${pathname.replace(/\/$/, '')}`;
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers: Record<string, string> = username === '' ? {} : { authorization: `Basic ${Buffer.from(login).toString('base64')}` };
  return {
    name,
    async get(path: string): Promise<Response> {
      try {
        const response = await fetch(`${name}${path}`, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
        return { status: response.status, text: await response.text() };
      } catch (error) {
        throw new Unanswered(reasonOf(error));
      }
    },
  };
}

/** What is behind "fetch failed". */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as { readonly name?: string; readonly message?: string; readonly cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  return cause?.message || cause?.code || message || String(error);
}

/** The API refused a request, or did not answer (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const signedOut = new Set<() => void>();

/** Calls `listener` whenever an answer says that nobody is signed in; returns a function that stops it. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * Calls the API as the signed-in person. Pages of other sites cannot send the header `x-parley-console`. The answer is
 * not checked, because page and server have the same version. Throws `ApiError`.
 */
export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await fetch(`/console/api${path}`, {
    method,
    headers: {
      'x-parley-console': '1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'same-origin',
  }).catch(() => undefined);
  if (response === undefined) throw new ApiError(0, 'unreachable');
  noteClock(response.headers.get('date'));
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as T;
  if (response.status === 401 && path !== '/session') for (const listener of signedOut) listener();
  throw new ApiError(response.status, errorOf(answer));
}

let aheadMs = 0;

/** The header has whole seconds, so a difference below two seconds is caused by the network and ignored. */
function noteClock(date: string | null): void {
  if (date === null) return;
  const ms = Date.parse(date) + 500 - Date.now();
  aheadMs = Math.abs(ms) < 2_000 ? 0 : ms;
}

/** The time on the server's clock, so that countdowns are right even if this machine's clock is wrong. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

function errorOf(answer: unknown): string {
  const known = typeof answer === 'object' && answer !== null && 'error' in answer;
  return known && typeof answer.error === 'string' ? answer.error : '';
}

/** A query string with its question mark, of the members that have a value; empty if none has. */
export function queryOf(members: Record<string, string | number | undefined>): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? '' : `?${query}`;
}

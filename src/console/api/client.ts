/** An answer that is a refusal, or none at all (`status` 0). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

const signedOut = new Set<() => void>();

/** Calls back whenever an answer says that nobody is signed in; returns what ends it. */
export function onSignedOut(listener: () => void): () => void {
  signedOut.add(listener);
  return () => signedOut.delete(listener);
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';

/**
 * Calls the API as the signed-in person. The header is what a page of another address cannot send. The answer is the
 * server's own, of the same version: it is taken as `T`. Throws `ApiError`.
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

/** The header tells whole seconds: what is below two of them is the road, not the clock. */
function noteClock(date: string | null): void {
  if (date === null) return;
  const ms = Date.parse(date) + 500 - Date.now();
  aheadMs = Math.abs(ms) < 2_000 ? 0 : ms;
}

/** The present by the server's clock, so that a wrong one of this machine makes no countdown wrong. */
export function serverNow(): number {
  return Date.now() + aheadMs;
}

function errorOf(answer: unknown): string {
  const known = typeof answer === 'object' && answer !== null && 'error' in answer;
  return known && typeof answer.error === 'string' ? answer.error : '';
}

/** The query string of the members that have a value, with its question mark; empty without any. */
export function queryOf(members: Record<string, string | number | undefined>): string {
  const given = Object.entries(members).filter(([, value]) => value !== undefined && value !== '');
  const query = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length === 0 ? '' : `?${query}`;
}

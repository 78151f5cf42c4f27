import type { IncomingHttpHeaders } from 'node:http';
import type { Auth, AuthResult, Principal } from '../../http/access/auth.js';
import { findConsoleSession } from '../../store/accounts/console-sessions.js';
import type { ConsoleSessionRow } from '../../store/accounts/console-sessions.js';
import type { Queryable } from '../../store/db.js';
import { hashSecret } from '../../store/secrets.js';

/** The browser sends the cookie to the console's own routes and to no other path. */
export const COOKIE_PATH = '/console/api';
const COOKIE = 'parley_console';

/** A page of another origin can only send this header after a CORS preflight, which Parley never grants. */
export const OWN_PAGE_HEADER = 'x-parley-console';

/**
 * Knows callers by the console's cookie alone. An API key opens nothing here, as the cookie opens nothing elsewhere,
 * and nobody is the administrator.
 */
export function createCookieAuth(db: Queryable, publicUrl: string): Auth {
  const authenticate = async (headers: IncomingHttpHeaders): Promise<AuthResult> => {
    if (!isOwnPage(headers, publicUrl)) return { ok: false, reason: 'forbidden' };
    const session = await sessionOf(db, headers);
    return session ? { ok: true, principal: principalOf(session) } : { ok: false, reason: 'unauthorized' };
  };
  return {
    authenticate,
    authenticateProvisioner: async (headers) => {
      const result = await authenticate(headers);
      return result.ok ? { ok: true, principal: { type: 'workspace', principal: result.principal } } : result;
    },
    issueToken: () => Promise.resolve(undefined),
  };
}

/** The live session of the request's cookie, if any. */
export async function sessionOf(
  db: Queryable,
  headers: IncomingHttpHeaders,
): Promise<ConsoleSessionRow | undefined> {
  const secret = cookieOf(headers);
  return secret === undefined ? undefined : findConsoleSession(db, hashSecret(secret));
}

/** Whether a request comes from the console's own page, and not from another page open in the same browser. */
export function isOwnPage(headers: IncomingHttpHeaders, publicUrl: string): boolean {
  if (headers[OWN_PAGE_HEADER] !== '1') return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { origin, host } = headers;
  if (origin === undefined) return true;
  if (!URL.canParse(origin)) return false;
  return new URL(origin).host === host || origin === new URL(publicUrl).origin;
}

/** The `Set-Cookie` header; `seconds` 0 removes the cookie. */
export function setCookie(secret: string, seconds: number, publicUrl: string): string {
  const secure = new URL(publicUrl).protocol === 'https:' ? '; Secure' : '';
  return `${COOKIE}=${secret}; Path=${COOKIE_PATH}; Max-Age=${seconds}; HttpOnly; SameSite=Strict${secure}`;
}

/** The caller that a session stands for. */
export function principalOf(session: ConsoleSessionRow): Principal {
  const actor = { surface: 'console', keyId: session.keyId } as const;
  const guest = session.mayManage ? {} : ({ isGuest: true } as const);
  const who = { workspaceId: session.workspaceId, keyId: `console:${session.id}`, actor, ...guest };
  return session.instanceId === null ? who : { ...who, instanceId: session.instanceId };
}

function cookieOf({ cookie = '' }: IncomingHttpHeaders): string | undefined {
  const pairs = cookie.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1);
}

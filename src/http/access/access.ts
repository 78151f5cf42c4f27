import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors.js';
import type { RawQuery } from '../input/request-input.js';
import type { Auth, AuthResult, Principal, Provisioner } from './auth.js';

/** How a route finds out who is calling. */
export interface Access<Who> {
  security: 'key' | 'admin' | 'none';
  /** `query` parses the query string, lazily: most kinds of credential do not need it. */
  authenticate(headers: IncomingHttpHeaders, query: () => RawQuery): Promise<AuthResult<Who>>;
  /** The name under which the rate limit counts this caller; undefined = not limited. */
  limitKey(who: Who): string | undefined;
  /** Whose `Idempotency-Key` it is; undefined = keys are ignored. */
  keyScope(who: Who): string | undefined;
}

/** Any valid credential. */
export function keyAccess(auth: Auth): Access<Principal> {
  return {
    security: 'key',
    authenticate: (headers) => auth.authenticate(headers),
    limitKey: (who) => who.workspaceId,
    keyScope: (who) => who.workspaceId,
  };
}

/** The administrator or a workspace key: provisioning only. */
export function provisionerAccess(auth: Auth): Access<Provisioner> {
  return {
    security: 'admin',
    authenticate: (headers) => auth.authenticateProvisioner(headers),
    limitKey: (who) => (who.type === 'admin' ? who.keyId : who.principal.workspaceId),
    keyScope: (who) => (who.type === 'admin' ? 'admin' : who.principal.workspaceId),
  };
}

/** No credential. */
export function openAccess(): Access<null> {
  return {
    security: 'none',
    authenticate: () => Promise.resolve({ ok: true, principal: null }),
    limitKey: () => undefined,
    keyScope: () => undefined,
  };
}

/** The caller. Throws AppError with the reason of the refusal. */
export async function identify<Who>(
  access: Access<Who>,
  headers: IncomingHttpHeaders,
  query: () => RawQuery,
): Promise<Who> {
  const result = await access.authenticate(headers, query);
  if (result.ok) return result.principal;
  throw new AppError(result.reason, result.reason);
}

import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors.js';
import type { Actor } from '../../store/rows.js';
import type { Auditor } from '../audit.js';
import type { RawQuery } from '../input/request-input.js';
import type { Auth, AuthResult, Principal, Provisioner } from './auth.js';
import { isUuid } from './instance-access.js';

/** How a route finds out who is calling. */
export interface Access<Who> {
  security: 'key' | 'admin' | 'none';
  /** `query` parses the query string, lazily: most kinds of credential do not need it. */
  authenticate(headers: IncomingHttpHeaders, query: () => RawQuery): Promise<AuthResult<Who>>;
  /** The name under which the rate limit counts this caller; undefined = not limited. */
  limitKey(who: Who): string | undefined;
  /** Whose `Idempotency-Key` it is; undefined = keys are ignored. */
  keyScope(who: Who): string | undefined;
  /** Who the audit names for a change; undefined when unknown. */
  auditor(who: Who): Auditor | undefined;
}

/** Any valid credential. What it changes is told of as asked for through `surface`. */
export function keyAccess(auth: Auth, surface: Actor['surface'] = 'native'): Access<Principal> {
  return {
    security: 'key',
    authenticate: async (headers) => withActor(await auth.authenticate(headers), surface),
    limitKey: (who) => who.workspaceId,
    keyScope: (who) => who.workspaceId,
    auditor: (who) => auditorOf(who, surface),
  };
}

function auditorOf(who: Principal, surface: Actor['surface']): Auditor {
  const keyId = isUuid(who.keyId) ? who.keyId : null;
  return { workspaceId: who.workspaceId, actor: who.actor ?? { surface, keyId }, byAdmin: false };
}

/** The console's cookie knows by itself who signed in. */
function withActor(result: AuthResult, surface: Actor['surface']): AuthResult {
  if (!result.ok) return result;
  const { principal } = result;
  const keyId = isUuid(principal.keyId) ? principal.keyId : null;
  return { ok: true, principal: { actor: { surface, keyId }, ...principal } };
}

const ADMIN: Auditor = {
  workspaceId: undefined,
  actor: { surface: 'native', keyId: null },
  byAdmin: true,
};

/** The administrator or a workspace key: provisioning only. */
export function provisionerAccess(auth: Auth): Access<Provisioner> {
  return {
    security: 'admin',
    authenticate: (headers) => auth.authenticateProvisioner(headers),
    limitKey: (who) => (who.type === 'admin' ? who.keyId : who.principal.workspaceId),
    keyScope: (who) => (who.type === 'admin' ? 'admin' : who.principal.workspaceId),
    auditor: (who) => (who.type === 'admin' ? ADMIN : auditorOf(who.principal, 'native')),
  };
}

/** No credential. */
export function openAccess(): Access<null> {
  return {
    security: 'none',
    authenticate: () => Promise.resolve({ ok: true, principal: null }),
    limitKey: () => undefined,
    keyScope: () => undefined,
    auditor: () => undefined,
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

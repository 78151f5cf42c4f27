import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors.js';
import type { AuditAction } from '../../store/accounts/audit.js';
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
  /** Whether it is somebody who may use what is there, but manage no access to it. */
  isGuest(who: Who): boolean;
}

/**
 * Which changes a guest may not make: those that give or take access, which would outlast the guest's session, and the
 * deletion of a number with all that was said there. A new kind of change must be put on one side or the other.
 */
const NEEDS_MANAGER: Record<AuditAction, boolean> = {
  'instance.created': true,
  'instance.changed': false,
  'instance.deleted': true,
  'number.silenced': false,
  'number.unsilenced': false,
  'contact.muted': false,
  'typebot.created': false,
  'typebot.changed': false,
  'typebot.deleted': false,
  'typebots.imported': false,
  'key.created': true,
  'key.rotated': true,
  'key.previous_ended': true,
  'key.revoked': true,
  'token.rotated': true,
  'token.previous_ended': true,
  'client.rotated': true,
  'client.previous_ended': true,
  'subscription.created': true,
  'subscription.changed': true,
  'subscription.deleted': true,
  'delivery.retried': false,
  'console_link.created': true,
};

/** Throws AppError `forbidden` when this caller may not make such a change. */
export function requireManager<Who>(access: Access<Who>, who: Who, action: AuditAction | undefined): void {
  if (action === undefined || !NEEDS_MANAGER[action] || !access.isGuest(who)) return;
  throw new AppError('forbidden', 'signed in by a link that may not manage access');
}

/** Any valid credential. What it changes is told of as asked for through `surface`. */
export function keyAccess(auth: Auth, surface: Actor['surface'] = 'native'): Access<Principal> {
  return {
    security: 'key',
    authenticate: async (headers) => withActor(await auth.authenticate(headers), surface),
    limitKey: (who) => who.workspaceId,
    keyScope: (who) => who.workspaceId,
    auditor: (who) => auditorOf(who, surface),
    isGuest: (who) => who.isGuest === true,
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
    isGuest: (who) => who.type === 'workspace' && who.principal.isGuest === true,
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
    isGuest: () => false,
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

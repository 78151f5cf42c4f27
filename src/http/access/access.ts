import type { IncomingHttpHeaders } from 'node:http';
import { AppError } from '../../errors.js';
import { AUDIT_ACTIONS } from '../../store/accounts/audit.js';
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
  /** Which rights this caller lacks. */
  lacks(who: Who): readonly Right[];
}

/**
 * What a change may need besides a valid credential. `manager`: one that did not come by a link which only lets somebody
 * look and step in. `workspace`: one that is not limited to an instance.
 */
type Right = 'manager' | 'workspace';

const FREE: readonly Right[] = [];
const MANAGER: readonly Right[] = ['manager'];
const BOTH: readonly Right[] = ['manager', 'workspace'];

/**
 * What each change needs. A manager: what gives or takes access, which would outlast a guest's session, and the deletion
 * of a number with all that was said there. The workspace: what lies outside every single instance, or opens one. A new
 * kind of change must be given its place here.
 */
const NEEDS: Record<AuditAction, readonly Right[]> = {
  'instance.created': BOTH,
  'instance.changed': FREE,
  'instance.deleted': MANAGER,
  'number.silenced': FREE,
  'number.unsilenced': FREE,
  'contact.muted': FREE,
  'typebot.created': FREE,
  'typebot.changed': FREE,
  'typebot.deleted': FREE,
  'typebots.imported': FREE,
  'key.created': BOTH,
  'key.rotated': BOTH,
  'key.previous_ended': BOTH,
  'key.revoked': BOTH,
  'token.rotated': BOTH,
  'token.previous_ended': BOTH,
  'client.rotated': BOTH,
  'client.previous_ended': BOTH,
  'subscription.created': MANAGER,
  'subscription.changed': MANAGER,
  'subscription.deleted': MANAGER,
  'delivery.retried': FREE,
  'console_link.created': MANAGER,
};

const REFUSALS: Record<Right, string> = {
  manager: 'signed in by a link that may not manage access',
  workspace: 'forbidden',
};

/** Throws AppError `forbidden` when this caller lacks a right that such a change needs. */
export function requireRights<Who>(access: Access<Who>, who: Who, action: AuditAction | undefined): void {
  if (action === undefined) return;
  const [lacked] = access.lacks(who).filter((right) => NEEDS[action].includes(right));
  if (lacked !== undefined) throw new AppError('forbidden', REFUSALS[lacked]);
}

/** The kinds of change that a caller is refused, so that a page need not offer them. */
export function refusedChanges(who: Principal): AuditAction[] {
  const lacked = lackedBy(who);
  return AUDIT_ACTIONS.filter((action) => NEEDS[action].some((right) => lacked.includes(right)));
}

function lackedBy(who: Principal): Right[] {
  return [
    ...(who.isGuest === true ? (['manager'] as const) : []),
    ...(who.instanceId === undefined ? [] : (['workspace'] as const)),
  ];
}

/** Any valid credential. What it changes is told of as asked for through `surface`. */
export function keyAccess(auth: Auth, surface: Actor['surface'] = 'native'): Access<Principal> {
  return {
    security: 'key',
    authenticate: async (headers) => withActor(await auth.authenticate(headers), surface),
    limitKey: (who) => who.workspaceId,
    keyScope: (who) => who.workspaceId,
    auditor: (who) => auditorOf(who, surface),
    lacks: lackedBy,
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
    lacks: (who) => (who.type === 'admin' ? [] : lackedBy(who.principal)),
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
    lacks: () => [],
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

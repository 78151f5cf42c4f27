import type { ControlResult, Scope } from '../../../conversations/api.js';
import { AppError } from '../../../errors.js';
import type { Principal } from '../../../http/access/auth.js';
import { isUuid } from '../../../http/access/instance-access.js';
import { findSession } from '../../../store/sessions/session-reads.js';
import type { SessionView } from '../../../store/rows.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';

/** What a route below `…/sessions/{session}` knows before its body is read. */
export interface SessionContext {
  scope: Scope & { instanceId: string };
  sessionId: string;
}

/** As `instanceRouteStart`, and `{session}` must be a UUID. */
export function sessionRouteStart(deps: NativeDeps) {
  const { access, guard } = instanceRouteStart(deps);
  return {
    access,
    guard: async (request: {
      who: Principal;
      param(name: 'id' | 'session'): string;
    }): Promise<SessionContext> => {
      const { instanceId } = await guard(request);
      const sessionId = request.param('session');
      if (!isUuid(sessionId)) throw new AppError('invalid_request', 'session must be a UUID');
      const { workspaceId, actor } = request.who;
      return { scope: { workspaceId, instanceId, actor }, sessionId };
    },
  };
}

/** The session that a route names. Throws AppError `not_found`. */
export async function requireSession(deps: NativeDeps, context: SessionContext): Promise<SessionView> {
  const session = await findSession(deps.db, context.scope, context.sessionId);
  if (session === undefined) throw sessionNotFound();
  return session;
}

/** Throws AppError `not_found` unless the command was applied: this surface treats a closed session as none. */
export function requireDone(result: ControlResult): void {
  if (!result.ok) throw sessionNotFound();
}

/** The error for a session that is unknown, deleted or closed. */
export function sessionNotFound(): AppError {
  return new AppError('not_found', 'session not found');
}

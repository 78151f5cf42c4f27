import { AppError } from '../../../errors.js';
import { decodeCursor, encodeCursor } from '../../../http/input/cursor.js';
import { isUuid } from '../../../http/access/instance-access.js';
import { phoneAddressKey, requirePhone } from '../../../http/input/phone.js';
import { reply, route } from '../../../http/surface.js';
import type { Route } from '../../../http/surface.js';
import { findSession, listSessions, placeOf } from '../../../store/sessions/session-reads.js';
import type { Place } from '../../../store/rows.js';
import type { ReadScope } from '../../../store/read-scope.js';
import { listTranscript } from '../../../store/messages/transcript.js';
import { instanceRouteStart } from '../deps.js';
import type { NativeDeps } from '../deps.js';
import { nativeErrors } from '../surface.js';
import {
  sessionListSchema,
  sessionQuerySchema,
  sessionViewSchema,
  transcriptPageSchema,
  transcriptQuerySchema,
} from './schema.js';
import { requireSession, sessionRouteStart } from './session-path.js';
import { toSessionView, toTranscriptItem } from './translate.js';

/** The session list, one session and its transcript. */
export function sessionReadRoutes(deps: NativeDeps): Route[] {
  return [listRoute(deps), getRoute(deps), transcriptRoute(deps)];
}

function listRoute(deps: NativeDeps): Route {
  return route({
    ...instanceRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/typebots/sessions',
    summary: 'List sessions, active and closed, newest first',
    query: sessionQuerySchema,
    answers: {
      200: { description: 'The sessions', schema: sessionListSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ who, context: { instanceId }, query }) => {
      const scope = { workspaceId: who.workspaceId, instanceId };
      if (query.typebot_id !== undefined && !isUuid(query.typebot_id)) return reply(200, []);
      const filter = {
        shown: query.status,
        typebotId: query.typebot_id,
        addressKey: query.phone && phoneAddressKey(await requirePhone(deps.db, instanceId, query.phone)),
      };
      const after = query.before === undefined ? undefined : await placeBefore(deps, scope, query.before);
      const sessions = await listSessions(deps.db, scope, filter, { limit: query.limit, after });
      return reply(200, sessions.map(toSessionView));
    },
  });
}

async function placeBefore(deps: NativeDeps, scope: ReadScope, id: string): Promise<Place> {
  const session = isUuid(id) ? await findSession(deps.db, scope, id) : undefined;
  if (session === undefined) throw new AppError('invalid_query', 'before must be the id of a session');
  return placeOf(session, 'created');
}

function getRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/typebots/sessions/{session}',
    summary: 'Show a session',
    answers: {
      200: { description: 'The session', schema: sessionViewSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ context }) => reply(200, toSessionView(await requireSession(deps, context))),
  });
}

function transcriptRoute(deps: NativeDeps): Route {
  return route({
    ...sessionRouteStart(deps),
    method: 'GET',
    path: '/instances/{id}/typebots/sessions/{session}/messages',
    summary: 'Read the transcript of a session, oldest first unless asked otherwise',
    query: transcriptQuerySchema,
    answers: {
      200: { description: 'A page of the transcript', schema: transcriptPageSchema },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ context, query: { order, limit, cursor } }) => {
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new AppError('invalid_query', 'cursor is not one that a page gave');
      }
      const { id } = await requireSession(deps, context);
      const rows = await listTranscript(deps.db, id, { direction: order, limit: limit + 1, after });
      const page = rows.slice(0, limit);
      const last = rows.length > limit ? page.at(-1) : undefined;
      return reply(200, {
        messages: page.map((row) => toTranscriptItem(row, deps.mediaUrl)),
        next_cursor: last ? encodeCursor({ at: last.createdAt, rowId: last.rowId }) : null,
      });
    },
  });
}

import { AppError } from '../../../../errors.js';
import { keyAccess } from '../../../../http/access/access.js';
import { isUuid } from '../../../../http/access/instance-access.js';
import { decodeCursor, encodeCursor } from '../../../../http/input/cursor.js';
import { reply, route } from '../../../../http/surface.js';
import type { Route } from '../../../../http/surface.js';
import { summarizeTranscripts } from '../../../../store/messages/transcript.js';
import { listOverview, overviewPlace } from '../../../../store/sessions/overview-list.js';
import { findOverview, readWaiting } from '../../../../store/sessions/overview.js';
import type { SessionOverview } from '../../../../store/sessions/overview.js';
import type { ReadScope } from '../../../../store/read-scope.js';
import type { NativeDeps } from '../../deps.js';
import { nativeErrors } from '../../surface.js';
import { overviewQuerySchema } from './schema.js';
import { readOverviewFilter } from './filter.js';
import { sessionPageSchema, sessionRowSchema, waitingSchema } from '../schema.js';
import { toSessionRow } from '../translate.js';

/** Sessions of every instance that the key may see. */
export function overviewRoutes(deps: NativeDeps): Route[] {
  return [listRoute(deps), waitingRoute(deps), getRoute(deps)];
}

function listRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions',
    summary: 'List the sessions of all instances, the newest message or the next event first',
    access: keyAccess(deps.auth),
    query: overviewQuerySchema,
    answers: { 200: { description: 'A page of sessions', schema: sessionPageSchema }, ...nativeErrors(400) },
    handle: async ({ who, query }) => {
      const { limit, cursor, order: word, ...filters } = query;
      const after = cursor === undefined ? undefined : decodeCursor(cursor);
      if (cursor !== undefined && after === undefined) {
        throw new AppError('invalid_query', 'cursor is not one that a page gave');
      }
      const filter = await readOverviewFilter(deps.db, who, filters);
      if (filter === undefined) return reply(200, { sessions: [], next_cursor: null });
      const order = word === 'next_event' ? 'nextEvent' : 'lastMessage';
      const found = await listOverview(deps.db, who, filter, { limit: limit + 1, after, order });
      const page = found.slice(0, limit);
      const last = found.length > limit ? page.at(-1) : undefined;
      return reply(200, {
        sessions: await withLastMessages(deps, page),
        next_cursor: last ? encodeCursor(overviewPlace(last, order)) : null,
      });
    },
  });
}

async function withLastMessages({ db, workflowUrl }: NativeDeps, sessions: readonly SessionOverview[]) {
  const summaries = await summarizeTranscripts(
    db,
    sessions.map(({ id }) => id),
  );
  return sessions.map((session) =>
    toSessionRow(session, summaries.get(session.id)?.last ?? undefined, workflowUrl),
  );
}

function waitingRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions/waiting',
    summary: 'Count the active sessions by what they wait for',
    description: '`untaken`: messages of contacts that were accepted and that no turn has read yet.',
    access: keyAccess(deps.auth),
    answers: { 200: { description: 'The counts', schema: waitingSchema }, ...nativeErrors() },
    handle: async ({ who }) => {
      const { groups, untaken } = await readWaiting(deps.db, who);
      return reply(200, {
        untaken: { count: untaken.count, oldest_at: untaken.oldestAt?.toISOString() ?? null },
        groups: groups.map(({ waitsFor, count, oldestAt }) => ({
          waits_for: waitsFor,
          count,
          oldest_at: oldestAt.toISOString(),
        })),
      });
    },
  });
}

function getRoute(deps: NativeDeps): Route {
  return route({
    method: 'GET',
    path: '/sessions/{session}',
    summary: 'Show a session of any instance, with what it waits for',
    access: keyAccess(deps.auth),
    answers: { 200: { description: 'The session', schema: sessionRowSchema }, ...nativeErrors(404) },
    handle: async ({ who, param }) => {
      const scope: ReadScope = who;
      const id = param('session');
      const session = isUuid(id) ? await findOverview(deps.db, scope, id) : undefined;
      if (session === undefined) throw new AppError('not_found', 'session not found');
      const [row] = await withLastMessages(deps, [session]);
      return reply(200, row);
    },
  });
}

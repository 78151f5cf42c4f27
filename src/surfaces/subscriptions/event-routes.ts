import { AppError } from '../../errors.js';
import { toTimelineEvent } from '../../events-out/event-body.js';
import type { TimelineEvent } from '../../events-out/event-body.js';
import type { EventStreams } from '../../events-out/event-streams.js';
import type { StreamTokens } from '../../events-out/stream-token.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import { isUuid, requireInstance } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import { keyAccess } from '../../http/access/access.js';
import type { Route } from '../../http/surface.js';
import type { Access } from '../../http/access/access.js';
import { readKeyNames } from '../../store/accounts/api-keys.js';
import type { Queryable } from '../../store/db.js';
import { readTimeline } from '../../store/events/session-events.js';
import { findSession } from '../../store/sessions/session-reads.js';
import { nativeErrors } from '../native/surface.js';
import { streamQuerySchema, timelineDocument, timelineQuerySchema, tokenDocument } from './schema.js';
import { cutPage } from './translate.js';

/** What the event stream and the timeline depend on. */
export interface EventDeps {
  auth: Auth;
  db: Queryable;
  streams: EventStreams;
  tokens: StreamTokens;
}

/** The event stream of a workspace and the timeline of a session. */
export function eventRoutes(deps: EventDeps): Route[] {
  return [stream(deps), token(deps), timeline(deps)];
}

function stream({ auth, streams, tokens }: EventDeps) {
  return route({
    method: 'GET',
    path: '/events',
    summary: 'Streams events of every session the key may see',
    description:
      'Server-sent events. Each has an id; `Last-Event-ID`, or `last_event_id` in the query, resumes behind it.',
    access: streamAccess(auth, tokens),
    query: streamQuerySchema,
    headerDocs: { 'Last-Event-ID': { description: 'Id of the last event received', required: false } },
    answers: {
      200: { description: 'text/event-stream; a comment every 15 seconds' },
      ...nativeErrors(400),
    },
    handle: async ({ who, headers, query }) => {
      const resumed = headers['last-event-id'];
      const lastEventId = typeof resumed === 'string' ? resumed : query.last_event_id;
      return { stream: await streams.open(who, lastEventId) };
    },
  });
}

/** Any key, or the token that was made for a browser. */
function streamAccess(auth: Auth, tokens: StreamTokens): Access<Principal> {
  return {
    ...keyAccess(auth),
    authenticate: async (headers, query) => {
      const given = query().access_token;
      if (given === undefined) return auth.authenticate(headers);
      const principal = typeof given === 'string' ? await tokens.verify(given) : undefined;
      return principal === undefined ? { ok: false, reason: 'unauthorized' } : { ok: true, principal };
    },
  };
}

function token({ auth, tokens }: EventDeps) {
  return route({
    method: 'POST',
    path: '/events/token',
    idempotency: 'none',
    summary: 'Makes a short-lived token for the stream',
    description: 'For browsers, whose EventSource sends no header. It opens nothing but the stream.',
    access: keyAccess(auth),
    answers: { 200: { description: '`expires_in` is in seconds', schema: tokenDocument }, ...nativeErrors() },
    handle: async ({ who }) => {
      const { accessToken, expiresIn } = await tokens.issue(who);
      return reply(200, { access_token: accessToken, expires_in: expiresIn });
    },
  });
}

function timeline({ auth, db }: EventDeps) {
  return route({
    method: 'GET',
    path: '/instances/{id}/typebots/sessions/{session}/events',
    summary: 'Shows what happened in a session, oldest first unless asked otherwise',
    access: keyAccess(auth),
    guard: async ({ who, param }) => {
      const [instanceId, sessionId] = [param('id'), param('session')];
      await requireInstance(db, who, instanceId);
      if (!isUuid(sessionId)) throw new AppError('invalid_request', 'session must be a UUID');
      return { scope: { workspaceId: who.workspaceId, instanceId }, sessionId };
    },
    query: timelineQuerySchema,
    answers: {
      200: { description: 'A page of the timeline', schema: timelineDocument },
      ...nativeErrors(400, 403, 404),
    },
    handle: async ({ context: { scope, sessionId }, query }) => {
      if (!(await findSession(db, scope, sessionId))) throw new AppError('not_found', 'session not found');
      const { order: direction, cursor: after, limit } = query;
      const page = { sessionId, after, limit: limit + 1, direction };
      const { shown, next_cursor } = cutPage(await readTimeline(db, page), limit, (row) => row.id);
      const events = await withKeyNames(db, scope.workspaceId, shown.map(toTimelineEvent));
      return reply(200, { events, next_cursor });
    },
  });
}

/** Adds `key_name` where a key asked for what happened: the name it has now, null once it is revoked. */
async function withKeyNames(
  db: Queryable,
  workspaceId: string,
  events: TimelineEvent[],
): Promise<TimelineEvent[]> {
  const keyOf = ({ data }: TimelineEvent) => (typeof data.key_id === 'string' ? data.key_id : undefined);
  const ids = [...new Set(events.map(keyOf))].filter((id) => id !== undefined);
  const names = await readKeyNames(db, workspaceId, ids);
  return events.map((event) => {
    const id = keyOf(event);
    return id === undefined ? event : { ...event, data: { ...event.data, key_name: names.get(id) ?? null } };
  });
}

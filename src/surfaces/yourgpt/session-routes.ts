import { AppError } from '../../errors.js';
import { requirePhone } from '../../http/input/phone.js';
import { route } from '../../http/surface.js';
import { keyAccess } from '../../http/access/access.js';
import { listSessions } from '../../store/sessions/session-reads.js';
import { summarizeTranscripts } from '../../store/messages/transcript.js';
import { answers, refusals, requireProject, requireSession, requireWidget, success } from './project.js';
import type { YourgptDeps } from './project.js';
import { replySchemas } from './reply-schema.js';
import { createSessionSchema, getSessionsSchema, updateSessionSchema } from './schema.js';
import { toCreated, toFilter, toListed, toUpdated } from './translate.js';

/** `updateSession`, `createSession` and `getSessions`. */
export function sessionRoutes(deps: YourgptDeps) {
  return [updateSession(deps), createSession(deps), getSessions(deps)];
}

function updateSession({ auth, db, conversations }: YourgptDeps) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/updateSession',
    summary: 'Sets state, chat mode and segment of a session',
    access: keyAccess(auth, 'yourgpt'),
    body: updateSessionSchema,
    answers: answers(replySchemas.updated),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      const session = await requireSession(db, who, body.session_uid);
      const wanted = { resolution: body.state, chatMode: body.chat_mode, segment: body.segment };
      const result = await conversations.control(who, session.id, { type: 'set', ...wanted });
      if (result.ok) return success('Session updated successfully', toUpdated(result.session));
      throw refusals[result.reason]();
    },
  });
}

function createSession({ auth, db, conversations }: YourgptDeps) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/createSession',
    summary: 'Makes a session; the flow starts with the first message',
    access: keyAccess(auth, 'yourgpt'),
    body: createSessionSchema,
    answers: answers(replySchemas.created),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      const typebot = await requireWidget(db, who, body.widget_uid);
      const phone = body.phone && (await requirePhone(db, typebot.instanceId, body.phone));
      const result = await conversations.start({ typebot, phone, refuseMuted: false, actor: who.actor });
      if (!result.ok) throw new AppError('invalid_request', 'Session cannot be created');
      return success('Chatbot session created successfully', toCreated(result.session));
    },
  });
}

function getSessions({ auth, db, mediaUrl }: YourgptDeps) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/getSessions',
    idempotency: 'none',
    summary: 'Lists sessions by the time of their last message',
    access: keyAccess(auth, 'yourgpt'),
    body: getSessionsSchema,
    answers: answers(replySchemas.listed),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      const sessions = await listSessions(db, who, toFilter(body), {
        orderBy: 'lastMessage',
        direction: body.orderBy === 'ASC' ? 'asc' : 'desc',
        limit: body.limit,
        offset: (body.page - 1) * body.limit,
      });
      const summaries = await summarizeTranscripts(
        db,
        sessions.map(({ id }) => id),
      );
      return success(
        'Session detail',
        sessions.map((session) => toListed(session, summaries.get(session.id), mediaUrl)),
      );
    },
  });
}

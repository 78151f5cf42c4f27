import type { Auth, Principal } from '../../http/auth.js';
import { keyAccess, reply, route } from '../../http/surface.js';
import type { Answer, DocumentedAnswers, Surface } from '../../http/surface.js';
import type { Schema } from '../../http/schema.js';
import type { Conversations, MessageResult } from '../../conversations/api.js';
import { AppError } from '../../errors.js';
import type { Queryable } from '../../store/db.js';
import type { SessionView, TypebotRow } from '../../store/rows.js';
import { findSessionByUid, listSessions } from '../../store/session-reads.js';
import { listTranscript, summarizeTranscripts } from '../../store/transcript.js';
import { findOwnTypebot } from '../visibility.js';
import { printError } from './errors.js';
import {
  createSessionSchema,
  errorReplySchema,
  getSessionMessagesSchema,
  getSessionsSchema,
  replySchemas,
  sendMessageSchema,
  updateSessionSchema,
  type SendMessage,
} from './schema.js';
import {
  toCreated,
  toFilter,
  toInbound,
  toListed,
  toMessage,
  toOutbound,
  toReply,
  toSent,
  toUpdated,
  type MediaUrl,
} from './translate.js';

/** What the YourGPT surface works with. */
export interface YourgptParts {
  auth: Auth;
  db: Queryable;
  conversations: Conversations;
  mediaUrl: MediaUrl;
  /** How long `sendMessage` waits for the bot's answer: 20 s (surfaces 5.7). */
  replyTimeoutMs: number;
}

/** The YourGPT chatbot API (surfaces 5): every call is POST and answers 200. */
export function yourgptSurface(parts: YourgptParts): Surface {
  return {
    name: 'yourgpt',
    title: 'YourGPT chatbot API',
    basePath: '/chatbot/v1',
    bodyTypes: ['json', 'form'],
    wrongMethod: 404,
    routes: [
      updateSession(parts),
      createSession(parts),
      sendMessage(parts),
      getSessions(parts),
      getSessionMessages(parts),
    ],
    printError,
  };
}

function updateSession({ auth, db, conversations }: YourgptParts) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/updateSession',
    summary: 'Sets state, chat mode and segment of a session',
    access: keyAccess(auth),
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

function createSession({ auth, db, conversations }: YourgptParts) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/createSession',
    summary: 'Makes a session; the flow starts with the first message',
    access: keyAccess(auth),
    body: createSessionSchema,
    answers: answers(replySchemas.created),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      const typebot = await requireWidget(db, who, body.widget_uid);
      const result = await conversations.start({ typebot, phone: body.phone, refuseMuted: false });
      if (!result.ok) throw new AppError('invalid_request', 'Session cannot be created');
      return success('Chatbot session created successfully', toCreated(result.session));
    },
  });
}

function sendMessage(parts: YourgptParts) {
  const { auth, db } = parts;
  return route({
    method: 'POST',
    path: '/chatbot/v1/sendMessage',
    summary: 'Sends a message as the contact, an operator or the assistant',
    description: 'As the contact, the answer waits for the bot for up to 20 seconds.',
    access: keyAccess(auth),
    body: sendMessageSchema,
    answers: answers(replySchemas.sent),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      if (body.widget_uid !== undefined) await requireWidget(db, who, body.widget_uid);
      const session = await requireSession(db, who, body.session_uid);
      const widget = body.widget_uid?.toLowerCase() ?? session.typebotId;
      if (widget !== session.typebotId) throw refusals.not_found();
      if (session.status === 'closed') throw refusals.closed();
      return body.send_by === 'user' ? asContact(parts, who, session, body) : toContact(parts, who, session, body);
    },
  });
}

async function asContact(
  { conversations, mediaUrl, replyTimeoutMs }: YourgptParts,
  who: Principal,
  session: SessionView,
  body: SendMessage,
): Promise<Answer> {
  const message = { content: toInbound(body), whenClosed: 'refuse' } as const;
  const stored = accepted(await conversations.contactMessage(who, session.id, message));
  const answer = await conversations.botReply(session.id, stored.message.id, replyTimeoutMs);
  const data = answer && toReply(answer, session, mediaUrl);
  return data ? success('AI reply', data) : success('Message sent', toSent(stored.message, session, body));
}

async function toContact(
  { conversations }: YourgptParts,
  who: Principal,
  session: SessionView,
  body: SendMessage,
): Promise<Answer> {
  const byOperator = body.send_by === 'operator';
  const stored = accepted(
    await conversations.outgoing(who, session.id, {
      content: toOutbound(body),
      sender: byOperator ? 'operator' : 'bot',
      takeover: byOperator,
    }),
  );
  return success('Message sent', toSent(stored.message, session, body));
}

function getSessions({ auth, db }: YourgptParts) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/getSessions',
    summary: 'Lists sessions by the time of their last message',
    access: keyAccess(auth),
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
        sessions.map((session) => toListed(session, summaries.get(session.id))),
      );
    },
  });
}

function getSessionMessages({ auth, db, mediaUrl }: YourgptParts) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/getSessionMessages',
    summary: 'Lists the messages of a session',
    access: keyAccess(auth),
    body: getSessionMessagesSchema,
    answers: answers(replySchemas.messages),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      const session = await requireSession(db, who, body.session_uid);
      const rows = await listTranscript(db, session.id, {
        direction: body.orderBy === 'ASC' ? 'asc' : 'desc',
        limit: body.limit,
        offset: (body.page - 1) * body.limit,
      });
      return success(
        'Session messages',
        rows.map((row) => toMessage(row, session, mediaUrl)),
      );
    },
  });
}

function answers(schema: Schema<unknown>): DocumentedAnswers {
  const refused = (description: string) => ({ description, schema: errorReplySchema });
  return {
    200: { description: 'Done', schema },
    400: refused('A field, the session or its state does not fit'),
    401: refused('No valid credential'),
    403: refused('The project or widget is not the caller’s'),
    413: refused('More than 1 MiB'),
    429: refused('Too many requests'),
  };
}

function success(message: string, data: unknown): Answer {
  return reply(200, { type: 'RXSUCCESS', message, data });
}

const refusals = {
  not_found: () => new AppError('invalid_request', 'Session not found'),
  closed: () => new AppError('invalid_request', 'Session is closed'),
  resolved: () => new AppError('invalid_request', 'chat_mode cannot be set when state is resolved'),
};

function accepted(result: MessageResult) {
  if (result.ok) return result;
  throw refusals[result.reason]();
}

function requireProject(who: Principal, projectUid: string | undefined): void {
  if (projectUid !== undefined && projectUid.toLowerCase() !== who.workspaceId) {
    throw new AppError('forbidden', 'Access denied');
  }
}

async function requireWidget(db: Queryable, who: Principal, widgetUid: string): Promise<TypebotRow> {
  const typebot = await findOwnTypebot(db, who, widgetUid);
  if (typebot === undefined) throw new AppError('forbidden', 'Access denied');
  return typebot;
}

async function requireSession(db: Queryable, who: Principal, sessionUid: string): Promise<SessionView> {
  const session = await findSessionByUid(db, who, sessionUid);
  if (session === undefined) throw refusals.not_found();
  return session;
}

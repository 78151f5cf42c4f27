import type { MessageResult } from '../../conversations/api.js';
import type { Principal } from '../../http/access/auth.js';
import { route } from '../../http/surface.js';
import type { Answer } from '../../http/answer.js';
import { keyAccess } from '../../http/access/access.js';
import type { SessionView } from '../../store/rows.js';
import { listTranscript } from '../../store/messages/transcript.js';
import { toInbound, toOutbound } from './content.js';
import { answers, refusals, requireProject, requireSession, requireWidget, success } from './project.js';
import type { YourgptDeps } from './project.js';
import { replySchemas } from './reply-schema.js';
import { getSessionMessagesSchema, sendMessageSchema, type SendMessage } from './schema.js';
import { toMessage, toReply, toSent } from './translate.js';

/** `sendMessage` and `getSessionMessages`. */
export function messageRoutes(deps: YourgptDeps) {
  return [sendMessage(deps), getSessionMessages(deps)];
}

function sendMessage(deps: YourgptDeps) {
  const { auth, db } = deps;
  return route({
    method: 'POST',
    path: '/chatbot/v1/sendMessage',
    summary: 'Sends a message as the contact, an operator or the assistant',
    description: 'As the contact, the answer waits for the bot for up to 20 seconds.',
    access: keyAccess(auth, 'yourgpt'),
    body: sendMessageSchema,
    answers: answers(replySchemas.sent),
    handle: async ({ who, body }) => {
      requireProject(who, body.project_uid);
      if (body.widget_uid !== undefined) await requireWidget(db, who, body.widget_uid);
      const session = await requireSession(db, who, body.session_uid);
      const widget = body.widget_uid?.toLowerCase() ?? session.typebotId;
      if (widget !== session.typebotId) throw refusals.not_found();
      if (session.status === 'closed') throw refusals.closed();
      return body.send_by === 'user'
        ? asContact(deps, who, session, body)
        : toContact(deps, who, session, body);
    },
  });
}

async function asContact(
  { conversations, mediaUrl, replyTimeoutMs }: YourgptDeps,
  who: Principal,
  session: SessionView,
  body: SendMessage,
): Promise<Answer> {
  const message = { content: toInbound(body), whenClosed: 'refuse' } as const;
  const stored = accepted(await conversations.contactMessage(who, session.id, message));
  const sent = success('Message sent', toSent(stored.message, session, body));
  const afterwards = async () => {
    const answer = await conversations.botReply(session.id, stored.message.id, replyTimeoutMs);
    const data = answer && toReply(answer, session, mediaUrl);
    return data ? success('AI reply', data) : sent;
  };
  return { ...sent, afterwards };
}

async function toContact(
  { conversations }: YourgptDeps,
  who: Principal,
  session: SessionView,
  body: SendMessage,
): Promise<Answer> {
  const byOperator = body.send_by === 'operator';
  const stored = accepted(
    await conversations.sendMessage(who, session.id, {
      content: toOutbound(body),
      sender: byOperator ? 'operator' : 'bot',
      takeover: byOperator,
    }),
  );
  return success('Message sent', toSent(stored.message, session, body));
}

function accepted(result: MessageResult) {
  if (result.ok) return result;
  throw refusals[result.reason]();
}

function getSessionMessages({ auth, db, mediaUrl }: YourgptDeps) {
  return route({
    method: 'POST',
    path: '/chatbot/v1/getSessionMessages',
    idempotency: 'none',
    summary: 'Lists the messages of a session',
    access: keyAccess(auth, 'yourgpt'),
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

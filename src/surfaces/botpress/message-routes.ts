import type { MessageResult } from '../../conversations/api.js';
import { AppError } from '../../errors.js';
import { isUuid } from '../../http/access/instance-access.js';
import { parseWith } from '../../http/input/schema.js';
import { reply, route } from '../../http/surface.js';
import type { Answer } from '../../http/answer.js';
import {
  annotateMessage,
  deleteSettledMessage,
  findTypebotMessage,
  listTypebotMessages,
  type MessageOfSession,
} from '../../store/sessions/botpress-reads.js';
import type { SessionView } from '../../store/rows.js';
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressParts } from './bot.js';
import { toInbound, toOutbound } from './content.js';
import { cutPage, readPlace } from './paging.js';
import {
  createMessageSchema,
  messageQuerySchema,
  replySchemas,
  updateMessageSchema,
  type CreateMessage,
} from './schema.js';
import { contentSchema, type BotpressContent } from './content-schema.js';
import { toTagChange } from './tags.js';
import { toMessage, type MediaUrl } from './translate.js';

/** Messages of Botpress's runtime API. */
export function messageRoutes(parts: BotpressParts) {
  return [
    createMessage(parts),
    listMessages(parts),
    getMessage(parts),
    updateMessage(parts),
    deleteMessage(parts),
  ];
}

function createMessage(parts: BotpressParts) {
  return route({
    method: 'POST',
    path: '/v1/chat/messages',
    summary: 'Sends a message to the contact, or brings one in its name with x-integration-id',
    ...ofBot(parts),
    body: createMessageSchema,
    answers: answers(201, replySchemas.message),
    handle: async ({ context: bot, body }) => {
      const content = readContent(body);
      if (bot.byIntegration && body.schedule) {
        throw new AppError('invalid_body', 'schedule is for messages to the contact');
      }
      const scheduledAt = readSchedule(body, Date.now());
      const session = await requireConversation(parts.db, bot, body.conversationId);
      return bot.byIntegration
        ? receive(parts, session, body, content)
        : send(parts, bot, { session, body, content, scheduledAt });
    },
  });
}

async function receive(
  { conversations, mediaUrl }: BotpressParts,
  session: SessionView,
  body: CreateMessage,
  content: BotpressContent,
): Promise<Answer> {
  const { userId, tags } = body;
  const scope = { workspaceId: session.workspaceId, instanceId: session.instanceId };
  const result = await conversations.contactMessage(scope, session.id, {
    content: toInbound(content),
    userId,
    tags,
    whenClosed: 'record',
  });
  return created(result, mediaUrl, { type: body.type, payload: body.payload, origin: body.origin });
}

interface Sending {
  session: SessionView;
  body: CreateMessage;
  content: BotpressContent;
  scheduledAt: Date | undefined;
}

async function send(
  { conversations, mediaUrl }: BotpressParts,
  bot: Bot,
  { session, body, content, scheduledAt }: Sending,
): Promise<Answer> {
  const { type, payload, origin, userId, tags } = body;
  const [first, ...more] = toOutbound(content, bot.typebot.settings.locale);
  if (first === undefined) throw new AppError('invalid_body', 'payload has nothing to send');
  const botpress = { type, payload, ...(origin === undefined ? {} : { origin }) };
  const result = await conversations.sendMessage(bot.scope, session.id, {
    content: first,
    more,
    sender: 'api',
    takeover: false,
    scheduledAt,
    userId,
    tags,
    botpress,
  });
  return created(result, mediaUrl, botpress);
}

function created(result: MessageResult, mediaUrl: MediaUrl, botpress: Record<string, unknown>): Answer {
  if (!result.ok) throw notFound('conversation');
  const { id: sessionId, contactId, typebotId } = result.session;
  const message = { item: { ...result.message, botpress }, sessionId, contactId, typebotId };
  return reply(201, { message: toMessage(message, mediaUrl) });
}

function readContent(body: { type: string; payload: Record<string, unknown> }): BotpressContent {
  const result = parseWith(contentSchema, { type: body.type, payload: body.payload });
  if (result.ok) return result.value;
  throw new AppError('invalid_body', 'payload does not fit the type', { issues: result.issues });
}

const MAX_SCHEDULE_MS = 366 * 86_400_000;

function readSchedule({ schedule }: CreateMessage, nowMs: number): Date | undefined {
  if (schedule === undefined) return undefined;
  const atMs =
    schedule.dateTime === undefined ? nowMs + (schedule.delay ?? 0) : Date.parse(schedule.dateTime);
  if (atMs > nowMs + MAX_SCHEDULE_MS) throw new AppError('invalid_body', 'schedule is more than a year away');
  return new Date(Math.max(atMs, nowMs));
}

function listMessages(parts: BotpressParts) {
  return route({
    method: 'GET',
    path: '/v1/chat/messages',
    summary: 'Lists messages of the bot, newest first',
    ...ofBot(parts),
    query: messageQuerySchema,
    answers: answers(200, replySchemas.messages),
    handle: async ({ context: bot, query }) => {
      const after = readPlace(query.nextToken);
      const { conversationId } = query;
      const session =
        conversationId === undefined ? undefined : await requireConversation(parts.db, bot, conversationId);
      const filter = {
        typebotId: bot.typebot.id,
        sessionId: session?.id,
        tags: query.tags,
        createdAfter: query.afterDate,
        createdBefore: query.beforeDate,
      };
      const found = await listTypebotMessages(parts.db, filter, { limit: query.pageSize + 1, after });
      const { page, meta } = cutPage(found, query.pageSize, ({ item }) => ({
        at: item.createdAt,
        rowId: item.rowId,
      }));
      return reply(200, { messages: page.map((message) => toMessage(message, parts.mediaUrl)), meta });
    },
  });
}

function getMessage(parts: BotpressParts) {
  return route({
    method: 'GET',
    path: '/v1/chat/messages/{id}',
    summary: 'Shows a message',
    ...ofBot(parts),
    answers: answers(200, replySchemas.message),
    handle: async ({ context: bot, param }) => shown(parts, await requireMessage(parts, bot, param('id'))),
  });
}

function updateMessage(parts: BotpressParts) {
  return route({
    method: 'PUT',
    path: '/v1/chat/messages/{id}',
    summary: 'Merges tags key by key; changes what is shown of a sent payload, not what was sent',
    ...ofBot(parts),
    body: updateMessageSchema,
    answers: answers(200, replySchemas.message),
    handle: async ({ context: bot, param, body }) => {
      const message = await requireMessage(parts, bot, param('id'));
      const { type } = toMessage(message, parts.mediaUrl);
      const { payload } = body;
      if (payload !== undefined) {
        if (message.item.direction === 'incoming') {
          throw new AppError('invalid_body', 'payload of a received message cannot be changed');
        }
        readContent({ type, payload });
      }
      const shownAs = payload && { type, payload };
      await annotateMessage(parts.db, message.item.id, { tags: toTagChange(body.tags), shown: shownAs });
      return shown(parts, await requireMessage(parts, bot, message.item.id));
    },
  });
}

function deleteMessage(parts: BotpressParts) {
  return route({
    method: 'DELETE',
    path: '/v1/chat/messages/{id}',
    summary: 'Takes a message out of the transcript',
    ...ofBot(parts),
    answers: answers(200, replySchemas.nothing),
    handle: async ({ context: bot, param }) => {
      const { item } = await requireMessage(parts, bot, param('id'));
      if (await deleteSettledMessage(parts.db, item.id)) return reply(200, {});
      throw new AppError('invalid_request', 'message is still on its way');
    },
  });
}

async function requireMessage({ db }: BotpressParts, bot: Bot, id: string): Promise<MessageOfSession> {
  const message = isUuid(id) ? await findTypebotMessage(db, bot.typebot.id, id) : undefined;
  if (message === undefined) throw notFound('message');
  return message;
}

function shown({ mediaUrl }: BotpressParts, message: MessageOfSession): Answer {
  return reply(200, { message: toMessage(message, mediaUrl) });
}

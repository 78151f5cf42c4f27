import { AppError } from '../../errors.js';
import { isUuid } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import type { Answer } from '../../http/answer.js';
import {
  annotateMessage,
  deleteSettledMessage,
  findTypebotMessage,
  listTypebotMessages,
  type MessageOfSession,
} from '../../store/sessions/botpress-reads.js';
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressParts } from './bot.js';
import { readContent } from './content.js';
import { createMessage, getOrCreateMessage } from './new-message-routes.js';
import { cutPage, readPlace } from './paging.js';
import { messageQuerySchema, replySchemas, updateMessageSchema } from './schema.js';
import { toTagChange } from './tags.js';
import { toMessage } from './translate.js';

/** Messages of Botpress's runtime API. */
export function messageRoutes(parts: BotpressParts) {
  return [
    getOrCreateMessage(parts),
    createMessage(parts),
    listMessages(parts),
    getMessage(parts),
    updateMessage(parts),
    deleteMessage(parts),
  ];
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

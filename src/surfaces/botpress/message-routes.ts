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
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressDeps } from './bot.js';
import { readContent } from './content.js';
import { createMessage, getOrCreateMessage } from './new-message-routes.js';
import { cutPage, readPlace } from './paging.js';
import { messageQuerySchema, replySchemas, updateMessageSchema } from './schema.js';
import { toTagChange } from './tags.js';
import { toMessage } from './translate.js';

/** Messages of Botpress's runtime API. */
export function messageRoutes(deps: BotpressDeps) {
  return [
    getOrCreateMessage(deps),
    createMessage(deps),
    listMessages(deps),
    getMessage(deps),
    updateMessage(deps),
    deleteMessage(deps),
  ];
}

function listMessages(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/messages',
    summary: 'Lists messages of the bot, newest first',
    ...ofBot(deps),
    query: messageQuerySchema,
    answers: answers(200, replySchemas.messages),
    handle: async ({ context: bot, query }) => {
      const after = readPlace(query.nextToken);
      const { conversationId } = query;
      const session =
        conversationId === undefined ? undefined : await requireConversation(deps.db, bot, conversationId);
      const filter = {
        instanceId: bot.typebot.instanceId,
        typebotId: bot.typebot.id,
        sessionId: session?.id,
        tags: query.tags,
        createdAfter: query.afterDate,
        createdBefore: query.beforeDate,
      };
      const found = await listTypebotMessages(deps.db, filter, { limit: query.pageSize + 1, after });
      const { page, meta } = cutPage(found, query.pageSize, ({ item }) => ({
        at: item.createdAt,
        rowId: item.rowId,
      }));
      return reply(200, { messages: page.map((message) => toMessage(message, deps.mediaUrl)), meta });
    },
  });
}

function getMessage(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/messages/{id}',
    summary: 'Shows a message',
    ...ofBot(deps),
    answers: answers(200, replySchemas.message),
    handle: async ({ context: bot, param }) => shown(deps, await requireMessage(deps, bot, param('id'))),
  });
}

function updateMessage(deps: BotpressDeps) {
  return route({
    method: 'PUT',
    path: '/v1/chat/messages/{id}',
    summary: 'Merges tags key by key; changes what is shown of a sent payload, not what was sent',
    ...ofBot(deps),
    body: updateMessageSchema,
    answers: answers(200, replySchemas.message),
    handle: async ({ context: bot, param, body }) => {
      const message = await requireMessage(deps, bot, param('id'));
      const { type } = toMessage(message, deps.mediaUrl);
      const { payload } = body;
      if (payload !== undefined) {
        if (message.item.direction === 'incoming') {
          throw new AppError('invalid_body', 'payload of a received message cannot be changed');
        }
        readContent({ type, payload });
      }
      const shownAs = payload && { type, payload };
      await annotateMessage(deps.db, message.item.id, { tags: toTagChange(body.tags), shown: shownAs });
      return shown(deps, await requireMessage(deps, bot, message.item.id));
    },
  });
}

function deleteMessage(deps: BotpressDeps) {
  return route({
    method: 'DELETE',
    path: '/v1/chat/messages/{id}',
    summary: 'Takes a message out of the transcript',
    ...ofBot(deps),
    answers: answers(200, replySchemas.nothing),
    handle: async ({ context: bot, param }) => {
      const { item } = await requireMessage(deps, bot, param('id'));
      if (await deleteSettledMessage(deps.db, item.id)) return reply(200, {});
      throw new AppError('invalid_request', 'message is still on its way');
    },
  });
}

async function requireMessage({ db }: BotpressDeps, bot: Bot, id: string): Promise<MessageOfSession> {
  const message = isUuid(id) ? await findTypebotMessage(db, bot.typebot.id, id) : undefined;
  if (message === undefined) throw notFound('message');
  return message;
}

function shown({ mediaUrl }: BotpressDeps, message: MessageOfSession): Answer {
  return reply(200, { message: toMessage(message, mediaUrl) });
}

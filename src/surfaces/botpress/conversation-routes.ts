import { AppError } from '../../errors.js';
import { isUuid } from '../../http/access/instance-access.js';
import { phoneAddressKey } from '../../http/input/phone.js';
import { reply, route } from '../../http/surface.js';
import type { ConversationMatch } from '../../store/sessions/botpress-reads.js';
import type { SessionView } from '../../store/rows.js';
import { listSessions, placeOf, type SessionFilter } from '../../store/sessions/session-reads.js';
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressDeps } from './bot.js';
import { cutPage, readPlace } from './paging.js';
import {
  conversationQuerySchema,
  createConversationSchema,
  getOrCreateConversationSchema,
  replySchemas,
  updateConversationSchema,
  type ConversationQuery,
  type NewConversation,
} from './schema.js';
import { checkTagKeys, splitUserPhone, toSetTags, toTagChange, toTagMatch, USER_PHONE } from './tags.js';
import { toConversation } from './translate.js';

/** Conversations of Botpress's runtime API. */
export function conversationRoutes(deps: BotpressDeps) {
  return [
    getOrCreateConversation(deps),
    createConversation(deps),
    listConversations(deps),
    getConversation(deps),
    updateConversation(deps),
    deleteConversation(deps),
  ];
}

function getConversation(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/conversations/{id}',
    summary: 'Shows a conversation',
    ...ofBot(deps),
    answers: answers(200, replySchemas.conversation),
    handle: async ({ context: bot, param }) =>
      shown(200, await requireConversation(deps.db, bot, param('id'))),
  });
}

function updateConversation(deps: BotpressDeps) {
  return route({
    method: 'PUT',
    path: '/v1/chat/conversations/{id}',
    summary: 'Merges tags key by key, sets or clears the current task',
    ...ofBot(deps),
    body: updateConversationSchema,
    answers: answers(200, replySchemas.conversation),
    handle: async ({ context: bot, param, body }) => {
      const tags = toTagChange(body.tags ?? {});
      checkTagKeys(Object.keys(tags), bot);
      const session = await requireConversation(deps.db, bot, param('id'));
      if (Object.keys(tags).length === 0 && body.currentTaskId === undefined) return shown(200, session);
      const currentTaskId = body.currentTaskId === '' ? null : body.currentTaskId;
      const changed = await deps.conversations.annotate(bot.scope, session.id, { tags, currentTaskId });
      if (changed === null) throw notFound('conversation');
      return shown(200, changed);
    },
  });
}

function deleteConversation(deps: BotpressDeps) {
  return route({
    method: 'DELETE',
    path: '/v1/chat/conversations/{id}',
    summary: 'Ends and deletes a conversation with its transcript',
    ...ofBot(deps),
    answers: answers(200, replySchemas.nothing),
    handle: async ({ context: bot, param }) => {
      const session = await requireConversation(deps.db, bot, param('id'));
      if (!(await deps.conversations.remove(bot.scope, session.id))) throw notFound('conversation');
      return reply(200, {});
    },
  });
}

function createConversation(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/conversations',
    summary: 'Makes a conversation; the tag userPhone binds it to a contact',
    ...ofBot(deps),
    body: createConversationSchema,
    answers: answers(201, replySchemas.conversation),
    handle: async ({ context: bot, body }) =>
      shown(201, (await create(deps, bot, await readNew(deps, bot, body))).session),
  });
}

function getOrCreateConversation(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/conversations/get-or-create',
    summary: 'Finds the newest active conversation with these tags, or makes one',
    ...ofBot(deps),
    body: getOrCreateConversationSchema,
    answers: answers(200, replySchemas.foundOrCreated),
    handle: async ({ context: bot, body }) => {
      const wanted = await readNew(deps, bot, body);
      const { session, found } = await create(deps, bot, wanted, likeWanted(bot, wanted));
      return reply(200, { conversation: toConversation(session), meta: { created: !found } });
    },
  });
}

/** A requested conversation, with its tags checked. */
interface Wanted {
  channel: string;
  phone: string | undefined;
  tags: Record<string, string>;
  discriminateByTags: string[] | undefined;
}

async function readNew({ db }: BotpressDeps, bot: Bot, body: NewConversation): Promise<Wanted> {
  checkTagKeys(
    Object.keys(body.tags).filter((key) => key !== USER_PHONE),
    bot,
  );
  const { channel, discriminateByTags } = body;
  const { instanceId } = bot.typebot;
  const { phone, tags } = await splitUserPhone({ db, instanceId }, toSetTags(body.tags), 'invalid_body');
  return { channel, discriminateByTags, phone, tags };
}

function likeWanted(bot: Bot, wanted: Wanted): ConversationMatch {
  const listed = wanted.discriminateByTags?.filter((key) => key !== USER_PHONE);
  return {
    ...toTagMatch(wanted.tags, listed),
    typebotId: bot.typebot.id,
    channel: wanted.channel,
    addressKey: wanted.phone === undefined ? null : phoneAddressKey(wanted.phone),
  };
}

async function create(deps: BotpressDeps, bot: Bot, wanted: Wanted, unlessActive?: ConversationMatch) {
  const result = await deps.conversations.start({
    typebot: bot.typebot,
    phone: wanted.phone,
    tags: wanted.tags,
    botpressChannel: wanted.channel,
    refuseMuted: false,
    refuseActive: true,
    unlessActive,
    actor: bot.scope.actor,
  });
  if (result.ok) return result;
  throw new AppError('conflict', 'the contact has an active conversation with this bot');
}

function listConversations(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/conversations',
    summary: 'Lists the conversations of the bot, most recent first',
    ...ofBot(deps),
    query: conversationQuerySchema,
    answers: answers(200, replySchemas.conversations),
    handle: async ({ context: bot, query }) => {
      const orderBy = query.sortField === 'createdAt' ? 'created' : 'updated';
      const sessions = await listSessions(deps.db, bot.scope, await toFilter(deps, bot, query), {
        orderBy,
        direction: query.sortDirection,
        limit: query.pageSize + 1,
        after: readPlace(query.nextToken),
      });
      const { page, meta } = cutPage(sessions, query.pageSize, (session) => placeOf(session, orderBy));
      return reply(200, { conversations: page.map(toConversation), meta });
    },
  });
}

async function toFilter({ db }: BotpressDeps, bot: Bot, query: ConversationQuery): Promise<SessionFilter> {
  const { instanceId } = bot.typebot;
  const { phone, tags } = await splitUserPhone({ db, instanceId }, query.tags, 'invalid_query');
  return {
    typebotId: bot.typebot.id,
    tags,
    addressKey: phone === undefined ? undefined : phoneAddressKey(phone),
    contactIds: query.participantIds?.filter(isUuid),
    kind: query.integrationName,
    botpressChannel: query.channel,
    createdAfter: query.afterDate,
    createdBefore: query.beforeDate,
  };
}

function shown(status: 200 | 201, session: SessionView) {
  return reply(status, { conversation: toConversation(session) });
}

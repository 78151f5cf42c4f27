import { isUuid } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import { phoneAddressKey } from '../../http/input/phone.js';
import {
  listParticipantIds,
  listUsers as readUsers,
  type UserFilter,
  type UserTime,
} from '../../store/contacts/botpress-user-list.js';
import {
  deleteUser as forgetUser,
  findOrMakeUser,
  findUser,
  insertUser,
  saveUser,
  type UserFields,
  type UserRow,
} from '../../store/contacts/botpress-users.js';
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressDeps } from './bot.js';
import { cutPage, readPlace } from './paging.js';
import { replySchemas, userQuerySchema, type UserQuery } from './schema.js';
import { checkIntegrationKeys, toSetTags, toTagChange, toTagMatch } from './tags.js';
import { toUser } from './translate.js';
import { createUserSchema, getOrCreateUserSchema, updateUserSchema, type NewUser } from './user-schema.js';

/** Users of Botpress's runtime API: those that clients made, and every contact of the bot's instance. */
export function userRoutes(deps: BotpressDeps) {
  return [
    getOrCreateUser(deps),
    createUser(deps),
    listUsers(deps),
    getUser(deps),
    updateUser(deps),
    deleteUser(deps),
  ];
}

function getOrCreateUser(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/users/get-or-create',
    summary: 'Finds the newest user with these tags, or makes one',
    ...ofBot(deps),
    body: getOrCreateUserSchema,
    answers: answers(200, replySchemas.foundOrCreatedUser),
    handle: async ({ context: bot, body }) => {
      const wanted = readNew(bot, body);
      const match = toTagMatch(wanted.tags, body.discriminateByTags);
      const { user, found } = await deps.db.transaction((tx) =>
        findOrMakeUser(tx, bot.typebot, { match, wanted }),
      );
      return reply(200, { user: toUser(user), meta: { created: !found } });
    },
  });
}

function createUser(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/users',
    summary: 'Makes a user',
    ...ofBot(deps),
    body: createUserSchema,
    answers: answers(201, replySchemas.user),
    handle: async ({ context: bot, body }) =>
      shown(201, await insertUser(deps.db, bot.typebot, readNew(bot, body))),
  });
}

function readNew(bot: Bot, { tags, name, pictureUrl }: NewUser): UserFields {
  checkIntegrationKeys(Object.keys(tags), bot);
  return { tags: toSetTags(tags), name: name || null, pictureUrl: pictureUrl || null };
}

function getUser(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/users/{id}',
    summary: 'Shows a user or a contact',
    ...ofBot(deps),
    answers: answers(200, replySchemas.user),
    handle: async ({ context: bot, param }) => shown(200, await requireUser(deps, bot, param('id'))),
  });
}

function updateUser(deps: BotpressDeps) {
  return route({
    method: 'PUT',
    path: '/v1/chat/users/{id}',
    summary: 'Merges tags key by key, sets or clears name and picture',
    ...ofBot(deps),
    body: updateUserSchema,
    answers: answers(200, replySchemas.user),
    handle: async ({ context: bot, param, body }) => {
      const tags = toTagChange(body.tags ?? {});
      checkIntegrationKeys(Object.keys(tags), bot);
      const { id } = await requireUser(deps, bot, param('id'));
      await saveUser(deps.db, bot.typebot, id, { ...body, tags });
      return shown(200, await requireUser(deps, bot, id));
    },
  });
}

function listUsers(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/users',
    summary: 'Lists the users of the bot and the contacts of its instance, most recent first',
    ...ofBot(deps),
    query: userQuerySchema,
    answers: answers(200, replySchemas.users),
    handle: async ({ context: bot, query }) => {
      const after = readPlace(query.nextToken);
      const found = await readUsers(deps.db, bot.typebot, await toFilter(deps, bot, query), {
        orderBy: TIMES[query.sortField],
        direction: query.sortDirection,
        limit: query.pageSize + 1,
        after,
      });
      const { page, meta } = cutPage(found, query.pageSize, ({ place }) => place);
      return reply(200, { users: page.map(({ user }) => toUser(user)), meta });
    },
  });
}

const TIMES: Record<UserQuery['sortField'], UserTime> = { createdAt: 'created', updatedAt: 'updated' };

async function toFilter({ db }: BotpressDeps, bot: Bot, query: UserQuery): Promise<UserFilter> {
  const { tags, conversationId } = query;
  const phone = Object.hasOwn(tags, 'phone') ? tags['phone'] : undefined;
  const session =
    conversationId === undefined ? undefined : await requireConversation(db, bot, conversationId);
  return {
    tags,
    addressKey: phone !== undefined && /^\d{1,20}$/.test(phone) ? phoneAddressKey(phone) : undefined,
    ids: session && (await listParticipantIds(db, session.id)).filter(isUuid),
    rangeOf: TIMES[query.rangeField],
    after: query.afterDate,
    before: query.beforeDate,
  };
}

function deleteUser(deps: BotpressDeps) {
  return route({
    method: 'DELETE',
    path: '/v1/chat/users/{id}',
    summary: 'Deletes a user; of a contact, what this bot knows of it',
    description:
      'Conversations and messages stay, as do the contact and its mute. A contact that writes to the bot afterwards is a user again, without its earlier tags.',
    ...ofBot(deps),
    answers: answers(200, replySchemas.nothing),
    handle: async ({ context: bot, param }) => {
      const { id } = await requireUser(deps, bot, param('id'));
      await deps.db.transaction((tx) => forgetUser(tx, bot.typebot, id));
      return reply(200, {});
    },
  });
}

async function requireUser({ db }: BotpressDeps, bot: Bot, id: string): Promise<UserRow> {
  const user = isUuid(id) ? await findUser(db, bot.typebot, id) : undefined;
  if (user === undefined) throw notFound('user');
  return user;
}

function shown(status: 200 | 201, user: UserRow) {
  return reply(status, { user: toUser(user) });
}

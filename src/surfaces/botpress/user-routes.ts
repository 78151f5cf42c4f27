import { isUuid } from '../../http/access/instance-access.js';
import { reply, route } from '../../http/surface.js';
import {
  findOrMakeUser,
  findUser,
  insertUser,
  saveUser,
  type UserFields,
  type UserRow,
} from '../../store/contacts/botpress-users.js';
import { answers, notFound, ofBot, type Bot, type BotpressDeps } from './bot.js';
import { replySchemas } from './schema.js';
import { checkIntegrationKeys, toSetTags, toTagChange, toTagMatch } from './tags.js';
import { toUser } from './translate.js';
import { createUserSchema, getOrCreateUserSchema, updateUserSchema, type NewUser } from './user-schema.js';

/** Users of Botpress's runtime API: those that clients made, and every contact of the bot's instance. */
export function userRoutes(deps: BotpressDeps) {
  return [getOrCreateUser(deps), createUser(deps), getUser(deps), updateUser(deps)];
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

async function requireUser({ db }: BotpressDeps, bot: Bot, id: string): Promise<UserRow> {
  const user = isUuid(id) ? await findUser(db, bot.typebot, id) : undefined;
  if (user === undefined) throw notFound('user');
  return user;
}

function shown(status: 200 | 201, user: UserRow) {
  return reply(status, { user: toUser(user) });
}

import { AppError } from '../../errors.js';
import { reply, route } from '../../http/surface.js';
import { findUser } from '../../store/contacts/botpress-users.js';
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressDeps } from './bot.js';
import { addParticipantSchema, replySchemas } from './schema.js';
import { toUser } from './translate.js';

/** The participants of a conversation: its contact, or nobody. */
export function participantRoutes(deps: BotpressDeps) {
  return [listParticipants(deps), addParticipant(deps), getParticipant(deps)];
}

function listParticipants(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/conversations/{id}/participants',
    summary: 'Lists the contact of a conversation',
    ...ofBot(deps),
    answers: answers(200, replySchemas.participants),
    handle: async ({ context: bot, param }) => {
      const participant = await participantOf(deps, bot, param('id'));
      return reply(200, { participants: participant === null ? [] : [participant], meta: {} });
    },
  });
}

function addParticipant(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/conversations/{id}/participants',
    idempotency: 'none',
    summary: 'Accepts the contact itself; nobody else can join',
    ...ofBot(deps),
    body: addParticipantSchema,
    answers: answers(200, replySchemas.participant),
    handle: async ({ context: bot, param, body }) => {
      const participant = await participantOf(deps, bot, param('id'));
      if (participant?.id !== body.userId.toLowerCase()) {
        throw new AppError('invalid_body', 'userId is not the contact of the conversation');
      }
      return reply(200, { participant });
    },
  });
}

function getParticipant(deps: BotpressDeps) {
  return route({
    method: 'GET',
    path: '/v1/chat/conversations/{id}/participants/{userId}',
    summary: 'Shows the contact of a conversation',
    ...ofBot(deps),
    answers: answers(200, replySchemas.participant),
    handle: async ({ context: bot, param }) => {
      const participant = await participantOf(deps, bot, param('id'));
      if (participant?.id !== param('userId').toLowerCase()) throw notFound('participant');
      return reply(200, { participant });
    },
  });
}

async function participantOf({ db }: BotpressDeps, bot: Bot, conversationId: string) {
  const session = await requireConversation(db, bot, conversationId);
  if (session.contactRowId === null) return null;
  const contact = await findUser(db, bot.typebot, session.contactId);
  return contact === undefined ? null : toUser(contact);
}

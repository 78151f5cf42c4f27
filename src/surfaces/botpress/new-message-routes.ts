import type { MessageResult } from '../../conversations/api.js';
import { AppError } from '../../errors.js';
import { reply, route } from '../../http/surface.js';
import type { SessionView } from '../../store/rows.js';
import { findTaggedMessage, type TagMatch } from '../../store/sessions/botpress-reads.js';
import { answers, notFound, ofBot, requireConversation, type Bot, type BotpressDeps } from './bot.js';
import type { BotpressContent } from './content-schema.js';
import { readContent, toInbound, toOutbound } from './content.js';
import { createMessageSchema, getOrCreateMessageSchema, replySchemas, type CreateMessage } from './schema.js';
import { toSetTags, toTagMatch } from './tags.js';
import { toMessage, type MediaUrl } from './translate.js';

/** `POST /messages`. */
export function createMessage(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/messages',
    summary: 'Sends a message to the contact, or brings one in its name with x-integration-id',
    ...ofBot(deps),
    body: createMessageSchema,
    answers: answers(201, replySchemas.message),
    handle: async ({ context: bot, body }) => {
      const { message } = await make(deps, bot, body);
      return reply(201, { message });
    },
  });
}

/** `POST /messages/get-or-create`. */
export function getOrCreateMessage(deps: BotpressDeps) {
  return route({
    method: 'POST',
    path: '/v1/chat/messages/get-or-create',
    summary: 'Finds the newest message of the conversation with these tags, or makes one',
    ...ofBot(deps),
    body: getOrCreateMessageSchema,
    answers: answers(200, replySchemas.foundOrCreatedMessage),
    handle: async ({ context: bot, body }) => {
      const { discriminateByTags, payload, ...rest } = body;
      const tags = toSetTags(body.tags);
      const match = toTagMatch(tags, discriminateByTags);
      // Without tags nothing identifies a message, so a new one is made rather than the last untagged one found.
      const like = Object.keys(match.tags).length === 0 ? undefined : match;
      const { message, found } =
        payload === undefined
          ? await requireLike(deps, bot, body.conversationId, like)
          : await make(deps, bot, { ...rest, tags, payload }, like);
      return reply(200, { message, meta: { created: !found } });
    },
  });
}

interface Made {
  message: ReturnType<typeof toMessage>;
  found: boolean;
}

async function requireLike(
  deps: BotpressDeps,
  bot: Bot,
  conversationId: string,
  like: TagMatch | undefined,
): Promise<Made> {
  const session = await requireConversation(deps.db, bot, conversationId);
  const message = like && (await findTaggedMessage(deps.db, session.id, like));
  if (message === undefined) throw new AppError('invalid_body', 'payload is required for a new message');
  return madeOf({ ok: true, message, session, found: true }, deps.mediaUrl, {});
}

async function make(
  deps: BotpressDeps,
  bot: Bot,
  body: CreateMessage,
  unlessTagged?: TagMatch,
): Promise<Made> {
  const content = readContent(body);
  if (bot.byIntegration && body.schedule) {
    throw new AppError('invalid_body', 'schedule is for messages to the contact');
  }
  const scheduledAt = readSchedule(body, Date.now());
  const session = await requireConversation(deps.db, bot, body.conversationId);
  return bot.byIntegration
    ? receive(deps, { session, body, content, unlessTagged })
    : send(deps, bot, { session, body, content, scheduledAt, unlessTagged });
}

interface Receiving {
  session: SessionView;
  body: CreateMessage;
  content: BotpressContent;
  unlessTagged: TagMatch | undefined;
}

async function receive(
  { conversations, mediaUrl }: BotpressDeps,
  { session, body, content, unlessTagged }: Receiving,
): Promise<Made> {
  const { userId, tags } = body;
  const scope = { workspaceId: session.workspaceId, instanceId: session.instanceId };
  const result = await conversations.contactMessage(scope, session.id, {
    content: toInbound(content),
    userId,
    tags,
    whenClosed: 'record',
    unlessTagged,
  });
  return madeOf(result, mediaUrl, { type: body.type, payload: body.payload, origin: body.origin });
}

interface Sending extends Receiving {
  scheduledAt: Date | undefined;
}

async function send(
  { conversations, mediaUrl }: BotpressDeps,
  bot: Bot,
  { session, body, content, scheduledAt, unlessTagged }: Sending,
): Promise<Made> {
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
    unlessTagged,
  });
  return madeOf(result, mediaUrl, botpress);
}

/** A new message is shown `asGiven`; a message that was found is shown as stored. */
function madeOf(result: MessageResult, mediaUrl: MediaUrl, asGiven: Record<string, unknown>): Made {
  if (!result.ok) throw notFound('conversation');
  const { id: sessionId, contactId, typebotId } = result.session;
  const found = result.found === true;
  const item = found ? result.message : { ...result.message, botpress: asGiven };
  return { message: toMessage({ item, sessionId, contactId, typebotId }, mediaUrl), found };
}

const MAX_SCHEDULE_MS = 366 * 86_400_000;

function readSchedule({ schedule }: CreateMessage, nowMs: number): Date | undefined {
  if (schedule === undefined) return undefined;
  const atMs =
    schedule.dateTime === undefined ? nowMs + (schedule.delay ?? 0) : Date.parse(schedule.dateTime);
  if (atMs > nowMs + MAX_SCHEDULE_MS) throw new AppError('invalid_body', 'schedule is more than a year away');
  return new Date(Math.max(atMs, nowMs));
}

import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';
import { words } from '../../schema-fields.js';
import { discriminateByTags, id, messageTags, tags } from './tag-schema.js';
import { user } from './user-schema.js';

/** Body of `PUT /conversations/{id}`. A `currentTaskId` of `""` clears it. */
export const updateConversationSchema = z.strictObject({
  tags: tags.optional(),
  currentTaskId: z.union([z.literal(''), id]).optional(),
});

const newConversation = {
  channel: z.string().min(1).max(200),
  tags,
  integrationName: z.string().max(200).optional(),
};

/** Body of `POST /conversations`. */
export const createConversationSchema = z.strictObject(newConversation);

/** Body of `POST /conversations/get-or-create`. */
export const getOrCreateConversationSchema = z.strictObject({
  ...newConversation,
  discriminateByTags,
});

const pageSize = z
  .string()
  .regex(/^\d{1,3}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(100))
  .default(20);
const moment = z.iso.datetime({ offset: true }).transform((written) => new Date(written));
const textList = z.union([z.array(z.string()), z.string().transform((only) => [only])]);

// Tags come as `tags.<key>` or `tags[<key>]`, one parameter each.
function withTags<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.looseObject(shape).transform((query, context) => {
    // A Map, because assigning `__proto__` to an object would set no key.
    const tags = new Map<string, string>();
    for (const [name, value] of Object.entries<unknown>(query)) {
      const key = /^tags(?:\.(.+)|\[(.+)\])$/s
        .exec(name)
        ?.slice(1)
        .find((part) => part !== undefined);
      if (key === undefined) continue;
      if (typeof value === 'string') tags.set(key, value);
      else context.addIssue({ code: 'custom', path: [name], message: 'is given more than once' });
    }
    return { ...query, tags: Object.fromEntries(tags) };
  });
}

/** Query of `GET /conversations`. Unknown parameters are ignored. */
export const conversationQuerySchema = withTags({
  nextToken: z.string().optional(),
  pageSize,
  sortField: z.enum(['createdAt', 'updatedAt']).default('createdAt'),
  sortDirection: z.enum(['desc', 'asc']).default('desc'),
  participantIds: textList.optional(),
  integrationName: z.string().optional(),
  channel: z.string().optional(),
  afterDate: moment.optional(),
  beforeDate: moment.optional(),
});

/**
 * Query of `GET /users`, as `listUsers` of `@botpress/client` 1.45.0 sends it. The range includes its ends and limits
 * `rangeField`.
 */
export const userQuerySchema = withTags({
  nextToken: z.string().optional(),
  pageSize,
  conversationId: z.string().optional(),
  afterDate: moment.optional(),
  beforeDate: moment.optional(),
  rangeField: z.enum(['createdAt', 'updatedAt']).default('createdAt'),
  sortField: z.enum(['createdAt', 'updatedAt']).default('createdAt'),
  sortDirection: z.enum(['desc', 'asc']).default('desc'),
});

/** Query of `GET /messages`. */
export const messageQuerySchema = withTags({
  nextToken: z.string().optional(),
  pageSize,
  conversationId: z.string().optional(),
  afterDate: moment.optional(),
  beforeDate: moment.optional(),
});

const payload = record(z.string(), z.unknown(), words('an object'));

/** Body of `POST /messages`. The payload is validated against its type later. */
export const createMessageSchema = z.strictObject({
  payload,
  userId: id,
  conversationId: id,
  type: z.string().min(1).max(200),
  tags: messageTags,
  schedule: z
    .strictObject({
      dateTime: z.iso.datetime({ offset: true }).min(24).max(28).optional(),
      delay: z.int().min(0).optional(),
    })
    .refine(({ dateTime, delay }) => (dateTime === undefined) !== (delay === undefined), {
      error: 'needs exactly one of dateTime and delay',
    })
    .optional(),
  origin: z.literal('synthetic').optional(),
});

/** Body of `POST /messages/get-or-create`. Without a payload it only finds. */
export const getOrCreateMessageSchema = createMessageSchema.extend({
  payload: payload.optional(),
  tags,
  discriminateByTags,
});

/** Body of `PUT /messages/{id}`. */
export const updateMessageSchema = z.strictObject({ tags, payload: payload.optional() });

/** Body of `POST …/participants`. */
export const addParticipantSchema = z.strictObject({ userId: id });

/** A query of `GET /conversations`, with its tags gathered. */
export type ConversationQuery = z.output<typeof conversationQuerySchema>;

/** A query of `GET /users`, with its tags gathered. */
export type UserQuery = z.output<typeof userQuerySchema>;

/** A conversation to find or make. */
export type NewConversation = z.output<typeof getOrCreateConversationSchema>;

/** A `POST /messages` request, its payload not yet validated. */
export type CreateMessage = z.output<typeof createMessageSchema>;

const time = z.iso.datetime();
const conversation = z.strictObject({
  id,
  createdAt: time,
  updatedAt: time,
  channel: z.string(),
  integration: z.enum(['whatsapp', 'api']),
  tags: record(z.string(), z.string()),
  currentTaskId: id.optional(),
});
const message = z.strictObject({
  id,
  createdAt: time,
  updatedAt: time,
  type: z.string(),
  payload: record(z.string(), z.unknown()),
  origin: z.literal('synthetic').optional(),
  direction: z.enum(['incoming', 'outgoing']),
  userId: id,
  conversationId: id,
  tags: record(z.string(), z.string()),
});
const pageMeta = z.strictObject({ nextToken: z.string().optional() });

/** The answers of this surface. Objects have no other keys. */
export const replySchemas = {
  conversation: z.strictObject({ conversation }),
  foundOrCreated: z.strictObject({ conversation, meta: z.strictObject({ created: z.boolean() }) }),
  conversations: z.strictObject({ conversations: z.array(conversation), meta: pageMeta }),
  message: z.strictObject({ message }),
  foundOrCreatedMessage: z.strictObject({ message, meta: z.strictObject({ created: z.boolean() }) }),
  messages: z.strictObject({ messages: z.array(message), meta: pageMeta }),
  participant: z.strictObject({ participant: user }),
  participants: z.strictObject({ participants: z.array(user), meta: pageMeta }),
  user: z.strictObject({ user }),
  users: z.strictObject({ users: z.array(user), meta: pageMeta }),
  foundOrCreatedUser: z.strictObject({ user, meta: z.strictObject({ created: z.boolean() }) }),
  nothing: z.strictObject({}),
};

/** Every error of this surface. */
export const errorReplySchema = z.object({
  id: z.string().regex(/^err_\d{14}x[0-9A-F]{8}$/),
  code: z.int(),
  type: z.string(),
  message: z.string(),
});

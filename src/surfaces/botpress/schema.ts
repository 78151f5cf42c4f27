import { z } from 'zod';

const id = z.string().min(28).max(36);
const tagValue = z.string().max(500).nullable();
const tags = z.record(z.string().min(1).max(200), tagValue);

/** Body of `PUT /conversations/{id}`. `""` as task takes it away. */
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
  discriminateByTags: z.array(z.string().max(500)).optional(),
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
    // A map on the way: to an object `__proto__` would be no key.
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

/** Query of `GET /conversations`; other names are ignored. */
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

/** Query of `GET /messages`. */
export const messageQuerySchema = withTags({
  nextToken: z.string().optional(),
  pageSize,
  conversationId: z.string().optional(),
  afterDate: moment.optional(),
  beforeDate: moment.optional(),
});

const messageTags = z.record(z.string().min(1).max(200), z.string().max(500));

/** Body of `POST /messages`; the payload is read by its type afterwards. */
export const createMessageSchema = z.strictObject({
  payload: z.record(z.string(), z.unknown()),
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

/** Body of `PUT /messages/{id}`. */
export const updateMessageSchema = z.strictObject({
  tags: z.record(z.string().min(1).max(200), tagValue),
  payload: z.record(z.string(), z.unknown()).optional(),
});

/** Body of `POST …/participants`. */
export const addParticipantSchema = z.strictObject({ userId: id });

const filled = z.string().min(1);
const link = filled
  .regex(/^https?:\/\/\S+$/i, 'must be an http(s) URL')
  .refine((text) => URL.canParse(text), 'must be an http(s) URL');
const title = filled.optional();

const cardSchema = z.object({
  title: filled,
  subtitle: filled.optional(),
  imageUrl: link.optional(),
  actions: z.array(z.object({ action: z.enum(['postback', 'url', 'say']), label: filled, value: filled })),
});

const choiceSchema = z.object({
  text: filled,
  options: z.array(z.object({ label: filled, value: filled })).min(1),
});

const simplePayloads = [
  z.object({ type: z.literal('text'), payload: z.object({ text: filled }) }),
  z.object({ type: z.literal('image'), payload: z.object({ imageUrl: link, title }) }),
  z.object({ type: z.literal('audio'), payload: z.object({ audioUrl: link, title }) }),
  z.object({ type: z.literal('video'), payload: z.object({ videoUrl: link, title }) }),
  z.object({ type: z.literal('file'), payload: z.object({ fileUrl: link, title }) }),
  z.object({
    type: z.literal('location'),
    payload: z.object({
      latitude: z.number().min(-90).max(90),
      longitude: z.number().min(-180).max(180),
      address: filled.optional(),
      title,
    }),
  }),
  z.object({ type: z.literal('card'), payload: cardSchema }),
  z.object({ type: z.literal('carousel'), payload: z.object({ items: z.array(cardSchema).min(1) }) }),
  z.object({ type: z.literal('choice'), payload: choiceSchema }),
  z.object({ type: z.literal('dropdown'), payload: choiceSchema }),
] as const;

const simpleContentSchema = z.discriminatedUnion('type', simplePayloads);

/** Type and payload together: what Parley can carry. A bloc holds no bloc. */
export const contentSchema = z.discriminatedUnion('type', [
  ...simplePayloads,
  z.object({
    type: z.literal('bloc'),
    payload: z.object({ items: z.array(simpleContentSchema).min(1).max(50) }),
  }),
]);

const choiceList = z.array(z.object({ id: z.string(), title: z.string() }));

/** A stored message as this surface shows it when it was not made here; what is missing stays out. */
export const storedContentSchema = z.object({
  caption: z.string().optional(),
  fileName: z.string().optional(),
  latitude: z.number().optional(),
  longitude: z.number().optional(),
  name: z.string().optional(),
  address: z.string().optional(),
  body: z.string().optional(),
  buttons: choiceList.optional(),
  sections: z.array(z.object({ rows: choiceList })).optional(),
  displayText: z.string().optional(),
  url: z.string().optional(),
});

/** What the surface keeps of a message made here. */
export const keptMessageSchema = z.object({
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  origin: z.literal('synthetic').optional(),
});

/** What `GET /conversations` is asked, tags apart from the rest. */
export type ConversationQuery = z.output<typeof conversationQuerySchema>;

/** A conversation to find or make. */
export type NewConversation = z.output<typeof getOrCreateConversationSchema>;

/** A message as `POST /messages` takes it, its payload unread. */
export type CreateMessage = z.output<typeof createMessageSchema>;

/** A payload that was read by its type. */
export type BotpressContent = z.output<typeof contentSchema>;

/** What a bloc may hold. */
export type SimpleContent = z.output<typeof simpleContentSchema>;

/** One card, alone or in a carousel. */
export type Card = z.output<typeof cardSchema>;

/** Members of a stored message that this surface shows. */
export type StoredContent = z.output<typeof storedContentSchema>;

const time = z.iso.datetime();
const conversation = z.strictObject({
  id,
  createdAt: time,
  updatedAt: time,
  channel: z.string(),
  integration: z.enum(['whatsapp', 'api']),
  tags: z.record(z.string(), z.string()),
  currentTaskId: id.optional(),
});
const message = z.strictObject({
  id,
  createdAt: time,
  updatedAt: time,
  type: z.string(),
  payload: z.record(z.string(), z.unknown()),
  origin: z.literal('synthetic').optional(),
  direction: z.enum(['incoming', 'outgoing']),
  userId: id,
  conversationId: id,
  tags: z.record(z.string(), z.string()),
});
const participant = z.strictObject({
  id,
  createdAt: time,
  updatedAt: time,
  tags: z.record(z.string(), z.string()),
  name: z.string().optional(),
});
const pageMeta = z.strictObject({ nextToken: z.string().optional() });

/** The answers of this surface; objects have no other keys. */
export const replySchemas = {
  conversation: z.strictObject({ conversation }),
  foundOrCreated: z.strictObject({ conversation, meta: z.strictObject({ created: z.boolean() }) }),
  conversations: z.strictObject({ conversations: z.array(conversation), meta: pageMeta }),
  message: z.strictObject({ message }),
  messages: z.strictObject({ messages: z.array(message), meta: pageMeta }),
  participant: z.strictObject({ participant }),
  participants: z.strictObject({ participants: z.array(participant), meta: pageMeta }),
  nothing: z.strictObject({}),
};

/** Every error of this surface. */
export const errorReplySchema = z.object({
  id: z.string().regex(/^err_\d{14}x[0-9A-F]{8}$/),
  code: z.int(),
  type: z.string(),
  message: z.string(),
});

import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';

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

/** Type and payload that Parley can send. A bloc cannot contain another bloc. */
export const contentSchema = z.discriminatedUnion('type', [
  ...simplePayloads,
  z.object({
    type: z.literal('bloc'),
    payload: z.object({ items: z.array(simpleContentSchema).min(1).max(50) }),
  }),
]);

const choiceList = z.array(z.object({ id: z.string(), title: z.string() }));

/** What this surface shows of a stored message that was made elsewhere; absent members are left out. */
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

/** What is stored of a message made through this surface, so that it is shown as it was given. */
export const keptMessageSchema = z.object({
  type: z.string(),
  payload: record(z.string(), z.unknown()),
  origin: z.literal('synthetic').optional(),
});

/** A payload that has been validated against its type. */
export type BotpressContent = z.output<typeof contentSchema>;

/** What a bloc may contain. */
export type SimpleContent = z.output<typeof simpleContentSchema>;

/** One card, alone or in a carousel. */
export type Card = z.output<typeof cardSchema>;

/** Members of a stored message that this surface shows. */
export type StoredContent = z.output<typeof storedContentSchema>;

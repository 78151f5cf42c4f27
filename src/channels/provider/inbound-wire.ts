import { z } from 'zod';
import type { InboundContent, InboundMedia } from '../../../activities/ports/messages.js';
import { unreadable } from './notice.js';
import { readBsuid, readWaId } from '../jid.js';

const maxInlineBytes = 5 * 1024 * 1024;

const text = () => z.string();
/** An empty string counts as absent. */
const optionalText = () =>
  z
    .string()
    .nullish()
    .transform((value) => value || undefined);
const flag = () =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? undefined);
const count = () =>
  z
    .number()
    .nonnegative()
    .nullish()
    .transform((value) => value ?? undefined);

const httpUrl = z
  .string()
  .refine((value) => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol));
/** A single character class, because an expression with groups overflows the stack on megabytes. */
const base64 = z
  .string()
  .refine((value) => value.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(value))
  .refine((value) => decodedBytes(value) <= maxInlineBytes);

function decodedBytes(value: string): number {
  const padding = /={0,2}$/.exec(value)?.[0].length ?? 0;
  return (value.length / 4) * 3 - padding;
}

const mediaSchema = z
  .object({
    url: httpUrl.nullish(),
    base64: base64.nullish(),
    fetch: z
      .object({ via: z.literal('inline'), base64 })
      .optional()
      .catch(undefined),
    mimeType: z.string().min(1),
    fileName: optionalText(),
    size: count(),
    sha256: optionalText(),
    seconds: count(),
    ptt: flag(),
    animated: flag(),
  })
  .refine((media) => !!media.url || !!media.base64 || !!media.fetch)
  .transform(({ url, base64: inline, fetch: inlineFetch, ...rest }): InboundMedia => {
    const bytes = inline ?? inlineFetch?.base64;
    const fetch = bytes
      ? { via: 'inline' as const, base64: bytes }
      : { via: 'url' as const, url: url ?? '', auth: 'none' as const };
    return { ...rest, fetch };
  });

const reply = { id: optionalText(), title: text(), description: optionalText() };

const knownContent = z.discriminatedUnion('contentType', [
  z.object({ contentType: z.literal('text'), text: text() }),
  z.object({ contentType: z.literal('image'), media: mediaSchema, caption: optionalText() }),
  z.object({ contentType: z.literal('video'), media: mediaSchema, caption: optionalText() }),
  z.object({ contentType: z.literal('document'), media: mediaSchema, caption: optionalText() }),
  z.object({ contentType: z.literal('sticker'), media: mediaSchema, caption: optionalText() }),
  z.object({ contentType: z.literal('audio'), media: mediaSchema, transcript: optionalText() }),
  z.object({
    contentType: z.literal('location'),
    latitude: z.number().min(-90).max(90),
    longitude: z.number().min(-180).max(180),
    name: optionalText(),
    address: optionalText(),
    live: flag(),
  }),
  z.object({
    contentType: z.literal('contacts'),
    contacts: z
      .array(z.object({ name: text(), phones: z.array(text()).default([]), vcard: optionalText() }))
      .min(1),
  }),
  z.object({ contentType: z.literal('buttonReply'), ...reply }),
  z.object({ contentType: z.literal('listReply'), ...reply }),
  z.object({
    contentType: z.literal('flowReply'),
    name: text(),
    json: z.unknown().refine((json) => json !== undefined),
    body: optionalText(),
  }),
  z.object({
    contentType: z.literal('reaction'),
    targetKeyId: z.string().min(1),
    emoji: z
      .string()
      .nullish()
      .transform((emoji) => emoji || null),
  }),
  z.object({
    contentType: z.literal('order'),
    catalogId: text(),
    text: optionalText(),
    items: z.array(z.object({ sku: text(), quantity: z.number(), price: z.number(), currency: text() })),
  }),
  z.object({ contentType: z.literal('edit'), targetKeyId: z.string().min(1), text: optionalText() }),
  z.object({ contentType: z.literal('revoke'), targetKeyId: z.string().min(1) }),
  z.object({
    contentType: z.literal('system'),
    systemType: z.enum(['numberChanged', 'identityChanged', 'userIdChanged', 'other']),
    newWaId: optionalText().transform(readWaId),
    newBsuid: optionalText().transform(readBsuid),
    text: optionalText(),
    providerType: optionalText(),
  }),
  z.object({
    contentType: z.literal('unsupported'),
    providerType: optionalText(),
    errorCode: count(),
  }),
]);

const knownTypes: readonly string[] = knownContent.options.map((option) => option.shape.contentType.value);

/** Messages of people for which this format has no content type. */
const unreadTypes = ['poll', 'event', 'product', 'payment', 'groupInvite'];

const unknownContent = z
  .object({ contentType: z.string().refine((type) => !knownTypes.includes(type)) })
  .transform(({ contentType }) => unreadable(contentType, unreadTypes));

/**
 * `InboundContent` as JSON with the same names; a file has a `url`, `base64`, or the model's inline `fetch`. An unknown
 * `contentType` becomes a notice, or `unsupported` if people send it. For the channels whose format Parley defines.
 */
export const inboundContentSchema: z.ZodType<InboundContent> = z.union([knownContent, unknownContent]);

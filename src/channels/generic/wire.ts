import { z } from 'zod';
import { inboundContentSchema } from '../provider/inbound-wire.js';

const id = z.string().min(1).max(128);
const contactId = z.string().regex(/^[A-Za-z0-9._:+-]{1,128}$/);
/** Unix seconds; a value in milliseconds is refused rather than taken for the year 58000. */
const seconds = z.number().min(0).max(99_999_999_999);
const optionalText = () => z.string().min(1).optional().catch(undefined);

/** The envelope's frame: its events are read one by one. */
export const envelopeSchema = z.object({
  sentAt: z.int(),
  events: z.array(z.unknown()).min(1).max(100),
});

/** Id and type of an event, before its inside is looked at. */
export const eventSchema = z.object({ id, type: z.string() });

const referralSchema = z.object({
  sourceType: z.enum(['ad', 'post']).optional().catch(undefined),
  sourceId: optionalText(),
  sourceUrl: optionalText(),
  headline: optionalText(),
  body: optionalText(),
  ctwaClid: optionalText(),
});

/** `message` of an event. */
export const messageEventSchema = z.object({
  message: z.object({
    keyId: id,
    contact: z.object({ id: contactId, phone: optionalText(), name: optionalText() }),
    timestamp: seconds,
    fromMe: z.boolean().nullish(),
    origin: z.enum(['contact', 'humanAgent', 'api', 'unknown']).nullish(),
    historical: z.boolean().nullish(),
    forwarded: z.boolean().nullish(),
    quotedKeyId: optionalText(),
    referral: referralSchema.optional().catch(undefined),
    group: z.object({ id: contactId, participant: optionalText() }).nullish(),
    content: inboundContentSchema,
  }),
});

/** `status` of an event. */
export const statusEventSchema = z.object({
  status: z
    .object({
      keyId: id.nullish(),
      outboundId: id.nullish(),
      status: z.enum(['sent', 'delivered', 'read', 'played', 'failed']),
      timestamp: seconds,
      error: z
        .object({
          reason: z.string().nullish(),
          code: z.union([z.string(), z.number()]).nullish(),
          message: z.string().nullish(),
        })
        .nullish(),
    })
    .refine((status) => !!status.keyId || !!status.outboundId),
});

/** `connection` of an event. */
export const connectionEventSchema = z.object({
  connection: z.object({
    state: z.enum(['open', 'connecting', 'close', 'loggedOut']),
    reason: z.union([z.string(), z.number()]).nullish(),
  }),
});

/** What a receiver may answer to a send. Everything is optional: a 2xx without a body is a success. */
export const answerSchema = z.object({
  keyId: z.string().min(1).max(512).optional().catch(undefined),
  error: z
    .object({
      code: z.union([z.string(), z.number()]).optional().catch(undefined),
      reason: z.string().optional().catch(undefined),
      message: z.string().optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});

export type GenericMessage = z.output<typeof messageEventSchema>['message'];
export type GenericStatus = z.output<typeof statusEventSchema>['status'];

import { z } from 'zod';
import { inboundContentSchema } from '../provider/inbound-wire.js';

const id = z.string().min(1).max(128);
const contactId = z.string().regex(/^[A-Za-z0-9._:+-]{1,128}$/);
/** Unix seconds. The limit refuses a time in milliseconds, which would be far in the future. */
const seconds = z.number().min(0).max(99_999_999_999);
const optionalText = () => z.string().min(1).optional().catch(undefined);

/** The envelope. Its events are parsed one by one, so that a malformed one does not affect the others. */
export const envelopeSchema = z.object({
  sentAt: z.int(),
  events: z.array(z.unknown()).min(1).max(100),
});

/** Id and type of an event, parsed before its content. */
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

/** `message` of an event, as parsed. */
export type GenericMessage = z.output<typeof messageEventSchema>['message'];
/** `status` of an event, as parsed. */
export type GenericStatus = z.output<typeof statusEventSchema>['status'];

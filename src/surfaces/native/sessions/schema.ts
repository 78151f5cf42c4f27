import { z } from 'zod';
import {
  about,
  boolean,
  integer,
  object,
  oneOf,
  phone,
  query,
  queryInteger,
  text,
} from '../../../http/input/schema.js';
import { outboundContentSchema } from '../content/schema.js';
import { record } from '../../../foreign/record-schema.js';

const timestamp = z.iso.datetime();
const startFields = { phone: phone(), message: text(1, 4_096), push_name: text(0, 200).optional() };

/** `POST …/{typebotId}/sessions/start`. */
export const startTypebotSchema = object(startFields);

/** `POST …/sessions/start`: the configuration is found by its `public_id`. */
export const startByPublicIdSchema = object({ public_id: text(1, 200), ...startFields });

/** Pause: `minutes` after which the session resumes by itself; `after_answer` lets the answer under way leave first. */
export const pauseSchema = object({
  minutes: integer(1, 43_200).optional(),
  after_answer: boolean().default(false),
});

/** Mute: 0 lifts it. */
export const muteSchema = object({ minutes: integer(0, 43_200) });

/** The answer to a mute; `muted_until` is null after it was lifted. */
export const mutedSchema = z.object({
  status: z.literal('ok'),
  phone: z.string(),
  muted_until: timestamp.nullable(),
});

/** The filters of the session list. */
export const sessionQuerySchema = query({
  status: oneOf(['opened', 'paused', 'closed']).optional(),
  phone: phone().optional(),
  typebot_id: text(1, 200).optional(),
  limit: queryInteger(1, 1_000).default(200),
  before: text(1, 200).optional(),
});

/** A page of the transcript. */
export const transcriptQuerySchema = query({
  limit: queryInteger(1, 200).default(50),
  cursor: text(1, 200).optional(),
});

/** An operator's message. */
export const operatorMessageSchema = object({
  message: text(1, 4_096).optional(),
  content: outboundContentSchema.optional(),
  pause: boolean().default(true),
  reply_to: text(1, 256).optional(),
}).refine(
  ({ message, content }) => (message === undefined) !== (content === undefined),
  'must have exactly one of message and content',
);

/** What last went wrong, of a session or a configuration. */
export const lastErrorSchema = z.object({
  at: timestamp,
  source: z.enum(['typebot', 'channel', 'transcription', 'media']),
  status: z.int().nullable(),
  message: z.string(),
});

/** A session: VZaps' members and Parley's own. */
export const sessionViewSchema = z.object({
  id: about(z.uuid(), 'Id of the session.', '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10'),
  typebot_id: z.uuid(),
  public_id: z.string(),
  remote_jid: z.string(),
  push_name: z.string(),
  status: about(
    z.enum(['opened', 'paused', 'closed']),
    'State of the session; `paused`: the bot is silent.',
    'opened',
  ),
  session_id: z.string().nullable(),
  created_at: timestamp,
  updated_at: timestamp,
  phone: z.string().nullable(),
  session_uid: z.string(),
  channel: z.enum(['whatsapp', 'api']),
  chat_mode: z.enum(['bot', 'awaiting', 'operator']),
  resolution: z.enum(['pending', 'unresolved', 'resolved', 'closed']),
  segment: z.string(),
  tags: record(z.string(), z.string()),
  last_message_at: timestamp.nullable(),
  expires_at: timestamp.nullable(),
  muted_until: timestamp.nullable(),
  close_reason: z
    .enum([
      'closed_by_api',
      'keyword_finish',
      'expired',
      'completed',
      'replaced',
      'failed',
      'typebot_deleted',
    ])
    .nullable(),
  last_error: lastErrorSchema.nullable(),
  resumes_at: timestamp.nullable(),
  workflow_id: z.string(),
});

/** Sessions, newest first. */
export const sessionListSchema = z.array(sessionViewSchema);

/** `closed` only when the session was addressed by phone. */
export const closedSchema = z.object({ status: z.literal('ok'), closed: z.int().optional() });

/** One line of a transcript. */
export const transcriptItemSchema = z.object({
  id: z.uuid(),
  direction: z.enum(['incoming', 'outgoing']),
  sender: z.enum(['contact', 'bot', 'operator', 'api']),
  content_type: z.string(),
  text: z.string(),
  media_url: z.string().nullable(),
  provider_message_id: z.string().nullable(),
  delivery: z.enum(['received', 'pending', 'sent', 'delivered', 'read', 'failed']),
  error: z
    .object({
      class: z.string(),
      reason: z.string().nullable(),
      code: z.string().nullable(),
      message: z.string().nullable(),
    })
    .nullable(),
  created_at: timestamp,
  provider_timestamp: timestamp.nullable(),
  quoted_message_id: z.string().nullable(),
  forwarded: z.boolean().nullable(),
  referral: record(z.string(), z.unknown()).nullable(),
  participant: z.string().nullable(),
});

/** A page of a transcript; `next_cursor` is null on the last one. */
export const transcriptPageSchema = z.object({
  messages: z.array(transcriptItemSchema),
  next_cursor: z.string().nullable(),
});

/** The answer to an operator's message. */
export const sentMessageSchema = z.object({ status: z.literal('ok'), message: transcriptItemSchema });

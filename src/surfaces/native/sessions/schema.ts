import { z } from 'zod';
import { object, phone, query, queryInteger } from '../../../http/input/schema.js';
import { about, boolean, integer, oneOf, text } from '../../../schema-fields.js';
import { WAITS_FOR } from '../../../store/sessions/overview.js';
import { outboundContentSchema } from '../content/schema.js';
import { record } from '../../../foreign/record-schema.js';

const timestamp = z.iso.datetime();
/** Why a session ended. */
export const CLOSE_REASONS = [
  'closed_by_api',
  'keyword_finish',
  'expired',
  'completed',
  'replaced',
  'failed',
  'typebot_deleted',
] as const;
const startFields = { phone: phone(), message: text(1, 4_096), push_name: text(0, 200).optional() };

/** `POST …/{typebotId}/sessions/start`. */
export const startTypebotSchema = object(startFields);

/** `POST …/sessions/start`. The configuration is found by its `public_id`. */
export const startByPublicIdSchema = object({ public_id: text(1, 200), ...startFields });

/** After `minutes` the session resumes by itself; `after_answer` lets the current answer finish first. */
export const pauseSchema = object({
  minutes: integer(1, 43_200).optional(),
  after_answer: boolean().default(false),
});

/** 0 lifts the mute. */
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
  order: about(oneOf(['asc', 'desc']).default('asc'), '`desc`: the newest first.', 'desc'),
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

/** The last failure of a session or configuration. */
export const lastErrorSchema = z.object({
  at: timestamp,
  source: z.enum(['typebot', 'channel', 'transcription', 'media']),
  status: z.int().nullable(),
  message: z.string(),
});

/** A session: the members VZaps has, and Parley's own. */
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
  close_reason: z.enum(CLOSE_REASONS).nullable(),
  last_error: lastErrorSchema.nullable(),
  resumes_at: timestamp.nullable(),
  workflow_id: z.string(),
});

/** Sessions, newest first. */
export const sessionListSchema = z.array(sessionViewSchema);

const retry = {
  at: about(timestamp, 'When it is tried again.', '2026-11-30T12:00:00.000Z'),
  tries: about(z.int(), 'How often it was tried.', 2),
};

/** A session in the list over all instances. */
export const sessionRowSchema = sessionViewSchema.extend({
  instance_id: z.string(),
  workflow_url: about(
    z.string().nullable(),
    "Its workflow in Temporal's own UI; null where `PARLEY_TEMPORAL_UI` is not set.",
    'http://localhost:8233/namespaces/default/workflows/conversation%2FVZ01%2F6f1c2b9e',
  ),
  instance_name: about(z.string(), 'Name of the instance.', 'Shop'),
  waits_for: about(
    z.enum(WAITS_FOR),
    'What it waits for: the contact, the bot, a number whose bots are all silenced, a person, an outside event, a Typebot that fails, a message of the contact because the 24-hour window is over, the channel, or new credentials; nothing when it is closed.',
    'contact',
  ),
  question: about(z.string().nullable(), 'What the open question asks for; null when none is open.', 'email'),
  last_inbound_at: timestamp.nullable(),
  window_ends_at: about(
    timestamp.nullable(),
    'Until when WhatsApp takes free messages; null on channels without such a window.',
    '2026-11-30T12:00:00.000Z',
  ),
  reads_at: about(
    timestamp.nullable(),
    'When the debounce window closes and the bot reads what the contact has written; null = nothing waits for it.',
    '2026-11-30T12:00:00.000Z',
  ),
  next_event_at: about(
    timestamp.nullable(),
    'When something happens by itself: a pause, a mute, the idle time or the 24-hour window ends; null = nothing will.',
    '2026-11-30T12:00:00.000Z',
  ),
  typebot_retry: about(
    z.object(retry).nullable(),
    'When Typebot, which gave no answer, is asked again; null = no call waits for that.',
    { at: '2026-11-30T12:00:00.000Z', tries: 2 },
  ),
  send_retry: about(
    z
      .object({
        ...retry,
        message_id: about(z.uuid(), 'Which message.', '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10'),
        bubble: about(
          z.int().nullable(),
          'Which bubble of its answer it is, from 1; null for a message of a person or a program.',
          2,
        ),
      })
      .nullable(),
    'When a message that the channel did not take is tried again; null = none waits for that.',
    null,
  ),
  unread: about(
    z.int(),
    'Messages of the contact that the bot has not taken, since the last answer, also one written at the number itself. Reactions, edits and other notices do not count.',
    0,
  ),
  held: about(z.int(), 'Bubbles that a silent bot holds back until it is handed the conversation back.', 0),
  last_message: z
    .object({
      text: z.string(),
      content_type: z.string(),
      sender: z.enum(['contact', 'bot', 'operator', 'api']),
      created_at: timestamp,
    })
    .nullable(),
});

/** A page of that list, the newest message first. `next_cursor` is null on the last page. */
export const sessionPageSchema = z.object({
  sessions: z.array(sessionRowSchema),
  next_cursor: z.string().nullable(),
});

/** Active sessions by what they wait for. */
export const waitingSchema = z.object({
  untaken: z.object({ count: z.int(), oldest_at: timestamp.nullable() }),
  groups: z.array(z.object({ waits_for: z.enum(WAITS_FOR), count: z.int(), oldest_at: timestamp })),
});

/** `closed` only when the session was addressed by phone number. */
export const closedSchema = z.object({ status: z.literal('ok'), closed: z.int().optional() });

/** Why a message could not be sent. Class and reason are Parley's terms; code and message are the provider's. */
export const sendError = z.object({
  class: z.string(),
  reason: z.string().nullable(),
  code: z.string().nullable(),
  message: z.string().nullable(),
});

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
  error: sendError.nullable(),
  created_at: timestamp,
  provider_timestamp: timestamp.nullable(),
  content: about(
    record(z.string(), z.unknown()),
    'The message in full: buttons, rows, address of a file. Members as an operator would send them; bytes are left out.',
    { type: 'buttons', body: 'How are you?', buttons: [{ id: '1', title: 'Great' }] },
  ),
  quoted_message_id: z.string().nullable(),
  forwarded: z.boolean().nullable(),
  referral: record(z.string(), z.unknown()).nullable(),
  participant: z.string().nullable(),
});

/** A page of a transcript. `next_cursor` is null on the last page. */
export const transcriptPageSchema = z.object({
  messages: z.array(transcriptItemSchema),
  next_cursor: z.string().nullable(),
});

/** The answer to an operator's message. */
export const sentMessageSchema = z.object({ status: z.literal('ok'), message: transcriptItemSchema });

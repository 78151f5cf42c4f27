import { z } from 'zod';
import { lastErrorSchema } from '../sessions/schema.js';
import { object, ownPhone, query, queryInteger } from '../../../http/input/schema.js';
import { record } from '../../../foreign/record-schema.js';
import { about, integer, text, words } from '../../../schema-fields.js';

const timestamp = z.iso.datetime();
const settings = () => record(z.string(), z.unknown(), words('an object'));
// The OpenAPI document describes their members under `components`.
const transcription = () =>
  settings().nullish().meta({
    component: 'Transcription',
    description:
      "A speech to text service of the instance's own. Default: the server's; `null` takes it away.",
  });

const alarmAfterHours = about(
  integer(0, 720),
  'Report `quiet` in the health after this many hours without any event from the provider; 0 = never.',
  12,
);

/** `POST /instances`. The channel validates its own members. */
export const newInstanceSchema = object({
  name: text(1, 200),
  phone: ownPhone().nullish(),
  channel: settings().optional().meta({
    component: 'Channel',
    description: 'How the number is connected. Default: the sandbox, a phone in the browser.',
  }),
  transcription: transcription(),
  alarm_after_hours: alarmAfterHours.optional(),
});

/** `PATCH /instances/{id}`. Members of `channel` and `transcription` are merged; `null` resets one. */
export const instanceChangeSchema = object({
  name: text(1, 200).optional(),
  phone: ownPhone().nullish(),
  channel: about(
    settings().optional(),
    "Members of the channel's settings to change; `null` takes one back to its default.",
    { timeout_ms: 20_000 },
  ),
  transcription: transcription(),
  alarm_after_hours: alarmAfterHours.optional(),
});

const statuses = z.enum(['connecting', 'connected', 'disconnected', 'logged_out', 'auth_failed']);

/** An instance; its settings are write-only. */
export const instanceViewSchema = z.object({
  id: about(z.string(), 'Id of the instance.', 'VZ0123456789ABCDEFGHIJKLMNOP'),
  name: about(z.string(), 'Name of the instance, as you gave it.', 'Shop'),
  phone: about(z.string().nullable(), "The number's digits; null until they are known.", '5511999990000'),
  status: about(
    statuses,
    'State of the connection; `auth_failed`: the provider refuses the credentials.',
    'connected',
  ),
  integration_id: z.int(),
  silenced_at: about(
    timestamp.nullable(),
    'Since when every bot of this number is silent (`POST …/silence`); null = they may speak.',
    null,
  ),
  alarm_after_hours: alarmAfterHours,
  channel: z.object({ type: about(z.string(), 'The type of the channel.', 'evolution') }),
  webhook: z.object({
    url: about(
      z.string(),
      'Address of the webhook, its secret masked.',
      'https://parley.example.com/webhooks/VZ…',
    ),
  }),
  created_at: timestamp,
  updated_at: timestamp,
});

/** Instances, newest first. */
export const instanceListSchema = z.array(instanceViewSchema);

/** The only answer that shows the instance token and what to set at the provider. */
export const createdInstanceSchema = instanceViewSchema.extend({
  token: z.string(),
  webhook: z.object({
    url: z.string(),
    method: z.literal('POST'),
    events: z.array(z.string()),
    headers: record(z.string(), z.string()).optional(),
    verify_token: z.string().optional(),
    registered: z.boolean(),
  }),
});

/** The only answer that shows a new token. */
export const rotatedTokenSchema = z.object({ instance_id: z.string(), token: z.string() });

/** The answer of the panic switch. */
export const silenceSchema = z.object({
  status: z.literal('ok'),
  silenced_at: instanceViewSchema.shape.silenced_at,
});

/** The provider's answer of this moment, and what is waiting. */
export const healthSchema = z.object({
  status: statuses,
  checked_at: timestamp,
  detail: z.string(),
  last_inbound_at: timestamp.nullable(),
  last_send_at: timestamp.nullable(),
  webhook: about(
    z.enum(['ours', 'reset', 'wrong']).nullable(),
    "The webhook set at the provider: it is Parley's (`ours`), was set again just now (`reset`), or is another that Parley could not replace (`wrong`); null when the provider does not tell.",
    'ours',
  ),
  quiet: about(
    z.boolean(),
    'No event from the provider for longer than `alarm_after_hours`: it may have lost the webhook.',
    false,
  ),
  pending_messages: z.int(),
  typebots: z.array(
    z.object({
      typebot_id: z.uuid(),
      last_error: lastErrorSchema.nullable(),
    }),
  ),
});

/** The query of the list of muted contacts. */
export const muteQuerySchema = query({
  limit: queryInteger(1, 200).default(50),
  cursor: text(1, 200).optional(),
});

/** A page of the contacts that are muted now. `next_cursor` is null on the last page. */
export const mutePageSchema = z.object({
  mutes: z.array(
    z.object({
      phone: about(
        z.string().nullable(),
        "The contact's digits; null for an address without a phone number.",
        '5511987650001',
      ),
      remote_jid: z.string(),
      push_name: z.string(),
      muted_until: about(
        timestamp,
        'When the bots may speak to the contact again.',
        '2026-11-30T12:00:00.000Z',
      ),
    }),
  ),
  next_cursor: z.string().nullable(),
});

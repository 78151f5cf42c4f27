import { z } from 'zod';
import { lastErrorSchema } from '../sessions/schema.js';
import { httpUrl, integer, object, oneOf, phone, text, words } from '../../../http/schema.js';

const timestamp = z.iso.datetime();
const settings = () => z.record(z.string(), z.unknown(), words('an object'));

/** Transcription beside the channel (contract 4.2), with its defaults. `null` members were removed before. */
export const transcriptionSchema = object({
  base_url: httpUrl(500).transform((url) => url.replace(/\/+$/, '')),
  api_key: text(1, 4_096).optional(),
  model: text(1, 200),
  language: text(2, 16).optional(),
  prompt: text(1, 1_000).optional(),
  max_seconds: integer(1, 86_400).default(300),
  max_bytes: integer(1, 104_857_600).default(26_214_400),
  timeout_ms: integer(1_000, 300_000).default(30_000),
  fallback: oneOf(['send_url', 'ask_to_type', 'ignore']).default('send_url'),
});

/** `POST /instances` (surfaces N7). The channel's own members are read by the channel. */
export const newInstanceSchema = object({
  name: text(1, 200),
  phone: phone().nullish(),
  channel: settings().optional(),
  transcription: settings().nullish(),
});

/** `PATCH /instances/{id}`: members of `channel` and `transcription` are merged, `null` resets them. */
export const instanceChangeSchema = object({
  name: text(1, 200).optional(),
  phone: phone().nullish(),
  channel: settings().optional(),
  transcription: settings().nullish(),
});

const statuses = z.enum(['connecting', 'connected', 'disconnected', 'logged_out', 'auth_failed']);

/** An instance; its settings are write-only (contract 4.2). */
export const instanceViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  phone: z.string().nullable(),
  status: statuses,
  integration_id: z.int(),
  channel: z.object({ type: z.string() }),
  webhook: z.object({ url: z.string() }),
  created_at: timestamp,
  updated_at: timestamp,
});

/** Instances, newest first. */
export const instanceListSchema = z.array(instanceViewSchema);

/** The one answer that shows the instance token and what to set at the provider. */
export const createdInstanceSchema = instanceViewSchema.extend({
  token: z.string(),
  webhook: z.object({
    url: z.string(),
    method: z.literal('POST'),
    events: z.array(z.string()),
    headers: z.record(z.string(), z.string()).optional(),
    verify_token: z.string().optional(),
    registered: z.boolean(),
  }),
});

/** Contract 4.3. */
export const healthSchema = z.object({
  status: statuses,
  checked_at: timestamp,
  detail: z.string(),
  last_inbound_at: timestamp.nullable(),
  last_send_at: timestamp.nullable(),
  pending_messages: z.int(),
  typebots: z.array(
    z.object({
      typebot_id: z.uuid(),
      last_error: lastErrorSchema.nullable(),
    }),
  ),
});

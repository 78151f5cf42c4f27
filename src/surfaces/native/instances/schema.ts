import { z } from 'zod';
import { lastErrorSchema } from '../sessions/schema.js';
import { object, ownPhone, text, words } from '../../../http/schema.js';

const timestamp = z.iso.datetime();
const settings = () => z.record(z.string(), z.unknown(), words('an object'));

/** `POST /instances`. The channel's own members are read by the channel. */
export const newInstanceSchema = object({
  name: text(1, 200),
  phone: ownPhone().nullish(),
  channel: settings().optional(),
  transcription: settings().nullish(),
});

/** `PATCH /instances/{id}`: members of `channel` and `transcription` are merged, `null` resets them. */
export const instanceChangeSchema = object({
  name: text(1, 200).optional(),
  phone: ownPhone().nullish(),
  channel: settings().optional(),
  transcription: settings().nullish(),
});

const statuses = z.enum(['connecting', 'connected', 'disconnected', 'logged_out', 'auth_failed']);

/** An instance; its settings are write-only. */
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

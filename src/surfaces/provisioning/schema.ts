import { z } from 'zod';
import { object } from '../../http/input/schema.js';
import { about, text } from '../../schema-fields.js';

const timestamp = z.iso.datetime();

/** `POST /workspaces`. */
export const newWorkspaceSchema = object({ name: text(1, 200) });

/** A workspace without its secret. */
export const workspaceViewSchema = z.object({
  id: z.uuid(),
  project_id: z.int(),
  name: z.string(),
  client_token: z.string(),
  created_at: timestamp,
});

/** Workspaces, newest first. */
export const workspaceListSchema = z.array(workspaceViewSchema);

/** The only answer that shows the client secret. */
export const createdWorkspaceSchema = workspaceViewSchema.extend({ client_secret: z.string() });

/** `instance_id` limits the key to one instance. */
export const newKeySchema = object({ name: text(1, 200), instance_id: text(1, 200).nullish() });

/** What is shown of a key afterwards, without its value. */
export const keyViewSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  instance_id: z.string().nullable(),
  last_used_at: about(
    timestamp.nullable(),
    'When it was last used, accurate to the minute; null = never.',
    '2026-11-30T12:00:00.000Z',
  ),
  created_at: timestamp,
});

/** Keys, oldest first. */
export const keyListSchema = z.array(keyViewSchema);

/** The only answer that shows the key. */
export const createdKeySchema = keyViewSchema.extend({ key: z.string() });

/** `{"status":"ok"}` */
export const okSchema = z.object({ status: z.literal('ok') });

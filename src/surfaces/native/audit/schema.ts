import { z } from 'zod';
import { query, queryInteger } from '../../../http/input/schema.js';
import { about, text } from '../../../schema-fields.js';

/** The query of `GET /audit`. */
export const auditQuerySchema = query({
  limit: queryInteger(1, 200).default(50),
  cursor: text(1, 200).optional(),
  instance_id: text(1, 200).optional(),
});

/** A page of the audit, newest first. */
export const auditSchema = z.object({
  entries: about(
    z.array(
      z.object({
        at: z.iso.datetime(),
        action: about(
          z.string(),
          'What was done: a change such as `typebot.changed` or `key.revoked`, or an event of a session such as `session.paused`.',
          'typebot.changed',
        ),
        instance_id: z.string().nullable(),
        target_id: about(
          z.string().nullable(),
          'What was changed: a typebot, key, subscription or delivery, or a contact by its phone; null for a session or the instance itself.',
          '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10',
        ),
        session_id: about(
          z.string().nullable(),
          'The session to which something was done; null for other changes.',
          null,
        ),
        surface: about(
          z.enum(['native', 'console', 'codechat', 'yourgpt', 'botpress', 'number']),
          'Through which surface; `number`: written from the number itself, at the phone or in the gateway.',
          'console',
        ),
        by: about(
          z.enum(['key', 'client', 'admin', 'person']),
          "With which credential: an API key, the workspace's own client, or the administrator's key; `person` for somebody at the number, who needs none.",
          'key',
        ),
        key_id: about(z.string().nullable(), 'Id of the API key.', '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10'),
        key_name: about(
          z.string().nullable(),
          "The key's present name; null without a key, or when it was revoked.",
          'main',
        ),
      }),
    ),
    'Who did what, newest first.',
    [],
  ),
  next_cursor: z.string().nullable(),
});

import { z } from 'zod';
import { object, query, queryInteger } from '../../../../http/input/schema.js';
import { about, integer, oneOf, text, words } from '../../../../schema-fields.js';
import { WAITS_FOR } from '../../../../store/sessions/overview.js';
import { CLOSE_REASONS } from '../schema.js';

const filters = {
  q: about(
    text(0, 200).optional(),
    'Beginnings of words of a name, or of a number its beginning or end.',
    'ana',
  ),
  status: oneOf(['opened', 'paused', 'closed']).optional(),
  chat_mode: oneOf(['bot', 'awaiting', 'operator']).optional(),
  waits_for: oneOf(WAITS_FOR).optional(),
  stuck: about(
    oneOf(['true']).optional(),
    'Only active sessions that wait for something that somebody can mend.',
    'true',
  ),
  silent_minutes: about(
    queryInteger(1, 525_600).optional(),
    'Only active sessions in which nobody has written for so many minutes.',
    60,
  ),
  instance_id: text(1, 200).optional(),
  typebot_id: text(1, 200).optional(),
  segment: text(1, 255).optional(),
  reason: about(oneOf(CLOSE_REASONS).optional(), 'Why it was closed.', 'completed'),
  tag: about(text(1, 401).optional(), 'A tag, as `key` or as `key:value`.', 'plan:gold'),
};

/** Filters for the list over all instances. */
export const overviewFiltersSchema = query(filters);

/** The query of that list. */
export const overviewQuerySchema = query({
  ...filters,
  order: about(
    oneOf(['last_message', 'next_event']).default('last_message'),
    'The newest message first; or by what happens next by itself, the earliest first, without sessions in which nothing will.',
    'next_event',
  ),
  limit: queryInteger(1, 100).default(50),
  cursor: text(1, 200).optional(),
});

/** The filters after validation. */
export type OverviewQuery = z.output<typeof overviewFiltersSchema>;

/** The active sessions that match. */
export const selectionSchema = z.object({
  session_ids: about(z.array(z.uuid()), 'Their ids, the newest message first, at most a thousand.', []),
  complete: about(z.boolean(), 'False where more fit than are listed.', true),
});

const sessionIds = z
  .array(z.uuid(words('a list of UUIDs')), words('a list of UUIDs'))
  .min(1, words('a list of 1 to 100 UUIDs'))
  .max(100, words('a list of 1 to 100 UUIDs'));

/** `POST /sessions/bulk`. */
export const bulkSchema = object({
  action: about(oneOf(['pause', 'resume', 'close']), 'What to do with each of them.', 'pause'),
  minutes: about(
    integer(1, 43_200).optional(),
    'Of a pause: after how many minutes they resume by themselves; never without it.',
    60,
  ),
  session_ids: about(sessionIds, 'Which sessions, a hundred at most.', [
    '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10',
  ]),
});

/** What became of each session. */
export const bulkResultSchema = z.object({
  applied: about(z.int(), 'How many are now as wanted; some of them may have been before.', 3),
  refused: about(
    z.array(z.object({ id: z.uuid(), reason: about(z.enum(['not_found', 'closed']), 'Why not.', 'closed') })),
    'Those that are not there for this key, or closed.',
    [],
  ),
});

/** `GET /sessions/export`. */
export const exportQuerySchema = query({
  ...filters,
  format: about(oneOf(['csv', 'json']).default('csv'), 'The form of the file.', 'csv'),
});

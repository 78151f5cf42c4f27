import { z } from 'zod';
import { record } from '../../../foreign/record-schema.js';
import { object } from '../../../http/input/schema.js';
import { about, oneOf, text, words } from '../../../schema-fields.js';

const MAX_TAGS = 50;

const tags = record(text(1, 200), text(0, 500).nullable(), words('an object')).refine(
  (given) => Object.keys(given).length <= MAX_TAGS,
  words(`an object of at most ${MAX_TAGS} tags`),
);

/** `PATCH …/{session}`. Only the members that are sent are changed. */
export const editSessionSchema = object({
  tags: about(tags.optional(), 'Tags to set; null takes one away, and those that are not named stay.', {
    plan: 'gold',
  }),
  segment: about(text(0, 255).optional(), 'A word of your own for the kind of conversation.', 'sales'),
  resolution: about(
    oneOf(['pending', 'unresolved', 'resolved']).optional(),
    'How far the matter is. `resolved` also hands back to the bot; a closed session keeps what it has.',
    'resolved',
  ),
});

/** `POST …/{session}/restart`. */
export const restartSchema = object({
  message: about(
    text(1, 4_096).optional(),
    'What the flow begins with; without it, what the contact began this session with.',
    'hello',
  ),
});

/** The session that replaced the old one. */
export const restartedSchema = z.object({
  status: z.literal('ok'),
  session: about(z.uuid(), 'Id of the new session.', '6f1c2b9e-0f5d-4c55-9d0a-1f6b2f9f7a10'),
});

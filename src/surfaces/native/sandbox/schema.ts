import { z } from 'zod';
import { object, phone } from '../../../http/input/schema.js';
import { about, oneOf, text } from '../../../schema-fields.js';

const choice = object({
  type: about(oneOf(['button', 'list']), 'What was tapped: a button, or a row of a list.', 'button'),
  id: text(1, 1_024),
  title: text(1, 1_024),
});

/** The body of `POST …/sandbox/messages`: a text, or what was tapped. */
export const sandboxMessageSchema = object({
  phone: phone(),
  name: about(text(0, 200).optional(), "The contact's own name, as WhatsApp would show it.", 'Ana'),
  message: text(1, 4_096).optional(),
  choice: about(choice.optional(), 'A tap, instead of `message`.', {
    type: 'button',
    id: 'b1',
    title: 'Yes',
  }),
});

/** What became of the message. */
export const sandboxAnswerSchema = z.object({
  status: z.literal('ok'),
  outcome: about(
    z.enum(['accepted', 'ignored', 'duplicate']),
    '`accepted`: it was stored or tried against the triggers. The list of sessions shows whether one started.',
    'accepted',
  ),
});

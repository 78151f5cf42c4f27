import { z } from 'zod';
import { about } from '../../../schema-fields.js';
import { transcriptItemSchema } from './schema.js';

/** How many bubbles were dropped. */
export const droppedSchema = z.object({
  status: z.literal('ok'),
  dropped: about(z.int(), 'How many bubbles were held and will not be sent.', 2),
});

/** Bubbles that are held back, in the order in which they would be sent. */
export const heldSchema = z.object({
  messages: about(z.array(transcriptItemSchema), 'The first 200 of them, in the order of sending.', []),
});

/** One bubble was sent or dropped. */
export const settledSchema = z.object({ status: z.literal('ok') });

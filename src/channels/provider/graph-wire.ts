import { z } from 'zod';
import { flag, shape, text } from './wire.js';

/** An error of the Graph API, in an answer, a status or a message. */
export const graphErrorSchema = z.object({
  code: z.union([
    z.number(),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ]),
  message: text,
  title: text,
  is_transient: flag,
  error_data: shape({ details: text }),
});
/** See `graphErrorSchema`. */
export type GraphError = z.output<typeof graphErrorSchema>;

import { z } from 'zod';
import { inboundContentSchema } from '../provider/inbound-wire.js';

/**
 * The body of the sandbox webhook. Its messages are parsed one by one, so a malformed one does not affect the others.
 */
export const sandboxBodySchema = z.object({ messages: z.array(z.unknown()).min(1).max(100) });

/** One message of the sandbox phone; `text` is short for a text `content`. `timestamp` in milliseconds. */
export const sandboxMessageSchema = z.object({
  keyId: z.string().min(1).max(128),
  from: z.object({
    phone: z.string().regex(/^\+?\d{8,15}$/),
    name: z.string().optional(),
  }),
  timestamp: z.number().min(0).max(99_999_999_999_999).optional(),
  text: z.string().optional(),
  quotedKeyId: z.string().min(1).optional(),
  content: inboundContentSchema.optional(),
});

/** See `sandboxMessageSchema`. */
export type SandboxMessage = z.output<typeof sandboxMessageSchema>;

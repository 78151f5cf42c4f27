import { z } from 'zod';
import { record } from '../../foreign/record-schema.js';

const message = z.union([
  z.string().transform((text) => ({ text })),
  z
    .object({
      type: z.literal('text'),
      text: z.string(),
      metadata: z.object({ replyId: z.string() }).partial().optional(),
    })
    .transform(({ text, metadata }) => ({ text, replyId: metadata?.replyId })),
  z.object({ type: z.literal('audio'), url: z.string() }).transform(({ url }) => ({ text: url })),
]);

/** Body of startChat, as far as the demo reads it. `message` is ignored, as in a flow that begins with bubbles. */
export const startChatSchema = z.object({
  message: message.optional(),
  prefilledVariables: record(z.string(), z.unknown()).default({}),
});

/** Body of continueChat. */
export const continueChatSchema = z.object({ message: message.nullish() });

/** Content of the file that keeps the demo's chats across restarts. */
export const demoChatsSchema = record(
  z.string(),
  z.object({ step: z.number(), variables: record(z.string(), z.string()) }),
);

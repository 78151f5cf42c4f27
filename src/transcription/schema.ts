import { z } from 'zod';
import { baseUrl, integer, text, words } from '../schema-fields.js';

const fallbacks = ['send_url', 'ask_to_type', 'ignore'] as const;

/** `transcription` of an instance. `api_key` is a secret; a self-hosted service may need none. */
export const transcriptionSchema = z.object(
  {
    base_url: baseUrl().meta({
      description: "Root of a service with OpenAI's `POST /audio/transcriptions`.",
      examples: ['https://api.openai.com/v1'],
    }),
    api_key: text(1, 4_096)
      .optional()
      .meta({ description: "The service's key; one of your own may need none.", examples: ['sk-…'] }),
    model: text(1, 256).meta({ description: "Which of the service's models.", examples: ['whisper-1'] }),
    language: z
      .string(words('a language code such as pt'))
      .regex(/^[A-Za-z]{2,3}(-[A-Za-z0-9]+)*$/, words('a language code such as pt'))
      .optional()
      .meta({ description: 'Language that is spoken. Default: the service finds out.', examples: ['pt'] }),
    prompt: text(1, 4_096)
      .optional()
      .meta({
        description: 'Words that the service may hear, such as names.',
        examples: ['Parley, Typebot'],
      }),
    max_seconds: integer(1, 86_400)
      .default(300)
      .meta({ description: 'Longest recording that is sent to the service.', examples: [300] }),
    max_bytes: integer(1, 104_857_600)
      .default(26_214_400)
      .meta({ description: 'Largest recording that is sent to the service.', examples: [26214400] }),
    timeout_ms: integer(1, 600_000)
      .default(30_000)
      .meta({ description: 'Longest wait for the service, in milliseconds.', examples: [30000] }),
    fallback: z
      .enum(fallbacks, words(`one of ${fallbacks.join(', ')}`))
      .default('send_url')
      .meta({
        description:
          'When there is no text: give the flow the address (`send_url`), ask the contact to type, or ignore it.',
        examples: ['send_url'],
      }),
  },
  words('an object'),
);

/** `transcription` of an instance with defaults filled in and with its secret; snake_case as in the API. */
export type TranscriptionSettings = z.output<typeof transcriptionSchema>;

import { z } from 'zod';
import { boundAnswer } from '../answer-bounds.js';
import { lenientArray, optionalText } from '../wire.js';

const transcriptEntries = lenientArray(
  z.object({
    role: z.enum(['bot', 'user']),
    type: z.enum(['text', 'image', 'video', 'audio']),
    text: optionalText,
    image: optionalText,
    video: optionalText,
    audio: optionalText,
  }),
);

/** One line of a result's transcript. */
export type TranscriptEntry = z.infer<typeof transcriptEntries>[number];

/** The transcript in an answer of Typebot's builder; undefined when the answer holds none. */
export function readTranscript(body: unknown): TranscriptEntry[] | undefined {
  const parsed = z.object({ transcript: z.array(z.unknown()) }).safeParse(body);
  return parsed.success ? transcriptEntries.parse(parsed.data.transcript) : undefined;
}

/** As many of the entries as the limits of one answer allow. */
export function boundEntries(entries: TranscriptEntry[]): TranscriptEntry[] {
  return transcriptEntries.parse(boundAnswer({ messages: entries }).answer.messages);
}

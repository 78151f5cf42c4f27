import { z } from 'zod';
import { decodeUtf8, readJson } from '../foreign/read-json.js';
import { storableText } from '../foreign/storable.js';

const answerSchema = z.object({ text: z.string() });
const refusalSchema = z.object({
  error: z.object({ type: z.string().nullish(), code: z.unknown().optional() }),
});

/**
 * The text in an answer of a transcription service (`json`, `verbose_json` or plain text), trimmed. Undefined when the
 * answer is no transcription, such as a web page or another JSON object.
 */
export function readTranscript(body: Uint8Array, contentType = ''): string | undefined {
  const json = readJson(body);
  if (typeof json === 'object' && json !== null) return answerSchema.safeParse(json).data?.text.trim();
  if (/^text\/html/i.test(contentType)) return undefined;
  const text =
    typeof json === 'string' ? json : storableText(decodeUtf8(body) ?? new TextDecoder().decode(body));
  return text.trim();
}

/** Whether the body of an error says that the account's quota is used up. */
export function isQuotaUsedUp(body: Uint8Array): boolean {
  const error = refusalSchema.safeParse(readJson(body)).data?.error;
  return error?.type === 'insufficient_quota' || error?.code === 'insufficient_quota';
}

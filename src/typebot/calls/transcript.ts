import { withoutEndSlashes } from '../../foreign/trim-end.js';
import type { LostWords } from '../../../activities/ports/typebot.js';
import type { TypebotFailure } from '../../../activities/ports/typebot.js';
import type { HttpClient, HttpResponse } from '../../guarded-http/http.js';
import { readJson } from '../../foreign/read-json.js';
import type { TypebotBubble } from '../wire.js';
import { boundEntries, readTranscript, type TranscriptEntry } from './transcript-wire.js';
import { failureOfRequest, failureOfResponse } from './failure.js';

/** Largest transcript that is read: that of a conversation of some thousand messages. */
const MAX_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/** `reason` says, without any word of the conversation, why there are no words. */
export type WordsRead = { bubbles: TypebotBubble[] } | { reason: string };

/**
 * Reads the bubbles of an answer that never arrived in the transcript that Typebot's builder makes of a result
 * (`GET /v1/typebots/{typebotId}/results/{resultId}/transcript`, Typebot 3.18). It is made anew from the published flow
 * and the stored replies at each reading, so it is believed only where it has as many replies as Typebot has taken.
 * Throws `TypebotFailure` where another try may reach the builder.
 */
export async function readLostWords(http: HttpClient, lost: LostWords): Promise<WordsRead> {
  const response = await ask(http, lost);
  if ('failure' in response) {
    const { kind, detail } = response.failure;
    if (!lost.isLastTry && kind !== 'refused') throw response.failure;
    return { reason: `the transcript could not be read: ${detail.reason}` };
  }
  const entries = readTranscript(readJson(response.value.body));
  return entries === undefined ? { reason: 'the builder answered no transcript' } : wordsIn(entries, lost);
}

async function ask(
  http: HttpClient,
  { apiUrl, token, place }: LostWords,
): Promise<{ value: HttpResponse } | { failure: TypebotFailure }> {
  const ids = [place.flowId, place.resultId].map(encodeURIComponent);
  const root = withoutEndSlashes(apiUrl).replace(/\/api(\/v1)?$/, '');
  try {
    const value = await http({
      method: 'GET',
      url: `${root}/api/v1/typebots/${ids[0]}/results/${ids[1]}/transcript`,
      headers: { accept: 'application/json', authorization: `Bearer ${token}` },
      timeoutMs: TIMEOUT_MS,
      maxBytes: MAX_BYTES,
      source: 'operator',
    });
    return value.status < 300 ? { value } : { failure: failureOfResponse('start', value) };
  } catch (error) {
    return { failure: failureOfRequest(error) };
  }
}

/** What the bot said after the last reply, without what was heard already. */
function wordsIn(entries: TranscriptEntry[], { place, isReply }: LostWords): WordsRead {
  const expected = place.replies + (isReply ? 1 : 0);
  const replies = entries.filter(({ role }) => role === 'user').length;
  const last = entries.findLastIndex(({ role }) => role === 'user');
  const tail = entries.slice(last + 1);
  const heard = isReply ? 0 : place.bubbles;
  if (replies !== expected || tail.length < heard)
    return { reason: `the transcript has ${replies} replies, not ${expected}: it is of another flow or run` };
  return { bubbles: boundEntries(tail.slice(heard)).map(toBubble) };
}

function toBubble(entry: TranscriptEntry): TypebotBubble {
  const { type, text = '' } = entry;
  if (type === 'text') return { id: '', type, content: { markdown: fromMarkdown(text) } };
  return { id: '', type, content: { type: 'url', url: entry[type] } };
}

/** Typebot's Markdown in WhatsApp's marks. */
function fromMarkdown(text: string): string {
  return text
    .replace(/\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*/g, '*$1*')
    .replace(/~~(?=\S)([^~\n]+?)(?<=\S)~~/g, '~$1~')
    .replace(/(?<!!)\[([^[\]\n]*)\]\(([^()\s]+)\)/g, (_, words: string, url: string) =>
      words === '' || words === url ? url : `${words} (${url})`,
    )
    .replace(/\n{3,}/g, '\n\n');
}

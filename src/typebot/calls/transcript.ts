import { withoutEndSlashes } from '../../foreign/trim-end.js';
import type { LostWords } from '../../../activities/ports/typebot.js';
import type { TypebotFailure } from '../../../activities/ports/typebot-failure.js';
import type { HttpClient, HttpResponse } from '../../guarded-http/http.js';
import { readJson } from '../../foreign/read-json.js';
import type { TypebotBubble } from '../wire.js';
import { boundEntries, readTranscript, type TranscriptEntry } from './transcript-wire.js';
import { failureOfRequest, failureOfResponse } from './failure.js';

/** Larger transcripts are refused. Some thousand messages fit. */
const MAX_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 10_000;

/**
 * The lost bubbles, or why they could not be had; `reason` holds no text of the conversation. `isBefore`: the transcript
 * stands exactly where it did before the reply, which Typebot has therefore not taken.
 */
export type WordsRead = { bubbles: TypebotBubble[] } | { reason: string; isBefore?: true };

/**
 * Recovers the bubbles of an answer that never arrived from the transcript of its result in Typebot's builder
 * (`GET /v1/typebots/{typebotId}/results/{resultId}/transcript`, Typebot 3.18). The builder computes a transcript from
 * the flow as published now and the stored replies, so it is trusted only if it has as many replies as Typebot took.
 * Throws `TypebotFailure` when trying again may help.
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

/** What the bot said after the last reply, without the bubbles that did arrive. */
function wordsIn(entries: TranscriptEntry[], { place, isReply }: LostWords): WordsRead {
  const expected = place.replies + (isReply ? 1 : 0);
  const replies = entries.filter(({ role }) => role === 'user').length;
  const last = entries.findLastIndex(({ role }) => role === 'user');
  const tail = entries.slice(last + 1);
  const heard = isReply ? 0 : place.bubbles;
  if (isReply && replies === place.replies && tail.length === place.bubbles)
    return { reason: 'the transcript ends before the reply', isBefore: true };
  if (replies !== expected)
    return { reason: `the transcript has ${replies} replies, not ${expected}: it is of another flow or run` };
  if (tail.length < heard)
    return {
      reason: `the transcript ends with ${tail.length} bubbles, but ${heard} had come: it is of another flow`,
    };
  return { bubbles: boundEntries(tail.slice(heard)).map(toBubble) };
}

function toBubble(entry: TranscriptEntry): TypebotBubble {
  const { type, text = '' } = entry;
  if (type === 'text') return { id: '', type, content: { markdown: fromMarkdown(text) } };
  return { id: '', type, content: { type: 'url', url: entry[type] } };
}

/** Translates Typebot's Markdown into WhatsApp's marks. */
function fromMarkdown(text: string): string {
  return text
    .replace(/\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*/g, '*$1*')
    .replace(/~~(?=\S)([^~\n]+?)(?<=\S)~~/g, '~$1~')
    .replace(/(?<!!)\[([^[\]\n]*)\]\(([^()\s]+)\)/g, (_, words: string, url: string) =>
      words === '' || words === url ? url : `${words} (${url})`,
    )
    .replace(/\n{3,}/g, '\n\n');
}

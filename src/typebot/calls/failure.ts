import { TypebotFailure } from '../../../activities/ports/typebot-failure.js';
import { HttpFailure, type HttpResponse } from '../../guarded-http/http.js';
import { retryAfterMs } from '../../guarded-http/retry-after.js';
import { cutText } from '../../foreign/cut-text.js';
import { readJson } from '../../foreign/read-json.js';
import { readErrorBody, type TypebotErrorBody } from './wire.js';

/** Which chat call failed: only `continue` can find its session gone, only `start` can find a bot closed. */
export type ChatCall = 'start' | 'continue';

/** Messages of 400s from startChat that report an error; all others are the author's text for a closed bot. */
const FAULT_MESSAGES =
  /^(Input validation failed|Malformed request|Missing credentialsId|Could not parse amount|Command event not found|Provided response is not valid JSON|Can't find session|Current block does not expect)/;

/** The failure of a request that got no readable HTTP answer. */
export function failureOfRequest(error: unknown): TypebotFailure {
  if (!(error instanceof HttpFailure)) return new TypebotFailure('unclear', { reason: 'unknown error' });
  const reason = error.causeCode;
  switch (error.phase) {
    case 'before':
      return new TypebotFailure('unreachable', { reason });
    case 'refused':
      return new TypebotFailure('refused', { reason: `address not allowed: ${reason}` });
    case 'tooLarge':
      return new TypebotFailure('unclear', { reason: 'answer too large' });
    case 'after':
      return new TypebotFailure('unclear', { reason, timedOut: /time-?_?d?out/i.test(reason) });
  }
}

/** The failure of a request whose HTTP answer is not a chat answer. */
export function failureOfResponse(call: ChatCall, response: HttpResponse): TypebotFailure {
  const { status } = response;
  const body = readErrorBody(readJson(response.body));
  const reason = reasonOf(status, body);
  if (status === 429 || status === 503) {
    return new TypebotFailure('unreachable', {
      status,
      reason,
      retryAfterMs: retryAfterMs(response.headers),
    });
  }
  if (status === 502 || status === 504) return new TypebotFailure('unclear', { status, reason });
  if (status >= 500 || status === 408) {
    return new TypebotFailure(body ? 'broken' : 'unclear', { status, reason });
  }
  if (status >= 400) return clientFailure(call, response, body);
  if (status >= 300) return new TypebotFailure('refused', { status, reason: 'redirect' });
  return new TypebotFailure('unclear', { status, reason: 'not an answer of Typebot' });
}

const MAX_REASON_LENGTH = 200;

/**
 * Typebot's error message on one line. An error that Typebot did not define (`defined: false`) could say anything, even
 * what a contact wrote, so only its code is used.
 */
function reasonOf(status: number, body: TypebotErrorBody | undefined): string {
  const words = body?.defined ? body.message.replace(/[\s\p{Cc}]+/gu, ' ').trim() : '';
  return cutText(words || (body?.code ?? `HTTP ${status}`), MAX_REASON_LENGTH);
}

function clientFailure(
  call: ChatCall,
  response: HttpResponse,
  body: TypebotErrorBody | undefined,
): TypebotFailure {
  const { status } = response;
  const reason = reasonOf(status, body);
  const isPage = !body && !/^text\/plain/.test(response.headers['content-type'] ?? '');
  if (call === 'continue' && isPage) return new TypebotFailure('unclear', { status, reason });
  if (call === 'continue' && status === 404 && body && /^Session (not found|expired)/.test(body.message)) {
    return new TypebotFailure('gone', { status, reason });
  }
  const contactText = call === 'start' ? closingText(status, body) : undefined;
  return new TypebotFailure('refused', { status, reason, contactText });
}

/** The text that the author set for visitors of a closed bot. */
function closingText(status: number, body: TypebotErrorBody | undefined): string | undefined {
  if (!body?.defined || !body.message.trim()) return undefined;
  if (status === 403) return body.message === 'Origin not allowed' ? undefined : body.message;
  return status === 400 && body.data === undefined && !FAULT_MESSAGES.test(body.message)
    ? body.message
    : undefined;
}

import type { ChannelErrorInfo, PermanentReason } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { retryAfterMs } from '../../guarded-http/retry-after.js';
import { statusInfo } from './http-errors.js';
import { defined, isObject, member } from './json.js';
import { graphErrorSchema, type GraphError } from './graph-wire.js';

type Verdict = Pick<ChannelErrorInfo, 'class' | 'reason' | 'scope' | 'retryAfterMs'>;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Meta's codes for temporary errors. Those without a delay are retried with the usual back-off. */
const retryable: Readonly<Record<number, Omit<Verdict, 'class'>>> = {
  1: {},
  2: {},
  131000: {},
  131016: {},
  133004: {},
  131057: { retryAfterMs: minuteMs },
  4: { scope: 'channel', retryAfterMs: minuteMs },
  80007: { scope: 'channel', retryAfterMs: minuteMs },
  130429: { scope: 'channel' },
  131048: { scope: 'channel', retryAfterMs: hourMs },
  133016: { scope: 'channel', retryAfterMs: hourMs },
  131049: { scope: 'pair', retryAfterMs: 24 * hourMs },
};

const authCodes = [0, 3, 10, 190];
const mediaCodes = [131052, 131053];
const pairLimitCode = 131056;
const firstPairDelayMs = 6_000;

const permanent: readonly [PermanentReason, readonly number[]][] = [
  ['windowClosed', [131047, 470]],
  ['notOnWhatsApp', [131026]],
  ['optedOut', [131050]],
  ['recipientBlocked', [131030, 130472]],
  [
    'invalidContent',
    [
      33, 100, 131008, 131009, 131021, 132000, 132001, 132005, 132007, 132012, 132015, 132016, 132068, 132069,
      135000,
    ],
  ],
  ['unsupported', [131051]],
  ['mediaInvalid', mediaCodes],
  ['policy', [368, 130497, 131031]],
  ['accountConfig', [131037, 131042, 131045, 133010, 134011]],
];

/** Undefined for a code that is in none of the tables. */
function codeVerdict(code: number): Verdict | undefined {
  if (authCodes.includes(code) || (code >= 200 && code <= 299)) return { class: 'Auth' };
  if (code === pairLimitCode) return { class: 'Retryable', scope: 'pair', retryAfterMs: firstPairDelayMs };
  const temporary = retryable[code];
  if (temporary) return { class: 'Retryable', ...temporary };
  const reason = permanent.find(([, codes]) => codes.includes(code))?.[0];
  return reason && { class: 'Permanent', reason };
}

/** The error of a `failed` status. An unknown code is Permanent(unknown). */
export function statusErrorInfo(error: GraphError): ChannelErrorInfo {
  const verdict = codeVerdict(error.code) ?? { class: 'Permanent', reason: 'unknown' };
  return { ...verdict, ...detailOf(error) };
}

/**
 * The error in the answer to a send: by its Graph code, or by the HTTP status if the code is unknown. `body` is the
 * parsed answer, with or without the `error` member around it. `attempt` counts the requests for this message from 1:
 * the delay after a pair limit grows with it, and a refused file is tried a second time.
 */
export function cloudErrorInfo(
  body: unknown,
  response: HttpResponse,
  attempt = Number.POSITIVE_INFINITY,
): ChannelErrorInfo {
  const wrapped = member(body, 'error');
  const read = graphErrorSchema.safeParse(isObject(wrapped) ? wrapped : body);
  if (!read.success) return statusInfo(response);
  const verdict = sendVerdict(read.data, response, attempt);
  return { ...verdict, ...detailOf(read.data), httpStatus: response.status };
}

function sendVerdict(error: GraphError, response: HttpResponse, attempt: number): Verdict {
  if (error.code === pairLimitCode && Number.isFinite(attempt) && attempt > 1) {
    return { class: 'Retryable', scope: 'pair', retryAfterMs: 4 ** Math.min(attempt, 8) * 1_000 };
  }
  if (mediaCodes.includes(error.code) && attempt <= 1) return { class: 'Retryable' };
  const known = codeVerdict(error.code) ?? unknownCode(error, response);
  if (known.class !== 'Retryable' || known.retryAfterMs !== undefined) return known;
  return defined({ ...known, retryAfterMs: retryAfterMs(response.headers) });
}

function unknownCode(error: GraphError, response: HttpResponse): Verdict {
  const { class: byStatus, reason } = statusInfo(response);
  if (byStatus === 'Auth') return { class: byStatus };
  return error.is_transient === true ? { class: 'Retryable' } : defined({ class: byStatus, reason });
}

function detailOf(error: GraphError) {
  return defined({
    providerCode: error.code,
    providerMessage: error.error_data?.details ?? error.message ?? error.title,
  });
}

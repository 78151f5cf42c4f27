import type { ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { HttpResponse } from '../../guarded-http/http.js';
import { instanceStatusInfo } from '../provider/http-errors.js';

const codes = new Map<number, ChannelErrorInfo>([
  [63_016, { class: 'Permanent', reason: 'windowClosed' }],
  [63_003, { class: 'Permanent', reason: 'notOnWhatsApp' }],
  [63_024, { class: 'Permanent', reason: 'notOnWhatsApp' }],
  [21_610, { class: 'Permanent', reason: 'optedOut' }],
  [63_018, { class: 'Retryable', scope: 'channel' }],
  [63_012, { class: 'Retryable' }],
  [63_021, { class: 'Retryable' }],
  [20_003, { class: 'Auth' }],
]);

/** What the error code of a status callback means. An unknown one is Permanent(unknown). */
export function twilioCodeInfo(code: number): ChannelErrorInfo {
  return { ...(codes.get(code) ?? { class: 'Permanent', reason: 'unknown' }), providerCode: code };
}

/** What an answer other than 2xx means: by its error code, or by the HTTP status if the code is unknown. */
export function twilioAnswerInfo(answer: HttpResponse, code: number | undefined): ChannelErrorInfo {
  const byStatus = instanceStatusInfo(answer);
  const byCode = code === undefined ? undefined : codes.get(code);
  const scope = answer.status === 429 ? { scope: 'channel' as const } : {};
  const { retryAfterMs } = byStatus;
  return {
    ...(byCode ?? { ...byStatus, ...scope }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(code === undefined ? {} : { providerCode: code }),
    httpStatus: answer.status,
  };
}

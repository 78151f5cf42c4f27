import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import {
  HttpFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from '../../guarded-http/http.js';
import { retryAfterMs } from '../../guarded-http/retry-after.js';

const temporaryStatuses = [408, 425, 429];

/** What a request without an HTTP answer means, unless the channel knows better. */
export function failureInfo(failure: HttpFailure): ChannelErrorInfo {
  switch (failure.phase) {
    case 'refused':
      return { class: 'Permanent', reason: 'accountConfig', providerCode: failure.causeCode };
    case 'before':
      return { class: 'Retryable', providerCode: failure.causeCode };
    case 'after':
    case 'tooLarge':
      return { class: 'UnknownOutcome', providerCode: failure.causeCode };
  }
}

/** What an HTTP status other than 2xx means, unless the channel knows better. */
export function statusInfo(response: HttpResponse): ChannelErrorInfo {
  const httpStatus = response.status;
  const delayMs = retryAfterMs(response.headers);
  if (httpStatus === 401 || httpStatus === 403) return { class: 'Auth', httpStatus };
  if (temporaryStatuses.includes(httpStatus) || httpStatus >= 500) {
    return { class: 'Retryable', httpStatus, ...(delayMs === undefined ? {} : { retryAfterMs: delayMs }) };
  }
  return { class: 'Permanent', reason: 'unknown', httpStatus };
}

/** As `statusInfo`, for providers whose URLs contain the instance: a 404 then means wrong settings (`Auth`). */
export function instanceStatusInfo(response: HttpResponse): ChannelErrorInfo {
  return response.status === 404 ? { class: 'Auth', httpStatus: 404 } : statusInfo(response);
}

/** Makes one request. Any HTTP answer is returned; throws `ChannelError` when there is none. */
export async function callProvider(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await http(request);
  } catch (error) {
    throw error instanceof HttpFailure ? new ChannelError(failureInfo(error)) : error;
  }
}

/** Whether the status is 2xx. */
export function succeeded(response: HttpResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import {
  HttpFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from '../../guarded-http/http.js';
import { retryAfterMs } from '../../guarded-http/retry-after.js';

const temporaryStatuses = [408, 425, 429];

/** The default meaning of a failure without an answer. */
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

/** The default meaning of an HTTP status that is no success. */
export function statusInfo(response: HttpResponse): ChannelErrorInfo {
  const httpStatus = response.status;
  const delayMs = retryAfterMs(response.headers);
  if (httpStatus === 401 || httpStatus === 403) return { class: 'Auth', httpStatus };
  if (temporaryStatuses.includes(httpStatus) || httpStatus >= 500) {
    return { class: 'Retryable', httpStatus, ...(delayMs === undefined ? {} : { retryAfterMs: delayMs }) };
  }
  return { class: 'Permanent', reason: 'unknown', httpStatus };
}

/** As `statusInfo`, for providers whose addresses name the instance: one that is not found there has wrong settings. */
export function instanceStatusInfo(response: HttpResponse): ChannelErrorInfo {
  return response.status === 404 ? { class: 'Auth', httpStatus: 404 } : statusInfo(response);
}

/** Makes one request; a failure without an answer becomes a `ChannelError`. Every HTTP status is returned. */
export async function callProvider(http: HttpClient, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await http(request);
  } catch (error) {
    throw error instanceof HttpFailure ? new ChannelError(failureInfo(error)) : error;
  }
}

/** Whether a status is a success. */
export function succeeded(response: HttpResponse): boolean {
  return response.status >= 200 && response.status < 300;
}

import { type ConnectionState } from '../../../activities/ports/messages.js';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import { HttpFailure, type HttpRequest, type HttpResponse } from '../../guarded-http/http.js';
import type { ChannelContext, ChannelHealth } from '../channel.js';
import { callProvider, statusInfo, succeeded } from './http-errors.js';
import { mediaInvalid } from './media-download.js';

const answerMaxBytes = 1_048_576;

/** A call to a provider's API; `path` is appended to the channel's `base_url`. */
export interface ProviderCall {
  method: HttpRequest['method'];
  path: string;
  headers: Record<string, string>;
  /** Sent as JSON; absent for GET. */
  body?: unknown;
}

/** Makes a call with JSON. Any HTTP answer is returned; throws `ChannelError` when there is none. */
export function callJson(
  context: ChannelContext<{ base_url: string }>,
  call: ProviderCall,
  signal?: AbortSignal,
): Promise<HttpResponse> {
  return callProvider(context.http, { ...jsonRequest(context, call, answerMaxBytes), signal });
}

function jsonRequest(
  { settings }: ChannelContext<{ base_url: string }>,
  call: ProviderCall,
  maxBytes: number,
): HttpRequest {
  return {
    method: call.method,
    url: `${settings.base_url}${call.path}`,
    headers: { 'content-type': 'application/json', ...call.headers },
    body: call.body === undefined ? undefined : JSON.stringify(call.body),
    timeoutMs: settings.timeout_ms,
    maxBytes,
    source: 'operator',
  };
}

/** Waits for a call whose failure does not matter. */
export async function bestEffort(call: Promise<unknown>): Promise<void> {
  await call.catch(() => undefined);
}

/** Whether a call got a 2xx answer. Never throws. */
export async function accepted(call: Promise<HttpResponse>): Promise<boolean> {
  return call.then(succeeded, () => false);
}

/** The health of a channel: what `read` finds in a 2xx answer, or why there was none. Never throws. */
export async function checkHealth(
  call: Promise<HttpResponse>,
  read: (answer: HttpResponse) => ChannelHealth,
): Promise<ChannelHealth> {
  try {
    const answer = await call;
    return succeeded(answer) ? read(answer) : refusedHealth(answer);
  } catch (error) {
    const code = error instanceof ChannelError ? error.info.providerCode : undefined;
    return { status: 'disconnected', detail: `provider not reached${code ? `: ${code}` : ''}` };
  }
}

function refusedHealth(answer: HttpResponse): ChannelHealth {
  const unknownThere = answer.status === 404;
  const auth = unknownThere || statusInfo(answer).class === 'Auth';
  return { status: auth ? 'auth_failed' : 'disconnected', detail: `provider answered ${answer.status}` };
}

/** The health that a connection state means; an unknown state is `disconnected`. */
export function connectionHealth(
  state: ConnectionState['state'] | undefined,
  detail: string | undefined,
): ChannelHealth {
  const statuses = {
    open: 'connected',
    connecting: 'connecting',
    close: 'disconnected',
    loggedOut: 'logged_out',
  } as const;
  return { status: state ? statuses[state] : 'disconnected', detail: detail ?? 'no state given' };
}

/** Whether a URL is on the provider's own host, the only one that may be sent the channel's credentials. */
export function isOwnHost(url: string, baseUrl: string): boolean {
  return URL.canParse(url) && new URL(url).host === new URL(baseUrl).host;
}

/**
 * Asks the provider's API for a file or its URL. Since this changes nothing there, a request without an answer is
 * Retryable. Throws `ChannelError`; Permanent(mediaInvalid) if the file is gone or too large.
 */
export async function callForMedia(
  context: ChannelContext<{ base_url: string }>,
  call: ProviderCall,
  maxBytes: number,
): Promise<HttpResponse> {
  const answer = await context.http(jsonRequest(context, call, maxBytes)).catch(asMediaError);
  if (succeeded(answer)) return answer;
  const info = statusInfo(answer);
  throw info.class === 'Permanent' ? mediaInvalid({ httpStatus: answer.status }) : new ChannelError(info);
}

function asMediaError(error: unknown): never {
  if (!(error instanceof HttpFailure)) throw error;
  const providerCode = error.causeCode;
  const never = error.phase === 'refused' || error.phase === 'tooLarge';
  throw never ? mediaInvalid({ providerCode }) : new ChannelError({ class: 'Retryable', providerCode });
}

/** The error for content that the channel cannot send; the caller then tries the next simpler form. */
export function unsupported(): ChannelError {
  return new ChannelError({ class: 'Permanent', reason: 'unsupported' });
}

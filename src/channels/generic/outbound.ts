import { ulid } from 'ulid';
import { type Presence, type OutboundMessage, type SendReceipt } from '../../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import { HttpFailure, type HttpRequest, type HttpResponse } from '../../guarded-http/http.js';
import type { ChannelContext } from '../channel.js';
import { failureInfo, statusInfo, succeeded } from '../provider/http-errors.js';
import { retryAfterMs } from '../../guarded-http/retry-after.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { phoneDigits, userOf } from '../jid.js';
import { unsupported } from '../provider/provider-call.js';
import { readReason } from '../provider/permanent-reasons.js';
import { hmacHex } from '../provider/signatures.js';
import type { GenericSettings } from './schema.js';
import { answerSchema } from './wire.js';

type Context = ChannelContext<GenericSettings>;

const maxAnswerBytes = 1024 * 1024;
/** Wait after a 409: the receiver is still working on an earlier request with the same key. */
const busyDelayMs = 2_000;

/** Sends one message in one signed request. Throws `ChannelError`. */
export async function sendGeneric(
  message: OutboundMessage,
  context: Context,
  signal?: AbortSignal,
): Promise<SendReceipt> {
  const { content } = message;
  const { template, reaction } = context.capabilities;
  const shown = (content.type !== 'template' || template) && (content.type !== 'reaction' || reaction);
  if (!shown) throw unsupported();
  const body = messageBody(message, nowSeconds());
  const response = await post({ id: message.outboundId, body, context, signal });
  const answer = answerSchema.safeParse(readJson(response.body)).data ?? {};
  if (!succeeded(response)) throw new ChannelError(refusal(response, answer));
  return { keyId: answer.keyId ?? message.outboundId };
}

/**
 * Sends typing or a read mark in one signed request, if the setting `signals` is on. The answer is ignored; never
 * throws.
 */
export async function showGenericPresence(
  to: OutboundMessage['to'],
  presence: Presence,
  context: Context,
): Promise<void> {
  if (!context.settings.signals) return;
  const id = `sig_${ulid()}`;
  const body = presenceBody({ id, to, presence }, nowSeconds());
  await post({ id, body, context, signal: undefined }).catch(() => undefined);
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1_000);
}

/** Body of a message. `sentAt`: time of this attempt in Unix seconds; the timestamp header holds the same. */
export function messageBody(message: OutboundMessage, sentAt: number): Envelope {
  return {
    version: 1,
    sentAt,
    id: message.outboundId,
    type: 'message',
    attempt: message.attempt,
    to: address(message.to),
    ...(message.replyTo && { replyToKeyId: message.replyTo }),
    content: message.content,
  };
}

/** Body of a typing signal or read mark; `sentAt` as in `messageBody`. */
export function presenceBody(
  { id, to, presence }: { id: string; to: OutboundMessage['to']; presence: Presence },
  sentAt: number,
): Envelope {
  return { version: 1, sentAt, id, type: 'signal', to: address(to), signal: wirePresence(presence) };
}

/** Any body; only `sentAt` is read again, for the header. */
interface Envelope extends Record<string, unknown> {
  sentAt: number;
}

function wirePresence(presence: Presence): Record<string, unknown> {
  if (presence.type === 'markRead') return { type: 'markRead', keyIds: presence.keyIds };
  return defined({ type: 'typing', state: presence.state, inReplyToKeyId: presence.inReplyTo });
}

/** `contactId`: the part of the JID before the `@`; `phone`: the number, if known. */
function address(to: OutboundMessage['to']): { contactId: string; phone?: string } {
  const digits = phoneDigits(to.jid) ?? to.waId;
  return { contactId: userOf(to.jid), ...(digits && { phone: `+${digits}` }) };
}

/** Headers of a signed request. During a change of secrets there is one signature per secret. */
export function signedHeaders(
  { id, sentAt, body }: { id: string; sentAt: number; body: string },
  context: Pick<Context, 'instanceId' | 'settings'>,
): Record<string, string> {
  const signatures = context.settings.outbound_secrets.map(
    (secret) => `sha256=${hmacHex('sha256', secret, body)}`,
  );
  return {
    'content-type': 'application/json',
    'user-agent': 'Parley/1',
    'x-parley-channel': context.instanceId,
    'x-parley-timestamp': String(sentAt),
    'x-parley-signature': signatures.join(', '),
    'idempotency-key': id,
  };
}

async function post(call: {
  id: string;
  body: Envelope;
  context: Context;
  signal: AbortSignal | undefined;
}): Promise<HttpResponse> {
  const { context } = call;
  const body = JSON.stringify(call.body);
  const request: HttpRequest = {
    method: 'POST',
    url: context.settings.outbound_url,
    headers: signedHeaders({ id: call.id, sentAt: call.body.sentAt, body }, context),
    body,
    timeoutMs: context.settings.timeout_ms,
    maxBytes: maxAnswerBytes,
    source: 'operator',
    ...(call.signal && { signal: call.signal }),
  };
  try {
    return await context.http(request);
  } catch (error) {
    throw error instanceof HttpFailure ? new ChannelError(noAnswer(error, context)) : error;
  }
}

/** If the receiver honours idempotency keys, a request without a readable answer may be repeated at once. */
function noAnswer(failure: HttpFailure, context: Context): ChannelErrorInfo {
  const info = failureInfo(failure);
  return info.class === 'UnknownOutcome' && context.settings.idempotent
    ? { ...info, resendSafe: true }
    : info;
}

function refusal(
  response: HttpResponse,
  answer: { error?: { code?: string | number; reason?: string; message?: string } },
): ChannelErrorInfo {
  const detail = defined({ providerCode: answer.error?.code, providerMessage: answer.error?.message });
  return { ...refusalClass(response, answer.error), ...detail, httpStatus: response.status };
}

/** What the receiver's status and `error` mean, as documented in docs/channels.md. */
function refusalClass(
  response: HttpResponse,
  error: { code?: string | number; reason?: string } | undefined,
): ChannelErrorInfo {
  const { status } = response;
  if (status === 503 && error?.code === 'channel_down') {
    return defined({ class: 'ChannelDown' as const, retryAfterMs: retryAfterMs(response.headers) });
  }
  if (status === 409) {
    return { class: 'Retryable', retryAfterMs: retryAfterMs(response.headers) ?? busyDelayMs };
  }
  if (status === 413 || status === 415) return { class: 'Permanent', reason: 'mediaInvalid' };
  if (status < 400) return { class: 'Permanent', reason: 'accountConfig' };
  const byStatus = statusInfo(response);
  if (byStatus.class !== 'Permanent') return byStatus;
  return { class: 'Permanent', reason: readReason(error?.reason, 'invalidContent') };
}

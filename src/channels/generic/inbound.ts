import type {
  ConnectionState,
  SendStatus,
  InboundEvent,
  InboundMessage,
} from '../../../activities/ports/messages.js';
import type { EventOutcome, Parsed, WebhookAnswer, WebhookRequest } from '../channel.js';
import { readJson } from '../../foreign/read-json.js';
import { defined, isObject } from '../provider/json.js';
import { digitsOf, parseJid, phoneDigits, phoneJid } from '../jid.js';
import { readReason } from '../provider/permanent-reasons.js';
import { timestampHeader } from './verify.js';
import {
  connectionEventSchema,
  envelopeSchema,
  eventSchema,
  messageEventSchema,
  statusEventSchema,
  type GenericMessage,
  type GenericStatus,
} from './wire.js';

type Result = NonNullable<Parsed['results']>[number];

/** Reads the webhook that docs/channels.md describes. Pure; never throws. */
export function parseGeneric(request: WebhookRequest): Parsed {
  const body = readJson(request.rawBody);
  if (body === undefined) return problem(400, 'invalid_json', 'the body is not JSON');
  if (!isObject(body)) return problem(400, 'invalid_envelope', 'the body is not an object');
  if (body['version'] !== 1) return problem(400, 'unsupported_version', 'version must be 1');
  const envelope = envelopeSchema.safeParse(body);
  if (!envelope.success) {
    return problem(400, 'invalid_envelope', 'sentAt and one to 100 events are required');
  }
  if (envelope.data.sentAt !== timestampHeader(request)) {
    return problem(401, 'timestamp_mismatch', 'sentAt differs from X-Parley-Timestamp');
  }
  return readEvents(envelope.data.events);
}

function problem(status: 400 | 401, code: string, message: string): Parsed {
  return { events: [], ignored: [], problem: { status, code, message } };
}

function readEvents(items: unknown[]): Parsed {
  const events: InboundEvent[] = [];
  const results = items.map((item): Result => {
    const { event, result } = readEvent(item);
    if (event) events.push(event);
    return result;
  });
  const malformed = results.filter(({ outcome }) => outcome === 'rejected').length;
  const unknown = results.filter(({ outcome }) => outcome === 'ignored').length;
  const ignored = [
    { reason: 'malformed' as const, count: malformed },
    { reason: 'unknownEvent' as const, count: unknown },
  ];
  return { events, ignored: ignored.filter(({ count }) => count > 0), results };
}

function readEvent(item: unknown): { event?: InboundEvent; result: Result } {
  const frame = eventSchema.safeParse(item);
  if (!frame.success) return { result: rejected(isObject(item) ? item['id'] : undefined) };
  const { id, type } = frame.data;
  if (!['message', 'status', 'connection'].includes(type)) {
    return { result: { id, outcome: 'ignored', reason: 'unknown_type' } };
  }
  const event = project(id, type, item);
  return event ? { event, result: { id, outcome: 'pending' } } : { result: rejected(id) };
}

function rejected(id: unknown): Result {
  return { id: typeof id === 'string' ? id : '', outcome: 'rejected', reason: 'malformed' };
}

function project(eventId: string, type: string, item: unknown): InboundEvent | undefined {
  if (type === 'message') {
    const read = messageEventSchema.safeParse(item);
    return read.success ? toMessage(eventId, read.data.message) : undefined;
  }
  if (type === 'status') {
    const read = statusEventSchema.safeParse(item);
    return read.success ? toStatus(eventId, read.data.status) : undefined;
  }
  const read = connectionEventSchema.safeParse(item);
  return read.success ? toConnection(eventId, read.data.connection) : undefined;
}

/** The address of a contact id: 8 to 15 digits are a phone number; any other id becomes an address at `@generic`. */
export function genericJid(id: string): string {
  return /^\d{8,15}$/.test(id) ? phoneJid(id) : `${id}@generic`;
}

function toMessage(eventId: string, message: GenericMessage): InboundMessage {
  const { contact, group } = message;
  const sender = genericJid(contact.id);
  const phone = digitsOf(contact.phone ?? '');
  const fromMe = message.fromMe === true;
  return defined<InboundMessage>({
    kind: 'message',
    eventId,
    keyId: message.keyId,
    remoteJid: group ? `${group.id}@g.us` : sender,
    waId: /^\d{8,15}$/.test(phone) ? phone : phoneDigits(sender),
    participant: group ? participantJid(group.participant, sender) : undefined,
    isGroup: !!group,
    fromMe,
    origin: originOf(fromMe, message.origin),
    pushName: fromMe ? undefined : contact.name,
    messageTimestamp: Math.round(message.timestamp * 1_000),
    historical: message.historical === true,
    quoted: message.quotedKeyId ? { keyId: message.quotedKeyId } : undefined,
    forwarded: message.forwarded === true ? true : undefined,
    referral: message.referral && defined(message.referral),
    content: defined(message.content),
  });
}

function participantJid(participant: string | undefined, sender: string): string {
  return participant === undefined ? sender : (parseJid(participant) ?? genericJid(participant));
}

function originOf(fromMe: boolean, origin: GenericMessage['origin']): InboundMessage['origin'] {
  if (!fromMe) return 'contact';
  return origin === 'api' || origin === 'unknown' ? origin : 'humanAgent';
}

function toStatus(eventId: string, status: GenericStatus): SendStatus {
  const { error } = status;
  return defined<SendStatus>({
    kind: 'status',
    eventId,
    keyId: status.keyId ?? undefined,
    outboundId: status.outboundId ?? undefined,
    status: status.status,
    at: Math.round(status.timestamp * 1_000),
    error:
      status.status === 'failed'
        ? defined({
            class: 'Permanent' as const,
            reason: readReason(error?.reason, 'unknown'),
            providerCode: error?.code ?? undefined,
            providerMessage: error?.message ?? undefined,
          })
        : undefined,
  });
}

function toConnection(
  eventId: string,
  connection: { state: ConnectionState['state']; reason?: string | number | null },
): ConnectionState {
  const { state, reason } = connection;
  return defined<ConnectionState>({ kind: 'connection', eventId, state, reason: reason ?? undefined });
}

/** The answer to a webhook: one result per event, in the order of the request. */
export function answerGeneric(parsed: Parsed, outcomes: EventOutcome[]): WebhookAnswer {
  const remaining = [...outcomes];
  const results = (parsed.results ?? []).map((result) =>
    result.outcome === 'pending' ? { id: result.id, outcome: remaining.shift() ?? 'accepted' } : result,
  );
  return { status: 200, contentType: 'application/json', body: JSON.stringify({ results }) };
}

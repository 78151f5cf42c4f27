import type { InboundMessage } from '../../../activities/ports/messages.js';
import type { Parsed, WebhookRequest } from '../channel.js';
import { digitsOf, phoneJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import { sandboxBodySchema, sandboxMessageSchema, type SandboxMessage } from './wire.js';

/** Reads what the sandbox phone sends. Pure; never throws. */
export function parseSandbox(request: WebhookRequest): Parsed {
  const body = sandboxBodySchema.safeParse(readJson(request.rawBody));
  if (!body.success) {
    const message = 'the body must be {"messages":[…]}';
    return { events: [], ignored: [], problem: { status: 400, code: 'invalid_body', message } };
  }
  const read = body.data.messages.map((item) => sandboxMessageSchema.safeParse(item).data);
  const events = read.flatMap((message) => toMessage(message, request.receivedAt) ?? []);
  const malformed = read.length - events.length;
  return { events, ignored: malformed > 0 ? [{ reason: 'malformed', count: malformed }] : [] };
}

function toMessage(message: SandboxMessage | undefined, receivedAt: number): InboundMessage | undefined {
  const content =
    message?.content ??
    (message?.text === undefined ? undefined : { contentType: 'text' as const, text: message.text });
  if (!message || !content) return undefined;
  const digits = digitsOf(message.from.phone);
  return defined<InboundMessage>({
    kind: 'message',
    keyId: message.keyId,
    remoteJid: phoneJid(digits),
    waId: digits,
    isGroup: false,
    fromMe: false,
    origin: 'contact',
    pushName: message.from.name || undefined,
    messageTimestamp: Math.round(message.timestamp ?? receivedAt),
    historical: false,
    quoted: message.quotedKeyId ? { keyId: message.quotedKeyId } : undefined,
    content: defined(content),
  });
}

import type { InboundContent, InboundMessage, MediaFetch } from '../../../activities/ports/messages.js';
import { buttonReply, readContent } from '../baileys/content.js';
import {
  addressing,
  connectionState,
  contextOf,
  sendState,
  textOf,
  typeOf,
  unwrap,
} from '../baileys/envelope.js';
import { readPart, type MessagePart } from '../baileys/wire.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { addressKey, readJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { editKeyId } from '../provider/edit-id.js';
import { defined, member, nonEmpty } from '../provider/json.js';
import {
  elementsOf,
  ignored,
  plausibleMs,
  secondsToMs,
  toParsed,
  type ElementResult,
} from '../provider/parsed.js';
import {
  connectionSchema,
  editedSchema,
  envelopeSchema,
  extrasSchema,
  keySchema,
  messageSchema,
  updateSchema,
  type EvolutionKey,
  type EvolutionMessage,
  type EvolutionSettings,
} from './wire.js';

type ElementReader = (data: unknown, receivedAt: number) => ElementResult;

const eventReaders: Readonly<Record<string, ElementReader>> = {
  'messages.upsert': (data, receivedAt) => readMessage(data, receivedAt, 'humanAgent'),
  'send.message': (data, receivedAt) => readMessage(data, receivedAt, 'api'),
  'messages.update': readUpdate,
  'messages.edited': readEdited,
  'messages.delete': (data, receivedAt) => revoked(keySchema.safeParse(data).data, receivedAt),
  'connection.update': readConnection,
};

/** With the Cloud API behind Evolution, the title of a tapped button arrives as `conversation`. */
const titleOnlyTypes = ['interactiveMessage', 'buttonMessage'];

/**
 * Reads an Evolution webhook. Events may also be named as in Evolution's settings or its `byEvents` URLs. Never throws.
 */
export function parseEvolution(request: WebhookRequest, context: ChannelContext<EvolutionSettings>): Parsed {
  const envelope = envelopeSchema.safeParse(readJson(request.rawBody));
  if (!envelope.success || envelope.data.event === undefined) return ignored('malformed');
  const { event, data, instance, sender } = envelope.data;
  if (isForeign(instance, sender, context.settings)) return ignored('foreignChannel');
  const name = event.toLowerCase().replace(/[_-]/g, '.');
  const reader = Object.hasOwn(eventReaders, name) ? eventReaders[name] : undefined;
  if (!reader) return ignored('unknownEvent');
  return toParsed(elementsOf(data).map((element) => reader(element, request.receivedAt)));
}

function isForeign(
  instance: string | undefined,
  sender: string | undefined,
  settings: EvolutionSettings,
): boolean {
  if (instance !== undefined && instance !== settings.instance) return true;
  const [own, its] = [readJid(settings.own_jid), readJid(sender)];
  return own !== undefined && its !== undefined && addressKey(own) !== addressKey(its);
}

function readMessage(data: unknown, receivedAt: number, ownOrigin: 'humanAgent' | 'api'): ElementResult {
  const read = messageSchema.safeParse(data);
  const address = read.success ? addressing(read.data.key, read.data.key) : undefined;
  if (!read.success || !read.data.key.id || !address) return { ignored: 'malformed' };
  const { key, pushName, messageTimestamp } = read.data;
  // The decrypted message may follow later with the same id.
  if (!read.data.messageType && Object.keys(read.data.message ?? {}).length === 0) {
    return { ignored: 'undecryptable' };
  }
  const { content, part } = readBody(read.data);
  if (!content) return { ignored: 'notAMessage' };
  const fromMe = key.fromMe ?? ownOrigin === 'api';
  return defined<InboundMessage>({
    kind: 'message',
    keyId: read.data.key.id,
    ...address,
    fromMe,
    origin: fromMe ? ownOrigin : 'contact',
    pushName: fromMe ? undefined : pushName,
    messageTimestamp: secondsToMs(messageTimestamp, receivedAt),
    historical: false,
    ...contextOf({ ...read.data.contextInfo, ...defined(part.contextInfo ?? {}) }),
    content,
  });
}

function readBody(data: EvolutionMessage): { content: InboundContent | undefined; part: MessagePart } {
  const message = unwrap(data.message ?? {});
  const title = nonEmpty(message['conversation']);
  if (title && titleOnlyTypes.includes(data.messageType ?? '')) {
    return { content: buttonReply(undefined, title), part: readPart(undefined) };
  }
  const type = typeOf(message, data.messageType);
  const part = readPart(message[type]);
  const extras = extrasSchema.parse({ ...message, ...data.message });
  const transcript = extras.speechToText?.replace(/^\[audio\]\s*/, '') || undefined;
  return { content: readContent(type, part, { fetch: fetchOf(data.key, extras), transcript }), part };
}

function fetchOf(key: EvolutionKey, extras: { base64?: string; mediaUrl?: string }): MediaFetch {
  if (extras.base64) return { via: 'inline', base64: extras.base64 };
  if (extras.mediaUrl) return { via: 'url', url: extras.mediaUrl, auth: 'none' };
  return {
    via: 'evolution',
    key: { id: key.id ?? '', remoteJid: key.remoteJid ?? '', fromMe: key.fromMe ?? false },
  };
}

function readUpdate(data: unknown, receivedAt: number): ElementResult {
  const { keyId, key, remoteJid, status } = updateSchema.safeParse(data).data ?? {};
  const id = keyId ?? key?.id;
  if (!id) return { ignored: 'malformed' };
  const state = sendState(status);
  if (!state) return { ignored: 'notAMessage' };
  const chat = readJid(remoteJid ?? key?.remoteJid);
  return defined({ kind: 'status', keyId: id, status: state, at: receivedAt, remoteJid: chat });
}

/** A `messages.edited` without `editedMessage` reports that the message was deleted for everyone. */
function readEdited(data: unknown, receivedAt: number): ElementResult {
  const read = editedSchema.safeParse(data).data;
  if (!read) return { ignored: 'malformed' };
  const at = plausibleMs(read.timestampMs, receivedAt);
  if (!read.editedMessage) return revoked(read.key, at);
  const { editedMessage } = read;
  const text = textOf(innerEdit(editedMessage));
  return aboutMessage(read.key, at, (targetKeyId) => ({
    keyId: editKeyId(targetKeyId, { text, at: read.timestampMs }),
    content: defined({ contentType: 'edit', targetKeyId, text }),
  }));
}

function innerEdit(message: Record<string, unknown>): Record<string, unknown> {
  const inner = member(unwrap(message), 'protocolMessage', 'editedMessage');
  return typeof inner === 'object' && inner !== null ? { ...inner } : message;
}

function revoked(key: EvolutionKey | undefined, at: number): ElementResult {
  return aboutMessage(key, at, (targetKeyId) => ({
    keyId: `${targetKeyId}#revoke`,
    content: { contentType: 'revoke', targetKeyId },
  }));
}

/** An edit or a deletion. It comes without an id, so `about` makes one of its target's. */
function aboutMessage(
  key: EvolutionKey | undefined,
  at: number,
  about: (targetKeyId: string) => Pick<InboundMessage, 'keyId' | 'content'>,
): ElementResult {
  const address = key && addressing(key, key);
  if (!key?.id || !address) return { ignored: 'malformed' };
  const fromMe = key.fromMe ?? false;
  return {
    kind: 'message',
    ...about(key.id),
    ...address,
    fromMe,
    origin: fromMe ? 'humanAgent' : 'contact',
    messageTimestamp: at,
    historical: false,
  };
}

function readConnection(data: unknown): ElementResult {
  const read = connectionSchema.safeParse(data).data;
  return connectionState(read?.state, read?.statusReason) ?? { ignored: 'malformed' };
}

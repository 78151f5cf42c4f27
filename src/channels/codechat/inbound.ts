import type { ConnectionState, InboundMessage, MediaFetch } from '../../../activities/ports/messages.js';
import { readContent } from '../baileys/content.js';
import { addressing, connectionState, contextOf, sendState, typeOf, unwrap } from '../baileys/envelope.js';
import { readPart, type MessagePart } from '../baileys/wire.js';
import type { ChannelContext, Parsed, WebhookRequest } from '../channel.js';
import { addressKey, readJid } from '../jid.js';
import { readJson } from '../../foreign/read-json.js';
import { defined } from '../provider/json.js';
import {
  elementsOf,
  ignored,
  isoToMs,
  secondsToMs,
  toParsed,
  type ElementResult,
} from '../provider/parsed.js';
import {
  connectionSchema,
  envelopeSchema,
  messageSchema,
  updateSchema,
  type CodechatSettings,
} from './wire.js';

/** What all elements of one webhook share. */
interface Arrival {
  /** Sent by the Go server, which sets the header `x-webhook-event`; otherwise by v1. */
  isGo: boolean;
  receivedAt: number;
}

type ElementReader = (data: unknown, arrival: Arrival) => ElementResult;

const eventReaders: Readonly<Record<string, ElementReader>> = {
  'messages.upsert': (data, arrival) => readMessage(data, arrival, arrival.isGo ? 'humanAgent' : 'unknown'),
  'send.message': (data, arrival) => readMessage(data, arrival, 'api'),
  'messages.update': readUpdate,
  'connection.update': readConnection,
  'messages.undecryptable': () => ({ ignored: 'undecryptable' }),
};

/** Reads a webhook of either CodeChat server. Never throws. */
export function parseCodechat(request: WebhookRequest, context: ChannelContext<CodechatSettings>): Parsed {
  const read = envelopeSchema.safeParse(readJson(request.rawBody)).data;
  const goEvent = request.headers['x-webhook-event'];
  const event = read?.event ?? goEvent;
  if (!read || event === undefined) return ignored('malformed');
  if (isForeign(read.instance, context.settings)) return ignored('foreignChannel');
  const reader = Object.hasOwn(eventReaders, event) ? eventReaders[event] : undefined;
  if (!reader) return ignored('unknownEvent');
  const arrival = { isGo: goEvent !== undefined, receivedAt: request.receivedAt };
  return toParsed(elementsOf(read.data).map((element) => reader(element, arrival)));
}

function isForeign(
  instance: { name?: string; ownerJid?: string } | undefined,
  settings: CodechatSettings,
): boolean {
  if (instance?.name !== undefined && instance.name !== settings.instance) return true;
  const [own, its] = [readJid(settings.own_jid), readJid(instance?.ownerJid)];
  return own !== undefined && its !== undefined && addressKey(own) !== addressKey(its);
}

/**
 * v1 reports every message sent through its API twice, as `send.message` and as `messages.upsert`. The origin of the
 * latter stays `unknown` until its ids are compared with what Parley sent.
 */
function readMessage(
  data: unknown,
  { receivedAt }: Arrival,
  ownOrigin: InboundMessage['origin'],
): ElementResult {
  const read = messageSchema.safeParse(data).data;
  const address = read && addressOf(read);
  if (!read?.keyId || !address) return { ignored: 'malformed' };
  const { type, part } = innerPart(read.messageType ?? 'unknown', read.content);
  const content = readContent(type, part, {
    fetch: fetchOf(read.keyId, read.id, part.mediaUrl),
  });
  if (!content) return { ignored: 'notAMessage' };
  const fromMe = read.keyFromMe ?? ownOrigin === 'api';
  return defined<InboundMessage>({
    kind: 'message',
    keyId: read.keyId,
    ...address,
    fromMe,
    origin: fromMe ? ownOrigin : 'contact',
    pushName: fromMe ? undefined : read.pushName,
    messageTimestamp: secondsToMs(read.messageTimestamp, receivedAt),
    historical: read.info?.type === 'append',
    ...contextOf(part.contextInfo),
    outboundId: read.externalAttributes?.out,
    content,
  });
}

/** `content` is the inner object of `messageType`, which may be a wrapper. */
function innerPart(messageType: string, content: unknown): { type: string; part: MessagePart } {
  const message = unwrap({ [messageType]: content });
  const type = typeOf(message, messageType);
  return { type, part: readPart(message[type]) };
}

function addressOf(data: {
  keyRemoteJid?: string;
  keyLid?: string;
  keyParticipant?: string;
  keyParticipantLid?: string;
}) {
  return addressing(
    { remoteJid: data.keyRemoteJid, remoteJidAlt: data.keyLid },
    { participant: data.keyParticipant, participantAlt: data.keyParticipantLid },
  );
}

function fetchOf(keyId: string, dbId: number | undefined, mediaUrl: string | undefined): MediaFetch {
  if (mediaUrl) return { via: 'url', url: mediaUrl, auth: 'none' };
  return defined<MediaFetch>({ via: 'codechat', keyId, dbId });
}

function readUpdate(data: unknown, { isGo, receivedAt }: Arrival): ElementResult {
  const read = updateSchema.safeParse(data).data;
  const keyId = isGo ? read?.keyId : (read?.keyId ?? read?.id);
  const dbId = isGo ? read?.messageId : undefined;
  if (!read || (keyId === undefined && dbId === undefined)) return { ignored: 'malformed' };
  const status = sendState(read.status);
  if (!status) return { ignored: 'notAMessage' };
  return defined({
    kind: 'status',
    keyId,
    dbId,
    status,
    at: isoToMs(read.dateTime, receivedAt),
    remoteJid: readJid(read.remoteJid),
  });
}

function readConnection(data: unknown, { isGo }: Arrival): ElementResult {
  const read = connectionSchema.safeParse(data).data;
  const event = isGo ? goConnection(read) : connectionState(read?.state, read?.statusReason);
  return event ?? { ignored: 'malformed' };
}

const closedWords = ['close', 'replaced', 'timeout'];

function goConnection(data: { type?: string; connection?: string } = {}): ConnectionState | undefined {
  const { type, connection } = data;
  if (type === 'logged.out') return { kind: 'connection', state: 'loggedOut', reason: type };
  if (connection === 'open' || connection === 'connecting') return { kind: 'connection', state: connection };
  const closed = closedWords.includes(connection ?? '') || closedWords.includes(type ?? '');
  return closed
    ? defined<ConnectionState>({ kind: 'connection', state: 'close', reason: type ?? connection })
    : undefined;
}

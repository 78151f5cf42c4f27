import type { InboundMessage } from '../../../activities/ports/messages.js';
import type { CommonChannelSettings } from '../../channels/channel.js';
import { chatKind } from '../../channels/jid.js';
import { NOTICES } from '../../store/messages/inbox.js';

/** What a message is classified by, besides itself. */
export interface DispatchContext {
  /** Our clock at arrival, milliseconds since the epoch. */
  receivedAt: number;
  ignoreGroups: boolean;
  settings: Pick<
    CommonChannelSettings,
    'ignore_status' | 'ignore_newsletters' | 'max_inbound_age_seconds' | 'foreign_api_sends'
  >;
}

/** What a message is. The rules of the conversation decide what becomes of it. */
export type Dispatch =
  /** From a chat that the settings exclude. */
  | 'ignored'
  /** Sent by another program through the same number. */
  | 'foreignSend'
  /** From a history that the provider hands over, or too old to be answered. */
  | 'historical'
  | 'tooOld'
  /** About another message or the chat itself, so there is nothing to answer. */
  | 'notice'
  /** A person wrote from the number itself. */
  | 'humanAgent'
  | 'contact';

/** Classifies a message that Parley did not send, by the first rule that applies. Pure. */
export function dispatch(message: InboundMessage, context: DispatchContext): Dispatch {
  if (isIgnoredChat(message, context)) return 'ignored';
  const passesOver = context.settings.foreign_api_sends === 'ignore';
  if (message.fromMe && message.origin === 'api' && passesOver) return 'foreignSend';
  return recorded(message, context) ?? (message.fromMe ? 'humanAgent' : 'contact');
}

/** By the provider's flag, or else by the chat's address. */
export function isOfGroup(message: InboundMessage): boolean {
  return message.isGroup || chatKind(message.remoteJid) === 'group';
}

/** Whether a message is only recorded, since nothing in it is for the bot. */
export function isRecordOnly(what: Dispatch): boolean {
  return what === 'historical' || what === 'tooOld' || what === 'notice';
}

function isIgnoredChat(message: InboundMessage, { ignoreGroups, settings }: DispatchContext): boolean {
  const kind = isOfGroup(message) ? 'group' : chatKind(message.remoteJid);
  const ignored = {
    contact: false,
    group: ignoreGroups,
    status: settings.ignore_status,
    newsletter: settings.ignore_newsletters,
  };
  return ignored[kind];
}

function recorded(message: InboundMessage, context: DispatchContext): Dispatch | undefined {
  if (message.historical) return 'historical';
  if (NOTICES.includes(message.content.contentType)) return 'notice';
  const ageMs = context.receivedAt - message.messageTimestamp;
  return ageMs > context.settings.max_inbound_age_seconds * 1_000 ? 'tooOld' : undefined;
}

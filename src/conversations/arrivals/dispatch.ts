import type { InboundEvent, InboundMessage } from '../../../activities/ports/messages.js';
import type { CommonChannelSettings } from '../../channels/channel.js';
import { chatKind } from '../../channels/jid.js';

/** What the store and the settings know about one event when it is dispatched. */
export interface DispatchContext {
  /** The id or the correlation id is one that Parley sent. */
  isOurs: boolean;
  /** The message id is already in the inbox of this instance. */
  isDuplicate: boolean;
  /** Our clock at arrival, milliseconds. */
  receivedAt: number;
  ignoreGroups: boolean;
  settings: Pick<
    CommonChannelSettings,
    'ignore_status' | 'ignore_newsletters' | 'max_inbound_age_seconds' | 'foreign_api_sends'
  >;
}

/** What an event is. What becomes of it is decided by the conversation's own rules. */
export type Dispatch =
  | { decision: 'connection' }
  | { decision: 'status' }
  | { decision: 'duplicate' }
  | { decision: 'ignored'; reason: 'group' | 'status' | 'newsletter' }
  /** `foreign`: another program's send through the same instance, not one of Parley's. */
  | { decision: 'ownEcho'; foreign: boolean }
  | { decision: 'recordOnly'; reason?: 'historical' | 'tooOld' }
  | { decision: 'humanAgent' }
  | { decision: 'startOnly' }
  | { decision: 'transcribe' }
  | { decision: 'deliver' };

/** The first rule that applies to the event. Pure. */
export function dispatch(event: InboundEvent, context: DispatchContext): Dispatch {
  if (event.kind !== 'message') return { decision: event.kind };
  if (context.isDuplicate && !/#(edit|revoke)$/.test(event.keyId)) return { decision: 'duplicate' };
  return (
    ignoredChat(event, context) ??
    ownSend(event, context) ??
    recorded(event, context) ??
    (event.fromMe ? { decision: 'humanAgent' } : contactMessage(event))
  );
}

function ignoredChat(message: InboundMessage, context: DispatchContext): Dispatch | undefined {
  const kind = message.isGroup ? 'group' : chatKind(message.remoteJid);
  const ignored = {
    contact: false,
    group: context.ignoreGroups,
    status: context.settings.ignore_status,
    newsletter: context.settings.ignore_newsletters,
  };
  return kind !== 'contact' && ignored[kind] ? { decision: 'ignored', reason: kind } : undefined;
}

function ownSend(message: InboundMessage, context: DispatchContext): Dispatch | undefined {
  if (!message.fromMe) return undefined;
  if (context.isOurs) return { decision: 'ownEcho', foreign: false };
  const passedOver = message.origin === 'api' && context.settings.foreign_api_sends === 'ignore';
  return passedOver ? { decision: 'ownEcho', foreign: true } : undefined;
}

function recorded(message: InboundMessage, context: DispatchContext): Dispatch | undefined {
  if (message.historical) return { decision: 'recordOnly', reason: 'historical' };
  const noticeTypes = ['reaction', 'edit', 'revoke', 'system'];
  if (noticeTypes.includes(message.content.contentType)) return { decision: 'recordOnly' };
  const ageMs = context.receivedAt - message.messageTimestamp;
  const isTooOld = ageMs > context.settings.max_inbound_age_seconds * 1_000;
  return isTooOld ? { decision: 'recordOnly', reason: 'tooOld' } : undefined;
}

function contactMessage(message: InboundMessage): Dispatch {
  const { content } = message;
  if (content.contentType === 'unsupported') return { decision: 'startOnly' };
  const needsEars = content.contentType === 'audio' && content.transcript === undefined;
  return { decision: needsEars ? 'transcribe' : 'deliver' };
}

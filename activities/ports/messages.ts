import type { ChannelErrorInfo } from './channel-error.js';

/**
 * The message model every channel is mapped to. Plain JSON: it is stored
 * in the inbox and outbox as it stands. It never enters a workflow.
 */

/** What a person can send. Absent values are omitted, empty captions too. */
export type InboundContent =
  | { contentType: 'text'; text: string }
  | { contentType: 'image' | 'video' | 'document' | 'sticker'; media: InboundMedia; caption?: string }
  | { contentType: 'audio'; media: InboundMedia; transcript?: string }
  | {
      contentType: 'location';
      latitude: number;
      longitude: number;
      name?: string;
      address?: string;
      live?: boolean;
    }
  | { contentType: 'contacts'; contacts: SharedContact[] }
  | { contentType: 'buttonReply' | 'listReply'; id?: string; title: string; description?: string }
  | { contentType: 'flowReply'; name: string; json: unknown; body?: string }
  | { contentType: 'reaction'; targetKeyId: string; emoji: string | null }
  | { contentType: 'order'; catalogId: string; text?: string; items: OrderItem[] }
  | { contentType: 'edit'; targetKeyId: string; text?: string }
  | { contentType: 'revoke'; targetKeyId: string }
  | {
      contentType: 'system';
      systemType: 'numberChanged' | 'identityChanged' | 'userIdChanged' | 'other';
      newWaId?: string;
      newBsuid?: string;
      text?: string;
      /** The provider's name of a notice that Parley does not know (`other`). */
      providerType?: string;
      /** The header of an album: how many pictures and videos follow. */
      albumFiles?: number;
    }
  | { contentType: 'unsupported'; providerType?: string; errorCode?: number };

export type SharedContact = { name: string; phones: string[]; vcard?: string };
export type OrderItem = { sku: string; quantity: number; price: number; currency: string };

/** A file a person sent. `fetch` says how the channel adapter gets the bytes; it never holds a credential. */
export interface InboundMedia {
  mimeType: string;
  fileName?: string;
  size?: number;
  sha256?: string;
  seconds?: number;
  ptt?: boolean;
  animated?: boolean;
  fetch: MediaFetch;
}

export type MediaFetch =
  | { via: 'meta'; mediaId: string }
  | { via: 'url'; url: string; auth: 'none' | 'waha' | 'twilioBasic' | 'dialog360'; expiresAt?: number }
  | { via: 'inline'; base64: string }
  | { via: 'evolution'; key: { id: string; remoteJid: string; fromMe: boolean } }
  | { via: 'codechat'; keyId: string; dbId?: number }
  | { via: 'waha'; chatId: string; messageId: string };

export interface Referral {
  sourceType?: 'ad' | 'post';
  sourceId?: string;
  sourceUrl?: string;
  headline?: string;
  body?: string;
  ctwaClid?: string;
}

/** One message as a channel's parser returns it. Times in milliseconds since the epoch. */
export interface InboundMessage {
  kind: 'message';
  eventId?: string;
  /** The provider's message id: the duplicate key together with the instance. */
  keyId: string;
  /** Chat address, canonical; where a reply goes. */
  remoteJid: string;
  /** The other one of phone and LID, when both are known. */
  remoteJidAlt?: string;
  bsuid?: string;
  waId?: string;
  /** Sender inside a group. */
  participant?: string;
  isGroup: boolean;
  fromMe: boolean;
  origin: 'contact' | 'humanAgent' | 'api' | 'unknown';
  pushName?: string;
  messageTimestamp: number;
  historical: boolean;
  quoted?: { keyId: string; participant?: string; text?: string };
  forwarded?: boolean;
  referral?: Referral;
  /** Parley's own outbound id, where the channel echoes it. */
  outboundId?: string;
  content: InboundContent;
}

export type SendState = 'sent' | 'delivered' | 'read' | 'played' | 'failed';

export interface SendStatus {
  kind: 'status';
  eventId?: string;
  keyId?: string;
  dbId?: number;
  outboundId?: string;
  status: SendState;
  at: number;
  remoteJid?: string;
  error?: ChannelErrorInfo;
}

export interface ConnectionState {
  kind: 'connection';
  eventId?: string;
  state: 'open' | 'connecting' | 'close' | 'loggedOut';
  reason?: string | number;
}

export type InboundEvent = InboundMessage | SendStatus | ConnectionState;

export type IgnoredReason =
  'unknownEvent' | 'foreignChannel' | 'malformed' | 'notAMessage' | 'undecryptable' | 'providerError';

export type MessageHeader =
  { type: 'text'; text: string } | { type: 'image' | 'video' | 'document'; url: string };
export type OutMedia =
  { url: string; mimeType?: string } | { base64: string; mimeType: string } | { providerMediaId: string };

/** One message to a contact, before or after `adapt` has fitted it to a channel. */
export type OutboundContent =
  | { type: 'text'; text: string; previewUrl?: boolean }
  | {
      type: 'image' | 'video' | 'document' | 'sticker';
      media: OutMedia;
      caption?: string;
      fileName?: string;
    }
  | { type: 'audio'; media: OutMedia; ptt: boolean }
  | {
      type: 'buttons';
      header?: MessageHeader;
      body: string;
      footer?: string;
      buttons: { id: string; title: string }[];
    }
  | {
      type: 'list';
      header?: string;
      body: string;
      footer?: string;
      button: string;
      sections: ListSection[];
    }
  | {
      type: 'ctaUrl';
      body: string;
      displayText: string;
      url: string;
      header?: MessageHeader;
      footer?: string;
    }
  | { type: 'locationRequest'; body: string }
  | { type: 'location'; latitude: number; longitude: number; name?: string; address?: string }
  | { type: 'contacts'; contacts: { name: string; phone: string; waId?: string }[] }
  | { type: 'reaction'; targetKeyId: string; emoji: string }
  | { type: 'template'; name: string; language: string; components?: unknown[] };

export type ListSection = { title?: string; rows: { id: string; title: string; description?: string }[] };

/** Best effort, one attempt, never fails a flow. */
export type Presence =
  | { type: 'typing'; state: 'composing' | 'recording' | 'paused'; inReplyTo?: string }
  | { type: 'markRead'; keyIds: string[] };

/** One outbound message with the ids that every attempt of it shares. */
export interface OutboundMessage {
  /** `out_` + ULID, stored before the first attempt. */
  outboundId: string;
  /** Provider message id chosen by us (CodeChat v1, WAHA), stored before the call. */
  clientMessageId?: string;
  /** 1 for the first request made for this message. */
  attempt: number;
  to: { jid: string; waId?: string; bsuid?: string };
  /** Provider id of the quoted message. */
  replyTo?: string;
  content: OutboundContent;
}

export interface SendReceipt {
  keyId?: string;
  dbId?: number;
  remoteJid?: string;
  providerStatus?: string;
}

/** What a channel can show. Lengths in UTF-16 units, counts in items. */
export interface ChannelCapabilities {
  buttons: number;
  buttonMediaHeader: boolean;
  list: boolean;
  ctaUrl: boolean;
  locationRequest: boolean;
  template: boolean;
  sticker: boolean;
  reaction: boolean;
  typing: boolean;
  markRead: boolean;
  clientMessageId: boolean;
  statusCorrelation: boolean;
  ordersMedia: boolean;
  window24h: boolean;
  maxText: number;
  maxCaption: number;
  maxButtonBody: number;
  maxButtonTitle: number;
  maxListBody: number;
  maxRowTitle: number;
  maxRows: number;
  imageMimeTypes?: string[];
}

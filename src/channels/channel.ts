import type {
  ChannelCapabilities,
  ChannelSignal,
  IgnoredReason,
  InboundEvent,
  InboundMedia,
  OutboundMessage,
  SendReceipt,
} from '../../activities/ports/messages.js';
import type { HttpClient } from '../guarded-http/http.js';
import type { CapabilitySetting } from './provider/capabilities-schema.js';
import type { SettingsSchema } from './provider/setting-fields.js';

/** The types of `channel.type` in the API. */
export type ChannelType =
  'cloud-api' | 'evolution' | 'waha' | 'codechat' | 'generic' | 'sandbox' | 'zapi' | 'vzaps' | 'twilio';

/** Members every channel type has, already with their defaults. Snake_case as on the wire. */
export interface CommonChannelSettings {
  capabilities?: CapabilitySetting;
  timeout_ms: number;
  reconcile_seconds: number;
  message_ttl_seconds: number;
  max_inbound_age_seconds: number;
  echo_hold_ms: number;
  foreign_api_sends: 'ignore' | 'takeover';
  ignore_status: boolean;
  ignore_newsletters: boolean;
  open_list_label?: string;
  choice_prompt?: string;
}

/** One HTTP request as it arrived. Header names lower-case; `path` holds the segments after the instance id. */
export interface WebhookRequest {
  method: 'GET' | 'POST';
  headers: Record<string, string | undefined>;
  rawBody: Uint8Array;
  /** Raw query string without `?`. */
  query: string;
  /** Extra path segments after `/webhooks/{instanceId}`. */
  path: string[];
  /** Our clock at arrival, milliseconds. */
  receivedAt: number;
}

/** A request before its body is read. */
export type WebhookHead = Omit<WebhookRequest, 'rawBody'>;

/** `problem` becomes the webhook's error answer; codes are the channel's own. */
export type Verdict =
  { ok: true } | { ok: false; status: 400 | 401 | 403 | 404 | 413 | 415; code: string; message: string };

/** Pure and total: strange input becomes `ignored`, never an exception. */
export interface Parsed {
  events: InboundEvent[];
  ignored: { reason: IgnoredReason; count: number }[];
  /** Set by channels whose answer lists one result per event (generic). Ids in the order of the request. */
  results?: { id: string; outcome: 'pending' | 'rejected' | 'ignored'; reason?: string }[];
  /** The whole envelope is refused: nothing of it is stored. */
  problem?: { status: 400 | 401; code: string; message: string };
}

/** What a webhook answers when all went well. */
export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** An instance's channel as the adapters see it: settings parsed, secrets decrypted, defaults filled in. */
export interface ChannelContext<Settings = unknown> {
  instanceId: string;
  settings: Settings & CommonChannelSettings;
  capabilities: ChannelCapabilities;
  http: HttpClient;
  /** `{PARLEY_PUBLIC_URL}/webhooks/{instanceId}`, without a url secret. */
  webhookUrl: string;
  /** `npm start` on somebody's own machine: the sandbox's webhook needs no secret. */
  openSandbox?: boolean;
}

/** A message that WhatsApp has approved beforehand. */
export type Template = Extract<OutboundMessage['content'], { type: 'template' }>;

/** What the operator must set at the provider, shown once by `POST /instances`. */
export interface WebhookAdvice {
  url: string;
  method: 'POST';
  events: string[];
  headers?: Record<string, string>;
  verify_token?: string;
  registered: boolean;
}

export interface ChannelHealth {
  status: 'connecting' | 'connected' | 'disconnected' | 'logged_out' | 'auth_failed';
  detail: string;
  /** There is nobody to ask (generic, sandbox): it says nothing against what is known of the instance. */
  assumed?: true;
}

export type SettingsResult<Settings> =
  { ok: true; settings: Settings & CommonChannelSettings } | { ok: false; errors: string[] };

/** `parseSettings` of a channel, with the schema that describes what it reads. */
export interface SettingsParser<Settings> {
  (input: Record<string, unknown>): SettingsResult<Settings>;
  schema: SettingsSchema;
}

/**
 * One provider behind one small interface. Everything but `send`, `signal`, `fetchMedia`, `health` and `register`
 * is pure. Adapters hold no state.
 */
export interface Channel<Settings = unknown> {
  type: ChannelType;
  /** Names of settings that are stored encrypted and never shown. */
  secretMembers: string[];
  /** Status of a new instance. */
  initialStatus: 'connected' | 'connecting';
  /** Validates `channel` of the API; errors name the member: `channel.access_token is required`. Makes missing url secrets. */
  parseSettings: SettingsParser<Settings>;
  capabilities(settings: Settings & CommonChannelSettings): ChannelCapabilities;
  /** GET handshake, where the provider has one. */
  handshake?(request: WebhookRequest, context: ChannelContext<Settings>): WebhookAnswer;
  /** Everything that can be checked before the body is read: the path with its url secret, and the headers. */
  admit(head: WebhookHead, context: ChannelContext<Settings>): Verdict;
  /** Checks a signature over the raw bytes, where the provider signs, before anything is parsed. */
  verify?(request: WebhookRequest, context: ChannelContext<Settings>): Verdict;
  parse(request: WebhookRequest, context: ChannelContext<Settings>): Parsed;
  /** Answer for an accepted POST; default `200 {"ok":true}`. */
  answer?(parsed: Parsed, outcomes: EventOutcome[]): WebhookAnswer;
  /** A provider message id chosen by us, where the channel takes one. Stored before the first attempt. */
  clientMessageId?(
    context: ChannelContext<Settings>,
    content: OutboundMessage['content'],
  ): Promise<string | undefined>;
  /** Work that must come before the claim of a bubble, such as uploading media: returns the content to send. */
  prepare?(message: OutboundMessage, context: ChannelContext<Settings>): Promise<OutboundMessage['content']>;
  /** One request. Throws only `ChannelError`. */
  send(
    message: OutboundMessage,
    context: ChannelContext<Settings>,
    signal?: AbortSignal,
  ): Promise<SendReceipt>;
  /** A repetition with the same ids is harmless at the provider: an unknown outcome is repeated at once. */
  resendSafe?(context: ChannelContext<Settings>): boolean;
  /** What may be sent outside the 24-hour window, where the operator has configured it. */
  reopenTemplate?(context: ChannelContext<Settings>): Template | undefined;
  /** To one contact: `burst` messages at once, then one every `everyMs`; absent = no limit. */
  pairPace?: { burst: number; everyMs: number };
  /** Messages a second that the number itself may send; absent = no limit. */
  perSecond?(context: ChannelContext<Settings>): number;
  /** Showing typing also marks the message as read: one call for both. */
  typingMarksRead?: boolean;
  /** Typing and read marks: best effort, never throws. */
  signal(to: OutboundMessage['to'], signal: ChannelSignal, context: ChannelContext<Settings>): Promise<void>;
  /** The bytes of an inbound file. Throws `ChannelError` (Permanent mediaInvalid, Retryable, Auth). */
  fetchMedia(media: InboundMedia, context: ChannelContext<Settings>, maxBytes: number): Promise<FetchedMedia>;
  /** Asks the provider now. */
  health(context: ChannelContext<Settings>): Promise<ChannelHealth>;
  advice(context: ChannelContext<Settings>): WebhookAdvice;
  /** Sets the webhook at the provider where its API allows; true when it did. */
  register?(context: ChannelContext<Settings>): Promise<boolean>;
}

export interface FetchedMedia {
  bytes: Uint8Array;
  mimeType: string;
  fileName?: string;
}

/** What became of one parsed event, in the order of `Parsed.events`. */
export type EventOutcome = 'accepted' | 'duplicate' | 'ignored';

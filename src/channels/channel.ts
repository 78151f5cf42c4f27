import type {
  ChannelCapabilities,
  Presence,
  IgnoredReason,
  InboundEvent,
  InboundMedia,
  OutboundMessage,
  SendReceipt,
} from '../../activities/ports/messages.js';
import type { HttpClient } from '../guarded-http/http.js';
import type { CapabilitySetting } from './provider/capabilities-schema.js';
import type { SettingsSchema } from './provider/setting-fields.js';

/** The values of `channel.type` in the API. */
export type ChannelType =
  'cloud-api' | 'evolution' | 'waha' | 'codechat' | 'generic' | 'sandbox' | 'zapi' | 'vzaps' | 'twilio';

/** Settings that every channel type has, with defaults filled in. Snake_case as in the API. */
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
  /** Parley's own clock at arrival, in milliseconds since the epoch. */
  receivedAt: number;
}

/** A request whose body has not been read yet. */
export type WebhookHead = Omit<WebhookRequest, 'rawBody'>;

/** Whether a webhook is accepted. A refusal becomes the HTTP answer; `code` is chosen by the channel. */
export type Verdict =
  { ok: true } | { ok: false; status: 400 | 401 | 403 | 404 | 413 | 415; code: string; message: string };

/** What `parse` found in a webhook. */
export interface Parsed {
  events: InboundEvent[];
  ignored: { reason: IgnoredReason; count: number }[];
  /** One result per event in the order of the request, for the channel whose answer lists them (generic). */
  results?: { id: string; outcome: 'pending' | 'rejected' | 'ignored'; reason?: string }[];
  /** The whole webhook is refused and nothing of it is stored. */
  problem?: { status: 400 | 401; code: string; message: string };
}

/** The HTTP answer to a webhook. */
export interface WebhookAnswer {
  status: number;
  contentType: string;
  body: string;
}

/** What an adapter is given of an instance: parsed settings with secrets decrypted and defaults filled in. */
export interface ChannelContext<Settings = unknown> {
  instanceId: string;
  settings: Settings & CommonChannelSettings;
  capabilities: ChannelCapabilities;
  http: HttpClient;
  /** `{PARLEY_PUBLIC_URL}/webhooks/{instanceId}`, without a url secret. */
  webhookUrl: string;
  /** Set by `npm start` on a developer's machine: the sandbox's webhook needs no secret. */
  openSandbox?: boolean;
}

/** A message template that WhatsApp has approved. */
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

/** The state of an instance at its provider. */
export interface ChannelHealth {
  status: 'connecting' | 'connected' | 'disconnected' | 'logged_out' | 'auth_failed';
  detail: string;
  /**
   * Whether the provider's webhook leads here; `reset`: it did not, and was set again. Absent if the provider does not
   * say.
   */
  webhook?: 'ours' | 'reset' | 'wrong';
  /** The channel has no provider to ask (generic, sandbox), so this must not override what is known of the instance. */
  assumed?: true;
}

/** The parsed settings, or messages that name the wrong members: `channel.access_token is required`. */
export type SettingsResult<Settings> =
  { ok: true; settings: Settings & CommonChannelSettings } | { ok: false; errors: string[] };

/** `parseSettings` of a channel, with the schema that documents it in the API. */
export interface SettingsParser<Settings> {
  (input: Record<string, unknown>): SettingsResult<Settings>;
  schema: SettingsSchema;
}

/**
 * One provider behind one small interface. Adapters hold no state. Apart from those that return a promise, and apart
 * from the url secrets that `parseSettings` generates, methods are pure.
 */
export interface Channel<Settings = unknown> {
  type: ChannelType;
  /** Names of settings that are stored encrypted and never shown. */
  secretMembers: string[];
  /** Status of a new instance. */
  initialStatus: 'connected' | 'connecting';
  /** Validates `channel` of the API and generates a url secret where one is needed and missing. */
  parseSettings: SettingsParser<Settings>;
  capabilities(settings: Settings & CommonChannelSettings): ChannelCapabilities;
  /** Answers the provider's GET handshake, if it makes one. */
  handshake?(request: WebhookRequest, context: ChannelContext<Settings>): WebhookAnswer;
  /** Checks what can be checked before the body is read: the url secret in the path, and the headers. */
  admit(head: WebhookHead, context: ChannelContext<Settings>): Verdict;
  /** Checks the signature over the raw bytes, if the provider signs; runs before anything is parsed. */
  verify?(request: WebhookRequest, context: ChannelContext<Settings>): Verdict;
  /** Reads the events of a webhook. Never throws: what it cannot read is counted in `ignored`. */
  parse(request: WebhookRequest, context: ChannelContext<Settings>): Parsed;
  /** The answer to an accepted POST; `200 {"ok":true}` if not implemented. */
  answer?(parsed: Parsed, outcomes: EventOutcome[]): WebhookAnswer;
  /** A message id chosen by Parley, if the provider accepts one. Stored before the first attempt. */
  clientMessageId?(
    context: ChannelContext<Settings>,
    content: OutboundMessage['content'],
  ): Promise<string | undefined>;
  /** Work that may be repeated and so is done before a message is claimed, such as uploads. Returns what to send. */
  prepare?(message: OutboundMessage, context: ChannelContext<Settings>): Promise<OutboundMessage['content']>;
  /** One request. Throws only `ChannelError`. */
  send(
    message: OutboundMessage,
    context: ChannelContext<Settings>,
    signal?: AbortSignal,
  ): Promise<SendReceipt>;
  /**
   * Whether the provider ignores a repeated send with the same ids, so that one of unknown outcome is simply repeated.
   */
  resendSafe?(context: ChannelContext<Settings>): boolean;
  /** The template that may be sent outside the 24-hour window, if the operator has set one. */
  reopenTemplate?(context: ChannelContext<Settings>): Template | undefined;
  /** Pace to one contact: `burst` messages at once, then one every `everyMs`. Absent: no limit. */
  pairPace?: { burst: number; everyMs: number };
  /** Messages per second that the number may send to all contacts together. Absent: no limit. */
  perSecond?(context: ChannelContext<Settings>): number;
  /** Showing typing also marks the message as read, so a separate call is not needed. */
  typingMarksRead?: boolean;
  /** Shows typing or marks messages as read. Best effort, never throws. */
  showPresence(
    to: OutboundMessage['to'],
    presence: Presence,
    context: ChannelContext<Settings>,
  ): Promise<void>;
  /** The bytes of an inbound file. Throws `ChannelError` (Permanent mediaInvalid, Retryable, Auth). */
  fetchMedia(media: InboundMedia, context: ChannelContext<Settings>, maxBytes: number): Promise<FetchedMedia>;
  /** Asks the provider for the current state. */
  health(context: ChannelContext<Settings>): Promise<ChannelHealth>;
  advice(context: ChannelContext<Settings>): WebhookAdvice;
  /** Sets the webhook through the provider's API, if it has one; true when that succeeded. */
  register?(context: ChannelContext<Settings>): Promise<boolean>;
}

/** The bytes of an inbound file, as downloaded. */
export interface FetchedMedia {
  bytes: Uint8Array;
  mimeType: string;
  fileName?: string;
}

/** What became of one of `Parsed.events`. */
export type EventOutcome = 'accepted' | 'duplicate' | 'ignored';

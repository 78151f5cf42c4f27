import type { ChatMode, CloseReason, Resolution, SessionStatus } from '../../workflows/axes.js';

/** Rows as the rest of the program sees them: camelCase, times as Date. */

/** A page of a list: at most `limit` rows after the one with the id `after`, which must exist. */
export interface PageAfter {
  limit: number;
  after?: string;
}

/** A customer of this installation, who owns instances and keys. `projectId` is its number on the YourGPT surface. */
export interface WorkspaceRow {
  id: string;
  projectId: number;
  name: string;
  clientToken: string;
  createdAt: Date;
}

/** An API key or instance token, without its value. `instanceId` limits it to one instance. */
export interface ApiKeyRow {
  id: string;
  workspaceId: string;
  instanceId: string | null;
  kind: 'key' | 'instance_token';
  name: string;
  /** Accurate to the minute; null = never. */
  lastUsedAt: Date | null;
  createdAt: Date;
}

/** State of an instance's connection. `auth_failed`: the provider refuses its credentials. */
export type InstanceStatus = 'connecting' | 'connected' | 'disconnected' | 'logged_out' | 'auth_failed';

/**
 * One WhatsApp number on one channel. `channelSettings` and `transcription` include their secrets: never log or return
 * them.
 */
export interface InstanceRow {
  id: string;
  integrationId: number;
  workspaceId: string;
  name: string;
  phone: string | null;
  channelType: string;
  channelSettings: Record<string, unknown>;
  transcription: Record<string, unknown> | null;
  status: InstanceStatus;
  statusDetail: string;
  lastInboundAt: Date | null;
  lastSendAt: Date | null;
  /** Since when every bot of it is silent; null = they speak. */
  silencedAt: Date | null;
  /** An alarm is raised after this many hours without an event; 0 = never. */
  alarmAfterHours: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What starts a session, as `trigger_type` in the API. */
export type TriggerType = 'all' | 'keyword' | 'contains' | 'starts_with' | 'regex' | 'advanced' | 'none';
/** How a trigger of type `advanced` compares. */
export type TriggerOperator = 'equals' | 'contains' | 'starts_with' | 'regex';
/** Languages of Parley's own texts. */
export type Locale = 'pt-BR' | 'en' | 'es';

/** Settings of a typebot configuration as stored: snake_case, validated, complete. */
export interface TypebotSettings {
  description: string;
  typebot_url: string;
  /** Root of Typebot's builder, from which transcripts are read; null = they are not. */
  typebot_api_url: string | null;
  trigger_type: TriggerType;
  trigger_operator: TriggerOperator | null;
  trigger_value: string;
  expire_in_minutes: number;
  keyword_finish: string;
  default_delay_ms: number;
  unknown_message: string;
  transcribe_audio: boolean;
  listen_from_me: boolean;
  stop_bot_from_me: boolean;
  keep_open: boolean;
  debounce_ms: number;
  ignore_groups: boolean;
  declared_tags: string[];
  open_tags: boolean;
  cooldown_minutes: number;
  takeover_quiet_minutes: number;
  locale: Locale;
  time_zone: string;
  input_hints: boolean;
  typing_emulation: boolean;
  handoff_on_chatwoot: boolean;
  max_invalid_replies: number;
  max_turns_per_minute: number;
  interrupts: boolean;
  pause_word: string;
  resume_word: string;
}

/** A typebot configuration: which flow, when it starts, and how it behaves. */
export interface TypebotRow {
  id: string;
  workspaceId: string;
  instanceId: string;
  publicId: string;
  enabled: boolean;
  priority: number;
  settings: TypebotSettings;
  /** Whether an API token of Typebot's builder is stored. */
  hasApiToken: boolean;
  settingsVersion: number;
  codechatIntegration: boolean;
  lastError: LastError | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Who asked for a change. `keyId` is null for the workspace's client, and for `number`: written at the number. */
export interface Actor {
  surface: 'native' | 'console' | 'codechat' | 'yourgpt' | 'botpress' | 'number';
  keyId: string | null;
}

/**
 * The last failure of a session or configuration. `at` is ISO 8601; `message` is Parley's own text or Typebot's, cut.
 */
export interface LastError {
  at: string;
  source: 'typebot' | 'channel' | 'transcription' | 'media';
  status: number | null;
  message: string;
}

/** A person or group behind one or more addresses, or the stand-in (`api`) of a session with nobody behind it. */
export interface ContactRow {
  id: string;
  rowId: number;
  instanceId: string;
  kind: 'whatsapp' | 'api';
  remoteJid: string;
  replyJid: string;
  waId: string | null;
  bsuid: string | null;
  pushName: string;
  isGroup: boolean;
  opening: number;
  inboxNo: number;
  mutedUntil: Date | null;
  cooldownUntil: Date | null;
  quietSince: Date | null;
  /** Every bot of the contact's number is silent. */
  silenced: boolean;
  /** The typebot whose flow ended last, and when sending the last bubble of that ending began. */
  endedTypebotId: string | null;
  endedAt: Date | null;
  /** The contact's clock: raised by every transaction that its workflow must hear of. */
  signalNo: number;
}

/** One conversation of a contact with a typebot. At most one session of a contact is active (`opened` or `paused`). */
export interface SessionRow {
  id: string;
  rowId: number;
  sessionUid: string;
  workspaceId: string;
  instanceId: string;
  typebotId: string;
  contactId: string;
  publicId: string;
  remoteJid: string;
  pushName: string;
  channel: 'whatsapp' | 'api';
  botpressChannel: string | null;
  status: SessionStatus;
  chatMode: ChatMode;
  resolution: Resolution;
  segment: string;
  tags: Record<string, string>;
  currentTaskId: string | null;
  closeReason: CloseReason | null;
  lastError: LastError | null;
  resumesAt: Date | null;
  opening: number;
  version: number;
  gateNo: number;
  turnNo: number;
  settingsVersion: number;
  typebotSessionId: string | null;
  endedAs: 'completed' | 'failed' | null;
  /** Turns in a row that ended with Typebot's own error for its session. */
  brokenTurns: number;
  createdAt: Date;
  updatedAt: Date;
  lastInboundAt: Date | null;
  lastMessageAt: Date | null;
  openedAt: Date;
}

/**
 * A session with what surfaces show beside it: the integer ids of workspace, instance and contact, the mute, and the
 * idle deadline by the typebot's current `expire_in_minutes`.
 */
export interface SessionView extends SessionRow {
  projectId: number;
  integrationId: number;
  /** Null for sessions with nobody behind them. */
  contactRowId: number | null;
  phone: string | null;
  mutedUntil: Date | null;
  expiresAt: Date | null;
}

/** Who wrote a message: `operator` is a person at the number or in the console, `api` another program. */
export type Sender = 'contact' | 'bot' | 'operator' | 'api';

/** One line of a transcript, from inbox or outbox. */
export interface TranscriptRow {
  id: string;
  /** Integer id, unique across inbox and outbox. */
  rowId: number;
  direction: 'incoming' | 'outgoing';
  sender: Sender;
  contentType: string;
  content: unknown;
  text: string;
  mediaId: string | null;
  providerMessageId: string | null;
  delivery: 'received' | 'pending' | 'sent' | 'delivered' | 'read' | 'failed';
  error: { class: string; reason: string | null; code: string | null; message: string | null } | null;
  choices: { id: string; title: string }[];
  providerTimestamp: Date | null;
  quotedMessageId: string | null;
  forwarded: boolean | null;
  referral: Record<string, unknown> | null;
  participant: string | null;
  userId: string | null;
  tags: Record<string, string>;
  botpress: Record<string, unknown> | null;
  createdAt: Date;
}

/** Where a row is in a list ordered by a time, then by integer id. */
export interface Place {
  at: Date;
  rowId: number;
}

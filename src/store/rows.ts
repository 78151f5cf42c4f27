import type { ChatMode, CloseReason, Resolution, SessionStatus } from '../../workflows/axes.js';

/** Rows as the rest of the program sees them: camelCase, times as Date. */

/** A page of a list: at most `limit` rows, those after the one with the id `after`. That row must exist. */
export interface PageAfter {
  limit: number;
  after?: string;
}

export interface WorkspaceRow {
  id: string;
  projectId: number;
  name: string;
  clientToken: string;
  createdAt: Date;
}

export interface ApiKeyRow {
  id: string;
  workspaceId: string;
  instanceId: string | null;
  kind: 'key' | 'instance_token';
  name: string;
  createdAt: Date;
}

export type InstanceStatus = 'connecting' | 'connected' | 'disconnected' | 'logged_out' | 'auth_failed';

/** `channelSettings` and `transcription` come with their secrets put back in; never log or return them. */
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
  createdAt: Date;
  updatedAt: Date;
}

export type TriggerType = 'all' | 'keyword' | 'contains' | 'starts_with' | 'regex' | 'advanced' | 'none';
export type TriggerOperator = 'equals' | 'contains' | 'starts_with' | 'regex';
export type Locale = 'pt-BR' | 'en' | 'es';

/** Settings of a typebot configuration as stored: snake_case, validated, complete. */
export interface TypebotSettings {
  description: string;
  typebot_url: string;
  /** Root of Typebot's builder, where transcripts are read; null = nowhere. */
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

export interface TypebotRow {
  id: string;
  workspaceId: string;
  instanceId: string;
  publicId: string;
  enabled: boolean;
  priority: number;
  settings: TypebotSettings;
  /** A token of Typebot's builder is stored. */
  hasApiToken: boolean;
  settingsVersion: number;
  codechatIntegration: boolean;
  lastError: LastError | null;
  createdAt: Date;
  updatedAt: Date;
}

/** Who asked for a change, for the timeline: through which surface, and the API key; null = the workspace's own client. */
export interface Actor {
  surface: 'native' | 'console' | 'codechat' | 'yourgpt' | 'botpress';
  keyId: string | null;
}

export interface LastError {
  at: string;
  source: 'typebot' | 'channel' | 'transcription' | 'media';
  status: number | null;
  message: string;
}

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
  /** The typebot whose flow ended last, and when the last bubble of that ending set out. */
  endedTypebotId: string | null;
  endedAt: Date | null;
  /** The contact's clock: raised by every transaction its workflow must hear of. */
  signalNo: number;
}

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
 * A session with what the surfaces show beside it: integers of workspace, instance and contact, the mute, the idle
 * deadline by the typebot's present `expire_in_minutes`.
 */
export interface SessionView extends SessionRow {
  projectId: number;
  integrationId: number;
  /** Null for sessions without a person behind them. */
  contactRowId: number | null;
  phone: string | null;
  mutedUntil: Date | null;
  expiresAt: Date | null;
}

export type Sender = 'contact' | 'bot' | 'operator' | 'api';

/** One line of a transcript, inbox and outbox alike. */
export interface TranscriptRow {
  id: string;
  /** Integer id, unique over inbox and outbox. */
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

/** Where a row stands in a list that is ordered by a time, and by its integer id where times are equal. */
export interface Place {
  at: Date;
  rowId: number;
}

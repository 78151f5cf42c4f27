import type { InboundContent, OutboundContent } from '../../activities/ports/messages.js';
import type { ChatMode, Resolution } from '../../workflows/axes.js';
import type { ConversationMatch, TagMatch } from '../store/sessions/botpress-reads.js';
import type { Actor, SessionView, TranscriptRow, TypebotRow } from '../store/rows.js';
import type { KeyedRequest } from '../store/accounts/idempotent-answers.js';

/** Who asks: every call is limited to this workspace, and to this instance when the key is. */
export interface Scope {
  workspaceId: string;
  instanceId?: string;
  actor?: Actor;
}

export type ControlRequest =
  /** `afterAnswer`: the answer in progress is sent first. If there is none, the pause begins at once. */
  | { type: 'pause'; minutes?: number; afterAnswer?: boolean }
  | { type: 'resume' }
  | { type: 'open' }
  /** `onlyActive`: a closed session is an error; otherwise closing it again is allowed and changes nothing. */
  | { type: 'close'; onlyActive?: boolean }
  /** YourGPT: wanted values; `segment` replaces the whole text. */
  | { type: 'set'; resolution?: Resolution; chatMode?: ChatMode; segment?: string };

/** `session` is the row after the change; of a deleted session its final state. */
export type ControlResult =
  | { ok: true; session: SessionView }
  /** `closed`: not possible on a closed session. `resolved`: a person was asked for on a resolved one. */
  | { ok: false; reason: 'not_found' | 'closed' | 'resolved' };

export interface StartRequest {
  typebot: TypebotRow;
  /** Digits. Absent = a session without a person behind it (channel `api`). */
  phone?: string;
  /** The contact's first message; absent = the flow begins with the next one. */
  text?: string;
  pushName?: string;
  /** A manual start is refused for a muted contact, createSession is not. */
  refuseMuted: boolean;
  /** Botpress create: refuse when the contact has an active session with this very typebot. */
  refuseActive?: boolean;
  tags?: Record<string, string>;
  botpressChannel?: string;
  /** Botpress get-or-create: an active session like this is the answer instead; of callers at once one starts it. */
  unlessActive?: ConversationMatch;
  /** Starts once under this key: the session and the answer are one transaction. */
  once?: KeyedRequest;
  actor?: Actor;
}

export type StartResult =
  | { ok: true; session: SessionView; found: boolean }
  | { ok: false; reason: 'muted' | 'active' | 'other_request' };

export interface SendRequest {
  content: OutboundContent;
  /** Messages that follow it at once, in the same transaction, such as the other cards of a carousel. */
  more?: OutboundContent[];
  /** With `takeover`, an `operator` silences the bot; `api` and `bot` change nothing. */
  sender: 'operator' | 'api' | 'bot';
  takeover: boolean;
  replyTo?: string;
  /** When to send; now when absent. */
  scheduledAt?: Date;
  userId?: string;
  tags?: Record<string, string>;
  /** Type and payload as given, for surfaces that return them. */
  botpress?: Record<string, unknown>;
  /** Botpress get-or-create: a message of the session like this is the answer instead. */
  unlessTagged?: TagMatch;
}

/** `found`: the message was there already, and nothing was done. */
export type MessageResult =
  | { ok: true; message: TranscriptRow; session: SessionView; found?: boolean }
  | { ok: false; reason: 'not_found' | 'closed' };

export interface EvaluateRequest {
  instanceId: string;
  text: string;
  phone?: string;
  fromMe: boolean;
  isGroup: boolean;
}

export type CandidateOutcome =
  | 'matched'
  | 'not_matched'
  | 'pattern_refused'
  | 'disabled'
  | 'manual_only'
  | 'group_ignored'
  | 'from_me_ignored'
  | 'not_reached';

export interface Evaluation {
  reason: 'no_typebots' | 'contact_muted' | 'active_session' | 'trigger_matched' | 'no_trigger_matched';
  wouldStart: TypebotRow | null;
  session: { id: string; status: 'opened' | 'paused' } | null;
  candidates: { typebot: TypebotRow; outcome: CandidateOutcome }[];
}

/** A reply of the bot, for surfaces that answer with it. */
export interface BotReply {
  messages: TranscriptRow[];
  choices: { id: string; title: string }[];
}

/**
 * Everything a caller can do with conversations. Every method makes its change in one transaction, signals the workflow
 * if it can, and answers from the database, so none needs Temporal or a worker. Throws only when PostgreSQL fails.
 */
export interface Conversations {
  control(scope: Scope, sessionId: string, request: ControlRequest): Promise<ControlResult>;
  /** Ends the active session of a contact; the number ended. */
  closeByPhone(scope: Scope, instanceId: string, phone: string): Promise<number>;
  start(request: StartRequest): Promise<StartResult>;
  /**
   * Botpress: merges tags key by key (null removes), sets or clears the task, in one statement. Null: no such session.
   */
  annotate(
    scope: Scope,
    sessionId: string,
    change: { tags?: Record<string, string | null>; currentTaskId?: string | null },
  ): Promise<SessionView | null>;
  /** A message of the contact that comes through an API, to this session whatever the triggers say. */
  contactMessage(
    scope: Scope,
    sessionId: string,
    message: {
      content: InboundContent;
      userId?: string;
      tags?: Record<string, string>;
      whenClosed: 'refuse' | 'record';
      /** As in `SendRequest`. */
      unlessTagged?: TagMatch;
    },
  ): Promise<MessageResult>;
  /** Waits for what the bot answers to that message; null when it may not answer or nothing came in time. */
  botReply(sessionId: string, inboxId: string, timeoutMs: number): Promise<BotReply | null>;
  sendMessage(scope: Scope, sessionId: string, request: SendRequest): Promise<MessageResult>;
  /** 0 minutes lifts the mute. */
  mute(
    contact: { instanceId: string; phone: string },
    minutes: number,
    actor?: Actor,
  ): Promise<{ mutedUntil: Date | null }>;
  /** Ends and deletes a session with its transcript, whatever `keep_open` says. False: no such session. */
  remove(scope: Scope, sessionId: string): Promise<boolean>;
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  /** Deletes with everything in it; the sessions end afterwards, in the background, and are hidden at once. */
  deleteTypebot(typebotId: string): Promise<void>;
  deleteInstance(instanceId: string): Promise<void>;
  deleteWorkspace(workspaceId: string): Promise<void>;
}

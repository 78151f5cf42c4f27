import type { InboundContent, OutboundContent } from '../../activities/ports/messages.js';
import type { ChatMode, Resolution } from '../../workflows/axes.js';
import type { ConversationMatch, TagMatch } from '../store/sessions/botpress-reads.js';
import type { Actor, SessionView, TranscriptRow, TypebotRow } from '../store/rows.js';

/** The caller. Every call is limited to this workspace, and to this instance if the key is. */
export interface Scope {
  workspaceId: string;
  instanceId?: string;
  actor?: Actor;
}

/** What a caller asks of an existing session. */
export type ControlRequest =
  /** `afterAnswer`: the answer in progress is sent first. If there is none, the pause begins at once. */
  | { type: 'pause'; minutes?: number; afterAnswer?: boolean }
  | { type: 'resume' }
  | { type: 'open' }
  /** `onlyActive`: closing a closed session is an error instead of having no effect. */
  | { type: 'close'; onlyActive?: boolean }
  /** YourGPT: the values wanted; `segment` replaces the whole text. */
  | { type: 'set'; resolution?: Resolution; chatMode?: ChatMode; segment?: string };

/** `session` is its state afterwards, for a deleted session its final state. */
export type ControlResult =
  | { ok: true; session: SessionView }
  /** `closed`: not possible on a closed session. `resolved`: a person was requested on a resolved session. */
  | { ok: false; reason: 'not_found' | 'closed' | 'resolved' };

/** What people may change about a session. A tag that is null is removed, and tags that are not named stay. */
export interface EditRequest {
  tags?: Record<string, string | null>;
  segment?: string;
  /** `resolved` also hands back to the bot. */
  resolution?: Exclude<Resolution, 'closed'>;
}

/** `standIn`: the session has nobody behind it, and restarts by itself. */
export type RestartResult = StartResult | { ok: false; reason: 'not_found' | 'standIn' };

/** `speaking`: the bot may speak, so nothing is held back. */
export interface HeldRefusal {
  ok: false;
  reason: 'not_found' | 'closed' | 'speaking';
}

/** How many bubbles were dropped, or why none can be. */
export type DropHeldResult = { ok: true; dropped: number } | HeldRefusal;

/** What a person does with one bubble that is held back. `message` is a UUID. */
export interface HeldBubbleRequest {
  message: string;
  action: 'send' | 'drop';
}

/** `not_held`: it left, was dropped, or is none of this session. `not_first`: an earlier bubble is held too. */
export type HeldBubbleResult = { ok: true } | HeldRefusal | { ok: false; reason: 'not_held' | 'not_first' };

/** A session that a caller starts, with or without a first message. */
export interface StartRequest {
  typebot: TypebotRow;
  /** Digits. Absent = a session with nobody behind it (channel `api`). */
  phone?: string;
  /** The contact's first message. Absent = the flow begins with the contact's next one. */
  text?: string;
  pushName?: string;
  /** A manual start is refused for a muted contact; YourGPT's `createSession` is not. */
  refuseMuted: boolean;
  /** Botpress create: refuse when the contact has an active session with this same typebot. */
  refuseActive?: boolean;
  tags?: Record<string, string>;
  botpressChannel?: string;
  /**
   * Botpress get-or-create: return an active session that matches, if there is one. Of concurrent callers only one
   * starts a session.
   */
  unlessActive?: ConversationMatch;
  /** Somebody wants the flow of a known session from its beginning; the audit has that, unlike other starts. */
  again?: true;
  actor?: Actor;
}

/** `found`: the session already existed. */
export type StartResult =
  { ok: true; session: SessionView; found: boolean } | { ok: false; reason: 'silenced' | 'muted' | 'active' };

/** A message that a caller sends to the contact. */
export interface SendRequest {
  content: OutboundContent;
  /** Messages that follow immediately, in the same transaction, such as the other cards of a carousel. */
  more?: OutboundContent[];
  /** With `takeover` an `operator` silences the bot; `api` and `bot` never do. */
  sender: 'operator' | 'api' | 'bot';
  takeover: boolean;
  replyTo?: string;
  /** When to send; absent = now. */
  scheduledAt?: Date;
  userId?: string;
  tags?: Record<string, string>;
  /** Type and payload as given, for surfaces that return them. */
  botpress?: Record<string, unknown>;
  /** Botpress get-or-create: return a message of the session that matches, if there is one. */
  unlessTagged?: TagMatch;
}

/** `found`: the message already existed, and nothing was done. */
export type MessageResult =
  | { ok: true; message: TranscriptRow; session: SessionView; found?: boolean }
  | { ok: false; reason: 'not_found' | 'closed' };

/** A configuration as it would become; `typebotId` null = a new one. */
export interface XrayRequest {
  instanceId: string;
  typebotId: string | null;
  change: Pick<TypebotRow, 'publicId' | 'enabled' | 'priority' | 'settings'>;
}

/** The configuration that a message would start. Its id is empty for a new one. */
export interface XrayStart {
  id: string;
  publicId: string;
}

/** How a change of the rules would have affected the messages that began recent conversations. */
export interface Xray {
  /** How many messages were examined, and how many of them would start something else. */
  messages: number;
  changed: number;
  /** The changed messages, most frequent first, up to a limit. Null = starts nothing. */
  changes: { text: string; count: number; was: XrayStart | null; becomes: XrayStart | null }[];
}

/** A text, as if it came from this contact, to try the triggers with. */
export interface EvaluateRequest {
  instanceId: string;
  text: string;
  phone?: string;
  fromMe: boolean;
  isGroup: boolean;
}

/** Why a configuration would or would not start. `not_reached`: one before it matched. */
export type CandidateOutcome =
  | 'matched'
  | 'not_matched'
  | 'pattern_refused'
  | 'disabled'
  | 'manual_only'
  | 'group_ignored'
  | 'from_me_ignored'
  | 'not_reached';

/** What would happen to the text, and every configuration in evaluation order. */
export interface Evaluation {
  reason:
    | 'no_typebots'
    | 'number_silenced'
    | 'contact_muted'
    | 'active_session'
    | 'trigger_matched'
    | 'no_trigger_matched';
  wouldStart: TypebotRow | null;
  session: { id: string; status: 'opened' | 'paused' } | null;
  candidates: { typebot: TypebotRow; outcome: CandidateOutcome }[];
}

/** The bot's answer to one message, for surfaces that return it. */
export interface BotReply {
  messages: TranscriptRow[];
  choices: { id: string; title: string }[];
}

/**
 * Everything a caller can do with conversations. Each method makes its change in one transaction, signals the workflow
 * if it can, and answers from the database, so none of them needs Temporal or a worker. They throw only when PostgreSQL
 * fails.
 */
export interface Conversations {
  control(scope: Scope, sessionId: string, request: ControlRequest): Promise<ControlResult>;
  /** Ends the contact's active session; resolves to the number ended. */
  closeByPhone(scope: Scope, instanceId: string, phone: string): Promise<number>;
  start(request: StartRequest): Promise<StartResult>;
  /**
   * Starts the typebot of a session again from its first block, in a new session. `text` is the first message; absent =
   * the one that the contact began this session with.
   */
  restart(scope: Scope, sessionId: string, request: { text?: string }): Promise<RestartResult>;
  /** Changes tags, segment and resolution. `closed`: the resolution of a closed session cannot change. */
  edit(scope: Scope, sessionId: string, request: EditRequest): Promise<ControlResult>;
  /** Drops what the bot would say once it may speak again: bubbles that are held, and an answer still to come. */
  dropHeld(scope: Scope, sessionId: string): Promise<DropHeldResult>;
  /** Sends or drops one bubble that is held. Only the first can be sent, since the bot's bubbles keep their order. */
  settleHeldBubble(scope: Scope, sessionId: string, request: HeldBubbleRequest): Promise<HeldBubbleResult>;
  /**
   * Botpress: merges tags key by key (null removes one) and sets or clears the task, in one statement. Null when there
   * is no such session.
   */
  annotate(
    scope: Scope,
    sessionId: string,
    change: { tags?: Record<string, string | null>; currentTaskId?: string | null },
  ): Promise<SessionView | null>;
  /** Records a message of the contact that comes through an API. It goes to this session, whatever the triggers say. */
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
  /** Waits for the bot's answer to that message. Null when the bot may not answer, or did not in time. */
  botReply(sessionId: string, inboxId: string, timeoutMs: number): Promise<BotReply | null>;
  sendMessage(scope: Scope, sessionId: string, request: SendRequest): Promise<MessageResult>;
  /** 0 minutes lifts the mute. */
  mute(
    contact: { instanceId: string; phone: string },
    minutes: number,
    actor?: Actor,
  ): Promise<{ mutedUntil: Date | null }>;
  /**
   * The panic switch of a number: its bots stop starting and speaking, in running sessions too, or may speak again.
   * Once it resolves, everything in progress has been sent or is held. Undefined when there is no such instance.
   */
  silence(
    instanceId: string,
    silent: boolean,
    actor?: Actor,
  ): Promise<{ silencedAt: Date | null } | undefined>;
  /** Ends and deletes a session with its transcript, whatever `keep_open` says. False when there is no such session. */
  remove(scope: Scope, sessionId: string): Promise<boolean>;
  evaluate(request: EvaluateRequest): Promise<Evaluation>;
  /** Shows what a changed rule would have started. Starts and stores nothing. */
  xray(request: XrayRequest): Promise<Xray>;
  /** Deletes the typebot with everything in it. Its sessions are hidden at once, and ended in the background. */
  deleteTypebot(typebotId: string): Promise<void>;
  deleteInstance(instanceId: string): Promise<void>;
  deleteWorkspace(workspaceId: string): Promise<void>;
}

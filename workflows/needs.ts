import type { Snapshot } from './snapshot.js';

/** The activities of a conversation. Each may run again after a crash without doing its work twice. */
export interface ConversationNeeds {
  /**
   * Sends the messages up to inbox number `upTo` to Typebot as turn `turn`, stores the answer, and sends the bubbles
   * that can be sent at once. Also resumes a turn that was begun before, and continues a flow after a pause.
   */
  talkToTypebot(request: TalkRequest): Promise<TalkResult>;
  /** Sends the unsent bubbles of a turn in order, checking the gate before each. */
  deliver(request: DeliverRequest): Promise<DeliverResult>;
  /** Asks for a change that is due; the transaction may refuse it, which the snapshot shows. */
  requestChange(request: ChangeRequest): Promise<Snapshot>;
}

/** See `ConversationNeeds.talkToTypebot`. */
export interface TalkRequest {
  contactId: string;
  sessionId: string;
  turn: number;
  upTo: number;
}

/** See `ConversationNeeds.talkToTypebot`. */
export interface TalkResult {
  /** `nothing`: there was no message to take. `dropped`: the turn was cancelled or the session is gone. */
  outcome: 'answered' | 'nothing' | 'dropped';
  /** How many bubbles are still to be sent. */
  bubbles: number;
  /** When the first of them may be sent; absent: now. */
  notBeforeMs?: number;
  continueAfterMs: number | null;
  snapshot: Snapshot;
}

/** See `ConversationNeeds.deliver`. */
export interface DeliverRequest {
  contactId: string;
  sessionId: string;
  turn: number;
  gateNo: number;
}

/** See `ConversationNeeds.deliver`. `untilMs`: the end of the mute or wait, if known. */
export interface DeliverResult {
  /**
   * `held`: the gate or a mute stopped the next bubble. `wait`: the next bubble is due later than `deliver` may wait.
   */
  outcome: 'done' | 'held' | 'wait';
  sent: number;
  untilMs: number | null;
  snapshot: Snapshot;
}

/** Changes of a session that come with time or from its flow, not from a command. */
export type ChangeKind = 'expired' | 'resume' | 'handoff' | 'completed' | 'failed';

/** See `ConversationNeeds.requestChange`. */
export interface ChangeRequest {
  contactId: string;
  sessionId: string;
  kind: ChangeKind;
}

/** Sends one message that has its own workflow. Resolves when it was sent or failed for good. */
export interface OutgoingNeeds {
  deliverOutgoing(request: { outboxId: string }): Promise<{ state: 'sent' | 'failed' }>;
}

/** Ends the sessions of a deleted typebot, instance or workspace, one batch per call. */
export interface EndingNeeds {
  endSessions(request: { endingId: string }): Promise<{ left: number }>;
}

/** Keeps the file of an inbound message. */
export interface MediaNeeds {
  keepMedia(request: { inboxId: string }): Promise<void>;
}

/**
 * Upkeep: repairs differences between Temporal and PostgreSQL (every 5 minutes), deletes what is too old (every hour).
 */
export interface UpkeepNeeds {
  reconcile(): Promise<{ repaired: number }>;
  sweep(): Promise<{ removed: number }>;
}

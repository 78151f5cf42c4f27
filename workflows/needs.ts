import type { Snapshot } from './snapshot.js';

/** The activities of a conversation. Each may run again after a crash and still does its work once. */
export interface ConversationNeeds {
  /**
   * Gives the messages up to inbox number `upTo` to Typebot as turn `turn`, stores the answer, and sends what may leave
   * at once. Also resumes a turn that was begun before, and continues after a pause block.
   */
  talkToTypebot(request: TalkRequest): Promise<TalkResult>;
  /** Sends the unsent bubbles of a turn in order, checking the gate before each. */
  deliver(request: DeliverRequest): Promise<DeliverResult>;
  /** Asks for a change that the workflow wants; the transaction may refuse it. */
  requestChange(request: ChangeRequest): Promise<Snapshot>;
}

export interface TalkRequest {
  contactId: string;
  sessionId: string;
  turn: number;
  upTo: number;
}

export interface TalkResult {
  /** `nothing`: no message to take. `dropped`: the turn was cancelled or the session is gone. */
  outcome: 'answered' | 'nothing' | 'dropped';
  /** What is still to be sent. */
  bubbles: number;
  /** The first of it may leave at this time; absent: now. */
  notBeforeMs?: number;
  continueAfterMs: number | null;
  snapshot: Snapshot;
}

export interface DeliverRequest {
  contactId: string;
  sessionId: string;
  turn: number;
  gateNo: number;
}

export interface DeliverResult {
  /** `held`: the gate or a mute refused the next bubble. `wait`: the next bubble is due later than a delivery may wait. */
  outcome: 'done' | 'held' | 'wait';
  sent: number;
  untilMs: number | null;
  snapshot: Snapshot;
}

export type ChangeKind = 'expired' | 'resume' | 'handoff' | 'completed' | 'failed';

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

/** Upkeep, every minute and every day: repairs differences between Temporal and PostgreSQL, removes what is too old. */
export interface UpkeepNeeds {
  reconcile(): Promise<{ repaired: number }>;
  sweep(): Promise<{ removed: number }>;
}

import type { Snapshot } from './snapshot.js';

/** What a conversation asks of the outside. Every promise may be asked again after a crash and does its work once. */
export interface ConversationNeeds {
  /**
   * Gives the waiting messages up to inbox number `upTo` to Typebot as turn `turn`, stores the answer, and sends what
   * may leave at once. Takes up a turn that was begun before, and the continuation of a pause block.
   */
  talkToTypebot(request: TalkRequest): Promise<TalkResult>;
  /** Sends the unsent bubbles of a turn in order, each through the gate. */
  deliver(request: DeliverRequest): Promise<DeliverResult>;
  /** Asks for a change the workflow itself wants; the transaction may say no. */
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
  /** `held`: the gate or a mute refused the next bubble. `wait`: the next one is due later than a delivery may wait. */
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

/** One outgoing message with a workflow of its own. Resolves when it was sent or failed for good. */
export interface OutgoingNeeds {
  deliverOutgoing(request: { outboxId: string }): Promise<{ state: 'sent' | 'failed' }>;
}

/** Ends the sessions of a deleted typebot, instance or workspace in batches; resolves to what is left. */
export interface EndingNeeds {
  endSessions(request: { endingId: string }): Promise<{ left: number }>;
}

/** Keeps the file of an inbound message. */
export interface MediaNeeds {
  keepMedia(request: { inboxId: string }): Promise<void>;
}

/** Daily and minutely upkeep: repairs what differs between Temporal and PostgreSQL, sweeps what is too old. */
export interface UpkeepNeeds {
  reconcile(): Promise<{ repaired: number }>;
  sweep(): Promise<{ removed: number }>;
}

import type { DeliverResult } from '../../workflows/needs.js';
import type { Trouble } from './turns.js';
import type { OutboundContent, OutboundMessage, SendReceipt } from './messages.js';
import type { ChannelErrorInfo } from './channel-error.js';

/** The next message to send. Times are relative to the database's clock. */
export interface NextMessage {
  outboxId: string;
  instanceId: string;
  contactId: string;
  /** Milliseconds until it may be sent. */
  dueInMs: number;
  /** Milliseconds for which its outcome has been unknown; null if it is not. */
  unknownForMs: number | null;
  /** Another worker is sending it, or was and died. */
  sending: boolean;
  /** It might overtake a file that was sent before it. */
  behindMedia: boolean;
  unknowns: number;
  content: OutboundContent;
  /** The channel's settings at this look; a claim finds out that they have changed. Null = it is being deleted. */
  instanceVersion: number | null;
}

/**
 * The answer to a claim.
 * - `claimed`: may be sent, in one request that ends within `timeoutMs`.
 * - `held`: the gate or a mute holds it back, until `untilMs` if known.
 * - `busy`: another message of the contact is being sent, or the pace of the number does not allow it yet.
 * - `queued`: an earlier message that has its own workflow goes first, which may take long.
 * - `gone`: there is nothing to send any more; it was sent, dropped or deleted.
 * - `stopped`: the instance's credentials are refused.
 */
export type Claim =
  | { type: 'claimed'; message: OutboundMessage; timeoutMs: number }
  | { type: 'held'; untilMs: number | null }
  | { type: 'busy' }
  | { type: 'queued' }
  | { type: 'gone' }
  | { type: 'stopped'; reason: 'auth_failed' };

/** Messages in PostgreSQL. Every method is one transaction. */
export interface SendRecords {
  /** The first unsent message of a turn; undefined when there is none. */
  nextOfTurn(sessionId: string, turn: number): Promise<NextMessage | undefined>;
  /** A message that has its own workflow; undefined when it was sent, failed or is gone. */
  nextOutgoing(outboxId: string): Promise<NextMessage | undefined>;
  /**
   * Sets it to `sending`: a bubble if the gate is still open at `gateNo`; another message (null) if its turn has come.
   */
  claim(next: NextMessage, gateNo: number | null): Promise<Claim>;
  /** Records that it was sent; `next` with the content as sent. */
  sent(next: NextMessage, receipt: SendReceipt): Promise<void>;
  /**
   * Records an error of the channel and says how to go on. `attempt`: that of the claim under which it was met; null: it
   * was met before a claim. A worker that was frozen may wake when another has claimed the message: the claim of that
   * one stays.
   */
  failed(next: NextMessage, error: ChannelErrorInfo, attempt: number | null): Promise<Setback>;
  /** Notes, for people who look at it, in how many milliseconds it is tried again. */
  noteNextAttempt(next: NextMessage, inMs: number): Promise<void>;
  /** Its outcome stayed unknown for too long: either repeat it with the same ids, or it has been recorded as failed. */
  giveUpWaiting(next: NextMessage): Promise<'repeat' | 'failed'>;
  /** Classifies an unexpected error. */
  troubleOf(error: unknown): Trouble;
  /** Gives a message up because of an unexpected error, and records the reason on message and session. */
  abandon(next: NextMessage, error: unknown): Promise<void>;
  result(
    request: { contactId: string },
    outcome: Pick<DeliverResult, 'outcome' | 'sent' | 'untilMs'>,
  ): Promise<DeliverResult>;
}

/** How to go on after an error. `again`: after `delayMs`. `next`: at once, since it was given up or simplified. */
export type Setback = { type: 'again'; delayMs: number } | { type: 'next' };

/** Sends messages through the channel of their instance. */
export interface ChannelPort {
  /** Runs `work` unless too many sends of the instance are under way in this process, which is `crowded`. */
  inPlace<Result>(next: NextMessage, work: () => Promise<Result>): Promise<Result | 'crowded'>;
  /** Does work that may be repeated, such as uploads, and returns the content to send. Throws `ChannelError`. */
  prepare(next: NextMessage): Promise<OutboundContent>;
  /** Sends in one request, which ends by `endsAtMs` (as `Date.now()`) in any case. Throws `ChannelError`. */
  send(next: NextMessage, message: OutboundMessage, endsAtMs: number): Promise<SendReceipt>;
  /** How long to wait for an echo or status when the outcome is unknown; 0 if repeating is safe. */
  reconcileMs(next: NextMessage): Promise<number>;
}

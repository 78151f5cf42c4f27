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
  /**
   * How often it was claimed, as this attempt knows: seen at the look, and raised by its own claim. Only the records
   * write it. A worker that was frozen may wake when another has claimed the message, so what it says about a send is
   * stored only while no other claim has followed.
   */
  claims: number;
}

/**
 * The answer to a claim.
 * - `claimed`: may be sent, in one request that ends within `timeoutMs`.
 * - `held`: the gate, a mute or the silenced number holds it back, until `untilMs` if known.
 * - `busy`: another message of the contact is being sent, or the pace of the number does not allow it yet.
 * - `queued`: an earlier message that has its own workflow goes first, which may take long.
 * - `gone`: look again; it was sent, claimed, dropped or deleted, or the channel has other settings by now.
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
  /**
   * A message that has its own workflow; undefined when it was sent, failed or is gone. `sent`: it has no channel, so it
   * counts as sent from now on.
   */
  nextOutgoing(outboxId: string): Promise<NextMessage | 'sent' | undefined>;
  /**
   * Sets it to `sending`: a bubble if the gate is still open at `gateNo`; another message (null) if its turn has come.
   */
  claim(next: NextMessage, gateNo: number | null): Promise<Claim>;
  /** Records that it was sent; `next` with the content as sent. */
  sent(next: NextMessage, receipt: SendReceipt): Promise<void>;
  /** Records an error of the channel, met before or after the claim, and says how to go on. */
  failed(next: NextMessage, error: ChannelErrorInfo): Promise<Setback>;
  /** Notes, for people who look at it, in how many milliseconds it is tried again. */
  noteNextAttempt(next: NextMessage, inMs: number): Promise<void>;
  /** Its outcome stayed unknown for too long: either repeat it with the same ids, or look again, since it was given up. */
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

import type { DeliverResult } from '../../workflows/needs.js';
import type { Trouble } from './turns.js';
import type { OutboundContent, OutboundMessage, SendReceipt } from './messages.js';
import type { ChannelErrorInfo } from './channel-error.js';

/** The next message to send, as the delivery sees it. Times are distances by the database's clock. */
export interface NextMessage {
  outboxId: string;
  instanceId: string;
  contactId: string;
  /** Milliseconds until it may be sent. */
  dueInMs: number;
  /** Set while its outcome is unknown: milliseconds since then. */
  unknownForMs: number | null;
  /** It is being sent by somebody else, or was by a worker that died. */
  sending: boolean;
  /** A file before it may still be overtaken. */
  behindMedia: boolean;
  unknowns: number;
  content: OutboundContent;
}

/**
 * `claimed`: for one request that ends within `timeoutMs`. `busy`: another message of the contact is being sent.
 * `queued`: an earlier message of a workflow of its own goes first, which may take long.
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
  /** A message with a workflow of its own; undefined when it is sent, failed or gone. */
  nextOutgoing(outboxId: string): Promise<NextMessage | undefined>;
  /** Moves it to `sending`: through the gate for a bubble of the bot, in its order for an operator's. */
  claim(next: NextMessage, gateNo: number | null): Promise<Claim>;
  /** `next` with the content that was sent. */
  sent(next: NextMessage, receipt: SendReceipt): Promise<void>;
  /** What an error means for the message; see `Setback`. */
  failed(next: NextMessage, error: ChannelErrorInfo): Promise<Setback>;
  /** Its outcome stayed unknown for too long: `repeat` it with the same ids, or it has failed. */
  giveUpWaiting(next: NextMessage): Promise<'repeat' | 'failed'>;
  /** What an error that no port promises means. */
  troubleOf(error: unknown): Trouble;
  /** Gives a message up for such an error, with the reason on message and session. */
  abandon(next: NextMessage, error: unknown): Promise<void>;
  result(
    request: { contactId: string },
    outcome: Pick<DeliverResult, 'outcome' | 'sent' | 'untilMs'>,
  ): Promise<DeliverResult>;
}

/** `again`: a new attempt after that many milliseconds. `next`: it was given up or simplified, so continue. */
export type Setback = { type: 'again'; delayMs: number } | { type: 'next' };

export interface ChannelPort {
  /** Does `work` in one of the places that this process has for sends of the instance; `crowded` when all are taken. */
  inPlace<Result>(next: NextMessage, work: () => Promise<Result>): Promise<Result | 'crowded'>;
  /** Work before the claim, such as uploads: the content to send. Throws `ChannelError`. */
  prepare(next: NextMessage): Promise<OutboundContent>;
  /** One request, which is over at `endsAtMs` (as `Date.now()`) whatever the provider does. Throws `ChannelError`. */
  send(next: NextMessage, message: OutboundMessage, endsAtMs: number): Promise<SendReceipt>;
  /** How long an unknown outcome waits for an echo or status; 0 where a repetition is safe. */
  reconcileMs(next: NextMessage): Promise<number>;
}

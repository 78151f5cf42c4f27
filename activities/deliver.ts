import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/common';
import type { DeliverRequest, DeliverResult } from '../workflows/needs.js';
import { withHeartbeat } from './beat.js';
import { mayRepeat } from './faults.js';
import { ChannelError } from './ports/channel-error.js';
import type { ChannelPort, SendRecords, NextMessage } from './ports/sends.js';
import type { PresencePort } from './ports/turns.js';

/** What a delivery needs. */
export interface DeliverDeps {
  records: SendRecords;
  channel: ChannelPort;
  presence: PresencePort;
}

/** Longer waits are left to a timer of the workflow. */
const MAX_WAIT_MS = 60_000;
/** Pause before looking again, while another message of the contact is being sent or a dead worker's claim holds. */
const BUSY_MS = 100;
/**
 * How often the activity itself looks whether earlier messages are out of the way. Then it leaves the wait to a retry,
 * which occupies no slot of the worker meanwhile.
 */
const QUEUE_LOOKS = 10;
const QUEUED_MS = 3_000;
/**
 * An echo or status may clear up an unknown outcome at any time. Most of the wait is left to retries (`QUEUE_LOOKS`).
 */
const UNKNOWN_LOOK_MS = 1_000;
const UNKNOWN_AGAIN_MS = 2_000;
/** Wait when the channel has used up its share of concurrent sends, plus a random time of up to as much again. */
const CROWDED_MS = 1_500;
/** Wait when the channel's credentials are refused. */
const STOPPED_MS = 10_000;
/** How often a message without a turn looks whether the bots of its number may speak again. */
const HELD_MS = 5_000;
const TYPING_EVERY_MS = 20_000;
const TYPING_WAIT_MS = 1_000;

/** What a step did with a message. `moved`: look at the turn again. `held`: until when, if known. */
type Step = 'sent' | 'moved' | 'queued' | { held: number | null };

/**
 * Sends the unsent bubbles of a turn in order, checking the gate for each. The state of every bubble is in its outbox
 * row, so that work can continue from there after a crash.
 */
export async function deliver(request: DeliverRequest, deps: DeliverDeps): Promise<DeliverResult> {
  return withHeartbeat(async (signal) => {
    const outcome = await sendTurn(request, {
      deps,
      signal,
      maySend: ({ dueInMs }) => dueInMs <= MAX_WAIT_MS,
    });
    return deps.records.result(request, outcome);
  });
}

/** What `sendTurn` needs besides the turn. */
export interface Sending {
  deps: DeliverDeps;
  signal: AbortSignal;
  /** Whether to send this message now; if not, `sendTurn` ends with `wait`. */
  maySend(next: NextMessage): boolean;
}

/** Sends the messages of a turn one after another until none is left, the gate is closed, or one must wait. */
export async function sendTurn(
  { sessionId, turn, gateNo }: Pick<DeliverRequest, 'sessionId' | 'turn' | 'gateNo'>,
  { deps, signal, maySend }: Sending,
): Promise<Pick<DeliverResult, 'outcome' | 'sent' | 'untilMs'>> {
  for (let sent = 0; ;) {
    signal.throwIfAborted();
    const next = await deps.records.nextOfTurn(sessionId, turn);
    if (next === undefined) return { outcome: 'done', sent, untilMs: null };
    if (!maySend(next)) return { outcome: 'wait', sent, untilMs: Date.now() + next.dueInMs };
    const step = await work(next, gateNo, deps, signal);
    if (typeof step === 'object') return { outcome: 'held', sent, untilMs: step.held };
    if (step === 'sent') sent += 1;
  }
}

/**
 * Sends one message that has its own workflow. Neither the gate nor a mute stops it; if it is a bot's, it waits while
 * its number is silenced.
 */
export async function deliverOutgoing(
  { outboxId }: { outboxId: string },
  deps: DeliverDeps,
): Promise<{ state: 'sent' | 'failed' }> {
  return withHeartbeat(async (signal) => {
    let state: 'sent' | 'failed' = 'failed';
    for (let looksLeft = QUEUE_LOOKS; ;) {
      signal.throwIfAborted();
      const next = await deps.records.nextOutgoing(outboxId);
      if (next === undefined) return { state };
      if (next === 'sent') return { state: next };
      const step = await work(next, null, deps, signal);
      if (typeof step === 'object') throw later(HELD_MS, 'every bot of the number is silent');
      if (step === 'sent') state = 'sent';
      if (step !== 'queued') continue;
      looksLeft -= 1;
      if (looksLeft === 0) throw later(QUEUED_MS, 'an earlier message goes first');
      await pause(BUSY_MS, signal);
    }
  });
}

async function work(
  next: NextMessage,
  gateNo: number | null,
  deps: DeliverDeps,
  signal: AbortSignal,
): Promise<Step> {
  try {
    return await workOn(next, gateNo, deps, signal);
  } catch (error) {
    if (mayRepeat(error, deps.records.troubleOf(error), signal)) throw error;
    await deps.records.abandon(next, error);
    return 'moved';
  }
}

async function workOn(
  next: NextMessage,
  gateNo: number | null,
  deps: DeliverDeps,
  signal: AbortSignal,
): Promise<Step> {
  if (next.sending || next.behindMedia) return pause(BUSY_MS, signal);
  if (next.unknownForMs !== null) return awaitOutcome(next, { gateNo, deps, signal });
  await untilDue(next, deps.presence, signal);
  return attempt(next, { gateNo, deps, signal });
}

interface Attempt {
  gateNo: number | null;
  deps: DeliverDeps;
  signal: AbortSignal;
}

async function attempt(next: NextMessage, how: Attempt): Promise<Step> {
  const step = await how.deps.channel.inPlace(next, () => claimAndSend(next, how));
  if (step !== 'crowded') return step;
  return putOff(next, how.deps, {
    message: 'too many sends of this number at once',
    delayMs: CROWDED_MS * (1 + Math.random()),
  });
}

async function claimAndSend(next: NextMessage, { gateNo, deps, signal }: Attempt): Promise<Step> {
  try {
    const content = await deps.channel.prepare(next);
    const askedAtMs = Date.now();
    const claim = await deps.records.claim(next, gateNo);
    switch (claim.type) {
      case 'claimed': {
        // A request must end before its claim does. It ignores cancellation, which would leave its outcome unknown.
        const endsAtMs = askedAtMs + claim.timeoutMs;
        const receipt = await deps.channel.send(next, { ...claim.message, content }, endsAtMs);
        await deps.records.sent({ ...next, content }, receipt);
        return 'sent';
      }
      case 'held':
        return { held: claim.untilMs };
      case 'busy':
        return await pause(BUSY_MS, signal);
      case 'queued':
        return 'queued';
      case 'gone':
        return 'moved';
      case 'stopped':
        return await putOff(next, deps, { message: claim.reason, delayMs: STOPPED_MS });
    }
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    const setback = await deps.records.failed(next, error.info);
    if (setback.type === 'next') return 'moved';
    return putOff(next, deps, { message: `the channel: ${error.info.class}`, delayMs: setback.delayMs });
  }
}

/**
 * The outcome of a send is unknown: wait for an echo or status, then either send again with the same ids or give up.
 */
async function awaitOutcome(next: NextMessage, how: Attempt): Promise<Step> {
  const leftMs = (await how.deps.channel.reconcileMs(next)) - (next.unknownForMs ?? 0);
  if (leftMs > 0) await pause(Math.min(leftMs, UNKNOWN_LOOK_MS), how.signal);
  const restMs = leftMs - UNKNOWN_LOOK_MS;
  if (restMs > 0) {
    const delayMs = Math.min(restMs, UNKNOWN_AGAIN_MS);
    return putOff(next, how.deps, {
      message: 'the outcome of a send is unknown',
      delayMs,
      triedInMs: restMs,
    });
  }
  if (leftMs > 0) return 'moved';
  if ((await how.deps.records.giveUpWaiting(next)) === 'failed') return 'moved';
  return attempt(next, how);
}

interface PutOff {
  message: string;
  /** When the message is looked at again. */
  delayMs: number;
  /** When it is sent again, if not at the next look. */
  triedInMs?: number;
}

/** Leaves a message to a later attempt of the activity, and notes when it is tried again. */
async function putOff(
  next: NextMessage,
  { records }: DeliverDeps,
  { message, delayMs, triedInMs = delayMs }: PutOff,
): Promise<never> {
  await records.noteNextAttempt(next, triedInMs);
  throw later(delayMs, message);
}

/**
 * Has Temporal retry the activity later. The message becomes part of the history, so it holds no text of the provider.
 */
function later(delayMs: number, message: string): ApplicationFailure {
  return ApplicationFailure.create({
    message,
    type: 'ChannelSetback',
    nonRetryable: false,
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
  });
}

async function untilDue(next: NextMessage, presence: PresencePort, signal: AbortSignal): Promise<void> {
  for (let leftMs = next.dueInMs; leftMs > 0; leftMs -= TYPING_EVERY_MS) {
    if (leftMs > TYPING_WAIT_MS) presence.typing(next);
    await sleep(Math.min(leftMs, TYPING_EVERY_MS), undefined, { signal });
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<'moved'> {
  await sleep(ms, undefined, { signal });
  return 'moved';
}

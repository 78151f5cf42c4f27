import type { DeliverResult, TalkRequest, TalkResult } from '../workflows/needs.js';
import { withHeartbeat } from './beat.js';
import type { TalkDeps } from './chain.js';
import { sendTurn } from './deliver.js';
import type { DeliverDeps } from './deliver.js';
import { repeatsInMs } from './faults.js';
import type { NextMessage } from './ports/sends.js';
import { talkToTypebot } from './talk-to-typebot.js';

/** What a turn needs. */
export interface TurnDeps {
  talk: TalkDeps;
  deliver: DeliverDeps;
}

/** Typebot's default limit of typing, and more than most pauses between bubbles. Longer waits are workflow timers. */
const SHORT_WAIT_MS = 3_000;
/** After this time, sending continues in a separate activity, which a pause or a takeover can cancel at once. */
const MAX_SENDING_MS = 10_000;

/**
 * One turn: gets Typebot's answer and sends the bubbles that can be sent at once. Both are one activity, because a
 * second one would cost Temporal as much again. Everything else is left to the activity `deliver`: long waits, refusals
 * of the channel, messages of unknown outcome. An error while sending does not fail the turn, since its answer is
 * stored.
 */
export function takeTurn(request: TalkRequest, deps: TurnDeps): Promise<TalkResult> {
  return withHeartbeat(async (signal) => {
    const how = { deps: deps.deliver, signal };
    const early = sendMeanwhile(request, how);
    let trouble: unknown;
    const talking = talkToTypebot(request, { ...deps.talk, bubblesReady: early.start }, signal);
    const result = await talking.finally(async () => (trouble = await early.stop()));
    if (result.bubbles === 0) return result;
    return trouble === undefined ? sendNow(request, result, how) : { ...result, ...backOff(trouble) };
  });
}

/**
 * Sends bubbles while the turn's chain of calls goes on, in order, until the first error, to which `stop` resolves.
 * What it leaves unsent is sent after the chain.
 */
function sendMeanwhile(
  request: TalkRequest,
  how: { deps: DeliverDeps; signal: AbortSignal },
): { start(gateNo: number): void; stop(): Promise<unknown> } {
  let isOver = false;
  let trouble: unknown;
  let sending: Promise<unknown> = Promise.resolve();
  const maySend = (next: NextMessage) => !isOver && isPlain(next);
  const send = async (gateNo: number) => {
    if (trouble === undefined) await sendTurn({ ...request, gateNo }, { ...how, maySend });
  };
  return {
    start: (gateNo) => {
      sending = sending.then(() => send(gateNo)).catch((error: unknown) => (trouble = error));
    },
    stop: async () => {
      isOver = true;
      await sending;
      return trouble;
    },
  };
}

async function sendNow(
  request: TalkRequest,
  result: TalkResult,
  { deps, signal }: { deps: DeliverDeps; signal: AbortSignal },
): Promise<TalkResult> {
  const { session } = result.snapshot;
  if (session?.id !== request.sessionId) return result;
  const endsAtMs = Date.now() + MAX_SENDING_MS;
  const maySend = (next: NextMessage) => isPlain(next) && Date.now() < endsAtMs;
  try {
    const sent = await sendTurn({ ...request, gateNo: session.axes.gateNo }, { deps, signal, maySend });
    return withSent(result, await deps.records.result(request, sent));
  } catch (error) {
    return { ...result, ...backOff(error) };
  }
}

/** Whether it is due soon, and nothing about it is under way or unknown. */
function isPlain({ dueInMs, sending, behindMedia, unknownForMs }: NextMessage): boolean {
  return dueInMs <= SHORT_WAIT_MS && !sending && !behindMedia && unknownForMs === null;
}

function withSent(result: TalkResult, { outcome, untilMs, snapshot }: DeliverResult): TalkResult {
  if (outcome === 'done') return { ...result, bubbles: 0, snapshot };
  return outcome === 'wait' && untilMs !== null
    ? { ...result, notBeforeMs: untilMs, snapshot }
    : { ...result, snapshot };
}

/** The time of the next attempt, if the error asks for one; `deliver` will meet any other error itself. */
function backOff(error: unknown): Pick<TalkResult, 'notBeforeMs'> {
  const delayMs = repeatsInMs(error);
  return delayMs === undefined ? {} : { notBeforeMs: Date.now() + delayMs };
}

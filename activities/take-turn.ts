import { ApplicationFailure } from '@temporalio/common';
import type { DeliverResult, TalkRequest, TalkResult } from '../workflows/needs.js';
import { withHeartbeat } from './beat.js';
import type { TalkDeps } from './chain.js';
import { sendTurn } from './deliver.js';
import type { DeliverDeps } from './deliver.js';
import type { NextMessage } from './ports/sends.js';
import { talkToTypebot } from './talk-to-typebot.js';

/** What a turn needs. */
export interface TurnDeps {
  talk: TalkDeps;
  deliver: DeliverDeps;
}

/** As long as Typebot's own typing by default, and most pauses between bubbles; a longer wait is the workflow's timer. */
const SHORT_WAIT_MS = 3_000;
/** Beyond this a delivery of its own goes on, which a pause or a takeover can call off at once. */
const MAX_SENDING_MS = 10_000;

/**
 * One turn: the answer of Typebot, and of its bubbles what may leave at once, in the same activity, since a second one
 * costs the engine as much as the first. Everything else is left to the delivery: long waits, what the channel refuses
 * for now, a message of unclear outcome. Neither part fails the other: what is stored is answered, whatever the channel says.
 */
export function takeTurn(request: TalkRequest, deps: TurnDeps): Promise<TalkResult> {
  return withHeartbeat(async (signal) => {
    const result = await talkToTypebot(request, deps.talk, signal);
    return result.bubbles > 0 ? sendNow(request, result, { deps: deps.deliver, signal }) : result;
  });
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

/** Nothing of it is under way or unclear, and it is due soon. */
function isPlain({ dueInMs, sending, behindMedia, unknownForMs }: NextMessage): boolean {
  return dueInMs <= SHORT_WAIT_MS && !sending && !behindMedia && unknownForMs === null;
}

function withSent(result: TalkResult, { outcome, untilMs, snapshot }: DeliverResult): TalkResult {
  if (outcome === 'done') return { ...result, bubbles: 0, snapshot };
  return outcome === 'wait' && untilMs !== null
    ? { ...result, notBeforeMs: untilMs, snapshot }
    : { ...result, snapshot };
}

/** The channel, or a queue before it, wants a new attempt later; anything else the delivery meets itself. */
function backOff(error: unknown): Pick<TalkResult, 'notBeforeMs'> {
  const delayMs = error instanceof ApplicationFailure ? error.nextRetryDelay : undefined;
  return typeof delayMs === 'number' ? { notBeforeMs: Date.now() + delayMs } : {};
}

import type { Progress, TalkDeps } from './chain.js';
import { unknownMessage } from './chain.js';
import { MAX_PAUSE_MS, MAX_TRIES, over, overOrAnew, restart, retryIn } from './give-up.js';
import type { Ended } from './left-waiting.js';
import type { OutboundContent } from './ports/messages.js';
import type { TypebotFailure } from './ports/typebot-failure.js';
import type { BegunTurn } from './ports/turns.js';
import { unclear } from './unclear-call.js';

interface Failed extends Ended {
  mark: string;
  /** How long ago the call began. */
  ageMs: number;
}

/** Pause between calls that Typebot itself answers with an error; short, so that all tries fit in 10 s. */
const BROKEN_PAUSE_MS = 2_000;
/** Pause between calls to an unreachable Typebot: it doubles from 1 s to 15 s. */
const MIN_PAUSE_MS = 1_000;

/** Handles a failed call: a retry by Temporal (thrown), a look at what became of it, or the end of the turn. */
export async function afterFailure(failed: Failed, deps: TalkDeps, signal: AbortSignal): Promise<Progress> {
  const { turn, chain, failure } = failed;
  switch (failure.kind) {
    case 'unreachable':
      return retryUnreached(failed, deps);
    case 'crowded':
      // Waiting for a free place is no outage, so it does not count against the patience.
      await deps.records.callPostponed(turn);
      throw retryIn(failure.detail.retryAfterMs ?? MAX_PAUSE_MS, failure);
    case 'broken':
      return retryOrGiveUp(failed, deps);
    case 'unclear':
      // If the answer to a start is lost, nobody knows the id of its Typebot session, so start again.
      return chain.typebotSessionId === null ? retryOrGiveUp(failed, deps) : unclear(failed, deps, signal);
    case 'gone':
      return restart(failed, deps, 'gone');
    case 'refused':
      await deps.records.callFailed(turn);
      return over(failed, refusedSay(turn, failure), chain.typebotSessionId === null ? 'failed' : null);
  }
}

/** Waits as long again as it has been failing, or longer if Typebot asks for it, but never beyond the patience. */
async function retryUnreached(failed: Failed, deps: TalkDeps): Promise<Progress> {
  const { turn, failure } = failed;
  const { failingForMs } = await deps.records.callUnreached(turn);
  const leftMs = turn.patienceMs - failingForMs;
  if (leftMs <= 0) return over(failed, unknownMessage(turn));
  const backOffMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, failingForMs));
  throw retryIn(Math.min(leftMs, Math.max(backOffMs, failure.detail.retryAfterMs ?? 0)), failure);
}

async function retryOrGiveUp(failed: Failed, deps: TalkDeps): Promise<Progress> {
  const { turn, failure } = failed;
  const { tries, failingForMs } = await deps.records.callFailed(turn);
  if (tries < MAX_TRIES && failingForMs < turn.patienceMs) throw retryIn(BROKEN_PAUSE_MS, failure);
  return overOrAnew(failed, deps);
}

/** What a closed bot tells its visitors, or `unknown_message` for any other refusal. */
function refusedSay(turn: BegunTurn, failure: TypebotFailure): OutboundContent[] {
  const text = failure.detail.contactText;
  return text === undefined ? unknownMessage(turn) : [{ type: 'text', text }];
}

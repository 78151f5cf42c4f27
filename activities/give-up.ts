import { ApplicationFailure } from '@temporalio/common';
import { cancelled, outcomeOf, unknownMessage, withoutAnswered } from './chain.js';
import type { Progress, TalkDeps } from './chain.js';
import { leftOf } from './left-waiting.js';
import type { Ended } from './left-waiting.js';
import type { OutboundContent } from './ports/messages.js';
import type { TypebotFailure } from './ports/typebot-failure.js';
import type { Chain } from './ports/turns.js';

/**
 * Calls of one step that may have had an effect and brought no answer that was stored, whatever came between: an error of
 * Typebot, a lost answer, a worker that died. So often at most is a flow begun in a turn, and once more where Typebot
 * lost the session.
 */
export const MAX_TRIES = 3;
/** So many turns in a row that ended with errors of Typebot's own leave no hope for its session. */
const MAX_BROKEN_TURNS = 2;
/** The longest pause between two calls that failed. */
export const MAX_PAUSE_MS = 15_000;

/** The last call failed and no other is made. */
export async function giveUp(failed: Ended, deps: TalkDeps): Promise<Progress> {
  await deps.records.callFailed(failed.turn);
  return overOrAnew(failed, deps);
}

/** A session that met nothing but errors of Typebot's own is begun anew; where that fails too, it is kept. */
export async function overOrAnew(failed: Ended, deps: TalkDeps): Promise<Progress> {
  const { turn, chain } = failed;
  if (!isDead(failed)) return over(failed, unknownMessage(turn));
  const mark = await deps.records.callBegins(turn, chain);
  if (mark === null) throw cancelled();
  return restart({ ...failed, mark }, deps, 'broken');
}

/** Whether a Typebot session is given up: by its own errors, never by a Typebot that is not reached. Pure. */
export function isDead({ turn, chain, failure }: Ended): boolean {
  const isOfSession = failure.kind === 'broken' && chain.typebotSessionId !== null;
  return isOfSession && chain.restarted === false && turn.brokenTurns + 1 >= MAX_BROKEN_TURNS;
}

/** The Typebot session is lost: a new one gets the same text, once, so that nothing loops. */
export async function restart(
  failed: Ended & { mark: string },
  deps: TalkDeps,
  restarted: 'gone' | 'broken',
): Promise<Progress> {
  const { turn, chain, mark } = failed;
  if (chain.restarted !== false) return giveUp(failed, deps);
  const next: Chain = {
    ...chain,
    step: { type: 'start' },
    items: withoutAnswered(chain),
    typebotSessionId: null,
    openInput: null,
    restarted,
    opening: chain.step.type === 'answer',
    lost: lostAnswer(chain),
  };
  if (!(await deps.records.callEnded(turn, mark, next))) throw cancelled();
  return { type: 'go', chain: next };
}

function lostAnswer({ step, openInput }: Chain): Chain['lost'] {
  if (step.type !== 'answer' || step.message === undefined) return undefined;
  return { openInput, reply: { message: step.message, passedOn: step.passedOn === true } };
}

/** The end of a turn whose call failed, with what the contact is told. */
export function over(failed: Ended, contents: OutboundContent[], endedAs: 'failed' | null = null): Progress {
  const { turn, failure } = failed;
  const { status, reason } = failure.detail;
  const broken = failure.kind === 'broken' && turn.typebotSessionId !== null;
  return {
    type: 'over',
    outcome: {
      ...outcomeOf(leftOf(failed, contents)),
      ...{ endedAs, failure: { status: status ?? null, reason, broken } },
    },
  };
}

/** Temporal keeps the message in a history: it holds no word of Typebot's. */
export function retryIn(delayMs: number, failure: TypebotFailure): ApplicationFailure {
  const { status } = failure.detail;
  return ApplicationFailure.create({
    message: `typebot ${failure.kind}${status === undefined ? '' : `: ${status}`}`,
    type: `Typebot${failure.kind}`,
    nonRetryable: false,
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
  });
}

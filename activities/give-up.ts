import { ApplicationFailure } from '@temporalio/common';
import { cancelled, outcomeOf, unknownMessage, withoutAnswered } from './chain.js';
import type { Progress, TalkDeps } from './chain.js';
import { leftOf } from './left-waiting.js';
import type { Ended } from './left-waiting.js';
import type { OutboundContent } from './ports/messages.js';
import type { TypebotFailure } from './ports/typebot-failure.js';
import type { Chain } from './ports/turns.js';

/**
 * Limit of the calls of one step that may have had an effect although no answer was stored: because of an error of
 * Typebot, a lost answer or a dead worker. A turn starts a flow at most this often, and once more if Typebot lost the
 * session.
 */
export const MAX_TRIES = 3;
/** After this many consecutive turns that ended with errors of Typebot's own, its session is given up. */
const MAX_BROKEN_TURNS = 2;
/** The longest pause after a failed call. */
export const MAX_PAUSE_MS = 15_000;

/** Ends the turn after its last call failed, or starts a new session if Typebot's session is dead. */
export async function giveUp(failed: Ended, deps: TalkDeps): Promise<Progress> {
  await deps.records.callFailed(failed.turn);
  return overOrAnew(failed, deps);
}

/** Ends the turn, unless its session has met only errors of Typebot's own: then a new session is started. */
export async function overOrAnew(failed: Ended, deps: TalkDeps): Promise<Progress> {
  const { turn, chain } = failed;
  if (!isDead(failed)) return over(failed, unknownMessage(turn));
  const mark = await deps.records.callBegins(turn, chain);
  if (mark === null) throw cancelled();
  return restart({ ...failed, mark }, deps, 'broken');
}

/** Whether to give up a Typebot session: only for Typebot's own errors, never because it is unreachable. Pure. */
export function isDead({ turn, chain, failure }: Ended): boolean {
  const isOfSession = failure.kind === 'broken' && chain.typebotSessionId !== null;
  return isOfSession && chain.restarted === false && turn.brokenTurns + 1 >= MAX_BROKEN_TURNS;
}

/** Starts a new Typebot session in place of a lost one and repeats the answer there; once per turn, to avoid loops. */
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

/** Ends a turn whose call failed; `contents` is what the contact is told. */
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

/** Has Temporal retry the activity. The message becomes part of the history, so it holds no text of Typebot. */
export function retryIn(delayMs: number, failure: TypebotFailure): ApplicationFailure {
  const { status } = failure.detail;
  return ApplicationFailure.create({
    message: `typebot ${failure.kind}${status === undefined ? '' : `: ${status}`}`,
    type: `Typebot${failure.kind}`,
    nonRetryable: false,
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
  });
}

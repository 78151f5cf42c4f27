import { ApplicationFailure } from '@temporalio/common';
import {
  cancelled,
  extend,
  outcomeOf,
  renderContext,
  said,
  unknownMessage,
  withoutAnswered,
} from './chain.js';
import type { Progress, TalkPorts } from './chain.js';
import type { OutboundContent } from './ports/messages.js';
import { TypebotFailure } from './ports/typebot.js';
import type { BegunTurn, Chain, TurnOutcome } from './ports/turns.js';

interface Failed {
  turn: BegunTurn;
  chain: Chain;
  mark: string;
  /** How long ago the call began. */
  ageMs: number;
  failure: TypebotFailure;
}

/**
 * Calls of one step that may have had an effect and brought no answer that was stored, whatever came between: an error of
 * Typebot, a lost answer, a worker that died. So often at most is a flow begun in a turn, and once more where Typebot
 * lost the session.
 */
const MAX_TRIES = 3;
/** The pause between calls that Typebot itself answered with 500 or 408: all tries within 10 s. */
const BROKEN_PAUSE_MS = 2_000;
/** Pauses between calls to a Typebot that is not reached: 1 s, doubling, up to 15 s. */
const MIN_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 15_000;
/** The shortest time after which a call of unclear outcome is taken to run no longer. */
const MIN_SETTLE_MS = 5_000;

/** What a failed call leads to: a retry by Temporal, a look at what became of it, or an end of the turn. */
export async function afterFailure(failed: Failed, ports: TalkPorts, signal: AbortSignal): Promise<Progress> {
  const { turn, chain, failure } = failed;
  switch (failure.kind) {
    case 'unreachable':
      return retryUnreached(failed, ports);
    case 'crowded':
      // Waiting for its turn is no outage: it uses up no patience.
      await ports.records.callPostponed(turn);
      throw retryIn(failure.detail.retryAfterMs ?? MAX_PAUSE_MS, failure);
    case 'broken':
      return retryOrGiveUp(failed, ports);
    case 'unclear':
      // A start whose answer is lost leaves a Typebot session that nobody knows: start again.
      return chain.typebotSessionId === null ? retryOrGiveUp(failed, ports) : unclear(failed, ports, signal);
    case 'gone':
      return restart(failed, ports);
    case 'refused':
      await ports.records.callFailed(turn);
      return over(turn, refusedSay(turn, failure), {
        failure,
        endedAs: chain.typebotSessionId === null ? 'failed' : null,
      });
  }
}

/** As long again as it has been failing; later where it asks for that, but never beyond the patience. */
async function retryUnreached({ turn, failure }: Failed, ports: TalkPorts): Promise<Progress> {
  const { failingForMs } = await ports.records.callUnreached(turn);
  const leftMs = turn.patienceMs - failingForMs;
  if (leftMs <= 0) return over(turn, unknownMessage(turn), { failure, endedAs: null });
  const backOffMs = Math.min(MAX_PAUSE_MS, Math.max(MIN_PAUSE_MS, failingForMs));
  throw retryIn(Math.min(leftMs, Math.max(backOffMs, failure.detail.retryAfterMs ?? 0)), failure);
}

/** Looked at as soon as the call cannot be running any more; a host that stays unclear is given up like a dead one. */
async function unclear(failed: Failed, ports: TalkPorts, signal: AbortSignal): Promise<Progress> {
  const { turn, failure, ageMs } = failed;
  const chain = { ...failed.chain, unclear: true };
  const noted = await ports.records.callUnclear(turn, chain);
  if (noted.failingForMs >= turn.patienceMs) return giveUp(failed, ports);
  if (failure.detail.timedOut === true) return look({ turn, chain, noted }, ports, signal);
  throw retryIn(settleMs(turn, chain) - ageMs, failure);
}

async function giveUp(
  { turn, failure }: Pick<Failed, 'turn' | 'failure'>,
  ports: TalkPorts,
): Promise<Progress> {
  await ports.records.callFailed(turn);
  return over(turn, unknownMessage(turn), { failure, endedAs: null });
}

async function retryOrGiveUp({ turn, failure }: Failed, ports: TalkPorts): Promise<Progress> {
  const { tries, failingForMs } = await ports.records.callFailed(turn);
  if (tries < MAX_TRIES && failingForMs < turn.patienceMs) throw retryIn(BROKEN_PAUSE_MS, failure);
  return over(turn, unknownMessage(turn), { failure, endedAs: null });
}

/** Temporal keeps the message in a history: it holds no word of Typebot's. */
function retryIn(delayMs: number, failure: TypebotFailure): ApplicationFailure {
  const { status } = failure.detail;
  return ApplicationFailure.create({
    message: `typebot ${failure.kind}${status === undefined ? '' : `: ${status}`}`,
    type: `Typebot${failure.kind}`,
    nonRetryable: false,
    nextRetryDelay: Math.max(1, Math.round(delayMs)),
  });
}

/** The closing text of a closed bot goes to the contact; any other refusal is told by `unknown_message`. */
function refusedSay(turn: BegunTurn, failure: TypebotFailure): OutboundContent[] {
  const text = failure.detail.contactText;
  return text === undefined ? unknownMessage(turn) : [{ type: 'text', text }];
}

function over(
  turn: BegunTurn,
  contents: OutboundContent[],
  end: { failure: TypebotFailure; endedAs: 'failed' | null },
): Progress {
  const { status, reason } = end.failure.detail;
  const outcome = outcomeOf(said(turn, contents));
  return {
    type: 'over',
    outcome: { ...outcome, endedAs: end.endedAs, failure: { status: status ?? null, reason } },
  };
}

/** The Typebot session is gone: a new one gets the same text, once, so that nothing loops. */
async function restart({ turn, chain, mark, failure }: Failed, ports: TalkPorts): Promise<Progress> {
  if (chain.restarted) return giveUp({ turn, failure }, ports);
  const next: Chain = {
    ...chain,
    step: { type: 'start' },
    items: withoutAnswered(chain),
    typebotSessionId: null,
    openInput: null,
    restarted: true,
    opening: chain.step.type === 'answer',
    lost: lostAnswer(chain),
  };
  if (!(await ports.records.callEnded(turn, mark, next))) throw cancelled();
  return { type: 'go', chain: next };
}

function lostAnswer({ step, openInput }: Chain): Chain['lost'] {
  if (step.type !== 'answer' || step.message === undefined) return undefined;
  return { openInput, reply: { message: step.message, passedOn: step.passedOn === true } };
}

/** A call began and its answer was never stored: the worker died, or the connection did. */
export async function settleOpenCall(
  turn: BegunTurn,
  chain: Chain,
  ports: TalkPorts,
  signal: AbortSignal,
): Promise<Progress> {
  const failure = new TypebotFailure('unclear', { reason: 'the outcome of a call is unclear' });
  if (chain.typebotSessionId === null) {
    const { tries } = await ports.records.callLost(turn);
    if (tries >= MAX_TRIES) return over(turn, unknownMessage(turn), { failure, endedAs: null });
    return { type: 'go', chain };
  }
  const leftMs = settleMs(turn, chain) - (turn.openCall?.ageMs ?? 0);
  if (leftMs > 0) throw retryIn(leftMs, failure);
  const unclearChain = { ...chain, unclear: true };
  const noted = await ports.records.callUnclear(turn, unclearChain);
  if (noted.failingForMs >= turn.patienceMs) return giveUp({ turn, failure }, ports);
  return look({ turn, chain: unclearChain, noted }, ports, signal);
}

/** When a call that began is sure to run no longer: two calls at once would overwrite each other's state. */
function settleMs(turn: BegunTurn, chain: Chain): number {
  const slowestMs = Math.max(turn.slowestCallMs, chain.slowestCallMs);
  return Math.min(turn.timeoutMs, Math.max(MIN_SETTLE_MS, 3 * slowestMs));
}

/** A call whose outcome is looked at, as often and as long as it was noted to be unclear. */
interface Unclear {
  turn: BegunTurn;
  chain: Chain;
  noted: { tries: number; failingForMs: number };
}

async function look(open: Unclear, ports: TalkPorts, signal: AbortSignal): Promise<Progress> {
  const { turn, chain } = open;
  const typebotSessionId = chain.typebotSessionId ?? '';
  const render = renderContext(turn, chain.openInput, Date.now());
  const { typebotUrl, publicId } = turn.typebot;
  const mark = await ports.records.callBegins(turn, chain);
  if (mark === null) throw cancelled();
  try {
    const seen = await ports.typebot.look({ typebotUrl, publicId, typebotSessionId, render, signal });
    if (seen.type === 'same') return { type: 'go', chain };
    if (seen.type === 'gone') return { type: 'over', outcome: { ...ended(chain), mark } };
    const next = extend(chain, seen.answer, 0);
    return next.step.type === 'done'
      ? { type: 'over', outcome: { ...outcomeOf(next), mark } }
      : { type: 'go', chain: next };
  } catch (error) {
    if (!(error instanceof TypebotFailure)) throw error;
    if (error.kind === 'refused' || error.kind === 'gone')
      return { type: 'over', outcome: { ...ended(chain), mark } };
    if (error.kind === 'crowded') throw retryIn(error.detail.retryAfterMs ?? MAX_PAUSE_MS, error);
    return lookAgain(open, error, ports);
  }
}

/** The look did not tell: the call stays unclear and is looked at again, as long as an unreachable host is tried. */
async function lookAgain(
  { turn, chain, noted }: Unclear,
  failure: TypebotFailure,
  ports: TalkPorts,
): Promise<Progress> {
  const leftMs = turn.patienceMs - noted.failingForMs;
  if (leftMs <= 0 || (failure.kind === 'broken' && noted.tries > MAX_TRIES))
    return giveUp({ turn, failure }, ports);
  const waitMs = Math.max(failure.detail.retryAfterMs ?? 0, settleMs(turn, chain));
  throw retryIn(Math.min(leftMs, waitMs), failure);
}

/** The reply was taken and the flow is over. */
function ended(chain: Chain): TurnOutcome {
  return outcomeOf({ ...chain, step: { type: 'done', next: { type: 'ended' } }, openInput: null });
}

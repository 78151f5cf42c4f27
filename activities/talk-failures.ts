import { ApplicationFailure } from '@temporalio/common';
import {
  cancelled,
  extend,
  isReply,
  outcomeOf,
  renderContext,
  unknownMessage,
  withoutAnswered,
} from './chain.js';
import type { Progress, TalkPorts } from './chain.js';
import { leftOf, withoutResult } from './left-waiting.js';
import type { Ended } from './left-waiting.js';
import type { OutboundContent } from './ports/messages.js';
import type { FlowAnswer, LostWords } from './ports/typebot.js';
import { TypebotFailure } from './ports/typebot.js';
import type { BegunTurn, Chain, TurnOutcome } from './ports/turns.js';

interface Failed extends Ended {
  mark: string;
  /** How long ago the call began. */
  ageMs: number;
}

/**
 * Calls of one step that may have had an effect and brought no answer that was stored, whatever came between: an error of
 * Typebot, a lost answer, a worker that died. So often at most is a flow begun in a turn, and once more where Typebot
 * lost the session.
 */
const MAX_TRIES = 3;
/** So many turns in a row that ended with errors of Typebot's own leave no hope for its session. */
const MAX_BROKEN_TURNS = 2;
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
      return restart(failed, ports, 'gone');
    case 'refused':
      await ports.records.callFailed(turn);
      return over(failed, refusedSay(turn, failure), chain.typebotSessionId === null ? 'failed' : null);
  }
}

/** As long again as it has been failing; later where it asks for that, but never beyond the patience. */
async function retryUnreached(failed: Failed, ports: TalkPorts): Promise<Progress> {
  const { turn, failure } = failed;
  const { failingForMs } = await ports.records.callUnreached(turn);
  const leftMs = turn.patienceMs - failingForMs;
  if (leftMs <= 0) return over(failed, unknownMessage(turn));
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

async function giveUp(failed: Ended, ports: TalkPorts): Promise<Progress> {
  await ports.records.callFailed(failed.turn);
  return overOrAnew(failed, ports);
}

async function retryOrGiveUp(failed: Failed, ports: TalkPorts): Promise<Progress> {
  const { turn, failure } = failed;
  const { tries, failingForMs } = await ports.records.callFailed(turn);
  if (tries < MAX_TRIES && failingForMs < turn.patienceMs) throw retryIn(BROKEN_PAUSE_MS, failure);
  return overOrAnew(failed, ports);
}

/** A session that met nothing but errors of Typebot's own is begun anew; where that fails too, it is kept. */
async function overOrAnew(failed: Ended, ports: TalkPorts): Promise<Progress> {
  const { turn, chain } = failed;
  if (!isDead(failed)) return over(failed, unknownMessage(turn));
  const mark = await ports.records.callBegins(turn, chain);
  if (mark === null) throw cancelled();
  return restart({ ...failed, mark }, ports, 'broken');
}

/** Whether a Typebot session is given up: by its own errors, never by a Typebot that is not reached. Pure. */
export function isDead({ turn, chain, failure }: Ended): boolean {
  const isOfSession = failure.kind === 'broken' && chain.typebotSessionId !== null;
  return isOfSession && chain.restarted === false && turn.brokenTurns + 1 >= MAX_BROKEN_TURNS;
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

function over(failed: Ended, contents: OutboundContent[], endedAs: 'failed' | null = null): Progress {
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

/** The Typebot session is lost: a new one gets the same text, once, so that nothing loops. */
async function restart(
  failed: Ended & { mark: string },
  ports: TalkPorts,
  restarted: 'gone' | 'broken',
): Promise<Progress> {
  const { turn, chain, mark } = failed;
  if (chain.restarted !== false) return giveUp(failed, ports);
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
    if (tries >= MAX_TRIES) return over({ turn, chain, failure }, unknownMessage(turn));
    return { type: 'go', chain };
  }
  const leftMs = settleMs(turn, chain) - (turn.openCall?.ageMs ?? 0);
  if (leftMs > 0) throw retryIn(leftMs, failure);
  const unclearChain = { ...chain, unclear: true };
  const noted = await ports.records.callUnclear(turn, unclearChain);
  if (noted.failingForMs >= turn.patienceMs) return giveUp({ turn, chain, failure }, ports);
  return look({ turn, chain: unclearChain, noted }, ports, signal);
}

/** A turn before this one left its session with an action whose result may have been taken: looked at before all else. */
export async function lookAtAction(
  turn: BegunTurn,
  chain: Chain,
  ports: TalkPorts,
  signal: AbortSignal,
): Promise<Progress> {
  return look({ turn, chain, noted: { tries: 0, failingForMs: 0 } }, ports, signal);
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
    const lost = await lostWords(open, ports);
    const seen = await ports.typebot.look({ typebotUrl, publicId, typebotSessionId, render, signal, lost });
    if (seen.type === 'same') return { type: 'go', chain };
    if (seen.type === 'gone') return { type: 'over', outcome: { ...ended(chain, seen.answer), mark } };
    const before = seen.taken ? chain : withoutResult(chain);
    const next = { ...extend(before, seen.answer, 0), words: seen.words };
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

/** Where the words of the answer that did not arrive can be read, if it was taken. */
async function lostWords({ turn, chain, noted }: Unclear, ports: TalkPorts): Promise<LostWords | undefined> {
  const { place } = chain;
  const builder = place === null ? undefined : await ports.records.builderOf(turn.typebot.id);
  if (place === null || builder === undefined) return undefined;
  return { ...builder, place, isReply: isReply(chain), isLastTry: noted.tries >= MAX_TRIES };
}

/** The look did not tell: the call stays unclear and is looked at again, as long as an unreachable host is tried. */
async function lookAgain(
  { turn, chain, noted }: Unclear,
  failure: TypebotFailure,
  ports: TalkPorts,
): Promise<Progress> {
  const leftMs = turn.patienceMs - noted.failingForMs;
  if (leftMs <= 0 || (failure.kind === 'broken' && noted.tries > MAX_TRIES))
    return giveUp({ turn, chain, failure }, ports);
  const waitMs = Math.max(failure.detail.retryAfterMs ?? 0, settleMs(turn, chain));
  throw retryIn(Math.min(leftMs, waitMs), failure);
}

/** The reply was taken and the flow is over; `last` are its last words, where they could be read. */
function ended(chain: Chain, last?: FlowAnswer): TurnOutcome {
  return outcomeOf({
    ...chain,
    step: { type: 'done', next: { type: 'ended' } },
    openInput: null,
    items: [...chain.items, ...(last?.items ?? [])],
    notes: [...chain.notes, ...(last?.notes ?? [])],
    words: last === undefined ? 'lost' : 'read',
  });
}

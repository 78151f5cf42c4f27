import { cancelled, extend, isReply, outcomeOf, renderContext, unknownMessage } from './chain.js';
import type { Progress, TalkDeps } from './chain.js';
import { giveUp, MAX_PAUSE_MS, MAX_TRIES, over, restart, retryIn } from './give-up.js';
import { withoutResult } from './left-waiting.js';
import type { Ended } from './left-waiting.js';
import type { Look, LostWords } from './ports/typebot.js';
import { TypebotFailure } from './ports/typebot-failure.js';
import type { BegunTurn, Chain, TurnOutcome } from './ports/turns.js';

/** Minimum age at which a call of unclear outcome is assumed to be over. */
const MIN_OVER_AFTER_MS = 5_000;

/** A call of unclear outcome, and how often and for how long it has been unclear. */
interface Unclear {
  turn: BegunTurn;
  chain: Chain;
  noted: { tries: number; failingForMs: number };
}

/** Looks as soon as the call must be over. If the outcome stays unclear for too long, the turn is given up. */
export async function unclear(
  failed: Ended & { ageMs: number },
  deps: TalkDeps,
  signal: AbortSignal,
): Promise<Progress> {
  const { turn, failure, ageMs } = failed;
  const chain = { ...failed.chain, unclear: true };
  const noted = await deps.records.callUnclear(turn, chain);
  if (noted.failingForMs >= turn.patienceMs) return giveUp(failed, deps);
  if (failure.detail.timedOut === true) return look({ turn, chain, noted }, deps, signal);
  throw retryIn(overAfterMs(turn, chain) - ageMs, failure);
}

/** Handles a call that has begun and whose answer was never stored, because its worker or connection died. */
export async function takeUpOpenCall(
  turn: BegunTurn,
  chain: Chain,
  deps: TalkDeps,
  signal: AbortSignal,
): Promise<Progress> {
  const failure = new TypebotFailure('unclear', { reason: 'the outcome of a call is unclear' });
  if (chain.typebotSessionId === null) {
    const { tries } = await deps.records.callLost(turn);
    if (tries >= MAX_TRIES) return over({ turn, chain, failure }, unknownMessage(turn));
    return { type: 'go', chain };
  }
  const leftMs = overAfterMs(turn, chain) - (turn.openCall?.ageMs ?? 0);
  if (leftMs > 0) throw retryIn(leftMs, failure);
  const unclearChain = { ...chain, unclear: true };
  const noted = await deps.records.callUnclear(turn, unclearChain);
  if (noted.failingForMs >= turn.patienceMs) return giveUp({ turn, chain, failure }, deps);
  return look({ turn, chain: unclearChain, noted }, deps, signal);
}

/** Looks first when an earlier turn left the session at an action whose result may have been accepted. */
export async function lookAtAction(
  turn: BegunTurn,
  chain: Chain,
  deps: TalkDeps,
  signal: AbortSignal,
): Promise<Progress> {
  return look({ turn, chain, noted: { tries: 0, failingForMs: 0 } }, deps, signal);
}

/** The age at which a call must be over. Two concurrent calls would overwrite each other's state in Typebot. */
function overAfterMs(turn: BegunTurn, chain: Chain): number {
  const slowestMs = Math.max(turn.slowestCallMs, chain.slowestCallMs);
  return Math.min(turn.timeoutMs, Math.max(MIN_OVER_AFTER_MS, 3 * slowestMs));
}

async function look(open: Unclear, deps: TalkDeps, signal: AbortSignal): Promise<Progress> {
  const { turn, chain } = open;
  const typebotSessionId = chain.typebotSessionId ?? '';
  const render = renderContext(turn, chain.openInput, Date.now());
  const { typebotUrl, publicId } = turn.typebot;
  const mark = await deps.records.callBegins(turn, chain);
  if (mark === null) throw cancelled();
  try {
    const lost = await lostWords(open, deps);
    const seen = await deps.typebot.look({ typebotUrl, publicId, typebotSessionId, render, signal, lost });
    if (seen.type === 'same') return { type: 'go', chain };
    if (seen.type === 'ended') return { type: 'over', outcome: { ...ended(chain, seen), mark } };
    const before = seen.taken ? chain : withoutResult(chain);
    const next = { ...extend(before, seen.answer, 0), words: seen.words };
    return next.step.type === 'done'
      ? { type: 'over', outcome: { ...outcomeOf(next), mark } }
      : { type: 'go', chain: next };
  } catch (error) {
    if (!(error instanceof TypebotFailure)) throw error;
    if (error.kind === 'gone') return restart({ turn, chain, failure: error, mark }, deps, 'gone');
    if (error.kind === 'refused') return giveUp({ turn, chain, failure: error }, deps);
    if (error.kind === 'crowded') throw retryIn(error.detail.retryAfterMs ?? MAX_PAUSE_MS, error);
    return lookAgain(open, error, deps);
  }
}

/** Where the text of the lost answer can be read, if a transcript is available. */
async function lostWords({ turn, chain, noted }: Unclear, deps: TalkDeps): Promise<LostWords | undefined> {
  const { place } = chain;
  const builder = place === null ? undefined : await deps.records.builderOf(turn.typebot.id);
  if (place === null || builder === undefined) return undefined;
  return { ...builder, place, isReply: isReply(chain), isLastTry: noted.tries >= MAX_TRIES };
}

/** The look failed, so the call stays unclear; tries again for as long as an unreachable host is tried. */
async function lookAgain(
  { turn, chain, noted }: Unclear,
  failure: TypebotFailure,
  deps: TalkDeps,
): Promise<Progress> {
  const leftMs = turn.patienceMs - noted.failingForMs;
  if (leftMs <= 0 || (failure.kind === 'broken' && noted.tries > MAX_TRIES))
    return giveUp({ turn, chain, failure }, deps);
  const waitMs = Math.max(failure.detail.retryAfterMs ?? 0, overAfterMs(turn, chain));
  throw retryIn(Math.min(leftMs, waitMs), failure);
}

/** The outcome when the reply was accepted and the flow has ended. */
function ended(chain: Chain, { answer, words }: Extract<Look, { type: 'ended' }>): TurnOutcome {
  return outcomeOf({
    ...chain,
    step: { type: 'done', next: { type: 'ended' } },
    openInput: null,
    items: [...chain.items, ...answer.items],
    notes: [...chain.notes, ...answer.notes],
    words,
  });
}

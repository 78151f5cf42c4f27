import { Context } from '@temporalio/activity';
import type { TalkRequest, TalkResult } from '../workflows/needs.js';
import { cancelled, extend, firstChain, outcomeOf, renderContext, startVariables } from './chain.js';
import type { Progress, TalkDeps } from './chain.js';
import { mayRepeat, repeatsInMs } from './faults.js';
import { withFirstWords } from './first-words.js';
import type { FlowAnswer, FlowNote, TypebotPort } from './ports/typebot.js';
import { TypebotFailure } from './ports/typebot-failure.js';
import { resumedChain } from './left-waiting.js';
import { afterFailure } from './talk-failures.js';
import { lookAtAction, takeUpOpenCall } from './unclear-call.js';
import type { BegunTurn, Chain, KnownCall, PresencePort, TurnOutcome } from './ports/turns.js';

/** How often typing is shown again during a call. */
const TYPING_EVERY_MS = 20_000;
const TYPING_AFTER_MS = 1_000;
/** A call begins this soon after its mark, or not at all; others take it for lost after `MIN_OVER_AFTER_MS`. */
const BEGINS_WITHIN_MS = 4_000;

/**
 * Gets the answer of one turn: reads the messages, calls Typebot until the flow waits for somebody, stores the answer.
 * Continues after a crash: stored steps are not repeated, and a call of unclear outcome is looked at first.
 */
export async function talkToTypebot(
  request: TalkRequest,
  deps: TalkDeps,
  signal: AbortSignal,
): Promise<TalkResult> {
  const known: KnownCall = { mark: undefined, sinceMs: 0 };
  try {
    return await answer(request, known, deps, signal);
  } catch (error) {
    if (mayRepeat(error, deps.records.troubleOf(error), signal)) throw error;
    return deps.records.abandon(request, known, error);
  }
}

async function answer(
  request: TalkRequest,
  known: KnownCall,
  deps: TalkDeps,
  signal: AbortSignal,
): Promise<TalkResult> {
  const begun = await deps.records.begin(request, known);
  if (begun.type === 'over') return begun.result;
  const { turn } = begun;
  const stop = showPresence(turn, deps.presence);
  try {
    const outcome = await runChain(turn, deps, signal);
    return await deps.records.finish(turn, outcome);
  } catch (error) {
    const delayMs = repeatsInMs(error);
    if (delayMs !== undefined) await deps.records.noteNextAttempt(turn, delayMs);
    throw error;
  } finally {
    stop();
  }
}

function showPresence(turn: BegunTurn, presence: PresencePort): () => void {
  const { instanceId, contactId, surface } = turn;
  const { typing, markRead } = surface.capabilities;
  if (surface.kind === 'api' || (!typing && !markRead)) return () => undefined;
  const keyIds = turn.inputs.map((input) => input.keyId).filter((id) => id !== null);
  // Only after the call to Typebot was sent, because this must not delay it; and only once per turn.
  if (Context.current().info.attempt === 1)
    setImmediate(() => presence.turnBegins({ instanceId, contactId, keyIds }));
  let timer = setTimeout(function again() {
    presence.typing({ instanceId, contactId });
    timer = setTimeout(again, TYPING_EVERY_MS);
  }, TYPING_AFTER_MS);
  return () => clearTimeout(timer);
}

async function runChain(turn: BegunTurn, deps: TalkDeps, signal: AbortSignal): Promise<TurnOutcome> {
  let progress = await openChain(turn, deps, signal);
  let noted = turn.freshMark ?? turn.openCall?.mark ?? null;
  for (
    let { freshMark } = turn;
    progress.type === 'go' && progress.chain.step.type !== 'done';
    freshMark = null
  ) {
    noted = null;
    progress = await oneCall({ ...turn, freshMark }, progress.chain, deps, signal);
  }
  return progress.type === 'over' ? progress.outcome : { ...outcomeOf(progress.chain), mark: noted };
}

async function openChain(turn: BegunTurn, deps: TalkDeps, signal: AbortSignal): Promise<Progress> {
  if (turn.chain !== null) return takeUp(turn, turn.chain, deps, signal);
  const { messages, say } = await deps.media.prepare(turn);
  const chain = resumedChain(turn) ?? firstChain(turn, messages, deps.typebot, Date.now());
  if (say === undefined) return takeUp(turn, chain, deps, signal);
  const text = { type: 'message' as const, content: { type: 'text' as const, text: say } };
  return {
    type: 'go',
    chain: { ...chain, step: { type: 'done', next: { type: 'question' } }, items: [text] },
  };
}

/** Continues a chain. If an earlier attempt left a call without a stored answer, its outcome is found out first. */
async function takeUp(turn: BegunTurn, chain: Chain, deps: TalkDeps, signal: AbortSignal): Promise<Progress> {
  if (turn.chain === null && chain.unclear) return lookAtAction(turn, chain, deps, signal);
  const unclear = turn.openCall !== null && chain.step.type !== 'done';
  return unclear ? takeUpOpenCall(turn, chain, deps, signal) : { type: 'go', chain };
}

async function oneCall(
  turn: BegunTurn,
  chain: Chain,
  deps: TalkDeps,
  signal: AbortSignal,
): Promise<Progress> {
  const prepared = await prepareStep(turn, chain, deps.typebot);
  const mark = turn.freshMark ?? (await deps.records.callBegins(turn, chain));
  // Woken from a freeze: another attempt may have taken the call for lost and made it again.
  if (mark === null || performance.now() - turn.known.sinceMs > BEGINS_WITHIN_MS) throw cancelled();
  const beganMs = Date.now();
  try {
    const answer = await call(turn, prepared, deps.typebot, signal);
    const extended = extend(prepared.chain, answer, Date.now() - beganMs);
    const next = await withFirstWords(turn, extended, answer, deps);
    if (next.step.type === 'done') return { type: 'over', outcome: { ...outcomeOf(next), mark } };
    return { type: 'go', chain: await callEnded(turn, mark, next, deps) };
  } catch (error) {
    if (!(error instanceof TypebotFailure)) throw error;
    return afterFailure({ turn, chain, mark, ageMs: Date.now() - beganMs, failure: error }, deps, signal);
  }
}

/** Stores the chain. Bubbles said before an automatic step can be sent while Typebot is told its result. */
async function callEnded(turn: BegunTurn, mark: string, chain: Chain, deps: TalkDeps): Promise<Chain> {
  const said = chain.items.findLastIndex(({ type }) => type === 'message') + 1;
  const isSettled = chain.step.type === 'automatic' && turn.surface.kind !== 'api';
  if (!isSettled || said <= (chain.stored ?? 0)) {
    if (!(await deps.records.callEnded(turn, mark, chain))) throw cancelled();
    return chain;
  }
  const stored = await deps.records.saySoFar(turn, mark, chain, said);
  if (stored === undefined) throw cancelled();
  deps.bubblesReady?.(stored.gateNo);
  return stored.chain;
}

/** A step that is ready to be sent; the result of an automatic action has been computed. */
interface Prepared {
  chain: Chain;
  start: boolean;
  message: Parameters<TypebotPort['continue']>[0]['message'];
}

async function prepareStep(turn: BegunTurn, chain: Chain, typebot: TypebotPort): Promise<Prepared> {
  const { step } = chain;
  if (step.type !== 'automatic') {
    return { chain, start: step.type === 'start', message: step.type === 'done' ? undefined : step.message };
  }
  const { message, notes } = await typebot.automatic(step.action, {
    ...turn.typebot,
    settings: turn.settings,
  });
  await tellAuthor(turn, chain, notes, typebot);
  return { chain: { ...chain, notes: [...chain.notes, ...notes] }, start: false, message };
}

/** Reports a failed script in Typebot's result log, which the flow's author sees. */
async function tellAuthor(
  { typebot: target }: BegunTurn,
  { step, typebotSessionId }: Chain,
  notes: FlowNote[],
  typebot: TypebotPort,
): Promise<void> {
  const failed = notes.find(({ type }) => type === 'action.ignored');
  const isScript = step.type === 'automatic' && step.action.type === 'script';
  if (failed === undefined || !isScript || typebotSessionId === null) return;
  const { typebotUrl, publicId } = target;
  const { reason, message, line } = failed.data;
  const details = [reason, message, line === undefined ? undefined : `line ${line}`];
  const log = { description: 'Client-side script failed', details: details.filter(Boolean).join(', ') };
  await typebot.clientLog({ typebotUrl, publicId, typebotSessionId, ...log });
}

function call(
  turn: BegunTurn,
  { chain, start, message }: Prepared,
  typebot: TypebotPort,
  signal: AbortSignal,
): Promise<FlowAnswer> {
  const render = renderContext(turn, start ? null : chain.openInput, Date.now());
  const { typebotUrl, publicId } = turn.typebot;
  if (start || chain.typebotSessionId === null) {
    const prefilledVariables = startVariables(turn, chain, message);
    const resultId = turn.resultId ?? undefined;
    return typebot.start({ typebotUrl, publicId, prefilledVariables, resultId, render, signal });
  }
  const { typebotSessionId, step } = chain;
  const passedOn = step.type === 'answer' && step.passedOn === true;
  return typebot.continue({ typebotUrl, publicId, typebotSessionId, message, passedOn, render, signal });
}

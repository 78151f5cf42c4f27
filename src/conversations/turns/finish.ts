import type { BegunTurn, Chain, TurnOutcome } from '../../../activities/ports/turns.js';
import type { TalkResult } from '../../../workflows/needs.js';
import type { Tx } from '../../store/db.js';
import type { News } from '../../store/events/session-events.js';
import type { LastError } from '../../store/rows.js';
import { touchOutbound, writeLastError } from '../../store/sessions/sessions.js';
import { storeAnswer } from '../../store/sessions/flow-state.js';
import type { FlowState } from '../../store/sessions/flow-state.js';
import { raiseAndRead, readLatest } from '../../store/contacts/snapshot.js';
import { lockAnswering, writeResult } from '../../store/sessions/turn-context.js';
import type { SessionContext, TurnMark } from '../../store/sessions/turn-context.js';
import { setTypebotError } from '../../store/accounts/typebots.js';
import { readTurn } from '../../store/sessions/turns.js';
import { isRefusedTooOften } from '../sessions/change.js';
import type { Core } from '../core.js';
import { callOf } from './call-of.js';
import { bubblesOf, bubblesUpTo } from './bubbles.js';

/** Stores a turn's answer in one transaction, unless the turn is over or another attempt overtook this one. */
export async function finishTurn(deps: Core, turn: BegunTurn, outcome: TurnOutcome): Promise<TalkResult> {
  return deps.db.transaction(async (tx) => {
    const found = await lockAnswering(tx, callOf(turn, outcome.mark));
    if (found === undefined) return resultOf(tx, turn);
    const stored = await store(tx, { turn, outcome, context: found.context, mark: found.turn });
    return { outcome: 'answered', ...stored, snapshot: await raiseAndRead(tx, turn.contactId) };
  });
}

interface Storing {
  turn: BegunTurn;
  outcome: TurnOutcome;
  context: SessionContext;
  mark: TurnMark;
}

async function store(tx: Tx, storing: Storing): Promise<Pick<TalkResult, 'bubbles' | 'continueAfterMs'>> {
  const { turn, outcome, context, mark } = storing;
  const { chain } = outcome;
  const { sessionId } = turn;
  const items = chain.items.slice(chain.stored ?? 0);
  const rows = bubblesOf({ turn, items, context, mark, choices: chain.openInput?.choices });
  const isStandIn = turn.surface.kind === 'api';
  const said = mark.dropAnswer ? 0 : bubblesUpTo(mark.lastBubble) + rows.length;
  const bubbles = isStandIn ? 0 : said;
  const continueAfterMs = pauseOf(outcome);
  await storeAnswer(tx, {
    ...{ call: callOf(turn, outcome.mark), bubbles, continueAfterMs, endedAs: outcome.endedAs, rows },
    calls: { count: chain.calls - turn.continuations, slowestMs: chain.slowestCallMs },
    flow: flowOf(outcome, context),
    news: toNews(storing, said),
    isWell: outcome.failure === null,
  });
  if (isStandIn && rows.length > 0) await touchOutbound(tx, sessionId);
  const { resultId } = chain;
  if (resultId !== null && resultId !== turn.resultId)
    await writeResult(tx, turn.contactId, turn.typebot.id, resultId);
  if (outcome.failure !== null) await noteTurnError(tx, sessionId, turn.typebot.id, outcome.failure);
  return { bubbles, continueAfterMs };
}

function flowOf(outcome: TurnOutcome, context: SessionContext): FlowState {
  const { chain } = outcome;
  const { typebotSessionId, openInput, place, slowestCallMs } = chain;
  const invalidReplies = refusals(chain, context);
  const handoff =
    (chain.handoff && context.settings.handoff_on_chatwoot) ||
    isRefusedTooOften(invalidReplies, context.settings);
  return {
    ...{ typebotSessionId, openInput, place, slowestCallMs, invalidReplies, handoff },
    brokenTurns: brokenTurns(outcome, context),
  };
}

function pauseOf({ chain }: TurnOutcome): number | null {
  const { step } = chain;
  return step.type === 'done' && step.next.type === 'pause' ? step.next.waitMs : null;
}

function toNews({ turn: { turn }, outcome }: Storing, bubbles: number): News[] {
  const { restarted, unclear, words, notes, slowestCallMs: ms } = outcome.chain;
  const news: News[] = [];
  if (restarted !== false) news.push({ type: 'typebot.session_lost', data: { turn, reason: restarted } });
  if (unclear) news.push({ type: 'turn.unclear', data: { turn, ...(words ? { words } : {}) } });
  news.push(...notes);
  news.push(
    outcome.failure === null
      ? { type: 'turn.completed', data: { turn, bubbles, ms } }
      : failureNews(turn, outcome.failure),
  );
  return news;
}

type Failure = NonNullable<TurnOutcome['failure']>;

/** The timeline's event for a turn that gave no answer. */
export function failureNews(turn: number, { reason, status }: Failure): News {
  return { type: 'turn.failed', data: { turn, reason, status } };
}

/** Stores why a turn gave no answer, on the session and on the configuration. */
export async function noteTurnError(
  tx: Tx,
  sessionId: string,
  typebotId: string,
  { status, reason }: Failure,
): Promise<void> {
  const error: LastError = { at: new Date().toISOString(), source: 'typebot', status, message: reason };
  await writeLastError(tx, sessionId, error);
  await setTypebotError(tx, typebotId, error);
}

/** Refusals of the open question in a row. Showing another page of a list, without a call, is not one. */
function refusals(chain: Chain, { invalidReplies }: SessionContext): number {
  if (chain.refused) return invalidReplies + 1;
  return chain.calls === 0 ? invalidReplies : 0;
}

/** Counts turns in a row that Typebot broke. A turn without a call, or an unreachable Typebot, leaves the count alone. */
function brokenTurns({ chain, failure }: TurnOutcome, before: SessionContext): number {
  if (failure?.broken === true) return before.brokenTurns + 1;
  return failure === null && chain.calls > 0 ? 0 : before.brokenTurns;
}

/** How a turn went, for its workflow. */
export async function resultOf(
  tx: Tx,
  turn: Pick<BegunTurn, 'sessionId' | 'contactId' | 'turn'>,
): Promise<TalkResult> {
  const row = await readTurn(tx, turn.sessionId, turn.turn);
  const answer = row?.state === 'answered' ? row : undefined;
  return {
    outcome: answer === undefined ? 'dropped' : 'answered',
    bubbles: answer?.bubbles ?? 0,
    continueAfterMs: answer?.continueAfterMs ?? null,
    snapshot: await readLatest(tx, turn.contactId),
  };
}

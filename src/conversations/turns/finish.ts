import { MAX_WAIT_MS } from '../../../activities/ports/typebot.js';
import type { FlowItem } from '../../../activities/ports/typebot.js';
import type { BegunTurn, Chain, TurnOutcome } from '../../../activities/ports/turns.js';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import type { TalkResult } from '../../../workflows/needs.js';
import { adapt } from '../../channels/forms/adapt.js';
import { lockContact, raiseClock } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { insertOutbound } from '../../store/messages/outbox.js';
import type { LastError, SessionRow } from '../../store/rows.js';
import { lockSession, touchOutbound, writeLastError } from '../../store/sessions/sessions.js';
import { writeFlow } from '../../store/sessions/flow-state.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import { readTurnContext, writeResult } from '../../store/sessions/turn-context.js';
import type { TurnContext } from '../../store/sessions/turn-context.js';
import { clearTypebotError, setTypebotError } from '../../store/accounts/typebots.js';
import { markAnswered, readTurn } from '../../store/sessions/turns.js';
import { recordOf } from '../sessions/apply-command.js';
import { isRefusedTooOften } from '../sessions/change.js';
import type { Core } from '../core.js';
import { outboundRow } from '../sends/outbound-rows.js';

/** Bubbles are numbered in steps, to leave room for one that has to be split into several simpler parts. */
export const BUBBLE_STEP = 100;

/** Stores a turn's answer in one transaction, unless the turn was cancelled or taken over meanwhile. */
export async function finishTurn(deps: Core, turn: BegunTurn, outcome: TurnOutcome): Promise<TalkResult> {
  return deps.db.transaction(async (tx) => {
    await lockContact(tx, turn.contactId);
    const session = await lockSession(tx, turn.sessionId);
    const context = await readTurnContext(tx, turn.sessionId);
    const row = await readTurn(tx, turn.sessionId, turn.turn);
    const mine = row?.state === 'begun' && (row.callBeganAt?.toISOString() ?? null) === outcome.mark;
    if (!mine || session === undefined || context === undefined) return resultOf(tx, turn);
    const stored = await store(tx, { turn, outcome, session, context, dropped: row.dropAnswer });
    return { outcome: 'answered', ...stored, snapshot: await readLatest(tx, turn.contactId) };
  });
}

interface Storing {
  turn: BegunTurn;
  outcome: TurnOutcome;
  session: SessionRow;
  context: TurnContext;
  dropped: boolean;
}

async function store(tx: Tx, storing: Storing): Promise<Pick<TalkResult, 'bubbles' | 'continueAfterMs'>> {
  const { turn, outcome, session, context } = storing;
  const { chain } = outcome;
  const { said, unsent } = await storeBubbles(tx, storing);
  const invalidReplies = refusals(chain, context);
  await writeFlow(tx, session.id, {
    typebotSessionId: chain.typebotSessionId,
    openInput: chain.openInput,
    place: chain.place,
    endedAs: outcome.endedAs,
    invalidReplies,
    brokenTurns: brokenTurns(outcome, context),
    slowestCallMs: chain.slowestCallMs,
    handoff:
      (chain.handoff && context.settings.handoff_on_chatwoot) ||
      isRefusedTooOften(invalidReplies, context.settings),
  });
  if (chain.resultId !== null && chain.resultId !== turn.resultId)
    await writeResult(tx, turn.contactId, turn.typebot.id, chain.resultId);
  const number = turn.turn;
  const continueAfterMs = pauseOf(outcome);
  await markAnswered(tx, {
    sessionId: session.id,
    number,
    bubbles: unsent,
    continueAfterMs,
    endedAs: outcome.endedAs,
    calls: { count: chain.calls - turn.continuations, slowestMs: chain.slowestCallMs },
  });
  await note(tx, storing, said);
  await raiseClock(tx, turn.contactId);
  return { bubbles: unsent, continueAfterMs };
}

async function storeBubbles(
  tx: Tx,
  { turn, outcome, session, dropped }: Storing,
): Promise<{ said: number; unsent: number }> {
  const timed = timedMessages(outcome.chain.items, turn);
  const isStandIn = turn.surface.kind === 'api';
  for (const [index, { content, waitMs }] of timed.entries()) {
    const fate = dropped ? 'dropped' : isStandIn ? 'sent' : 'pending';
    const bubbleNo = (index + 1) * BUBBLE_STEP;
    const spec = { sender: 'bot', content, fate, waitMs, turnNo: turn.turn, bubbleNo } as const;
    // The question ends the answer. Its choices are the flow's own, without the ids used on the wire.
    const choices = index === timed.length - 1 ? (outcome.chain.openInput?.choices ?? []) : [];
    await insertOutbound(tx, outboundRow(session, choices.length > 0 ? { ...spec, choices } : spec));
  }
  if (isStandIn && timed.length > 0) await touchOutbound(tx, session.id);
  const said = dropped ? 0 : timed.length;
  return { said, unsent: isStandIn ? 0 : said };
}

/** Messages as the channel can show them, each with the pause before it. */
function timedMessages(items: FlowItem[], turn: BegunTurn): { content: OutboundContent; waitMs: number }[] {
  const messages: { content: OutboundContent; waitMs: number }[] = [];
  let waitMs = 0;
  for (const item of items) {
    if (item.type === 'wait') {
      waitMs += item.waitMs;
      continue;
    }
    for (const content of adapt(item.content, turn.surface.capabilities, turn.surface)) {
      const delayMs = messages.length === 0 ? 0 : turn.settings.defaultDelayMs;
      messages.push({ content, waitMs: Math.min(MAX_WAIT_MS, waitMs + delayMs + (item.typingMs ?? 0)) });
      waitMs = 0;
    }
  }
  return messages;
}

function pauseOf({ chain }: TurnOutcome): number | null {
  const { step } = chain;
  return step.type === 'done' && step.next.type === 'pause' ? step.next.waitMs : null;
}

async function note(tx: Tx, { turn, outcome, session }: Storing, bubbles: number): Promise<void> {
  const { restarted, unclear, words } = outcome.chain;
  if (restarted !== false)
    await recordOf(tx, session, 'typebot.session_lost', { turn: turn.turn, reason: restarted });
  if (unclear) await recordOf(tx, session, 'turn.unclear', { turn: turn.turn, ...(words ? { words } : {}) });
  for (const { type, data } of outcome.chain.notes) await recordOf(tx, session, type, data);
  const ms = outcome.chain.slowestCallMs;
  if (outcome.failure !== null)
    return noteTurnFailure(tx, session, {
      turn: turn.turn,
      typebotId: turn.typebot.id,
      failure: outcome.failure,
    });
  await clearTypebotError(tx, turn.typebot.id);
  await recordOf(tx, session, 'turn.completed', { turn: turn.turn, bubbles, ms });
}

/** Notes why a turn gave no answer: in the timeline, on the session and on the configuration. */
export async function noteTurnFailure(
  tx: Tx,
  session: SessionRow,
  failed: { turn: number; typebotId: string; failure: NonNullable<TurnOutcome['failure']> },
): Promise<void> {
  const { turn, typebotId } = failed;
  const { status, reason } = failed.failure;
  const error: LastError = { at: new Date().toISOString(), source: 'typebot', status, message: reason };
  await recordOf(tx, session, 'turn.failed', { turn, reason, status });
  await writeLastError(tx, session.id, error);
  await setTypebotError(tx, typebotId, error);
}

/** Refusals of the open question in a row. Showing another page of a list, without a call, is not one. */
function refusals(chain: Chain, { invalidReplies }: TurnContext): number {
  if (chain.refused) return invalidReplies + 1;
  return chain.calls === 0 ? invalidReplies : 0;
}

/** Counts turns in a row that Typebot broke. A turn without a call, or an unreachable Typebot, leaves the count alone. */
function brokenTurns({ chain, failure }: TurnOutcome, before: TurnContext): number {
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

import { cancelled } from '../../../activities/chain.js';
import type { KnownCall } from '../../../activities/ports/turns.js';
import type { TalkRequest, TalkResult } from '../../../workflows/needs.js';
import { describeError } from '../../errors.js';
import { lockContact, raiseClock } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { readLastBubble, storeOutbound } from '../../store/messages/outbox.js';
import type { SessionRow } from '../../store/rows.js';
import { lockSession } from '../../store/sessions/sessions.js';
import { readSessionContext } from '../../store/sessions/turn-context.js';
import type { SessionContext } from '../../store/sessions/turn-context.js';
import { markAnswered, readTurn } from '../../store/sessions/turns.js';
import type { TurnRow } from '../../store/sessions/turns.js';
import { recordOf } from '../sessions/apply-command.js';
import type { Core } from '../core.js';
import { outboundRow } from '../sends/outbound-rows.js';
import { claimTurn } from './begin.js';
import { bubbleAfter } from './bubbles.js';
import { failureNews, noteTurnError, resultOf } from './finish.js';

/** A turn to give up, and the call that the attempt takes to be the open one. A call takes at most `timeoutMs`. */
interface Abandoned {
  request: TalkRequest;
  known: KnownCall;
  timeoutMs: number;
}

/**
 * Ends a turn that failed through a fault of Parley's. It reads as little as possible, because reading may be what
 * failed. The contact gets `unknown_message`; the session keeps its place in the flow, so the next message tries again.
 * Throws, so that Temporal tries again, when another attempt has begun a call since.
 */
export async function abandonTurn(deps: Core, abandoned: Abandoned, error: unknown): Promise<TalkResult> {
  const { request } = abandoned;
  const { sessionId, turn, contactId } = request;
  deps.log.error({ ...describeError(error), sessionId, turn }, 'a turn is given up for a fault of ours');
  return deps.db.transaction(async (tx) => {
    await lockContact(tx, contactId);
    const session = await lockSession(tx, sessionId);
    const context = await readSessionContext(tx, sessionId);
    if (session !== undefined && context !== undefined) await giveUp(tx, abandoned, { session, context });
    return resultOf(tx, request);
  });
}

async function giveUp(
  tx: Tx,
  abandoned: Abandoned,
  { session, context }: { session: SessionRow; context: SessionContext },
): Promise<void> {
  const { request } = abandoned;
  const { sessionId, turn: number } = request;
  const begun = await readTurn(tx, sessionId, number);
  const turn = begun ?? (await claimTurn(tx, request, context))?.turn;
  if (turn?.state !== 'begun') return;
  const callBeganAt = begun === undefined ? turn.callBeganAt : openCall(abandoned, begun);
  const text = context.settings.unknown_message;
  const isStandIn = context.channel === 'api';
  const says = text.trim() !== '' && !turn.dropAnswer;
  if (says) {
    const fate = isStandIn ? 'sent' : 'pending';
    const place = { turnNo: number, bubbleNo: bubbleAfter(await readLastBubble(tx, sessionId, number)) };
    await storeOutbound(
      tx,
      outboundRow(session, { sender: 'bot', content: { type: 'text', text }, fate, ...place }),
    );
  }
  const bubbles = says && !isStandIn ? 1 : 0;
  const call = { sessionId, number, callBeganAt };
  if (!(await markAnswered(tx, { call, bubbles, continueAfterMs: null, endedAs: null }))) throw cancelled();
  const failure = { status: null, reason: 'internal error' };
  const { type, data } = failureNews(number, failure);
  await recordOf(tx, session, type, data);
  await noteTurnError(tx, sessionId, context.typebotId, failure);
  await raiseClock(tx, request.contactId);
}

/** An attempt that failed before it saw the turn knows no call. An open one is another's, until it must be over. */
function openCall({ known, timeoutMs }: Abandoned, { callBeganAt, callAgeMs }: TurnRow): Date | null {
  if (known.mark !== undefined) return known.mark === null ? null : new Date(known.mark);
  const leftMs = callAgeMs === null ? 0 : timeoutMs - callAgeMs;
  if (leftMs > 0) throw cancelled(leftMs);
  return callBeganAt;
}

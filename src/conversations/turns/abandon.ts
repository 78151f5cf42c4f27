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
import { recordOf } from '../sessions/apply-command.js';
import type { Core } from '../core.js';
import { outboundRow } from '../sends/outbound-rows.js';
import { claimTurn } from './begin.js';
import { bubbleAfter } from './bubbles.js';
import { failureNews, noteTurnError, resultOf } from './finish.js';

/**
 * Ends a turn that failed through a fault of Parley's. It reads as little as possible, because reading may be what
 * failed. The contact gets `unknown_message`; the session keeps its place in the flow, so the next message tries again.
 */
export async function abandonTurn(deps: Core, request: TalkRequest, error: unknown): Promise<TalkResult> {
  const { sessionId, turn, contactId } = request;
  deps.log.error({ ...describeError(error), sessionId, turn }, 'a turn is given up for a fault of ours');
  return deps.db.transaction(async (tx) => {
    await lockContact(tx, contactId);
    const session = await lockSession(tx, sessionId);
    const context = await readSessionContext(tx, sessionId);
    if (session !== undefined && context !== undefined) await giveUp(tx, { request, session, context });
    return resultOf(tx, request);
  });
}

async function giveUp(
  tx: Tx,
  { request, session, context }: { request: TalkRequest; session: SessionRow; context: SessionContext },
): Promise<void> {
  const { sessionId, turn: number } = request;
  const known = await readTurn(tx, sessionId, number);
  const turn = known ?? (await claimTurn(tx, request, context))?.turn;
  if (turn?.state !== 'begun') return;
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
  await markAnswered(tx, { sessionId, number, bubbles, continueAfterMs: null, endedAs: null });
  const failure = { status: null, reason: 'internal error' };
  const { type, data } = failureNews(number, failure);
  await recordOf(tx, session, type, data);
  await noteTurnError(tx, sessionId, context.typebotId, failure);
  await raiseClock(tx, request.contactId);
}

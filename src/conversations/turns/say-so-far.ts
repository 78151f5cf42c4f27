import type { BegunTurn, Chain } from '../../../activities/ports/turns.js';
import { storeOutbound } from '../../store/messages/outbox.js';
import { lockAnswering } from '../../store/sessions/turn-context.js';
import { saveProgress } from '../../store/sessions/turns.js';
import type { Core } from '../core.js';
import { bubblesOf } from './bubbles.js';

/**
 * Stores what a turn has said so far together with its chain, before the chain goes on. The same locks as at its end,
 * so that a person who takes over meanwhile drops these bubbles too. Undefined when the turn is no longer this one's.
 */
export async function saySoFar(
  deps: Core,
  { turn, mark, chain, upTo }: { turn: BegunTurn; mark: string; chain: Chain; upTo: number },
): Promise<{ chain: Chain; gateNo: number } | undefined> {
  const { sessionId, turn: number } = turn;
  return deps.db.transaction(async (tx) => {
    const found = await lockAnswering(tx, sessionId, number);
    const callBeganAt = found?.turn.callBeganAt;
    if (found === undefined || callBeganAt?.toISOString() !== mark) return undefined;
    const { context } = found;
    const next = { ...chain, stored: upTo };
    if (!(await saveProgress(tx, { sessionId, number, callBeganAt }, next))) return undefined;
    const items = chain.items.slice(chain.stored ?? 0, upTo);
    await storeOutbound(tx, ...bubblesOf({ turn, items, context, mark: found.turn }));
    return { chain: next, gateNo: context.gateNo };
  });
}

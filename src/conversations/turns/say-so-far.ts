import type { BegunTurn, Chain } from '../../../activities/ports/turns.js';
import { storeOutbound } from '../../store/messages/outbox.js';
import { lockAnswering } from '../../store/sessions/turn-context.js';
import { callOf } from './call-of.js';
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
  return deps.db.transaction(async (tx) => {
    const call = callOf(turn, mark);
    const found = await lockAnswering(tx, call);
    const next = { ...chain, stored: upTo };
    if (found === undefined || !(await saveProgress(tx, call, next))) return undefined;
    const { context } = found;
    const items = chain.items.slice(chain.stored ?? 0, upTo);
    await storeOutbound(tx, ...bubblesOf({ turn, items, context, mark: found.turn }));
    return { chain: next, gateNo: context.gateNo };
  });
}

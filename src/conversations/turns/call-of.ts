import type { BegunTurn } from '../../../activities/ports/turns.js';
import type { CallOfTurn } from '../../store/sessions/turns.js';

/** The open call of a turn as the attempt knows it: the one of this mark; null: none is open. */
export function callOf(
  { sessionId, turn: number, known }: Pick<BegunTurn, 'sessionId' | 'turn' | 'known'>,
  mark: string | null = known.mark ?? null,
): CallOfTurn {
  return { sessionId, number, callBeganAt: mark === null ? null : new Date(mark) };
}

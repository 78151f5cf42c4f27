import type { BegunTurn, TurnRecords } from '../../../activities/ports/turns.js';
import { noteCall, noteFailure, noteNoCall, noteUnclear, saveProgress } from '../../store/sessions/turns.js';
import { persistently, troubleOf } from '../../store/db.js';
import { readBuilder } from '../../store/accounts/typebot-tokens.js';
import type { KeyRing } from '../../store/secrets.js';
import type { Core } from '../core.js';
import { abandonTurn } from './abandon.js';
import { beginTurn } from './begin.js';
import type { TurnConfig } from './begin.js';
import { finishTurn } from './finish.js';

/** Turns in PostgreSQL. The mark of a call is the time at which it began, by the database's clock. */
export function createTurnRecords(core: Core, config: TurnConfig, keyRing: KeyRing): TurnRecords {
  return {
    begin: (request) => beginTurn(core, config, request),
    callBegins: async (turn, chain) => {
      const at = await noteCall(core.db, turn.sessionId, turn.turn, chain);
      return at?.toISOString() ?? null;
    },
    callEnded: (turn, mark, chain) => persistently(() => saveProgress(core.db, callOf(turn, mark), chain)),
    callPostponed: (turn) => persistently(() => noteNoCall(core.db, turn.sessionId, turn.turn)),
    callUnreached: (turn) => ended(core, turn, { counts: false, fails: true }),
    callFailed: (turn) => ended(core, turn, { counts: true, fails: true }),
    callLost: (turn) => ended(core, turn, { counts: true, fails: false }),
    callUnclear: (turn, chain) => persistently(() => noteUnclear(core.db, turn.sessionId, turn.turn, chain)),
    builderOf: (typebotId) => readBuilder(core.db, keyRing, typebotId),
    finish: (turn, outcome) => persistently(() => finishTurn(core, turn, outcome)),
    troubleOf,
    abandon: (request, error) => persistently(() => abandonTurn(core, request, error)),
  };
}

function ended(core: Core, { sessionId, turn: number }: BegunTurn, how: { counts: boolean; fails: boolean }) {
  return persistently(() => noteFailure(core.db, { sessionId, number }, how));
}

function callOf(turn: BegunTurn, mark: string): { sessionId: string; number: number; callBeganAt: Date } {
  return { sessionId: turn.sessionId, number: turn.turn, callBeganAt: new Date(mark) };
}

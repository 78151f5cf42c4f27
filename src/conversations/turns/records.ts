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
export function createTurnRecords(deps: Core, config: TurnConfig, keyRing: KeyRing): TurnRecords {
  return {
    begin: (request) => beginTurn(deps, config, request),
    callBegins: async (turn, chain) => {
      const at = await noteCall(deps.db, turn.sessionId, turn.turn, chain);
      return at?.toISOString() ?? null;
    },
    callEnded: (turn, mark, chain) => persistently(() => saveProgress(deps.db, callOf(turn, mark), chain)),
    callPostponed: (turn) => persistently(() => noteNoCall(deps.db, turn.sessionId, turn.turn)),
    callUnreached: (turn) => ended(deps, turn, { counts: false, fails: true }),
    callFailed: (turn) => ended(deps, turn, { counts: true, fails: true }),
    callLost: (turn) => ended(deps, turn, { counts: true, fails: false }),
    callUnclear: (turn, chain) => persistently(() => noteUnclear(deps.db, turn.sessionId, turn.turn, chain)),
    builderOf: (typebotId) => readBuilder(deps.db, keyRing, typebotId),
    finish: (turn, outcome) => persistently(() => finishTurn(deps, turn, outcome)),
    troubleOf,
    abandon: (request, error) => persistently(() => abandonTurn(deps, request, error)),
  };
}

function ended(deps: Core, { sessionId, turn: number }: BegunTurn, how: { counts: boolean; fails: boolean }) {
  return persistently(() => noteFailure(deps.db, { sessionId, number }, how));
}

function callOf(turn: BegunTurn, mark: string): { sessionId: string; number: number; callBeganAt: Date } {
  return { sessionId: turn.sessionId, number: turn.turn, callBeganAt: new Date(mark) };
}

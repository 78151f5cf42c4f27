import { cancelled } from '../../../activities/chain.js';
import type { BegunTurn, TurnRecords } from '../../../activities/ports/turns.js';
import {
  noteCall,
  noteFailure,
  noteNextAttempt,
  noteNoCall,
  noteUnclear,
  saveProgress,
} from '../../store/sessions/turns.js';
import type { Failures } from '../../store/sessions/turns.js';
import { persistently, troubleOf } from '../../store/db.js';
import { readBuilder } from '../../store/accounts/typebot-tokens.js';
import type { KeyRing } from '../../store/secrets.js';
import type { Core } from '../core.js';
import { abandonTurn } from './abandon.js';
import { callOf } from './call-of.js';
import { beginTurn } from './begin.js';
import type { TurnConfig } from './begin.js';
import { finishTurn } from './finish.js';
import { saySoFar } from './say-so-far.js';

/** Turns in PostgreSQL. The mark of a call is the time at which it began, by the database's clock. */
export function createTurnRecords(deps: Core, config: TurnConfig, keyRing: KeyRing): TurnRecords {
  return {
    begin: (request, known) => beginTurn(deps, config, { request, known }),
    callBegins: async (turn, chain) => {
      const sinceMs = performance.now();
      const at = await noteCall(deps.db, callOf(turn), chain);
      if (at === null) return null;
      const mark = at.toISOString();
      Object.assign(turn.known, { mark, sinceMs });
      return mark;
    },
    callEnded: async (turn, mark, chain) => {
      const call = callOf(turn, mark);
      const isStored = await persistently(() => saveProgress(deps.db, call, chain));
      if (isStored) turn.known.mark = null;
      return isStored;
    },
    saySoFar: async (turn, mark, chain, upTo) => {
      const stored = await persistently(() => saySoFar(deps, { turn, mark, chain, upTo }));
      if (stored !== undefined) turn.known.mark = null;
      return stored;
    },
    callPostponed: async (turn) => {
      if (!(await persistently(() => noteNoCall(deps.db, callOf(turn))))) throw cancelled();
      turn.known.mark = null;
    },
    callUnreached: (turn) => ended(deps, turn, { counts: false, fails: true }),
    callFailed: (turn) => ended(deps, turn, { counts: true, fails: true }),
    callLost: (turn) => ended(deps, turn, { counts: true, fails: false }),
    callUnclear: async (turn, chain) =>
      current(await persistently(() => noteUnclear(deps.db, callOf(turn), chain))),
    noteNextAttempt: (turn, inMs) => persistently(() => noteNextAttempt(deps.db, callOf(turn), inMs)),
    builderOf: (typebotId) => readBuilder(deps.db, keyRing, typebotId),
    finish: (turn, outcome) => persistently(() => finishTurn(deps, turn, outcome)),
    troubleOf,
    abandon: (request, known, error) =>
      persistently(() => abandonTurn(deps, { request, known, timeoutMs: config.typebot.timeoutMs }, error)),
  };
}

async function ended(
  deps: Core,
  turn: BegunTurn,
  how: { counts: boolean; fails: boolean },
): Promise<Failures> {
  const failures = current(await persistently(() => noteFailure(deps.db, callOf(turn), how)));
  turn.known.mark = null;
  return failures;
}

/** An overtaken attempt ends here: what it knows of the call is of no use, and would end the call of another. */
function current(failures: Failures | undefined): Failures {
  if (failures === undefined) throw cancelled();
  return failures;
}

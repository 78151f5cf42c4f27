import type { SessionStatus } from './axes.js';
import type { SessionSnapshot } from './snapshot.js';
import type { ChangeKind } from './needs.js';

/**
 * The turn in progress. `held`: the clock at which the gate or a mute stopped it, and the end of the mute, if known.
 */
export interface TurnInHand {
  number: number;
  stage: 'talk' | 'deliver';
  upTo: number;
  /** The clock when the running delivery started. */
  startedClock: number;
  held: { clock: number; untilMs: number | null } | null;
  /** A long wait of the flow before the next bubble. */
  notBeforeMs: number | null;
  continueAfterMs: number | null;
}

/** Everything that a run knows. Plain JSON of bounded size, because continue-as-new carries it over. */
export interface ConversationState {
  clock: number;
  mutedUntilMs: number | null;
  /** All bots of the number are silenced. Absent in runs that an earlier version began. */
  silenced?: boolean;
  session: SessionSnapshot | null;
  /** Debounce window: when its first message arrived, and when it closes. */
  window: { firstAtMs: number; dueAtMs: number } | null;
  /** `seenHigh`: highest inbox number seen waiting. `askedHigh`: up to which number a turn found nothing to take. */
  seenHigh: number;
  askedHigh: number;
  turn: TurnInHand | null;
  /** When the flow continues by itself after a pause. */
  continueAtMs: number | null;
  /** The turn that it then continues. Absent in runs that an earlier version began. */
  continues?: number;
  /** What the bot lane is doing. */
  running: 'talk' | 'deliver' | null;
  /** `changing`: the change that the control lane asks for. `refused`: the change asked for last, and when. */
  changing: ChangeKind | null;
  refused: { kind: ChangeKind; clock: number; atMs: number } | null;
  /** The status last written to the search attributes. */
  shown: SessionStatus | null;
}

/** The state of a run that has seen no snapshot yet. */
export function freshState(): ConversationState {
  return {
    clock: -1,
    mutedUntilMs: null,
    silenced: false,
    session: null,
    window: null,
    seenHigh: 0,
    askedHigh: 0,
    turn: null,
    continueAtMs: null,
    continues: 0,
    running: null,
    changing: null,
    refused: null,
    shown: null,
  };
}

/** The state for the next run: everything except running lanes. A delivery starts again from the outbox. */
export function carryOver(state: ConversationState): ConversationState {
  return { ...state, running: null, changing: null };
}

/** Nothing is under way: no lane runs, and no window is open. */
export function isQuiet(state: ConversationState): boolean {
  return state.running === null && state.changing === null && state.window === null;
}

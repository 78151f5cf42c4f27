import type { SessionStatus } from './axes.js';
import type { SessionSnapshot } from './snapshot.js';
import type { ChangeKind } from './needs.js';

/** The turn in progress. `held`: the clock at which the gate refused it, and the end of a mute. */
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

/** Everything a run knows. Plain and bounded: continue-as-new carries it over as it is. */
export interface ConversationState {
  clock: number;
  mutedUntilMs: number | null;
  session: SessionSnapshot | null;
  /** Debounce window: the first message it holds, and when it closes. */
  window: { firstAtMs: number; dueAtMs: number } | null;
  /** Highest inbox number seen waiting, and highest one up to which a turn found nothing to take. */
  seenHigh: number;
  askedHigh: number;
  turn: TurnInHand | null;
  /** A pause block: when the flow goes on by itself. */
  continueAtMs: number | null;
  /** What runs in the bot lane. */
  running: 'talk' | 'deliver' | null;
  /** The change in the control lane, and the clock at which one was last refused. */
  changing: ChangeKind | null;
  refused: { kind: ChangeKind; clock: number; atMs: number } | null;
  /** Last status written to the search attributes. */
  shown: SessionStatus | null;
}

export function freshState(): ConversationState {
  return {
    clock: -1,
    mutedUntilMs: null,
    session: null,
    window: null,
    seenHigh: 0,
    askedHigh: 0,
    turn: null,
    continueAtMs: null,
    running: null,
    changing: null,
    refused: null,
    shown: null,
  };
}

/** What the next run starts with: everything, with no lane running. A delivery begins again from the outbox. */
export function carryOver(state: ConversationState): ConversationState {
  return { ...state, running: null, changing: null };
}

import type { SessionSnapshot, Snapshot } from './snapshot.js';
import type { ConversationState, TurnInHand } from './state.js';

/** A window that new messages keep extending closes after this many times the debounce at the latest. */
export const MAX_WINDOWS = 10;
/** Files that belong together are waited for until this time after the first message at the latest. */
const MAX_GATHER_MS = 60_000;

/**
 * Updates the state from a snapshot; one older than the state changes nothing. A session that is new to this run may
 * already have a turn in progress, which is finished before waiting messages are taken.
 */
export function adopt(state: ConversationState, snapshot: Snapshot, nowMs: number): ConversationState {
  if (snapshot.clock < state.clock) return state;
  const { clock, mutedUntilMs, silenced = false } = snapshot;
  const told = { ...state, clock, mutedUntilMs, silenced };
  if (snapshot.session === null) return withoutSession(told);
  const same =
    state.session?.id === snapshot.session.id && state.session.opening === snapshot.session.opening;
  const held = same ? takeUpMissed(told, snapshot.session, nowMs) : takeUp(told, snapshot.session, nowMs);
  return moveWindow({ ...held, session: merge(state.session, snapshot.session, same) }, nowMs);
}

function withoutSession(state: ConversationState): ConversationState {
  return { ...state, session: null, window: null, turn: null, continueAtMs: null, refused: null };
}

/** Of two snapshots with the same clock, the one with the later last message counts. */
function merge(mine: SessionSnapshot | null, theirs: SessionSnapshot, same: boolean): SessionSnapshot {
  if (mine === null || !same) return theirs;
  return { ...theirs, lastMessageAtMs: Math.max(mine.lastMessageAtMs, theirs.lastMessageAtMs) };
}

function takeUp(state: ConversationState, session: SessionSnapshot, nowMs: number): ConversationState {
  return {
    ...state,
    window: null,
    refused: null,
    seenHigh: 0,
    askedHigh: 0,
    ...unfinished(session, nowMs),
  };
}

/** Takes up a turn that this run did not begin: the activity of an earlier run did, and nobody else works on it. */
export function takeUpMissed(
  state: ConversationState,
  session: SessionSnapshot,
  nowMs: number,
): ConversationState {
  const isIdle = state.running === null && state.turn === null && state.continueAtMs === null;
  return isIdle ? { ...state, ...unfinished(session, nowMs) } : state;
}

/** Whether a later turn has begun than the one that this run waits to continue: an activity of a lost run began it. */
export function isOvertaken({ continueAtMs, continues, session }: ConversationState): boolean {
  return continueAtMs !== null && continues !== undefined && (session?.turnNo ?? 0) > continues;
}

type Unfinished = Pick<ConversationState, 'turn' | 'continueAtMs' | 'continues'>;

/** What is left to do of the session's last turn. */
function unfinished(session: SessionSnapshot, nowMs: number): Unfinished {
  const continueAtMs = continuation(session, nowMs);
  return { turn: turnToFinish(session), continueAtMs, continues: session.turnNo };
}

function turnToFinish({ turn }: SessionSnapshot): TurnInHand | null {
  if (turn === null || (turn.state === 'answered' && turn.unsent === 0)) return null;
  return {
    number: turn.number,
    stage: turn.state === 'begun' ? 'talk' : 'deliver',
    upTo: 0,
    startedClock: 0,
    held: null,
    notBeforeMs: null,
    continueAfterMs: turn.continueAfterMs,
  };
}

function continuation({ turn }: SessionSnapshot, nowMs: number): number | null {
  if (turn === null || turn.state !== 'answered' || turn.unsent > 0 || turn.continueAfterMs === null)
    return null;
  return nowMs + turn.continueAfterMs;
}

/** A new message opens the window or moves its end, which is later while more files of an album are expected. */
function moveWindow(state: ConversationState, nowMs: number): ConversationState {
  const { session } = state;
  if (session === null) return state;
  if (session.waitingHigh <= state.askedHigh) return { ...state, window: null };
  const isNew = session.waitingHigh > state.seenHigh;
  if (!isNew && state.window !== null) return state;
  const firstAtMs = state.window?.firstAtMs ?? nowMs;
  const dueAtMs = isNew ? endOfWindow(session, firstAtMs, nowMs) : nowMs;
  return { ...state, seenHigh: session.waitingHigh, window: { firstAtMs, dueAtMs } };
}

function endOfWindow({ settings, gatherMs = 0 }: SessionSnapshot, firstAtMs: number, nowMs: number): number {
  const { debounceMs } = settings;
  return Math.max(
    Math.min(nowMs + debounceMs, firstAtMs + MAX_WINDOWS * debounceMs),
    Math.min(nowMs + gatherMs, firstAtMs + MAX_GATHER_MS),
  );
}

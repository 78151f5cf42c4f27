import { shownStatus } from './axes.js';
import type { SessionStatus } from './axes.js';
import { adopt, isOvertaken, takeUpMissed } from './adopt.js';
import { mayAnswer, wantedChange } from './changes.js';
import type { Snapshot } from './snapshot.js';
import type { ChangeKind, DeliverResult, TalkResult } from './needs.js';
import type { Run } from './run-length.js';
import type { ConversationState, TurnInHand } from './state.js';

/** What happens to a conversation. Events with a snapshot or a result bring what is true now. */
export type Event =
  | { type: 'signal'; snapshot: Snapshot }
  | { type: 'talked'; result: TalkResult }
  | { type: 'delivered'; result: DeliverResult }
  | { type: 'changed'; kind: ChangeKind; snapshot: Snapshot }
  /** A lane's activity failed for good. */
  | { type: 'laneFailed' }
  | { type: 'changeFailed' }
  | { type: 'tick' };

/** What the workflow does about an event. `cancel` stops the bot lane; a result that still arrives is ignored. */
export type Effect =
  | { type: 'talk'; sessionId: string; turn: number; upTo: number }
  | { type: 'deliver'; sessionId: string; turn: number; gateNo: number }
  | { type: 'change'; sessionId: string; kind: ChangeKind }
  | { type: 'cancel' }
  | { type: 'show'; status: SessionStatus; typebotId: string | null };

/** The new state, and what to do, in order. */
export interface Decision {
  state: ConversationState;
  effects: Effect[];
}

const YOUNG_RUN = { follows: () => true, mayBegin: () => true } as const;

/**
 * The rules of a conversation over time: what the bot does next, given what is true. Pure; sees no text. How commands
 * change the state of a session is in `axes.ts`.
 */
export function decide(
  before: ConversationState,
  event: Event,
  nowMs: number,
  run: Run = YOUNG_RUN,
): Decision {
  const noted = laterTurnFirst(lookAnew(before, note(before, event, nowMs)), nowMs, run);
  const cancelled = mustCancel(before, noted);
  const state = cancelled ? { ...noted, running: null } : noted;
  const effects: Effect[] = cancelled ? [{ type: 'cancel' }] : [];
  return show(advance({ state, effects }, nowMs, run));
}

/** Whether the run may end: no session is active and nothing is in progress. */
export function isOver(state: ConversationState): boolean {
  return state.clock >= 0 && state.session === null && state.running === null && state.changing === null;
}

/** A change of the gate may have dropped bubbles, so a wait before the next bubble is not continued. */
function lookAnew({ session: before }: ConversationState, after: ConversationState): ConversationState {
  if (after.turn === null || before?.axes.gateNo === after.session?.axes.gateNo) return after;
  return { ...after, turn: { ...after.turn, notBeforeMs: null } };
}

/** A turn that another run's activity began is finished first: it has continued the flow in this run's place. */
function laterTurnFirst(state: ConversationState, nowMs: number, run: Run): ConversationState {
  if (state.session === null || !isOvertaken(state) || !run.follows('later-turn-first')) return state;
  return takeUpMissed({ ...state, continueAtMs: null }, state.session, nowMs);
}

function note(state: ConversationState, event: Event, nowMs: number): ConversationState {
  switch (event.type) {
    case 'signal':
      return adopt(state, event.snapshot, nowMs);
    case 'talked':
      return noteTalked(state, event.result, nowMs);
    case 'delivered':
      return noteDelivered(state, event.result, nowMs);
    case 'changed':
      return noteChanged(state, event.kind, event.snapshot, nowMs);
    case 'laneFailed':
      return { ...state, running: null, turn: holdUntilNews(state) };
    case 'changeFailed':
      return { ...state, changing: null };
    case 'tick':
      return state;
  }
}

function noteTalked(state: ConversationState, result: TalkResult, nowMs: number): ConversationState {
  const turn = state.turn;
  const next: ConversationState = {
    ...state,
    running: null,
    // Messages that led to no turn are not tried again until a new one arrives.
    askedHigh: result.outcome === 'answered' ? state.askedHigh : Math.max(state.askedHigh, turn?.upTo ?? 0),
    turn:
      turn !== null && result.outcome === 'answered'
        ? {
            ...turn,
            stage: 'deliver',
            continueAfterMs: result.continueAfterMs,
            notBeforeMs: result.notBeforeMs ?? null,
          }
        : null,
  };
  const after = adopt(next, result.snapshot, nowMs);
  // The snapshot may be of a session that began in the meantime and has its own turn.
  const isSame = after.session?.id === state.session?.id && after.session?.opening === state.session?.opening;
  return isSame && result.outcome === 'answered' && result.bubbles === 0 ? finishTurn(after, nowMs) : after;
}

function noteDelivered(state: ConversationState, result: DeliverResult, nowMs: number): ConversationState {
  const next = adopt({ ...state, running: null }, result.snapshot, nowMs);
  if (next.turn === null || next.turn.number !== state.turn?.number) return next;
  switch (result.outcome) {
    case 'done':
      return finishTurn(next, nowMs);
    case 'wait':
      return { ...next, turn: { ...next.turn, notBeforeMs: result.untilMs } };
    case 'held':
      return {
        ...next,
        turn: { ...next.turn, held: { clock: next.turn.startedClock, untilMs: result.untilMs } },
      };
  }
}

function finishTurn(state: ConversationState, nowMs: number): ConversationState {
  const waitMs = state.turn?.continueAfterMs ?? null;
  const next = {
    ...state,
    turn: null,
    continueAtMs: waitMs === null ? null : nowMs + waitMs,
    continues: state.turn?.number ?? 0,
  };
  return next.session === null ? next : takeUpMissed(next, next.session, nowMs);
}

function noteChanged(
  state: ConversationState,
  kind: ChangeKind,
  snapshot: Snapshot,
  nowMs: number,
): ConversationState {
  const next = adopt({ ...state, changing: null }, snapshot, nowMs);
  return { ...next, refused: { kind, clock: next.clock, atMs: nowMs } };
}

function holdUntilNews(state: ConversationState): TurnInHand | null {
  return state.turn === null ? null : { ...state.turn, held: { clock: state.clock, untilMs: null } };
}

/**
 * Whether the bot lane must be stopped: it works for a session that is no longer active, or the gate changed during a
 * delivery. A delivery may wait long for its next bubble or attempt, and would block the lane for what comes next.
 */
function mustCancel({ session: before }: ConversationState, after: ConversationState): boolean {
  const { running, session } = after;
  if (running === null) return false;
  if (before?.id !== session?.id || before?.opening !== session?.opening) return true;
  return running === 'deliver' && before?.axes.gateNo !== session?.axes.gateNo;
}

function advance(decision: Decision, nowMs: number, run: Run): Decision {
  const { state } = decision;
  if (state.session === null) return decision;
  const change = wantedChange(state, nowMs);
  const asked = change === null ? decision : askChange(decision, change);
  return state.running === null && mayAnswer(state, nowMs) ? advanceBot(asked, nowMs, run) : asked;
}

function askChange({ state, effects }: Decision, kind: ChangeKind): Decision {
  const sessionId = state.session?.id ?? '';
  return { state: { ...state, changing: kind }, effects: [...effects, { type: 'change', sessionId, kind }] };
}

function advanceBot(decision: Decision, nowMs: number, run: Run): Decision {
  const { state } = decision;
  if (state.turn !== null) return workOn(decision, state.turn, nowMs);
  const turn = dueTurn(state, nowMs);
  return turn !== null && run.mayBegin(state) ? talk(decision, turn) : decision;
}

/** The turn to begin now: the flow goes on by itself, or the debounce window has closed. */
function dueTurn(state: ConversationState, nowMs: number): TurnInHand | null {
  const { session, window, continueAtMs } = state;
  if (session === null || session.endedAs !== null || session.handoff) return null;
  const number = session.turnNo + 1;
  if (continueAtMs !== null) return continueAtMs > nowMs ? null : newTurn(number, 0);
  return window !== null && window.dueAtMs <= nowMs ? newTurn(number, state.seenHigh) : null;
}

function workOn(decision: Decision, turn: TurnInHand, nowMs: number): Decision {
  if (turn.notBeforeMs !== null && turn.notBeforeMs > nowMs) return decision;
  if (turn.held !== null && !isReleased(turn.held, decision.state, nowMs)) return decision;
  const free = { ...turn, held: null, notBeforeMs: null };
  return turn.stage === 'talk' ? talk(decision, free) : deliver(decision, free);
}

function isReleased(
  held: { clock: number; untilMs: number | null },
  state: ConversationState,
  nowMs: number,
): boolean {
  return state.clock !== held.clock || (held.untilMs !== null && held.untilMs <= nowMs);
}

function newTurn(number: number, upTo: number): TurnInHand {
  return {
    number,
    stage: 'talk',
    upTo,
    startedClock: 0,
    held: null,
    notBeforeMs: null,
    continueAfterMs: null,
  };
}

function talk({ state, effects }: Decision, turn: TurnInHand): Decision {
  const sessionId = state.session?.id ?? '';
  return {
    state: { ...state, running: 'talk', turn, window: null, continueAtMs: null },
    effects: [...effects, { type: 'talk', sessionId, turn: turn.number, upTo: turn.upTo }],
  };
}

function deliver({ state, effects }: Decision, turn: TurnInHand): Decision {
  const sessionId = state.session?.id ?? '';
  const gateNo = state.session?.axes.gateNo ?? 0;
  return {
    state: { ...state, running: 'deliver', turn: { ...turn, startedClock: state.clock } },
    effects: [...effects, { type: 'deliver', sessionId, turn: turn.number, gateNo }],
  };
}

function show({ state, effects }: Decision): Decision {
  const status = state.session === null ? 'closed' : shownStatus(state.session.axes);
  if (status === state.shown || state.clock < 0) return { state, effects };
  // The search attributes for the first session were set when the workflow was started.
  if (state.shown === null && state.session !== null) return { state: { ...state, shown: status }, effects };
  const typebotId = state.session?.typebotId ?? null;
  return { state: { ...state, shown: status }, effects: [...effects, { type: 'show', status, typebotId }] };
}

import { gateIsOpen } from './axes.js';
import { idleDueAtMs, refusalEndsAtMs } from './changes.js';
import type { ConversationState } from './state.js';

/** When to wake the workflow. */
export interface Wake {
  atMs: number;
  /** For the timer's summary in the Temporal UI. */
  why: string;
}

/**
 * The next moment at which `decide` has something to do, apart from expiry. What is already due has been done or waits
 * for an event, and a timer for it would fire over and over.
 */
export function nextWake(state: ConversationState, nowMs: number): Wake | null {
  const wakes = [resumeWake(state), muteWake(state), refusalWake(state, nowMs), ...botWakes(state)]
    .filter((wake) => wake !== null)
    .filter((wake) => wake.atMs > nowMs);
  return wakes.reduce<Wake | null>(
    (first, wake) => (first === null || wake.atMs < first.atMs ? wake : first),
    null,
  );
}

function resumeWake({ session }: ConversationState): Wake | null {
  const atMs = session?.axes.resumesAtMs ?? null;
  return atMs === null ? null : { atMs, why: 'end of the pause' };
}

/** When the session expires, if this is in the future; null while the bot lane is at work. */
export function idleWakeAtMs(state: ConversationState, nowMs: number): number | null {
  const atMs = idleDueAtMs(state);
  return atMs !== null && atMs > nowMs && state.running === null ? atMs : null;
}

function refusalWake(state: ConversationState, nowMs: number): Wake | null {
  const atMs = refusalEndsAtMs(state, nowMs);
  return atMs === null ? null : { atMs, why: 'ask again' };
}

/**
 * When work that a mute holds back can go on: a second after its end, so that it is over by the database's clock too.
 */
function muteWake(state: ConversationState): Wake | null {
  if (state.mutedUntilMs === null || (state.turn === null && state.window === null && !isEnding(state)))
    return null;
  return { atMs: state.mutedUntilMs + 1_000, why: 'end of the mute' };
}

function isEnding(state: ConversationState): boolean {
  return state.session !== null && (state.session.endedAs !== null || state.session.handoff);
}

function botWakes(state: ConversationState): (Wake | null)[] {
  if (state.running !== null || state.session === null || !gateIsOpen(state.session.axes)) return [];
  if (state.turn !== null) return [turnWake(state.turn.notBeforeMs), heldWake(state)];
  if (state.continueAtMs !== null) return [{ atMs: state.continueAtMs, why: 'wait of the flow' }];
  return state.window === null ? [] : [{ atMs: state.window.dueAtMs, why: 'debounce' }];
}

function turnWake(atMs: number | null): Wake | null {
  return atMs === null ? null : { atMs, why: 'wait of the flow' };
}

function heldWake({ turn }: ConversationState): Wake | null {
  const atMs = turn?.held?.untilMs ?? null;
  return atMs === null ? null : { atMs: atMs + 1_000, why: 'end of the mute' };
}

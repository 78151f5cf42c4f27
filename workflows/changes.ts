import { gateIsOpen } from './axes.js';
import type { ChangeKind } from './needs.js';
import type { ConversationState } from './state.js';

/** A change that the transaction refused, with nothing new since, is asked for again after so long. */
const REFUSED_AGAIN_MS = 5_000;

/** The bot may answer, the mute included. */
export function mayAnswer(state: ConversationState, nowMs: number): boolean {
  if (state.session === null || !gateIsOpen(state.session.axes)) return false;
  return state.mutedUntilMs === null || state.mutedUntilMs <= nowMs;
}

/** The change the workflow asks for now, if any: one at a time, and not again while its refusal stands. */
export function wantedChange(state: ConversationState, nowMs: number): ChangeKind | null {
  if (state.changing !== null) return null;
  const kind = dueChange(state, nowMs);
  return kind === null || (askAgainAtMs(state, kind) ?? 0) > nowMs ? null : kind;
}

/** When a refused change that is still due may be asked for again; null = none is. */
export function refusalEndsAtMs(state: ConversationState, nowMs: number): number | null {
  const kind = state.changing === null ? dueChange(state, nowMs) : null;
  return kind === null ? null : askAgainAtMs(state, kind);
}

/** When the session expires; null = never. Not before the bot has done what it can do. */
export function idleDueAtMs({ session }: ConversationState): number | null {
  if (session === null || session.settings.expireMs === 0) return null;
  return session.lastMessageAtMs + session.settings.expireMs;
}

/** Bubbles and messages that wait keep a session, but for a silence of the bot's: that one ends by expiry. */
function isWorking({ running, session, turn, window }: ConversationState): boolean {
  if (running !== null) return true;
  return session !== null && gateIsOpen(session.axes) && (turn !== null || window !== null);
}

function dueChange(state: ConversationState, nowMs: number): ChangeKind | null {
  const { session } = state;
  if (session === null) return null;
  const { resumesAtMs } = session.axes;
  if (resumesAtMs !== null && resumesAtMs <= nowMs) return 'resume';
  if (state.turn === null && mayAnswer(state, nowMs)) {
    if (session.handoff) return 'handoff';
    if (session.endedAs !== null) return session.endedAs;
  }
  const idleMs = idleDueAtMs(state);
  return idleMs !== null && idleMs <= nowMs && !isWorking(state) ? 'expired' : null;
}

function askAgainAtMs({ refused, clock }: ConversationState, kind: ChangeKind): number | null {
  return refused?.kind === kind && refused.clock === clock ? refused.atMs + REFUSED_AGAIN_MS : null;
}

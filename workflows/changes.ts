import { gateIsOpen, lasts } from './axes.js';
import type { ChangeKind } from './needs.js';
import type { ConversationState } from './state.js';

/** When to ask again for a change that was refused, if nothing new has happened. */
const REFUSED_AGAIN_MS = 5_000;

/** Whether the bot may answer, considering the gate, mutes and whether the whole number is silenced. */
export function mayAnswer(state: ConversationState, nowMs: number): boolean {
  if (state.silenced || state.session === null || !gateIsOpen(state.session.axes)) return false;
  return !lasts(state.mutedUntilMs, nowMs);
}

/** The change to ask for now, if any. One at a time, and not again right after a refusal. */
export function wantedChange(state: ConversationState, nowMs: number): ChangeKind | null {
  if (state.changing !== null) return null;
  const kind = dueChange(state, nowMs);
  return kind === null || (askAgainAtMs(state, kind) ?? 0) > nowMs ? null : kind;
}

/** When a refused change that is still due may be asked for again; null if there is none. */
export function refusalEndsAtMs(state: ConversationState, nowMs: number): number | null {
  const kind = state.changing === null ? dueChange(state, nowMs) : null;
  return kind === null ? null : askAgainAtMs(state, kind);
}

/** When the session expires, unless the bot has work to do then; null: never. */
export function idleDueAtMs({ session }: ConversationState): number | null {
  if (session === null || session.settings.expireMs === 0) return null;
  return session.lastMessageAtMs + session.settings.expireMs;
}

/** Waiting bubbles and messages keep a session from expiring, unless the bot is silenced. */
function isWorking({ running, session, silenced, turn, window }: ConversationState): boolean {
  if (running !== null) return true;
  if (silenced) return false;
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

import { shownStatus } from './axes.js';
import type { ConversationState } from './state.js';

/** The workflow's current details in the Temporal UI, in Markdown. */
export function describe(state: ConversationState): string {
  const { session } = state;
  if (session === null) return 'No active session.';
  const lines = [
    `**${shownStatus(session.axes)}**, chat mode ${session.axes.chatMode}, resolution ${session.axes.resolution}`,
    `session \`${session.id}\`, turn ${session.turnNo}`,
    `now: ${doing(state)}`,
  ];
  if (session.axes.resumesAtMs !== null) lines.push(`resumes at ${iso(session.axes.resumesAtMs)}`);
  if (state.mutedUntilMs !== null) lines.push(`muted until ${iso(state.mutedUntilMs)}`);
  if (state.silenced) lines.push('every bot of this number is silent');
  return lines.join('\n\n');
}

function doing(state: ConversationState): string {
  if (state.running === 'talk') return 'waiting for Typebot';
  if (state.running === 'deliver') return 'sending';
  if (state.turn !== null) return `bubbles of turn ${state.turn.number} are held`;
  return state.window === null ? 'waiting for the contact' : 'collecting messages';
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

import type { ContactRow, TypebotRow } from '../../store/rows.js';
import type { CandidateOutcome } from '../api.js';
import { isPatternRefused, triggerMatches } from './triggers.js';

/** What triggers look at. */
export interface TriggerInput {
  text: string;
  isGroup: boolean;
  fromMe: boolean;
  /** When a person last wrote without an open session; delays triggers by `takeover_quiet_minutes`. */
  quietSinceMs: number | null;
  nowMs: number;
}

/** The part of a configuration that decides whether it starts. */
export type Rule = Pick<TypebotRow, 'enabled' | 'settings'>;

/** A configuration and why it would or would not start. */
export interface Candidate<Typebot extends Rule = TypebotRow> {
  typebot: Typebot;
  outcome: CandidateOutcome;
}

/** Judges every configuration in evaluation order. The first that matches starts. Pure. */
export function judge<Typebot extends Rule>(
  typebots: readonly Typebot[],
  input: TriggerInput,
): Candidate<Typebot>[] {
  let found = false;
  return typebots.map((typebot) => {
    const outcome = found ? 'not_reached' : outcomeOf(typebot, input);
    found ||= outcome === 'matched';
    return { typebot, outcome };
  });
}

/** The configuration that starts, if any. */
export function chosen<Typebot extends Rule>(candidates: Candidate<Typebot>[]): Typebot | undefined {
  return candidates.find((candidate) => candidate.outcome === 'matched')?.typebot;
}

/**
 * Whether the message came before the last bubble of this typebot's ending was sent. If so, it must not start the same
 * flow again.
 */
export function cameDuringEnding(
  contact: Pick<ContactRow, 'endedTypebotId' | 'endedAt'>,
  typebot: Pick<TypebotRow, 'id'>,
  arrivedMs: number,
): boolean {
  return contact.endedTypebotId === typebot.id && arrivedMs < (contact.endedAt?.getTime() ?? 0);
}

function outcomeOf(typebot: Rule, input: TriggerInput): CandidateOutcome {
  const { settings } = typebot;
  if (!typebot.enabled) return 'disabled';
  if (settings.trigger_type === 'none') return 'manual_only';
  if (input.isGroup && settings.ignore_groups) return 'group_ignored';
  if (input.fromMe && !settings.listen_from_me) return 'from_me_ignored';
  if (isQuiet(typebot, input)) return 'not_matched';
  if (isPatternRefused(settings)) return 'pattern_refused';
  return triggerMatches(settings, input.text) ? 'matched' : 'not_matched';
}

function isQuiet({ settings }: Rule, input: TriggerInput): boolean {
  if (!settings.stop_bot_from_me || input.quietSinceMs === null) return false;
  return input.nowMs < input.quietSinceMs + settings.takeover_quiet_minutes * 60_000;
}

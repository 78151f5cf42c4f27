import type { TypebotSettings } from '../store/rows.js';

/** Whether so many refusals of one input in a row ask for a person (contract 3, `max_invalid_replies`; 0 = off). */
export function isRefusedTooOften(invalidReplies: number, settings: TypebotSettings): boolean {
  const most = settings.max_invalid_replies;
  return most > 0 && invalidReplies >= most;
}

/**
 * What a text means as the answer to a question.
 * - `value`: what Typebot gets instead of the text. `refusable`: the block's limits exclude it, so that the engine
 *   is expected to refuse it in the flow's own words.
 * - `misfit`: the engine would store it although it does not fit; the contact gets the hint.
 * - `unsure`: a date or time with more than one reading.
 * - undefined: not understood; the text goes through unchanged, so that the flow's own validation speaks.
 */
export type Reading =
  | { type: 'value'; text: string; refusable?: true }
  | { type: 'misfit' }
  | { type: 'unsure'; readings: { title: string; value: string }[] }
  | undefined;

/** A reading that Typebot gets. */
export function value(text: string): Reading {
  return { type: 'value', text };
}

/** A reading outside the block's limits: Typebot gets it, and is expected to refuse it. */
export function refusable(text: string): Reading {
  return { type: 'value', text, refusable: true };
}

/** So many of a turn's last lines are read by themselves: each is held against every option, and there may be 1,000. */
const MAX_LINES = 10;

/** The last lines of a turn that say something. */
export function lastLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-MAX_LINES);
}

/**
 * Reads a merged turn: as a whole, else line by line, where the last line that fits is the answer. So "7" and "8"
 * in one window never become a 7 by accident.
 */
export function readLines(text: string, read: (part: string) => Reading): Reading {
  const whole = read(text.trim());
  if (whole?.type === 'value' || whole?.type === 'unsure') return whole;
  const lines = lastLines(text);
  if (lines.length < 2) return whole;
  const readings = lines.map(read);
  const fitting = readings.findLast((reading) => reading?.type === 'value' || reading?.type === 'unsure');
  return fitting ?? readings.find((reading) => reading?.type === 'misfit') ?? whole;
}

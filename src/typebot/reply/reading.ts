/**
 * What a text means as the answer to a question.
 * - `value`: sent to Typebot instead of the text. `refusable`: it is outside the block's limits, so the engine should
 *   refuse it with the flow's own text.
 * - `misfit`: does not fit, but the engine would store it; the contact gets an explanation instead.
 * - `unsure`: a date or time that can be read in more than one way.
 * - undefined: could not be read; the text is sent as written and the flow's own validation decides.
 */
export type Reading =
  | { type: 'value'; text: string; refusable?: true }
  | { type: 'misfit' }
  | { type: 'unsure'; readings: { title: string; value: string }[] }
  | undefined;

/** A reading that is sent to Typebot. */
export function value(text: string): Reading {
  return { type: 'value', text };
}

/** A reading outside the block's limits. It is sent to Typebot, which should refuse it. */
export function refusable(text: string): Reading {
  return { type: 'value', text, refusable: true };
}

/** How many of a turn's last lines are read one by one: each is compared with every option, possibly a thousand. */
const MAX_LINES = 10;

/** The last non-empty lines of a text. */
export function lastLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .slice(-MAX_LINES);
}

/**
 * Reads the text of all messages of a turn: as a whole, else line by line, where the last line that can be read counts.
 * So "7" followed by "8" answers 8, not 7.
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

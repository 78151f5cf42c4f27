import type { OpenQuestion } from '../../schema.js';
import { positionIn } from '../choices/option-match.js';
import { bareWords } from '../plain-words.js';

/** The value of the offered reading that a text names by number, id or title; undefined when it names none. */
export function matchReading(text: string, { readings, order }: OpenQuestion): string | undefined {
  const position = positionIn(text);
  const id = position === undefined ? text.trim() : order[position - 1];
  const words = bareWords(text);
  return readings.find((reading) => reading.id === id || bareWords(reading.title) === words)?.value;
}

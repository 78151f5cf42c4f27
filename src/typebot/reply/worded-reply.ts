import type { ReplyDecision } from '../../../activities/ports/typebot.js';
import { readChoice } from './choices/choice-reply.js';
import { readEmail, readPhone, readUrl } from './contact-details.js';
import { matchReading } from './dates/date-readings.js';
import { readDate } from './dates/date.js';
import { readTime } from './dates/time.js';
import { askReading, explain, passOn, sendText, type ReplyContext } from './decision.js';
import { readNumber } from './number.js';
import { readRating } from './rating.js';
import { readLines, type Reading } from './reading.js';

/** In UTF-16 units. A longer text is no answer of a certain form and is sent as written. */
const MAX_ANSWER_LENGTH = 2000;

/** Undefined when the words could not be read. */
export function readWorded(words: string, context: ReplyContext): ReplyDecision | undefined {
  if (words.length > MAX_ANSWER_LENGTH) return undefined;
  const { open, render } = context;
  const chosen = matchReading(words, open);
  if (chosen !== undefined) return sendText(chosen);
  if (open.question.kind === 'choice') return readChoice(words, open, open.question, render);
  const reading = readLines(words, (part) => readPart(part, context));
  switch (reading?.type) {
    case 'value':
      return reading.refusable ? passOn({ type: 'text', text: reading.text }) : sendText(reading.text);
    case 'misfit':
      return explain(open, render);
    case 'unsure':
      return askReading(open, reading.readings, render);
    case undefined:
      return undefined;
  }
}

function readPart(part: string, { open: { question }, render }: ReplyContext): Reading {
  const { settings, surface } = render;
  switch (question.kind) {
    case 'number':
      return readNumber(part, question, settings.locale);
    case 'email':
      return readEmail(part);
    case 'url':
      return readUrl(part);
    case 'phone':
      return readPhone(part, question, surface.phone);
    case 'date':
      return readDate(part, question, render);
    case 'time':
      return readTime(part, question, render);
    case 'rating':
      return readRating(part, question);
    default:
      return undefined;
  }
}

import type { RenderContext, ReplyDecision } from '../../../../activities/ports/typebot.js';
import { isPaged, PAGE_SIZE } from '../../prompts/choice.js';
import type { OpenQuestion, QuestionOf } from '../../schema.js';
import { wordsOfAllLocales } from '../../texts/languages.js';
import { askAgain, askWhich, explain, send, sendText, showPage } from '../decision.js';
import type { Heard } from '../heard.js';
import { filterOptions, matchOption, optionMessage, positionIn } from './option-match.js';
import { multipleText, readMultiple } from './multiple.js';
import { lastLines } from '../reading.js';
import { plainWords } from '../plain-words.js';

/** Reads a text as the answer to a choice, picture choice or cards; undefined when it names no option. */
export function readChoice(
  text: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision | undefined {
  if (question.multiple) return multipleReply(text, open, question, render);
  const whole = singleReply(text.trim(), open, question, render);
  if (whole) return whole;
  const lines = lastLines(text);
  if (lines.length < 2) return undefined;
  return lines.map((line) => singleReply(line, open, question, render)).findLast(Boolean);
}

function singleReply(
  text: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision | undefined {
  const ids = matchOption(text, open, question);
  if (ids.length > 1) return askWhich(open, ids, render);
  if (ids[0] !== undefined) return chooseOption(ids[0], question);
  return isPaged(question) ? searchReply(text, open, question, render) : undefined;
}

/** Sends one option to Typebot; undefined when the question has no such option. */
export function chooseOption(id: string, question: QuestionOf<'choice'>): ReplyDecision | undefined {
  const option = question.options.find((candidate) => candidate.id === id);
  return option && send(optionMessage(option, question));
}

function searchReply(
  text: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision | undefined {
  const isMore = wordsOfAllLocales('moreWord').some((word) => plainWords(word) === plainWords(text));
  if (isMore) return nextPage(open, question, render);
  if (positionIn(text) !== undefined) return undefined;
  const ids = filterOptions(text, open, question);
  if (ids.length > 1) return askWhich(open, ids, render);
  return ids[0] === undefined ? undefined : chooseOption(ids[0], question);
}

function nextPage(
  open: OpenQuestion,
  { options }: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision {
  const pages = Math.ceil(options.length / PAGE_SIZE);
  return showPage(open, open.page >= pages ? 1 : open.page + 1, render);
}

function multipleReply(
  text: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision | undefined {
  const reading = readMultiple(text, open, question);
  if (!reading) return undefined;
  switch (reading.type) {
    case 'ids':
      return sendText(multipleText(reading.ids, question));
    case 'outside':
      return explain(open, render);
    case 'ambiguous':
      return askWhich(open, reading.ids, render);
  }
}

/** The option that a button not of Parley's own names: by its id, else by its title, as some channels send no id. */
export function readForeignTap(
  tap: Extract<Heard, { type: 'foreignTap' }>,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision | undefined {
  const byId = tap.id === undefined ? undefined : readChoice(tap.id, open, question, render);
  return byId ?? readChoice(tap.title, open, question, render);
}

/** Reads a tap on one of Parley's own buttons or rows; undefined when it is none of the question's options. */
export function readOwnTap(
  id: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
  render: RenderContext,
): ReplyDecision | undefined {
  if (!question.multiple) return chooseOption(id, question);
  const isItem = question.options.some((option) => option.id === id);
  return isItem ? sendText(multipleText([id], question)) : askAgain(open, render);
}

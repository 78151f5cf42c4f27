import type { ReplyDecision } from '../../../activities/ports/typebot.js';
import type { QuestionOf } from '../schema.js';
import { wordsOfAllLocales } from '../texts/languages.js';
import { explain, passOn, send, sendText, type ReplyContext } from './decision.js';
import { filesOf, isReadable, wordsOf, type Heard } from './heard.js';
import { bareWords } from './plain-words.js';

/** Letters that a beginning of the skip label needs to count as it. */
const MIN_BEGINNING = 3;

/** Reads the reply to a file input: files, a typed address, or the word that skips an optional file. */
export function readFile(
  heard: Heard[],
  question: QuestionOf<'file'>,
  { open, render }: ReplyContext,
): ReplyDecision {
  const [first, ...more] = filesOf(heard);
  if (first !== undefined) return sendFiles([first, ...(question.multiple ? more : [])], question);
  const words = wordsOf(heard);
  if (words && !question.required && isSkip(words, question.skip)) return send(undefined);
  // A typed address may be an answer; other text is left to the flow's own validation.
  if (words && !heard.some(({ type }) => type === 'audio'))
    return /^https?:\/\/\S+$/i.test(words)
      ? sendFiles([words], question)
      : passOn({ type: 'text', text: words });
  return heard.some(isReadable) || heard.some(({ type }) => type === 'file')
    ? explain(open, render)
    : { type: 'unreadable' };
}

/** Files for a block that limits their types are passed on as written, because the flow may refuse them. */
function sendFiles(addresses: string[], { types }: QuestionOf<'file'>): ReplyDecision {
  const text = addresses.join(', ');
  return types === undefined ? sendText(text) : passOn({ type: 'text', text });
}

function isSkip(text: string, label: string | undefined): boolean {
  const words = bareWords(text);
  if (wordsOfAllLocales('skipWord').some((word) => bareWords(word) === words)) return true;
  if (label === undefined || words === '') return false;
  const isBeginning = (words.match(/\p{L}/gu) ?? []).length >= MIN_BEGINNING;
  return bareWords(label) === words || (isBeginning && bareWords(label).startsWith(words));
}

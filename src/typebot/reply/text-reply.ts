import type { ChatMessage, ReplyDecision } from '../../../activities/ports/typebot.js';
import { optionKeys } from '../../foreign/own-marks.js';
import type { OpenQuestion, QuestionOf } from '../schema.js';
import { wordsOfAllLocales } from '../texts/languages.js';
import { askAgain, explain, send, sendText, type ReplyContext } from './decision.js';
import { filesOf, isReadable, linesOf, wordsOf, type Heard } from './heard.js';
import { positionIn } from './choices/option-match.js';
import { bareWords } from './plain-words.js';

/**
 * Reads free text, with attachments and voice messages if the block allows them. Never sends an empty text, because
 * Typebot would accept it as an answer.
 */
export function readFreeText(heard: Heard[], { open, render }: ReplyContext): ReplyDecision {
  const { question } = open;
  const takes = question.kind === 'text' ? question : { audio: false, attachments: false };
  const message = offerMessage(wordsOf(heard), open) ?? freeMessage(heard, takes);
  if (message) return send(message);
  return heard.some(isReadable) ? explain(open, render) : { type: 'unreadable' };
}

/** The option of markup before the question that the words name by number, id or title. */
function offerMessage(words: string, { offers }: OpenQuestion): ChatMessage | undefined {
  if (offers.length === 0) return undefined;
  const position = positionIn(words);
  const named = bareWords(words);
  const keys = optionKeys(offers.map(({ title }) => title));
  const offer =
    offers[keys.findIndex(({ key }) => key === String(position))] ??
    offers.find(({ id, title }) => id === words.trim() || (named !== '' && bareWords(title) === named));
  return offer && offeredMessage(offer);
}

/** The message that sends an option of markup: its title, whatever it was named by. */
export function offeredMessage({ id, title }: { id: string; title: string }): ChatMessage {
  return { type: 'text', text: title || id, metadata: { replyId: id } };
}

function freeMessage(
  heard: Heard[],
  takes: Pick<QuestionOf<'text'>, 'audio' | 'attachments'>,
): ChatMessage | undefined {
  const files = takes.attachments ? filesOf(heard.filter(({ type }) => type === 'file')) : [];
  const clips = takes.audio ? filesOf(heard.filter(isUnheard)) : [];
  const text = linesOf(heard);
  const [clip] = clips;
  if (!text && files.length === 0 && clip !== undefined) return { type: 'audio', url: clip };
  const words = [text, ...clips].filter(Boolean).join('\n');
  // Typebot would accept an empty text as an answer, so files without words are sent as their addresses.
  const spoken = words || files.join(', ');
  if (!spoken) return undefined;
  const replyId = onlyTapId(heard);
  return {
    type: 'text',
    text: spoken,
    ...(files.length > 0 ? { attachedFileUrls: files } : {}),
    ...(replyId === undefined ? {} : { metadata: { replyId } }),
  };
}

function isUnheard(message: Heard): boolean {
  return message.type === 'audio' && message.transcript === undefined;
}

function onlyTapId(heard: Heard[]): string | undefined {
  const [only] = heard;
  return heard.length === 1 && only?.type === 'foreignTap' ? only.id : undefined;
}

/** The reply to an embed that waits: the done word continues without a message, any other text is the event's data. */
export function readEmbed(heard: Heard[], { open, render }: ReplyContext): ReplyDecision {
  const text = linesOf(heard);
  const said = bareWords(text);
  const isDone = wordsOfAllLocales('doneWord').some((word) => bareWords(word) === said);
  if (isDone) return send(undefined);
  if (text) return sendText(text);
  return heard.some(isReadable) ? askAgain(open, render) : { type: 'unreadable' };
}

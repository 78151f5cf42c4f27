import type {
  ChatMessage,
  FirstReply,
  OpenInput,
  RenderContext,
  ReplyDecision,
  TurnMessage,
} from '../../../activities/ports/typebot.js';
import { addDays, wallTime } from '../clock.js';
import { formatDate } from '../date-format.js';
import { OFFER, sessionTag, wireItem } from '../prompts/wire-id.js';
import { readOpen, shownTitle, type OpenQuestion, type Question, type QuestionOf } from '../schema.js';
import { readChoice, readForeignTap, readOwnTap } from './choices/choice-reply.js';
import { readEmail, readPhone, readUrl } from './contact-details.js';
import { readDate } from './dates/date.js';
import {
  askAgain,
  askReading,
  explain,
  passOn,
  send,
  sendText,
  tellStale,
  type ReplyContext,
} from './decision.js';
import { readFile } from './file-reply.js';
import { firstMessage } from './first-message.js';
import { captionsOf, hear, isReadable, wordsOf, type Heard } from './heard.js';
import { readNumber } from './number.js';
import { bareWords } from './plain-words.js';
import { matchReading } from './dates/date-readings.js';
import { readRating } from './rating.js';
import { readLines, type Reading } from './reading.js';
import { offeredMessage, readFreeText, readEmbed } from './text-reply.js';
import { readTime } from './dates/time.js';

/**
 * Reads the messages of a turn as the answer to the open question, or as the first message of a flow if no question is
 * open. Pure.
 */
export function read(messages: TurnMessage[], open: OpenInput | null, render: RenderContext): ReplyDecision {
  if (!open) return firstMessage(messages.map(hear));
  const context = { open: readOpen(open), render };
  const heard = messages.map((message) => hearReply(message, context));
  return readTaps(heard, context) ?? readAnswer(heard, context);
}

/** Reads the messages that began a run as the answer to its first question (`TypebotPort.readFirst`). Pure. */
export function readFirst(
  messages: TurnMessage[],
  open: OpenInput,
  render: RenderContext,
): FirstReply | undefined {
  if (!takesWords(readOpen(open).question)) return undefined;
  const decision = read(messages, open, render);
  if (decision.type !== 'send' || decision.message === undefined) return undefined;
  return { message: decision.message, passedOn: decision.passedOn === true };
}

/** Whether the words that started a run may answer the question: not a choice, a payment or a wait. */
function takesWords({ kind }: Question): boolean {
  return !['choice', 'payment', 'embed', 'webhook'].includes(kind);
}

/** A text that quotes an earlier question does not answer the open one; it is treated like a tap on the earlier one. */
function hearReply(message: TurnMessage, { open, render }: ReplyContext): Heard {
  const { turn, firstTurn, choices } = open;
  const heard = hear(message);
  const { quotedTurn } = message;
  const offered = heard.type === 'text' ? heard.text.trim() : '';
  const tag = sessionTag(render.session);
  if (isOffer(offered, choices)) return { type: 'tap', turn, tag, id: offered, title: '' };
  const isWords = heard.type === 'text' || heard.type === 'foreignTap';
  const isStale = isWords && quotedTurn !== undefined && quotedTurn < firstTurn;
  return isStale ? { type: 'tap', turn: quotedTurn, tag: '', id: '', title: '' } : heard;
}

/** Over the HTTP surfaces, one of Parley's own choices is picked by sending its id as text. */
function isOffer(text: string, choices: OpenQuestion['choices']): boolean {
  return text.startsWith('parley-') && choices.some(({ id }) => id === text);
}

/** Taps are read before words; of several taps the last valid one counts. */
function readTaps(heard: Heard[], { open, render }: ReplyContext): ReplyDecision | undefined {
  const taps = heard.filter((message) => message.type === 'tap');
  const decision = taps.map((tap) => readTap(tap, { open, render })).findLast(Boolean);
  if (decision || taps.length === 0) return decision;
  const isAlone = heard.every((message) => message.type === 'tap' || message.type === 'nothing');
  return isAlone ? tellStale(open, render) : undefined;
}

/** Undefined for a tap on an earlier question or in another session. */
function readTap(
  tap: Extract<Heard, { type: 'tap' }>,
  { open, render }: ReplyContext,
): ReplyDecision | undefined {
  if (tap.tag !== sessionTag(render.session)) return undefined;
  if (tap.turn < open.firstTurn || tap.turn > open.turn) return undefined;
  const { question } = open;
  const id = tappedId(tap.id, open);
  const reading = open.readings.find((candidate) => candidate.id === id);
  if (reading) return sendText(reading.value);
  const offer = open.offers.find((candidate) => candidate.id === id);
  if (offer) return decide(offer.title, { open, render }) ?? send(offeredMessage(offer));
  if (question.kind === 'choice')
    return isTitleOf(tap.title, id, open) ? readOwnTap(id, open, question, render) : undefined;
  if (question.kind === 'rating' && /^\d+$/.test(id)) return sendText(id);
  return readOffer(id, { open, render });
}

/** The id of the tapped item; a wire id holds only the digest of a long one. */
function tappedId(item: string, { choices, readings }: OpenQuestion): string {
  return [...choices, ...readings].find(({ id }) => wireItem(id) === item)?.id ?? item;
}

/**
 * Whether the tapped title, which may be shortened, belongs to the option with this id. A question's options may change
 * while their ids stay.
 */
function isTitleOf(title: string, id: string, open: OpenQuestion): boolean {
  const { question, choices } = open;
  const label = question.kind === 'choice' ? question.options.find((option) => option.id === id)?.label : '';
  const known = [label, shownTitle(open, id), choices.find((choice) => choice.id === id)?.title];
  const said = bareWords(title.replace(/…$/, ''));
  return said === '' || known.some((name) => name !== undefined && bareWords(name).startsWith(said));
}

function readOffer(id: string, { open, render }: ReplyContext): ReplyDecision | undefined {
  const { question } = open;
  const prefilled = 'prefilled' in question ? question.prefilled : undefined;
  switch (id) {
    case OFFER.skip:
      return question.kind === 'file' && !question.required ? send(undefined) : undefined;
    case OFFER.done:
      return question.kind === 'embed' ? send(undefined) : undefined;
    case OFFER.prefilled:
      return prefilled === undefined ? undefined : sendText(prefilled);
    case OFFER.ownNumber:
      return question.kind === 'phone' && render.surface.phone
        ? sendText(`+${render.surface.phone}`)
        : undefined;
    case OFFER.today:
    case OFFER.tomorrow:
      return question.kind === 'date' ? sendText(nearDay(id, question, render)) : undefined;
    default:
      return undefined;
  }
}

function nearDay(id: string, { dayFirst }: QuestionOf<'date'>, { nowMs, settings }: RenderContext): string {
  const today = wallTime(nowMs, settings.timeZone);
  const day = id === OFFER.today ? today : addDays(today, 1);
  return formatDate(day, { dayFirst, withTime: false });
}

function readAnswer(heard: Heard[], context: ReplyContext): ReplyDecision {
  const { open, render } = context;
  const { question } = open;
  switch (question.kind) {
    case 'text':
    case 'other':
      return readFreeText(heard, context);
    case 'embed':
      return readEmbed(heard, context);
    case 'webhook':
    case 'payment':
      return heard.some(isReadable) ? askAgain(open, render) : { type: 'unreadable' };
    case 'file':
      return readFile(heard, question, context);
    default:
      return readWords(heard, context);
  }
}

/** Questions that expect a text of some form. A caption counts if it answers; other messages get an explanation. */
function readWords(heard: Heard[], context: ReplyContext): ReplyDecision {
  const { open, render } = context;
  const words = wordsOf(heard) || contactDetail(heard, open);
  const own = words && (readForeign(heard, context) ?? decide(words, context));
  if (own) return own;
  const captions = captionsOf(heard);
  const captioned = captions ? decide(captions, context) : undefined;
  if (captioned) return captioned;
  if (words) return passWordsOn(words, heard);
  return heard.some(isReadable) ? explain(open, render) : { type: 'unreadable' };
}

function readForeign(heard: Heard[], { open, render }: ReplyContext): ReplyDecision | undefined {
  const { question } = open;
  const tap = heard.findLast((message) => message.type === 'foreignTap');
  return tap && question.kind === 'choice' ? readForeignTap(tap, open, question, render) : undefined;
}

/** A text that could not be read is sent as written; the flow's own validation decides. */
function passWordsOn(words: string, heard: Heard[]): ReplyDecision {
  const [only] = heard;
  const replyId = heard.length === 1 && only?.type === 'foreignTap' ? only.id : undefined;
  const message: ChatMessage = { type: 'text', text: words };
  return passOn(replyId === undefined ? message : { ...message, metadata: { replyId } });
}

/** The phone number or e-mail address on a contact card, if the question asks for one; else empty. */
function contactDetail(heard: Heard[], { question }: OpenQuestion): string {
  const cards = heard.flatMap((message) => (message.type === 'structured' ? (message.contacts ?? []) : []));
  if (question.kind === 'phone') return cards.flatMap(({ phones }) => phones)[0] ?? '';
  if (question.kind !== 'email') return '';
  const addresses = cards.map(({ vcard }) => /^(?:[\w-]+\.)?EMAIL[^:\n]*:(\S+)/im.exec(vcard ?? '')?.[1]);
  return addresses.find((address) => address !== undefined) ?? '';
}

/** In UTF-16 units. A longer text is no answer of a certain form and is sent as written. */
const MAX_ANSWER_LENGTH = 2000;

/** Undefined when the words could not be read. */
function decide(words: string, context: ReplyContext): ReplyDecision | undefined {
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

import type { OutboundContent } from '../../../activities/ports/messages.js';
import type { RenderContext } from '../../../activities/ports/typebot.js';
import { textMessages } from '../bubbles/bubbles.js';
import { addDays, wallTime } from '../clock.js';
import { isAllowed } from '../date-limits.js';
import type { OpenQuestion, Question, QuestionOf } from '../schema.js';
import { textsFor } from '../texts/languages.js';
import type { TypingEmulation } from '../wire.js';
import { cardMessages } from './cards.js';
import { choicePromptMessages, type ShownPrompt } from './choice.js';
import { hintFor } from './hints.js';
import { buttonsMessage, chooseForm, choicePrompt, listMessage, type Offer } from './option-list.js';
import { OFFER } from './wire-id.js';

/** The messages that ask a question, and the question to keep open. */
export interface Prompt {
  contents: OutboundContent[];
  open: OpenQuestion;
}

/** A question to ask, for the first time or again. */
export interface PromptRequest {
  id: string;
  type: string;
  question: Question;
  /** The question's text, for this prompt and its repetitions. */
  body: string;
  /** See `OpenQuestion`. */
  isBridged?: boolean;
  /** The text was already sent in a message before the prompt. */
  isBodySent: boolean;
  /** The question was shown before, so its pictures are not sent again. */
  isRepeated: boolean;
  firstTurn: number;
  /** Options that markup in the texts before the prompt already offers. */
  offers?: { id: string; title: string }[];
  typing?: TypingEmulation;
  /** The flow offers stored values as answers (`isInputPrefillEnabled`). */
  prefill?: boolean;
}

/** Builds the prompt of a question. */
export function buildPrompt(request: PromptRequest, render: RenderContext): Prompt {
  const { id, type, question, body, isBridged, firstTurn, typing, prefill, offers = [] } = request;
  const { contents, order, shown } = promptMessages(request, render);
  const open: OpenQuestion = {
    ...{ id, type, turn: render.turn, firstTurn, question, body, order, shown },
    choices: [...choicesOf(question, render), ...offers],
    ...{ page: 1, readings: [], offers },
    ...(isBridged ? { isBridged } : {}),
    ...(typing ? { typing } : {}),
    ...(prefill ? { prefill } : {}),
  };
  return { contents, open };
}

/** Asks the open question again. Its buttons and rows get ids of the current turn. */
export function repeatPrompt(open: OpenQuestion, render: RenderContext): Prompt {
  const { id, type, question, body, isBridged, firstTurn, typing, prefill, offers } = open;
  return buildPrompt(
    {
      ...{ id, type, question, body, isBridged, firstTurn, typing, prefill, offers },
      isBodySent: false,
      isRepeated: true,
    },
    render,
  );
}

function promptMessages(
  { question, isBodySent, isRepeated, ...request }: PromptRequest,
  render: RenderContext,
): ShownPrompt {
  const body = isBodySent ? '' : request.body;
  switch (question.kind) {
    case 'choice':
      return question.style === 'cards'
        ? cardMessages(question, body, render)
        : choicePromptMessages({ question, body, withPictures: !isRepeated, render });
    case 'rating':
      return plain(ratingMessages(question, body, render));
    case 'payment':
      return plain(textMessages(lines(body, paymentNotice(question, render)), render.surface.capabilities));
    case 'webhook':
      return plain(isRepeated ? noticeMessages(render) : []);
    default:
      return plain(hintedMessages(question, body, render));
  }
}

function plain(contents: OutboundContent[]): ShownPrompt {
  return { contents, order: [], shown: {} };
}

function lines(...parts: string[]): string {
  return parts.filter(Boolean).join('\n');
}

function paymentNotice({ amount }: QuestionOf<'payment'>, { settings }: RenderContext): string {
  return textsFor(settings.locale).payment(amount);
}

function noticeMessages({ settings, surface }: RenderContext): OutboundContent[] {
  return textMessages(textsFor(settings.locale).webhookNotice, surface.capabilities);
}

/** The question with its hint as the last line, and with quick answers as buttons if the channel supports them. */
function hintedMessages(question: Question, body: string, render: RenderContext): OutboundContent[] {
  const { capabilities, kind } = render.surface;
  if (kind === 'api') return textMessages(body, capabilities);
  const offers = quickAnswers(question, render).slice(0, capabilities.buttons);
  const hint = render.settings.inputHints ? fullHint(question, offers, render) : '';
  const text = lines(body, hint);
  if (offers.length === 0) return textMessages(text, capabilities);
  if (text.length <= capabilities.maxButtonBody) return buttonsMessage(text, offers, render);
  return [
    ...textMessages(body, capabilities),
    ...buttonsMessage(hint || choicePrompt(render), offers, render),
  ];
}

function fullHint(question: Question, offers: Offer[], render: RenderContext): string {
  const hint = hintFor(question, render);
  if (question.kind !== 'file' || question.required || offers.length > 0) return hint;
  const texts = textsFor(render.settings.locale);
  return [hint, texts.replySkip(question.skip ?? texts.skipWord)].filter(Boolean).join('. ');
}

/** Likely answers that the contact can tap instead of typing. */
function quickAnswers(question: Question, render: RenderContext): Offer[] {
  const texts = textsFor(render.settings.locale);
  const prefilled = 'prefilled' in question ? question.prefilled : undefined;
  const offers: Offer[] = prefilled ? [{ id: OFFER.prefilled, title: prefilled }] : [];
  switch (question.kind) {
    case 'phone':
      return [...offers, ...ownNumber(prefilled, render)];
    case 'date':
      return nearDays(question, render);
    case 'file':
      return question.required ? [] : [{ id: OFFER.skip, title: question.skip ?? texts.skipWord }];
    case 'embed':
      return [{ id: OFFER.done, title: texts.doneWord }];
    default:
      return offers;
  }
}

function ownNumber(prefilled: string | undefined, { surface }: RenderContext): Offer[] {
  const own = surface.phone && `+${surface.phone}`;
  return own && own !== prefilled ? [{ id: OFFER.ownNumber, title: own }] : [];
}

function nearDays(question: QuestionOf<'date'>, { settings, nowMs }: RenderContext): Offer[] {
  if (question.isRange || question.hasTime) return [];
  const texts = textsFor(settings.locale);
  const today = wallTime(nowMs, settings.timeZone);
  return [
    { id: OFFER.today, title: texts.today, day: today },
    { id: OFFER.tomorrow, title: texts.tomorrow, day: addDays(today, 1) },
  ]
    .filter(({ day }) => isAllowed(day, question, false))
    .map(({ id, title }) => ({ id, title }));
}

function ratingMessages(
  question: QuestionOf<'rating'>,
  body: string,
  render: RenderContext,
): OutboundContent[] {
  const { capabilities, kind } = render.surface;
  if (kind === 'api') return textMessages(body, capabilities);
  const offers = ratingOffers(question);
  const text = lines(body, render.settings.inputHints ? hintFor(question, render) : '');
  switch (chooseForm(offers, render)) {
    case 'buttons':
      return buttonsMessage(text, offers, render);
    case 'list':
      return listMessage(text, offers, render);
    default:
      return textMessages(text, capabilities);
  }
}

function ratingOffers({ first, last, icons, left, right }: QuestionOf<'rating'>): Offer[] {
  return ratingValues({ first, last }).map((value) => ({
    id: String(value),
    title: icons ? '⭐'.repeat(value) : String(value),
    description: value === first ? left : value === last ? right : undefined,
  }));
}

/** At most 100, more than any list can show, because `length` comes from the flow. */
function ratingValues({ first, last }: { first: number; last: number }): number[] {
  const count = Math.min(Math.max(0, last - first + 1), 100);
  return Array.from({ length: count }, (_, index) => first + index);
}

/** The `choices` of the HTTP surfaces. The card's title distinguishes the paths of several cards. */
function choicesOf(question: Question, render: RenderContext): { id: string; title: string }[] {
  switch (question.kind) {
    case 'choice':
      return question.options.map(({ id, label, card }) => {
        const title = question.cards.length > 1 ? question.cards[card ?? 0]?.title : undefined;
        return { id, title: title && title !== label ? `${title} — ${label}` : label };
      });
    case 'rating':
      return ratingOffers(question).map(({ id, title }) => ({ id, title }));
    default:
      return quickAnswers(question, render).map(({ id, title }) => ({ id, title }));
  }
}

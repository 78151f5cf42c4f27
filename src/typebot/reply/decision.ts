import type { ChatMessage, RenderContext, ReplyDecision } from '../../../activities/ports/typebot.js';
import { textMessages } from '../bubbles/bubbles.js';
import { numberedMessages, pageMessages, subsetMessages } from '../prompts/choice.js';
import {
  buttonsMessage,
  chooseForm,
  choicePrompt,
  listMessage,
  numbered,
  numberedLines,
  type Offer,
} from '../prompts/option-list.js';
import { repeatPrompt } from '../prompts/prompt.js';
import { answerKind } from '../question.js';
import type { OpenQuestion } from '../schema.js';
import { textsFor } from '../texts/languages.js';

/** What the readers of replies are given besides the messages. */
export interface ReplyContext {
  open: OpenQuestion;
  render: RenderContext;
}

/** Sends a message to Typebot; undefined continues without a message. */
export function send(message: ChatMessage | undefined): ReplyDecision {
  return { type: 'send', message };
}

/** Sends as written a reply that could not be read; the flow's own validation decides. */
export function passOn(message: ChatMessage): ReplyDecision {
  return { type: 'send', message, passedOn: true };
}

/** Sends a text to Typebot. */
export function sendText(text: string): ReplyDecision {
  return send({ type: 'text', text });
}

/** Asks the open question again. */
export function askAgain(open: OpenQuestion, render: RenderContext): ReplyDecision {
  const { contents, open: openInput } = repeatPrompt(open, render);
  return { type: 'show', items: contents, openInput, refused: false };
}

/** Says that what was tapped or quoted belongs to an earlier question, then asks the open one again. */
export function tellStale(open: OpenQuestion, render: RenderContext): ReplyDecision {
  return { ...toldBefore(textsFor(render.settings.locale).staleTap, open, render), refused: false };
}

/** Says what kind of answer is expected, then asks again. */
export function explain(open: OpenQuestion, render: RenderContext): ReplyDecision {
  const kind = answerKind(open.question);
  if (!kind) return askAgain(open, render);
  const told = toldBefore(textsFor(render.settings.locale).pleaseAnswer[kind], open, render);
  return { ...told, refused: true };
}

function toldBefore(words: string, open: OpenQuestion, render: RenderContext) {
  const { contents, open: openInput } = repeatPrompt(open, render);
  // The HTTP surfaces get no such text, unless there would be no message at all without it.
  const isBare = render.surface.kind === 'api' && contents.length > 0;
  const told = isBare ? [] : textMessages(words, render.surface.capabilities);
  // A question that was nothing but markup has no text to repeat, so its options are shown again.
  const isMute = contents.length === 0 && open.offers.length > 0;
  const prompt = isMute ? offerMessages(choicePrompt(render), open.offers, render) : contents;
  return { type: 'show' as const, items: [...told, ...prompt], openInput };
}

/** Asks which of several options is meant. A number in the next reply refers to this shorter list. */
export function askWhich(open: OpenQuestion, ids: string[], render: RenderContext): ReplyDecision {
  const { contents, order } = subsetMessages(open, ids, render);
  return { type: 'show', items: contents, openInput: { ...open, turn: render.turn, order }, refused: false };
}

/** Shows another page of a searchable choice. */
export function showPage(open: OpenQuestion, page: number, render: RenderContext): ReplyDecision {
  if (open.question.kind !== 'choice') return askAgain(open, render);
  const { contents, order } = pageMessages({ question: open.question, body: open.body, render }, page);
  const openInput = { ...open, turn: render.turn, order, page };
  return { type: 'show', items: contents, openInput, refused: false };
}

/** Asks which of several dates or times is meant. */
export function askReading(
  open: OpenQuestion,
  readings: { title: string; value: string }[],
  render: RenderContext,
): ReplyDecision {
  const offers = readings.map(({ title, value }, index) => ({
    id: `parley-date-${index + 1}`,
    title,
    value,
  }));
  const texts = textsFor(render.settings.locale);
  return {
    type: 'show',
    refused: false,
    items: offerMessages(open.question.kind === 'time' ? texts.whichTime : texts.whichDate, offers, render),
    openInput: {
      ...open,
      turn: render.turn,
      readings: offers,
      choices: offers.map(({ id, title }) => ({ id, title })),
      order: offers.map(({ id }) => id),
    },
  };
}

function offerMessages(body: string, offers: Offer[], render: RenderContext) {
  switch (chooseForm(offers, render)) {
    case 'data':
      return textMessages(body, render.surface.capabilities);
    case 'buttons':
      return buttonsMessage(body, offers, render);
    case 'list':
      return listMessage(body, offers, render);
    case 'numbered': {
      const hint = textsFor(render.settings.locale).replySingle;
      return numberedMessages({ body, lines: numberedLines(numbered(offers)), hint }, render);
    }
  }
}

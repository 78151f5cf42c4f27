import type { OutboundContent } from '../../../activities/ports/messages.js';
import type { RenderContext } from '../../../activities/ports/typebot.js';
import { imageMessages, textMessages } from '../bubbles/bubbles.js';
import type { ChoiceOption, OpenQuestion, QuestionOf } from '../schema.js';
import { textsFor } from '../texts/languages.js';
import {
  buttonsMessage,
  chooseForm,
  choicePrompt,
  listMessage,
  numbered,
  numberedLines,
  shorten,
  type Offer,
  type OptionForm,
} from './option-list.js';

/** Options on one page of a searchable choice. */
export const PAGE_SIZE = 20;
/** A searchable choice with no more options than this is shown like any other. */
const MAX_UNSEARCHED = 10;

/** The messages of a prompt, and what the open question must remember about them. */
export interface ShownPrompt {
  contents: OutboundContent[];
  /** Option ids in the order shown, to read replies by number. */
  order: string[];
  /** By option id: the shortened label, where the label did not fit. */
  shown: Record<string, string>;
}

/** A choice to ask. */
export interface ChoicePrompt {
  question: QuestionOf<'choice'>;
  /** The question's text; empty when it was sent in a message before. */
  body: string;
  /** False when the prompt is repeated: its pictures were sent the first time. */
  withPictures: boolean;
  render: RenderContext;
}

/** Whether a choice is shown in pages and can be filtered by typing. */
export function isPaged({ searchable, multiple, options }: QuestionOf<'choice'>): boolean {
  return searchable && !multiple && options.length > MAX_UNSEARCHED;
}

/** The prompt of a choice or picture choice. */
export function choicePromptMessages(prompt: ChoicePrompt): ShownPrompt {
  const { question, body, render } = prompt;
  const form = formOf(prompt);
  const pictures = prompt.withPictures ? pictureMessages(question, form, render) : [];
  if (isPaged(question) && form !== 'data') return pageMessages(prompt, 1);
  const offers = question.options.map((option) => toOffer(option, pictures.length > 0));
  const contents = [...pictures, ...optionMessages(form, { body, offers, question, render })];
  const cutAt = form === 'list' ? render.surface.capabilities.maxRowTitle : Infinity;
  return { contents, order: offers.map(({ id }) => id), shown: shortened(offers, cutAt) };
}

function formOf({ question, render }: ChoicePrompt): OptionForm {
  const form = chooseForm(question.options.map(toPlainOffer), render);
  return form !== 'data' && (question.multiple || isPaged(question)) ? 'numbered' : form;
}

function toPlainOffer({ id, label }: ChoiceOption): Offer {
  return { id, title: label };
}

function toOffer({ id, label, description, picture }: ChoiceOption, hasPictures: boolean): Offer {
  const isInCaption = hasPictures && picture !== undefined;
  return { id, title: label, description: isInCaption ? undefined : description };
}

function shortened(offers: Offer[], limit: number): Record<string, string> {
  const cut = offers.filter(({ title }) => title.length > limit);
  return Object.fromEntries(cut.map(({ id, title }) => [id, shorten(title, limit)]));
}

function optionMessages(
  form: OptionForm,
  { body, offers, question, render }: Omit<ChoicePrompt, 'withPictures'> & { offers: Offer[] },
): OutboundContent[] {
  switch (form) {
    case 'data':
      return textMessages(body, render.surface.capabilities);
    case 'buttons':
      return buttonsMessage(body, offers, render);
    case 'list':
      return listMessage(body, withDescriptions(offers, question), render);
    case 'numbered':
      return numberedMessages(
        { body, lines: numberedLines(numbered(offers)), hint: choiceHint(question, render) },
        render,
      );
  }
}

/** Rows have room for the description even when it was in the caption of a picture. */
function withDescriptions(offers: Offer[], { options }: QuestionOf<'choice'>): Offer[] {
  return offers.map((offer, index) => ({ ...offer, description: options[index]?.description }));
}

/** The question, its numbered options (`lines`) and how to answer (`hint`) as one text. */
export function numberedMessages(
  { body, lines, hint }: { body: string; lines: string; hint: string },
  render: RenderContext,
): OutboundContent[] {
  const shownHint = render.settings.inputHints && lines ? hint : '';
  const text = [body || choicePrompt(render), lines, shownHint].filter(Boolean).join('\n\n');
  return textMessages(text, render.surface.capabilities);
}

function choiceHint({ multiple, options }: QuestionOf<'choice'>, { settings }: RenderContext): string {
  const texts = textsFor(settings.locale);
  if (!multiple) return texts.replySingle;
  return texts.replyMultiple(options.length > 2 ? '1, 3' : options.length === 2 ? '1, 2' : '1');
}

function pictureMessages(
  { style, options }: QuestionOf<'choice'>,
  form: OptionForm,
  { surface }: RenderContext,
): OutboundContent[] {
  if (style !== 'picture') return [];
  const marks = numbered(options.map(toPlainOffer)).map(({ mark }) => mark);
  return options.flatMap(({ picture, label, description }, index) => {
    const number = form === 'list' || form === 'numbered' ? marks[index] : '';
    const caption = [`${number}*${label}*`, description].filter(Boolean).join('\n');
    if (picture) return imageMessages(picture, caption, surface.capabilities);
    // Rows and numbered lines show the description; a button has no room for it.
    return form === 'buttons' && description ? textMessages(caption, surface.capabilities) : [];
  });
}

/** One page (from 1) of a long searchable choice. Numbering continues from page to page. */
export function pageMessages(
  { question, body, render }: Omit<ChoicePrompt, 'withPictures'>,
  page: number,
): ShownPrompt {
  const texts = textsFor(render.settings.locale);
  const first = (page - 1) * PAGE_SIZE;
  const offers = question.options.map(toPlainOffer);
  const hasMore = offers.length > first + PAGE_SIZE;
  const lines = numberedLines(numbered(offers).slice(first, first + PAGE_SIZE));
  const hint = hasMore ? `${texts.replySearch}\n${texts.replyMore}` : texts.replySearch;
  return {
    contents: numberedMessages({ body, lines, hint }, render),
    order: offers.map(({ id }) => id),
    shown: {},
  };
}

/** Some of the options, numbered from 1: those that an ambiguous reply or a search matched. */
export function subsetMessages(open: OpenQuestion, ids: string[], render: RenderContext): ShownPrompt {
  const { question } = open;
  const offers =
    question.kind === 'choice'
      ? ids.map((id) => ({ id, title: open.choices.find((choice) => choice.id === id)?.title ?? id }))
      : [];
  const hint = textsFor(render.settings.locale).replySingle;
  const contents =
    render.surface.kind === 'api'
      ? textMessages(choicePrompt(render), render.surface.capabilities)
      : numberedMessages({ body: '', lines: numberedLines(numbered(offers)), hint }, render);
  return { contents, order: ids, shown: open.shown };
}

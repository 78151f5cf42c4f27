import type { OutboundContent } from '../../../activities/ports/messages.js';
import type { RenderContext } from '../../../activities/ports/typebot.js';
import { imageMessages, textMessages } from '../bubbles/bubbles.js';
import { mediaKind } from '../bubbles/media-kind.js';
import type { QuestionOf } from '../schema.js';
import { textsFor } from '../texts/languages.js';
import {
  buttonsMessage,
  chooseForm,
  listMessage,
  numbered,
  numberedLines,
  shorten,
  type Offer,
} from './option-list.js';
import type { ShownPrompt } from './choice.js';

interface CardView {
  text: string;
  image?: string;
  /** `mark` is the number of the path among those of all cards. */
  offers: (Offer & { mark: string })[];
  isLast: boolean;
}

/** The messages of each card. Paths are numbered across all cards, so that a number means one path only. */
export function cardMessages(
  question: QuestionOf<'choice'>,
  body: string,
  render: RenderContext,
): ShownPrompt {
  const offers = offersByCard(question);
  const views = question.cards.map((_, index) => toView(question, index, offers.get(index) ?? []));
  const { maxRowTitle } = render.surface.capabilities;
  const shown = question.options.filter(({ label }) => label.length > maxRowTitle);
  return {
    contents: [
      ...textMessages(body, render.surface.capabilities),
      ...views.flatMap((view) => cardMessage(view, render)),
    ],
    order: question.options.map(({ id }) => id),
    shown: Object.fromEntries(shown.map(({ id, label }) => [id, shorten(label, maxRowTitle)])),
  };
}

/** The numbered paths by index of their card. */
function offersByCard({ options }: QuestionOf<'choice'>): Map<number | undefined, CardView['offers']> {
  const offers = new Map<number | undefined, CardView['offers']>();
  numbered(options.map(({ id, label }) => ({ id, title: label }))).forEach((offer, place) => {
    const card = options[place]?.card;
    const own = offers.get(card);
    if (own) own.push(offer);
    else offers.set(card, [offer]);
  });
  return offers;
}

function toView({ cards }: QuestionOf<'choice'>, index: number, offers: CardView['offers']): CardView {
  const { title, description, image } = cards[index] ?? { title: '' };
  return {
    text: [title && `*${title}*`, description].filter(Boolean).join('\n') || '―',
    image,
    offers,
    isLast: index === cards.length - 1,
  };
}

function cardMessage(view: CardView, render: RenderContext): OutboundContent[] {
  switch (chooseForm(view.offers, render)) {
    case 'data':
      return captioned(view, view.text, render);
    case 'buttons':
      return buttonCard(view, render);
    case 'list':
      return [...pictureOf(view, render), ...listMessage(view.text, view.offers, render)];
    case 'numbered':
      return numberedCard(view, render);
  }
}

function buttonCard(view: CardView, render: RenderContext): OutboundContent[] {
  const { image } = view;
  const isHeader =
    image && render.surface.capabilities.buttonMediaHeader && mediaKind(image) !== 'convertedImage';
  if (isHeader && /^https?:/.test(image)) {
    return buttonsMessage(view.text, view.offers, render, { type: 'image', url: image });
  }
  return [...pictureOf(view, render), ...buttonsMessage(view.text, view.offers, render)];
}

function numberedCard(view: CardView, render: RenderContext): OutboundContent[] {
  const { inputHints, locale } = render.settings;
  const hint = view.isLast && inputHints ? textsFor(locale).replySingle : '';
  const text = [view.text, numberedLines(view.offers), hint].filter(Boolean).join('\n\n');
  return captioned(view, text, render);
}

/** The card's image with the text as its caption; only the text when there is no image. */
function captioned({ image }: CardView, text: string, { surface }: RenderContext): OutboundContent[] {
  const { capabilities } = surface;
  return image ? imageMessages(image, text, capabilities) : textMessages(text, capabilities);
}

function pictureOf({ image }: CardView, { surface }: RenderContext): OutboundContent[] {
  return image ? imageMessages(image, '', surface.capabilities) : [];
}

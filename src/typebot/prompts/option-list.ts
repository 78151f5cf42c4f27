import type { ListSection, OutboundContent } from '../../../activities/ports/messages.js';
import type { RenderContext } from '../../../activities/ports/typebot.js';
import { optionKeys } from '../../foreign/own-marks.js';
import { textMessages } from '../bubbles/bubbles.js';
import { textsFor } from '../texts/languages.js';
import { wireId } from './wire-id.js';

/** One option as offered to the contact. */
export interface Offer {
  id: string;
  title: string;
  description?: string;
}

/** How options are shown; `data`: not in messages at all, the HTTP surfaces return them as `choices`. */
export type OptionForm = 'buttons' | 'list' | 'numbered' | 'data';

const MAX_DESCRIPTION = 72;

/**
 * Buttons if every label fits unshortened, else a list if the shortened titles stay distinct, else numbered text.
 * Always `data` on the HTTP surfaces.
 */
export function chooseForm(offers: Offer[], { surface }: RenderContext): OptionForm {
  if (surface.kind === 'api') return 'data';
  if (offers.length === 0) return 'numbered';
  const { buttons, list, maxButtonTitle, maxRowTitle, maxRows } = surface.capabilities;
  const fits = (limit: number) => offers.every(({ title }) => title.length <= limit);
  if (offers.length <= buttons && fits(maxButtonTitle) && areDifferent(offers.map(({ title }) => title))) {
    return 'buttons';
  }
  const shortened = offers.map(({ title }) => shorten(title, maxRowTitle));
  const isListable = offers.length <= maxRows && fits(MAX_DESCRIPTION) && areDifferent(shortened);
  return list && isListable ? 'list' : 'numbered';
}

function areDifferent(titles: string[]): boolean {
  return new Set(titles.map((title) => title.toLowerCase())).size === titles.length;
}

/** A title of at most `limit` UTF-16 units, cut between graphemes and ended with an ellipsis if it was longer. */
export function shorten(title: string, limit: number): string {
  if (title.length <= limit) return title;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(title)) {
    if (kept.length + segment.length > limit - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

/** A body too long for a message with buttons is sent as text before it; a short standard body replaces it. */
export function buttonsMessage(
  body: string,
  offers: Offer[],
  render: RenderContext,
  header?: { type: 'image'; url: string },
): OutboundContent[] {
  const { capabilities } = render.surface;
  const { before, fitting } = fitBody(body, capabilities.maxButtonBody, render);
  const buttons = offers.map(({ id, title }) => ({
    id: wireId(render, id),
    title: shorten(title, capabilities.maxButtonTitle),
  }));
  return [...before, { type: 'buttons', ...(header ? { header } : {}), body: fitting, buttons }];
}

/** A list message. A row whose title had to be shortened has the full label in its description. */
export function listMessage(body: string, offers: Offer[], render: RenderContext): OutboundContent[] {
  const { capabilities, openListLabel } = render.surface;
  const { before, fitting } = fitBody(body, capabilities.maxListBody, render);
  const rows = offers.map((offer) => toRow(offer, render));
  const button = openListLabel ?? textsFor(render.settings.locale).openList;
  return [...before, { type: 'list', body: fitting, button: shorten(button, 20), sections: [{ rows }] }];
}

function toRow(offer: Offer, render: RenderContext): ListSection['rows'][number] {
  const { maxRowTitle } = render.surface.capabilities;
  const title = shorten(offer.title, maxRowTitle);
  const description = rowDescription(offer, title !== offer.title);
  return { id: wireId(render, offer.id), title, ...(description ? { description } : {}) };
}

function rowDescription({ title, description }: Offer, isCut: boolean): string | undefined {
  if (!isCut) return description && shorten(description, MAX_DESCRIPTION);
  const both = description ? `${title} — ${description}` : title;
  return both.length <= MAX_DESCRIPTION ? both : title;
}

function fitBody(body: string, limit: number, render: RenderContext) {
  const prompt = choicePrompt(render);
  if (body.length <= limit) return { before: [], fitting: body || prompt };
  return { before: textMessages(body, render.surface.capabilities), fitting: prompt };
}

/** The body of a choice without a text. */
export function choicePrompt({ settings, surface }: RenderContext): string {
  return surface.choicePrompt ?? textsFor(settings.locale).choicePrompt;
}

/**
 * Adds to each offer the number that chooses it, as `1. `; empty where the label shows its own number. Needs all offers
 * of a prompt at once, because the numbers depend on each other.
 */
export function numbered(offers: Offer[]): (Offer & { mark: string })[] {
  const keys = optionKeys(offers.map(({ title }) => title));
  return offers.map((offer, index) => {
    const { key, isOwn } = keys[index] ?? { key: String(index + 1), isOwn: false };
    return { ...offer, mark: isOwn ? '' : `${key}. ` };
  });
}

/** One line per offer: `1. Label — description`. */
export function numberedLines(offers: (Offer & { mark: string })[]): string {
  return offers
    .map(({ mark, title, description }) => `${mark}${title}${description ? ` — ${description}` : ''}`)
    .join('\n');
}

import type { RenderContext, ReplyDecision } from '../../../activities/ports/typebot.js';
import { addDays, wallTime } from '../clock.js';
import { formatDate } from '../date-format.js';
import { OFFER, sessionTag, wireItem } from '../prompts/wire-id.js';
import { shownTitle, type OpenQuestion, type QuestionOf } from '../schema.js';
import { readOwnTap } from './choices/choice-reply.js';
import { send, sendText, tellStale, type ReplyContext } from './decision.js';
import type { Heard } from './heard.js';
import { bareWords } from './plain-words.js';
import { offeredMessage } from './text-reply.js';
import { readWorded } from './worded-reply.js';

/** Taps are read before words; of several taps the last valid one counts. */
export function readTaps(heard: Heard[], { open, render }: ReplyContext): ReplyDecision | undefined {
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
  if (offer) return readWorded(offer.title, { open, render }) ?? send(offeredMessage(offer));
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

import { getExampleNumber, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';
import examples from 'libphonenumber-js/mobile/examples';
import type { FlowSettings, RenderContext } from '../../../activities/ports/typebot.js';
import { wallTime, type WallTime } from '../clock.js';
import { formatDate, formatTime } from '../date-format.js';
import { dateOrder, exampleDates, limitOf } from '../date-limits.js';
import { writtenNumber } from '../number-format.js';
import type { Question, QuestionOf } from '../schema.js';
import { textsFor } from '../texts/languages.js';
import { type Texts } from '../texts/texts.js';

/**
 * One line about the expected answer, in place of what a browser's input field would show. Empty when there is nothing
 * to say. The author's placeholder is preferred to Parley's own text.
 */
export function hintFor(question: Question, render: RenderContext): string {
  const texts = textsFor(render.settings.locale);
  const placeholder = 'placeholder' in question ? question.placeholder : undefined;
  if (question.kind === 'text') return textHint(question, texts);
  return placeholder ?? ownHint(question, render, texts);
}

function ownHint(question: Question, render: RenderContext, texts: Texts): string {
  switch (question.kind) {
    case 'number':
      return numberHint(question, render, texts);
    case 'email':
      return texts.email;
    case 'url':
      return texts.url;
    case 'phone':
      return texts.phone(examplePhone(question, render));
    case 'date':
      return dateHint(question, render, texts);
    case 'time':
      return texts.time(formatTime(EXAMPLE_TIME, question.halfDays));
    case 'rating':
      return ratingHint(question);
    case 'file':
      return texts.file({ types: typeWords(question.types, texts), multiple: question.multiple });
    case 'embed':
      return texts.replyDone(texts.doneWord);
    case 'text':
    case 'choice':
    case 'payment':
    case 'webhook':
    case 'other':
      return '';
  }
}

/** Says only what else is accepted besides text; a plain text input needs no hint. */
function textHint({ placeholder, audio, attachments }: QuestionOf<'text'>, texts: Texts): string {
  const also =
    audio && attachments
      ? texts.alsoVoiceOrFile
      : audio
        ? texts.alsoVoice
        : attachments
          ? texts.alsoFile
          : undefined;
  return [placeholder, also].filter(Boolean).join(' ');
}

function ratingHint({ first, last, left, right }: QuestionOf<'rating'>): string {
  const end = (value: number, label: string | undefined) => (label ? `${value} (${label})` : String(value));
  return `${end(first, left)} … ${end(last, right)}`;
}

const COUNTRIES: Record<FlowSettings['locale'], string> = { 'pt-BR': 'BR', en: 'US', es: 'ES' };

/** An example number of the block's country, else of the contact's own, else of the language's. */
function examplePhone({ country }: QuestionOf<'phone'>, { surface, settings }: RenderContext): string {
  const own = surface.phone ? parsePhoneNumberFromString(`+${surface.phone}`)?.country : undefined;
  const chosen = country ?? own ?? COUNTRIES[settings.locale];
  const number = isSupportedCountry(chosen) ? getExampleNumber(chosen, examples) : undefined;
  return number?.formatInternational() ?? '+55 11 96123-4567';
}

/** In the afternoon, so that the example shows whether hours run to 24 or to 12. */
const EXAMPLE_TIME = { hour: 14, minute: 30 };

function numberHint(
  { min, max, step }: QuestionOf<'number'>,
  { settings }: RenderContext,
  texts: Texts,
): string {
  const written = (value: number | undefined) =>
    value === undefined ? undefined : writtenNumber(value, settings.locale);
  return texts.number({ min: written(min), max: written(max), step: step === 1 ? undefined : written(step) });
}

function dateHint(question: QuestionOf<'date'>, render: RenderContext, texts: Texts): string {
  const { hasTime, isRange, halfDays, min, max } = question;
  const { dayFirst } = dateOrder(question, render);
  const show = (day: WallTime, withTime: boolean) => formatDate(day, { dayFirst, withTime, halfDays });
  const examples = exampleDates(question, wallTime(render.nowMs, render.settings.timeZone));
  const [start = '', end = ''] = examples.map((day) => show(day, hasTime));
  const example = isRange
    ? `${question.from ?? texts.from} ${start} ${question.to ?? texts.to} ${end}`
    : start;
  const order = examples.some(tellsOrder) ? '' : `, ${dayFirst ? texts.dayMonthYear : texts.monthDayYear}`;
  const bound = (iso: string | undefined) => {
    const limit = iso === undefined ? undefined : limitOf(iso);
    return limit && show(limit, hasTime && limit.hasTime);
  };
  return texts.date(`${example}${order}`, bound(min), bound(max));
}

/** Whether an example makes clear which of its numbers is the day, as no month is above 12. */
function tellsOrder({ day, month }: WallTime): boolean {
  return day > 12 || day === month;
}

/** The allowed file types in words: `PDF`, `imagem`. */
function typeWords(types: string[] | undefined, { fileKinds }: Texts): string[] {
  const words = (types ?? []).map((type) => {
    const family = /^(image|video|audio)\/\*$/.exec(type)?.[1];
    if (family === 'image' || family === 'video' || family === 'audio') return fileKinds[family];
    const extension = type.startsWith('.') ? type.slice(1) : (type.split('/').at(-1) ?? type);
    return (OFFICE_TYPES.get(extension) ?? extension).toUpperCase();
  });
  return [...new Set(words)];
}

/** A map, not an object, because the keys come from a flow and may be `constructor`. */
const OFFICE_TYPES: ReadonlyMap<string, string> = new Map([
  ['msword', 'doc'],
  ['vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['vnd.ms-excel', 'xls'],
  ['vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['vnd.ms-powerpoint', 'ppt'],
  ['vnd.openxmlformats-officedocument.presentationml.presentation', 'pptx'],
  ['svg+xml', 'svg'],
  ['quicktime', 'mov'],
  ['mpeg', 'mp3'],
]);

import { imageAddressIn } from './bubbles/media-kind.js';
import type { AnswerKind, Texts } from './texts/texts.js';
import type { ChoiceOption, Question, QuestionOf } from './schema.js';
import type { TypebotInput } from './wire.js';

/** What an input asks for, with the engine's defaults filled in. */
export function toQuestion(input: TypebotInput, texts: Texts): Question {
  const { options } = input;
  const hinted = {
    placeholder: filled(options.labels?.placeholder),
    prefilled: filled(input.prefilledValue),
  };
  switch (input.type) {
    case 'text input':
      return {
        kind: 'text',
        audio: options.audioClip?.isEnabled ?? false,
        attachments: options.attachments?.isEnabled ?? false,
        ...hinted,
      };
    case 'number input':
      return {
        kind: 'number',
        min: toNumber(options.min),
        max: toNumber(options.max),
        step: options.step,
        ...hinted,
      };
    case 'email input':
      return { kind: 'email', ...hinted };
    case 'url input':
      return { kind: 'url', ...hinted };
    case 'phone number input':
      return { kind: 'phone', country: filled(options.defaultCountryCode)?.toUpperCase(), ...hinted };
    case 'date input':
      return dateQuestion(input);
    case 'time input':
      return { kind: 'time', halfDays: hasHalfDays(options.format), ...hinted };
    case 'choice input':
    case 'picture choice input':
      return choiceQuestion(input, texts);
    case 'cards':
      return cardsQuestion(input, texts);
    case 'rating input':
      return ratingQuestion(input);
    case 'file input':
      return fileQuestion(input);
    case 'payment input':
      return { kind: 'payment', amount: filled(input.runtimeOptions?.amountLabel) };
    default:
      return unknownQuestion(input, hinted, texts);
  }
}

/** An input type that Parley does not know: a choice if it has items to show, else any text answers it. */
function unknownQuestion(
  input: TypebotInput,
  { placeholder }: { placeholder?: string },
  texts: Texts,
): Question {
  const isOffer = input.items.some(({ content, title }) => filled(content ?? title) !== undefined);
  return isOffer ? choiceQuestion(input, texts) : { kind: 'other', placeholder };
}

function filled(text: string | undefined): string | undefined {
  return text?.trim() ? text.trim() : undefined;
}

/** Buttons, rows and numbered options are single lines. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

function toNumber(value: string | number | undefined): number | undefined {
  if (value === undefined || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

function dateQuestion({ options }: TypebotInput): QuestionOf<'date'> {
  return {
    kind: 'date',
    hasTime: options.hasTime ?? false,
    isRange: options.isRange ?? false,
    dayFirst: !options.format || options.format.startsWith('dd'),
    showsDayFirst: showsDayFirst(options.format),
    halfDays: hasHalfDays(options.format),
    min: limit(options.min),
    max: limit(options.max),
    from: filled(options.labels?.from),
    to: filled(options.labels?.to),
    placeholder: filled(options.labels?.placeholder),
  };
}

/** `yyyy-MM-dd` or `yyyy-MM-ddTHH:mm`; undefined for anything else. */
function limit(value: string | number | undefined): string | undefined {
  const written = String(value).trim().replace(' ', 'T');
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}|$)/.test(written);
  return isDate && !Number.isNaN(Date.parse(written)) ? written.slice(0, 16) : undefined;
}

/** A date-fns format without its quoted text. */
function formatLetters(format: string): string {
  return format.replace(/'[^']*'/g, '');
}

function showsDayFirst(format = 'dd/MM/yyyy'): boolean | undefined {
  const first = /[yudML]/.exec(formatLetters(format))?.[0];
  return first === 'd' ? true : first === 'M' || first === 'L' ? false : undefined;
}

function hasHalfDays(format = ''): boolean | undefined {
  return /[hK]/.test(formatLetters(format)) ? true : undefined;
}

function choiceQuestion({ type, items, options }: TypebotInput, texts: Texts): QuestionOf<'choice'> {
  const isPicture = type === 'picture choice input' || items.every(({ content }) => content === undefined);
  const style = type !== 'choice input' && isPicture ? 'picture' : 'choice';
  const choices = items.map((item, index): ChoiceOption => {
    const title = filled(style === 'choice' ? item.content : item.title);
    const description = style === 'picture' ? filled(item.description) : undefined;
    return {
      id: item.id,
      label: oneLine(title ?? description ?? texts.unnamedOption(index + 1)),
      engineText: title ?? (style === 'picture' ? (filled(item.pictureSrc) ?? '') : ''),
      value: filled(item.value),
      description: title ? description : undefined,
      picture: style === 'picture' ? imageAddressIn(item.pictureSrc) : undefined,
    };
  });
  return {
    kind: 'choice',
    style,
    options: choices,
    cards: [],
    multiple: options.isMultipleChoice ?? false,
    searchable: options.isSearchable ?? false,
  };
}

function cardsQuestion({ items }: TypebotInput, texts: Texts): QuestionOf<'choice'> {
  const cards = items.map((item) => ({
    title: filled(item.title) ?? '',
    description: filled(item.description),
    image: imageAddressIn(item.imageUrl),
  }));
  const paths = items.flatMap((item, card) =>
    (item.paths ?? [])
      .filter((path) => path !== undefined)
      .map((path) => ({
        id: path.id,
        label: oneLine(filled(path.text) ?? filled(item.title) ?? texts.unnamedOption(card + 1)),
        engineText: filled(path.text) ?? '',
        card,
      })),
  );
  return { kind: 'choice', style: 'cards', options: paths, cards, multiple: false, searchable: false };
}

function ratingQuestion({ options }: TypebotInput): QuestionOf<'rating'> {
  const icons = options.buttonType === 'Icons';
  return {
    kind: 'rating',
    // Typebot ignores `startsAt` for icons.
    first: icons ? 1 : (options.startsAt ?? 0),
    last: options.length ?? 10,
    icons,
    left: filled(options.labels?.left),
    right: filled(options.labels?.right),
  };
}

function fileQuestion({ options }: TypebotInput): QuestionOf<'file'> {
  const limit = options.allowedFileTypes;
  return {
    kind: 'file',
    required: options.isRequired ?? true,
    multiple: options.isMultipleAllowed ?? false,
    skip: filled(options.labels?.skip),
    types: limit?.isEnabled ? limit.types : undefined,
  };
}

/** Which explanation to give when a reply does not fit; undefined if the question asks for no reply. */
export function answerKind({ kind }: Question): AnswerKind | undefined {
  switch (kind) {
    case 'embed':
    case 'webhook':
    case 'payment':
      return undefined;
    case 'other':
      return 'text';
    default:
      return kind;
  }
}

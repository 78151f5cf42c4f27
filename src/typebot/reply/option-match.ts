import type { ChatMessage } from '../../../activities/ports/typebot.js';
import type { ChoiceOption, OpenQuestion, QuestionOf } from '../schema.js';
import { optionKeys, withoutOwnMark } from '../../foreign/own-marks.js';
import { spokenIndex, spokenNumber } from './spoken-choice.js';
import { asciiDigits, bareWords, plainWords } from './plain-words.js';
import { shownTitle } from '../schema.js';

/** Ids of the options a text names: one, several that fit it equally, or none. */
export type OptionIds = string[];

/**
 * What a text names among the options: id or label as written; label without case, accents,
 * emoji and punctuation; the shortened title; the value, which nobody sees; the number shown; the unique beginning of a
 * label.
 */
export function matchOption(text: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const written = matchWritten(text, open, question);
  return written.length > 0 ? written : matchSpoken(text, open, question);
}

/** "The second", "opção 2", where no option says otherwise. */
function matchSpoken(text: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const number = spokenNumber(text);
  if (number !== undefined) return matchWritten(number, open, question);
  const index = spokenIndex(text);
  const id = index === undefined ? undefined : open.order.at(index);
  return id === undefined ? [] : [id];
}

function matchWritten(text: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const said = text.trim();
  const position = positionIn(said);
  const labels = byLabel(said, open, question);
  // Only a label can outrank the number shown: the contact never sees ids and values.
  const byPosition = atKey(position === undefined ? said : String(position), open, question);
  const ranked =
    position === undefined
      ? [byId(said, question), labels, byExactValue(said, question), byValue(said, question), byPosition]
      : [labels, byPosition, byId(said, question), byExactValue(said, question)];
  return (
    ranked.find((ids) => ids.length > 0) ??
    (numberedLabel(said, open, question) || byBeginning(said, question))
  );
}

function byId(said: string, { options }: QuestionOf<'choice'>): OptionIds {
  return options.filter(({ id }) => id === said).map(({ id }) => id);
}

function byExactValue(said: string, { options }: QuestionOf<'choice'>): OptionIds {
  return options.filter(({ value }) => value === said).map(({ id }) => id);
}

function byLabel(said: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const exact = question.options.filter(({ label, engineText }) => label === said || engineText === said);
  if (exact.length > 0) return exact.map(({ id }) => id);
  const words = bareWords(said);
  const isSame = (label: string | undefined) =>
    label !== undefined && words !== '' && bareWords(label) === words;
  const isTitled = ({ id }: ChoiceOption) =>
    open.choices.some((choice) => choice.id === id && isSame(choice.title));
  const tests: ((option: ChoiceOption) => boolean)[] = [
    ({ label }) => isSame(label),
    isTitled,
    ({ id }) => isSame(shownTitle(open, id)),
    ({ label }) => isSame(withoutOwnMark(label)),
  ];
  for (const test of tests) {
    const found = question.options.filter(test);
    if (found.length > 0) return found.map(({ id }) => id);
  }
  return byCardTitle(words, question);
}

function byValue(said: string, { options }: QuestionOf<'choice'>): OptionIds {
  const words = bareWords(said);
  return options
    .filter(({ value }) => value !== undefined && words !== '' && bareWords(value) === words)
    .map(({ id }) => id);
}

/** The engine takes a card's title for its first path. */
function byCardTitle(words: string, { cards, options }: QuestionOf<'choice'>): OptionIds {
  const card = cards.findIndex(({ title }) => words !== '' && bareWords(title) === words);
  const first = options.find((option) => option.card === card);
  return card >= 0 && first ? [first.id] : [];
}

/** `2`, `2.`, `#2`, `2)`, `2️⃣` as a number. */
export function positionIn(text: string): number | undefined {
  const plain = asciiDigits(text.replace(/[\ufe0f\u20e3]/g, '').replace('🔟', '10')).trim();
  const match = /^[#(]?\s*(\d{1,4})\s*[.):°º-]*$/.exec(plain);
  return match ? Number(match[1]) : undefined;
}

/** What people type for each option: the mark that its label shows, else its place in the order shown. */
export function atKey(said: string, { order }: OpenQuestion, { options }: QuestionOf<'choice'>): OptionIds {
  const labels = order.map((id) => options.find((option) => option.id === id)?.label ?? '');
  const key = /^[([]?(\d+|[a-z])[)\].:-]*$/i.exec(said.trim())?.[1]?.toLowerCase();
  const id = key && order[optionKeys(labels).findIndex((shown) => shown.key === key)];
  return id ? [id] : [];
}

/** A line copied from the numbered text: `2. Option B`. */
function numberedLabel(
  said: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
): OptionIds | undefined {
  const match = /^(\d{1,4})\s*[.):-]\s*(\S.*)$/s.exec(asciiDigits(said));
  const [id] = match?.[1] === undefined ? [] : atKey(String(Number(match[1])), open, question);
  const rest = match?.[2];
  return id && rest && byLabel(rest, open, question).includes(id) ? [id] : undefined;
}

const MIN_BEGINNING = 3;

function byBeginning(said: string, { options }: QuestionOf<'choice'>): OptionIds {
  const words = bareWords(said);
  if ((words.match(/\p{L}/gu) ?? []).length < MIN_BEGINNING) return [];
  const found = options.filter(({ label }) =>
    [label, withoutOwnMark(label)].some((name) => bareWords(name).startsWith(words)),
  );
  return found.length === 1 ? found.map(({ id }) => id) : [];
}

/** Options whose label contains what was typed, for the filter of a searchable choice. */
export function filterOptions(text: string, { options }: QuestionOf<'choice'>): OptionIds {
  const words = plainWords(text);
  if (!words) return [];
  return options.filter(({ label }) => plainWords(label).includes(words)).map(({ id }) => id);
}

/**
 * The reply by which the engine takes exactly this option: its label with the id as `replyId`. A text
 * that means another item too would win over the id, so then the id or a text that fits nothing is sent.
 */
export function optionMessage(option: ChoiceOption, { style, options }: QuestionOf<'choice'>): ChatMessage {
  const { id } = option;
  const others = options.filter((other) => other.id !== id);
  const isTaken = (text: string) =>
    others.some((other) => [other.id, other.value, other.engineText].some((taken) => taken?.trim() === text));
  const texts = style === 'cards' ? [id] : [option.engineText, id];
  const text = texts.find((candidate) => candidate !== '' && !isTaken(candidate)) ?? `reply ${id}`;
  return { type: 'text', text, metadata: { replyId: id } };
}

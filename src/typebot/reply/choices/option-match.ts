import type { ChatMessage } from '../../../../activities/ports/typebot.js';
import type { ChoiceOption, OpenQuestion, QuestionOf } from '../../schema.js';
import { namesOf, nameWords, type OptionIds } from './option-names.js';
import { asciiDigits, plainWords } from '../plain-words.js';
import { spokenIndex, spokenNumber } from './spoken-choice.js';

/**
 * The options that a text names. Tried in turn: id or label as written; label ignoring case, accents, emoji and
 * punctuation; shortened title; hidden value; number shown; unambiguous beginning of a label; spoken number or ordinal.
 * A text that is a number is matched with labels and numbers first.
 */
export function matchOption(text: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const written = matchWritten(text, open, question);
  return written.length > 0 ? written : matchSpoken(text, open, question);
}

/** "The second", "opção 2". */
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
  // For a number, the number shown outranks ids and values, which the contact never sees.
  const byPosition = atKey(position === undefined ? said : String(position), open, question);
  const ranked =
    position === undefined
      ? [
          byId(said, question),
          labels,
          byExactValue(said, question),
          byValue(said, open, question),
          byPosition,
        ]
      : [labels, byPosition, byId(said, question), byExactValue(said, question)];
  return (
    ranked.find((ids) => ids.length > 0) ??
    (numberedLabel(said, open, question) || byBeginning(said, open, question))
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
  const words = nameWords(said);
  const { labels } = namesOf(open, question);
  return labels.map((ids) => ids.get(words)).find((ids) => ids !== undefined) ?? [];
}

function byValue(said: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  return namesOf(open, question).values.get(nameWords(said)) ?? [];
}

/** In UTF-16 units; no option number is written longer. */
const MAX_POSITION = 32;

/** Reads `2`, `2.`, `#2`, `2)` or `2️⃣`; undefined for other texts. */
export function positionIn(text: string): number | undefined {
  const said = text.trim();
  if (said.length > MAX_POSITION) return undefined;
  const plain = asciiDigits(said.replace(/[\ufe0f\u20e3]/g, '').replace('🔟', '10')).trim();
  const match = /^[#(]?\s*(\d{1,4})\s*[.):°º-]*$/.exec(plain);
  return match ? Number(match[1]) : undefined;
}

/** The option with this key: the number or letter that its label begins with, else its position in the order shown. */
export function atKey(said: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const key = /^[([]?(\d+|[a-z])[)\].:-]*$/i.exec(said.trim())?.[1]?.toLowerCase();
  const id = key && namesOf(open, question).keys.get(key);
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

/** Letters that a beginning needs to name an option. */
const MIN_BEGINNING = 3;

function byBeginning(said: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const words = nameWords(said);
  if ((words.match(/\p{L}/gu) ?? []).length < MIN_BEGINNING) return [];
  const { options } = namesOf(open, question);
  const found = options.filter(({ names }) => names.some((name) => name.startsWith(words)));
  return found.length === 1 ? found.map(({ id }) => id) : [];
}

/** Searches a searchable choice: the options whose label contains the text. */
export function filterOptions(text: string, open: OpenQuestion, question: QuestionOf<'choice'>): OptionIds {
  const words = plainWords(text);
  if (!words) return [];
  const { options } = namesOf(open, question);
  return options.filter(({ plain }) => plain.includes(words)).map(({ id }) => id);
}

/**
 * The reply that makes the engine choose exactly this option: its label, with its id as `replyId`. The engine prefers a
 * text that names an item to the `replyId`, so a label that also names another item is replaced by the id, or by a text
 * that names nothing.
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

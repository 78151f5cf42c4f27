import type { ChoiceOption, OpenQuestion, QuestionOf } from '../../schema.js';
import { atKey, matchOption, positionIn } from './option-match.js';
import { MAX_NAME } from './option-names.js';
import { asciiDigits, bareWords, plainWords } from '../plain-words.js';
import { cutOut, wholeWordAt, wordText } from '../whole-words.js';

/**
 * What a text chooses in a multiple choice; undefined when it names no option.
 * - `ids`: the chosen items, in item order.
 * - `outside`: a number that is not on the list; the question is asked again.
 * - `ambiguous`: a label that several items share.
 */
export type MultipleReading =
  { type: 'ids'; ids: string[] } | { type: 'outside' } | { type: 'ambiguous'; ids: string[] } | undefined;

const SEPARATORS = /[,;\n/&+]|(?<=\s)(?:e|y|and|ou|or|o)(?=\s)/giu;

/**
 * The labels of the chosen items, as the web client sends them, or their ids if the engine would misread the labels: it
 * searches the whole text for every item's id and value, then for labels.
 */
export function multipleText(ids: string[], { options }: QuestionOf<'choice'>): string {
  const wanted = new Set(ids);
  const chosen = options.filter(({ id }) => wanted.has(id));
  const labels = chosen.map(({ engineText }) => engineText);
  const text = labels.join(', ');
  if (chosen.length > MAX_PARTS || text.length > MAX_LABELS || !labels.every(Boolean)) return ids.join(', ');
  const words = wordText(text.toLowerCase());
  const isIn = (name = '') => name !== '' && wholeWordAt(words, name.toLowerCase()) >= 0;
  const isDistinct = new Set(labels.map((label) => label.toLowerCase())).size === labels.length;
  const isMistaken = options.some(
    ({ id, value, engineText }) =>
      isIn(id) || (value !== engineText && isIn(value)) || (!wanted.has(id) && isIn(engineText)),
  );
  return isDistinct && !isMistaken ? text : ids.join(', ');
}

/** In UTF-16 units. Longer texts are replaced by ids, because checking them for misreadings takes too long. */
const MAX_LABELS = 2_000;

/** How many parts of a reply are compared with every option. */
const MAX_PARTS = 50;

/** Looks for whole labels first, since they may contain separators, then reads each part between separators. */
export function readMultiple(
  text: string,
  open: OpenQuestion,
  question: QuestionOf<'choice'>,
): MultipleReading {
  const named = takeNames(asciiDigits(text.replace(/[\ufe0f\u20e3]/g, '').replace('🔟', '10')), question);
  if (named.ambiguous) return { type: 'ambiguous', ids: named.ambiguous };
  const chosen = new Set(named.ids);
  const parts = named.rest.split(SEPARATORS).filter((part) => part.trim() !== '');
  for (const part of parts.slice(0, MAX_PARTS)) {
    const matches = readPart(part, open, question);
    if (matches === 'outside') return { type: 'outside' };
    for (const id of matches) chosen.add(id);
  }
  const ids = question.options.map(({ id }) => id).filter((id) => chosen.has(id));
  return ids.length > 0 ? { type: 'ids', ids } : undefined;
}

interface Taken {
  ids: string[];
  rest: string;
  ambiguous?: string[];
}

/** Finds ids, labels and values that appear in the text as whole words, longest first, and removes them from it. */
function takeNames(text: string, { options }: QuestionOf<'choice'>): Taken {
  const words = wordText(plainWords(text.replace(/\n/g, ' ; ')));
  const taken: string[] = [];
  const names = namesIn(options);
  for (const name of [...names.keys()].sort((a, b) => b.length - a.length)) {
    let at = wholeWordAt(words, name);
    if (at < 0) continue;
    const ids = names.get(name) ?? [];
    if (ids.length > 1) return { ids: taken, rest: words.text, ambiguous: ids };
    for (; at >= 0; at = wholeWordAt(words, name, at)) cutOut(words, at, name.length);
    taken.push(...ids);
  }
  return { ids: taken, rest: words.text };
}

/**
 * The options' ids by everything that names them, in `plainWords`. Names longer than `MAX_NAME` are left out: nobody
 * types them in a list. A bare number is read as a position unless it is a label.
 */
function namesIn(options: ChoiceOption[]): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const labels = new Set(options.map(({ label }) => plainWords(short(label))));
  for (const { id, label, value } of options) {
    const words = [id, label, value].map((name) => plainWords(short(name)));
    for (const name of new Set([...words, bareWords(short(label))])) {
      const others = names.get(name);
      if (others) others.push(id);
      else if (name && (labels.has(name) || !/^\d+$/.test(name))) names.set(name, [id]);
    }
  }
  return names;
}

function short(name = ''): string {
  return name.length > MAX_NAME ? '' : name;
}

function readPart(part: string, open: OpenQuestion, question: QuestionOf<'choice'>): string[] | 'outside' {
  const whole = matchOption(part, open, question);
  if (whole.length === 1) return whole;
  const numbers = part
    .split(/\s+/)
    .map(positionIn)
    .filter((position) => position !== undefined);
  const chosen = numbers.map((number) => atKey(String(number), open, question));
  return chosen.some((ids) => ids.length === 0) ? 'outside' : chosen.flat();
}

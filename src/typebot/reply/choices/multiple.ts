import type { ChoiceOption, OpenQuestion, QuestionOf } from '../../schema.js';
import { atKey, matchOption, positionIn } from './option-match.js';
import { MAX_NAME } from './option-names.js';
import { asciiDigits, bareWords, plainWords } from '../plain-words.js';
import { cutOut, wholeWordAt, wordText } from '../whole-words.js';

/**
 * What a text chooses of a multiple choice.
 * - `ids`: the chosen items, in item order.
 * - `outside`: a number that is not on the list; the question is asked again.
 * - `ambiguous`: a label that several items share.
 */
export type MultipleReading =
  { type: 'ids'; ids: string[] } | { type: 'outside' } | { type: 'ambiguous'; ids: string[] } | undefined;

const SEPARATORS = /[,;\n/&+]|(?<=\s)(?:e|y|and|ou|or|o)(?=\s)/giu;

/**
 * The labels of the chosen items, as the web client sends them; their ids where a label would mean something else to the
 * engine, which looks for ids and values everywhere in the text, then for labels.
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

/** Labels that are longer together are not sent in words: each would be looked for in all of them. */
const MAX_LABELS = 2_000;

/** So many parts of a reply are held against every option. */
const MAX_PARTS = 50;

/** Whole labels first, since they may hold commas; then parts between separators, then numbers between spaces. */
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

/** Takes ids, labels and values out of a text wherever they stand as whole words, the longest first. */
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
 * What options are called, in `plainWords`: nobody types a name longer than `MAX_NAME` among others. A bare number is left
 * to the positions, unless it is a label.
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

import type { OpenQuestion, QuestionOf } from '../schema.js';
import { atKey, matchOption, positionIn } from './option-match.js';
import { asciiDigits, bareWords, plainWords } from './plain-words.js';

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
  const chosen = options.filter(({ id }) => ids.includes(id));
  const labels = chosen.map(({ engineText }) => engineText);
  const text = labels.join(', ');
  const isDistinct = new Set(labels.map((label) => label.toLowerCase())).size === labels.length;
  const isMistaken = options.some(
    ({ id, value, engineText }) =>
      holdsWord(text, id) ||
      (value !== engineText && holdsWord(text, value)) ||
      (!ids.includes(id) && holdsWord(text, engineText)),
  );
  const isPlain = chosen.length <= MAX_PARTS && isDistinct && labels.every(Boolean) && !isMistaken;
  return isPlain ? text : ids.join(', ');
}

function holdsWord(text: string, name = ''): boolean {
  if (name === '' || !text.toLowerCase().includes(name.toLowerCase())) return false;
  return wholeWord(name, 'iu').test(text);
}

function wholeWord(name: string, flags: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}_])${escaped(name)}(?![\\p{L}\\p{N}_])`, flags);
}

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
  const names = new Map<string, string[]>();
  for (const { id, label, value } of options) {
    for (const name of new Set([
      plainWords(id),
      plainWords(label),
      bareWords(label),
      plainWords(value ?? ''),
    ])) {
      if (name) names.set(name, [...(names.get(name) ?? []), id]);
    }
  }
  const taken: Taken = { ids: [], rest: plainWords(text.replace(/\n/g, ' ; ')) };
  // A name that is a bare number is left to the positions, unless it is a label.
  const isName = (name: string) =>
    !/^\d+$/.test(name) || options.some(({ label }) => plainWords(label) === name);
  const ordered = [...names.keys()].filter(isName).sort((a, b) => b.length - a.length);
  for (const name of ordered) {
    const pattern = wholeWord(name, 'gu');
    if (!pattern.test(taken.rest)) continue;
    const ids = names.get(name) ?? [];
    if (ids.length > 1) return { ...taken, ambiguous: ids };
    taken.rest = taken.rest.replace(pattern, ' , ');
    taken.ids.push(...ids);
  }
  return taken;
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
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

import { optionKeys, withoutOwnMark } from '../../../foreign/own-marks.js';
import { shownTitle, type OpenQuestion, type QuestionOf } from '../../schema.js';
import { bareWords, plainWords } from '../plain-words.js';

/** Ids of the options that a text names: one, several that match equally well, or none. */
export type OptionIds = string[];

/** Everything that names an option of a question. Names other than `keys` are in `nameWords`. */
export interface OptionNames {
  /**
   * In order of preference: labels, titles as shown, shortened titles, labels without their own number, card titles.
   */
  labels: ReadonlyMap<string, OptionIds>[];
  /** Hidden values that the options set; the contact does not see them. */
  values: ReadonlyMap<string, OptionIds>;
  /** Numbers or letters that the labels begin with, else positions in the order shown. */
  keys: ReadonlyMap<string, string>;
  /** For each option in order: the names that a beginning is matched with, and the label in `plainWords`. */
  options: { id: string; names: string[]; plain: string }[];
}

/** Names are compared up to this many UTF-16 units. */
export const MAX_NAME = 500;

const known = new WeakMap<OpenQuestion, OptionNames>();

/** Computed once per question: there may be a thousand options, and every part of a reply is compared with them. */
export function namesOf(open: OpenQuestion, question: QuestionOf<'choice'>): OptionNames {
  const names = known.get(open) ?? gather(open, question);
  known.set(open, names);
  return names;
}

/** The form in which names are compared. */
export function nameWords(text: string): string {
  return bareWords(text.slice(0, MAX_NAME));
}

function gather(open: OpenQuestion, question: QuestionOf<'choice'>): OptionNames {
  const { options } = question;
  const titles = titlesOf(open);
  const unmarked = options.map(({ label }) => withoutOwnMark(label.slice(0, MAX_NAME)));
  const idsBy = (namesAt: (option: (typeof options)[number], at: number) => (string | undefined)[]) =>
    byName(options.map((option, at) => ({ id: option.id, names: namesAt(option, at) })));
  return {
    labels: [
      idsBy(({ label }) => [label]),
      idsBy(({ id }) => titles.get(id) ?? []),
      idsBy(({ id }) => [shownTitle(open, id)]),
      idsBy((_, at) => [unmarked[at]]),
      cardsByTitle(question),
    ],
    values: idsBy(({ value }) => [value]),
    keys: keysOf(open, question),
    options: options.map(({ id, label }, at) => ({
      id,
      names: [label, unmarked[at] ?? ''].map(nameWords),
      plain: plainWords(label.slice(0, MAX_NAME)),
    })),
  };
}

function titlesOf({ choices }: OpenQuestion): Map<string, string[]> {
  const titles = new Map<string, string[]>();
  for (const { id, title } of choices) {
    const others = titles.get(id);
    if (others) others.push(title);
    else titles.set(id, [title]);
  }
  return titles;
}

function byName(options: { id: string; names: (string | undefined)[] }[]): Map<string, OptionIds> {
  const ids = new Map<string, OptionIds>();
  for (const { id, names } of options) {
    for (const name of new Set(names.map((one = '') => nameWords(one)))) {
      const same = ids.get(name);
      if (same) same.push(id);
      else if (name !== '') ids.set(name, [id]);
    }
  }
  return ids;
}

/** To the engine, a card's title means the card's first path. */
function cardsByTitle({ cards, options }: QuestionOf<'choice'>): Map<string, OptionIds> {
  const firstOf = new Map(options.toReversed().map(({ card, id }) => [card, id]));
  const named = cards.map(({ title }, card) => {
    const first = firstOf.get(card);
    return [nameWords(title), first === undefined ? [] : [first]] as const;
  });
  return new Map(named.filter(([name]) => name !== '').reverse());
}

function keysOf({ order }: OpenQuestion, { options }: QuestionOf<'choice'>): Map<string, string> {
  const labels = new Map(options.toReversed().map(({ id, label }) => [id, label]));
  const keys = optionKeys(order.map((id) => (labels.get(id) ?? '').slice(0, MAX_NAME)));
  const named = order.map((id, at) => [keys[at]?.key ?? '', id] as const);
  return new Map(named.reverse());
}

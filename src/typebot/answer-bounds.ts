import { cutText } from '../foreign/cut-text.js';

/** Most text of one answer, in UTF-16 units: eight full messages of WhatsApp. */
const MAX_TEXT = 32_768;
/** Deepest JSON of a bubble: a rich text of ten lists in one another. Every quote and list around a line prefixes it. */
const MAX_NESTING = 48;
/** Most values of an answer's bubbles and question: nodes of rich texts, options and their members. */
const MAX_VALUES = 20_000;
/** Most bubbles, actions, options or lines of a log. */
const MAX_LIST = 1_000;

/** Where an image may be written out as `data:`; everywhere else a long text is one that somebody would read. */
const ADDRESSES: readonly string[] = ['url', 'pictureSrc', 'imageUrl'];

/** An answer as far as a conversation can take it. */
export interface BoundedAnswer {
  answer: Record<string, unknown>;
  /** Something was left out. */
  isCut: boolean;
}

/**
 * Bounds what a viewer may put into one answer, before it is read and rendered: both hold the event loop for as long as
 * they take. The question comes first, for the conversation goes on from it. Scripts and requests are left whole.
 */
export function boundAnswer(answer: Record<string, unknown>): BoundedAnswer {
  const left: Left = { text: MAX_TEXT, values: MAX_VALUES, depth: 0, isCut: false };
  const { input, messages, clientSideActions, logs, ...others } = answer;
  const bounded = {
    ...others,
    input: take(input, left),
    messages: take(messages, left),
    clientSideActions: firstOf(clientSideActions, left),
    logs: take(logs, left),
  };
  return { answer: bounded, isCut: left.isCut };
}

interface Left {
  text: number;
  values: number;
  /** Where the walk is. */
  depth: number;
  isCut: boolean;
}

/** Recursive, for foreign JSON ends at its depth. */
function take(value: unknown, left: Left, key = ''): unknown {
  left.values -= 1;
  if (typeof value === 'string') return takeText(value, left, key);
  if (typeof value !== 'object' || value === null) return value;
  if (left.depth === MAX_NESTING) {
    left.isCut = true;
    return undefined;
  }
  left.depth += 1;
  const taken = takeMembers(value, left);
  left.depth -= 1;
  return taken;
}

function takeMembers(value: object, left: Left): unknown {
  if (Array.isArray(value)) return takeList(value, left);
  return Object.fromEntries(
    whileLeft(Object.entries(value), left, ([name, inner]) => [name, take(inner, left, name)]),
  );
}

function takeList(list: unknown[], left: Left): unknown[] {
  return whileLeft(firstOf(list, left), left, (inner) => take(inner, left));
}

function whileLeft<T, U>(list: T[], left: Left, taken: (inner: T) => U): U[] {
  const all: U[] = [];
  for (const inner of list) {
    if (left.values > 0) all.push(taken(inner));
    else left.isCut = true;
  }
  return all;
}

function firstOf<T>(list: T, left: Left): T;
function firstOf(list: unknown, left: Left): unknown {
  if (!Array.isArray(list) || list.length <= MAX_LIST) return list;
  left.isCut = true;
  return list.slice(0, MAX_LIST);
}

function takeText(text: string, left: Left, key: string): string {
  if (ADDRESSES.includes(key) && text.startsWith('data:')) return text;
  const most = Math.max(0, left.text);
  const kept = most === 0 ? '' : cutText(text, most);
  left.text -= kept.length;
  if (kept.length < text.length) left.isCut = true;
  return kept;
}

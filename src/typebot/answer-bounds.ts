import { cutText } from '../foreign/cut-text.js';

/** Limit of the text in one answer, in UTF-16 units: eight full WhatsApp messages. */
const MAX_TEXT = 32_768;
/** Deepest nesting of JSON that is kept: enough for rich text with lists nested ten deep. */
const MAX_NESTING = 48;
/** Limit of the JSON values (rich text nodes, options, their members) in an answer's bubbles and question together. */
const MAX_VALUES = 20_000;
/** Limit of the bubbles, of the actions, of the options and of the log lines. */
const MAX_LIST = 1_000;

/** Keys under which a `data:` URL is kept whole: it is an image, not text that somebody will read. */
const ADDRESSES: readonly string[] = ['url', 'pictureSrc', 'imageUrl'];

/** An answer cut down to what a conversation can handle. */
export interface BoundedAnswer {
  answer: Record<string, unknown>;
  /** Something was left out. */
  isCut: boolean;
}

/**
 * Cuts an oversized answer before it is parsed and rendered, because both block the event loop. The question is kept
 * first, since the conversation continues from it. Actions are limited in number only: scripts and requests stay whole.
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
  /** Current depth of the walk, not what is left of it. */
  depth: number;
  isCut: boolean;
}

/** Recursive, which is safe because the depth is bounded. */
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

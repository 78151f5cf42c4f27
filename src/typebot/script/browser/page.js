import { call, DOMException } from './call.js';
import { structuredClone } from './clone.js';
import { Intl, LocalDate } from './dates.js';
import { TextDecoder, TextEncoder } from './text.js';
import { addTimer, fireTimer, nextTimerMs, removeTimer } from './timers.js';
import { URL, URLSearchParams } from './url.js';

// Kept, because the script may replace them.
const { parse, stringify } = JSON;
const { apply } = Reflect;
const { then } = Promise.prototype;

const navigator = {
  userAgent: 'Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36',
  maxTouchPoints: 5,
  language: 'pt-BR',
};

// Writable and not enumerable, as in a browser.
const globals = {
  ...{ DOMException, Date: LocalDate, Intl, TextDecoder, TextEncoder, URL, URLSearchParams, navigator },
  ...{ window: globalThis, self: globalThis, innerWidth: 390, innerHeight: 844, ontouchstart: null },
  console: { log() {}, info() {}, warn() {}, error() {}, debug() {} },
  crypto: { randomUUID: () => call('randomUuid') },
  btoa: (text) => call('btoa', String(text)),
  atob: (text) => call('atob', String(text)),
  structuredClone: (value) => structuredClone(value),
  queueMicrotask: (callback) => void apply(then, Promise.resolve(), [() => callback()]),
  setTimeout: (callback, ms, ...args) => addTimer(callback, ms, args, false),
  setInterval: (callback, ms, ...args) => addTimer(callback, ms, args, true),
  clearTimeout: removeTimer,
  clearInterval: removeTimer,
};
for (const [name, value] of Object.entries(globals))
  Object.defineProperty(globalThis, name, { value, writable: true, configurable: true });

let outcome = { state: 'pending' };

/** A string is the reply as it is, another value as JSON. Null and undefined mean no reply. */
function succeed(result) {
  const text = typeof result === 'string' ? result : stringify(result);
  outcome = result === null || text === undefined ? { state: 'none' } : { state: 'text', text };
}

function fail(error) {
  outcome = { state: 'failed', thrown: describe(error) };
}

function describe(error) {
  try {
    if (!(error instanceof Error)) return { message: typeof error === 'string' ? error.slice(0, 1000) : '' };
    const [name, message, stack] = [error.name, error.message, error.stack].map((part) => String(part));
    return { name: name.slice(0, 100), message: message.slice(0, 1000), stack: stack.slice(0, 2000) };
  } catch {
    return { message: '' };
  }
}

/** Calls the script, an async function, with arguments given as JSON. */
export function start(script, args) {
  const succeeded = apply(then, script(...parse(args)), [succeed]);
  apply(then, succeeded, [undefined, fail]);
}

/** The state of the script, as JSON; `too large` if its reply is longer than `limit`. */
export function outcomeWithin(limit) {
  const isTooLong = outcome.state === 'text' && outcome.text.length > limit;
  return stringify(isTooLong ? { state: 'too large' } : outcome);
}

export { fireTimer, nextTimerMs };

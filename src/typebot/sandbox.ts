import {
  newQuickJSWASMModule,
  shouldInterruptAfterDeadline,
  type QuickJSContext,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';
import type { AutomaticAction } from '../../activities/ports.js';
import { offsetMinutes } from './clock.js';

type Script = Extract<AutomaticAction, { type: 'script' }>;

/** What a script came to: the reply for Typebot (undefined = continue without message), or why it failed. */
export type ScriptResult = { ok: true; text?: string } | { ok: false; reason: 'time limit' | 'error' };

const TIME_LIMIT_MS = 1000;
const MEMORY_LIMIT_BYTES = 32 * 1024 * 1024;
const STACK_LIMIT_BYTES = 512 * 1024;

/** Compiling the engine takes longer than most scripts: it is kept, until a script has broken it. */
let engine: QuickJSWASMModule | undefined;

/**
 * A phone-like browser, and a `Date` whose local time is the typebot's. The engine's own local time is UTC, so only
 * what differs from UTC is replaced.
 */
const PRELUDE = `
const navigator = { userAgent: 'Mozilla/5.0 (Linux; Android 14; Mobile) AppleWebKit/537.36 Chrome/130 Mobile Safari/537.36', maxTouchPoints: 5, language: 'pt-BR' };
const window = { innerWidth: 390, innerHeight: 844, ontouchstart: null, navigator };
const console = { log() {}, info() {}, warn() {}, error() {}, debug() {} };
globalThis.window = window; globalThis.navigator = navigator; globalThis.console = console;
{
  const Utc = Date;
  const offsetMs = (ms) => offsetMinutes(ms) * 60000;
  const shifted = (date) => new Utc(date.getTime() + offsetMs(date.getTime()));
  const toUtc = (localMs) => { const guess = localMs - offsetMs(localMs); return localMs - offsetMs(guess); };
  const parse = (text) => {
    const ms = Utc.parse(text);
    const isLocal = !/(Z|[+-]\\d\\d:?\\d\\d|GMT|UTC)\\s*(\\(.*\\))?$/i.test(text) && !/^\\d{4}(-\\d\\d){0,2}$/.test(text);
    return isLocal ? toUtc(ms) : ms;
  };
  globalThis.Date = class Date extends Utc {
    constructor(...args) {
      if (args.length === 0) super();
      else if (args.length > 1) super(toUtc(Utc.UTC(...args)));
      else super(typeof args[0] === 'string' ? parse(args[0]) : args[0]);
    }
    static parse(text) { return parse(String(text)); }
    getTimezoneOffset() { return -offsetMinutes(this.getTime()); }
    toString() { return shifted(this).toISOString().slice(0, 19).replace('T', ' '); }
    toDateString() { return shifted(this).toISOString().slice(0, 10); }
    toTimeString() { return shifted(this).toISOString().slice(11, 19); }
  };
  for (const part of ['FullYear', 'Month', 'Date', 'Day', 'Hours', 'Minutes', 'Seconds', 'Milliseconds']) {
    Date.prototype['get' + part] = function () { return shifted(this)['getUTC' + part](); };
    if (part !== 'Day') Date.prototype['set' + part] = function (...args) {
      const local = shifted(this);
      local['setUTC' + part](...args);
      return this.setTime(toUtc(local.getTime()));
    };
  }
  for (const name of ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']) {
    const own = Utc.prototype[name];
    Date.prototype[name] = function () { return own.call(shifted(this)); };
  }
}
`;

/**
 * Evaluates an author's script in an engine of its own (typebot A9): 1 s, 32 MB, no network, no files, nothing of
 * the host. Never throws.
 */
export async function runScript(script: Script, timeZone: string): Promise<ScriptResult> {
  const literal = script.content.trim();
  if (/^0\d+$/.test(literal)) return { ok: true, text: literal };
  const quickJs = (engine ??= await newQuickJSWASMModule());
  const runtime = quickJs.newRuntime();
  const deadlineMs = Date.now() + TIME_LIMIT_MS;
  runtime.setMemoryLimit(MEMORY_LIMIT_BYTES);
  runtime.setMaxStackSize(STACK_LIMIT_BYTES);
  runtime.setInterruptHandler(shouldInterruptAfterDeadline(deadlineMs));
  const context = runtime.newContext();
  try {
    provideClock(context, timeZone);
    const result = evaluate(context, toProgram(script));
    return !result.ok && Date.now() >= deadlineMs ? { ok: false, reason: 'time limit' } : result;
  } catch {
    return { ok: false, reason: Date.now() >= deadlineMs ? 'time limit' : 'error' };
  } finally {
    disposeQuietly(context, runtime);
  }
}

/** An engine that ran out of stack may refuse an orderly end: the next script gets another, its memory goes with it. */
function disposeQuietly(...parts: { dispose: () => void }[]): void {
  for (const part of parts) {
    try {
      part.dispose();
    } catch {
      engine = undefined;
      return;
    }
  }
}

function provideClock(context: QuickJSContext, timeZone: string): void {
  const clock = context.newFunction('offsetMinutes', (atMs) => {
    const ms = context.getNumber(atMs);
    return context.newNumber(Number.isFinite(ms) && Math.abs(ms) < 8e15 ? offsetMinutes(ms, timeZone) : 0);
  });
  context.setProp(context.global, 'offsetMinutes', clock);
  clock.dispose();
}

/** Replies are strings as they are and other values as JSON; null and undefined are none (A9). */
function toProgram({ content, args }: Script): string {
  const names = args.filter(({ id }) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(id));
  const parameters = names.map(({ id }) => id).join(', ');
  const values = JSON.stringify(names.map(({ value }) => value ?? null));
  const body = content.includes('return ') ? content : `return (${content.trim().replace(/;$/, '')}\n)`;
  return `${PRELUDE}
globalThis.outcome = { state: 'pending' };
(async function (${parameters}) {
${body}
})(...JSON.parse(${JSON.stringify(values)})).then(
  (result) => {
    const text = typeof result === 'string' ? result : JSON.stringify(result);
    outcome = result === null || text === undefined ? { state: 'none' } : { state: 'text', text };
  },
  () => { outcome = { state: 'failed' }; },
);`;
}

function evaluate(context: QuickJSContext, program: string): ScriptResult {
  const evaluated = context.evalCode(program);
  if (evaluated.error) {
    evaluated.error.dispose();
    return { ok: false, reason: 'error' };
  }
  evaluated.value.dispose();
  const jobs = context.runtime.executePendingJobs();
  if (jobs.error) {
    jobs.error.dispose();
    return { ok: false, reason: 'error' };
  }
  return readOutcome(context);
}

function readOutcome(context: QuickJSContext): ScriptResult {
  const outcome = context.getProp(context.global, 'outcome');
  const [state, text] = ['state', 'text'].map((name) => {
    const property = context.getProp(outcome, name);
    const read = context.typeof(property) === 'string' ? context.getString(property) : undefined;
    property.dispose();
    return read;
  });
  outcome.dispose();
  if (state === 'text') return { ok: true, text };
  return state === 'none' ? { ok: true } : { ok: false, reason: 'error' };
}

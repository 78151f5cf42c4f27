import {
  newQuickJSWASMModule,
  shouldInterruptAfterDeadline,
  type QuickJSContext,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';
import type { AutomaticAction } from '../../activities/ports/typebot.js';
import { BROWSER, provideHost } from './sandbox-browser.js';

type Script = Extract<AutomaticAction, { type: 'script' }>;

/** What a script came to: the reply for Typebot (undefined = continue without message), or why it failed. */
export type ScriptResult = { ok: true; text?: string } | { ok: false; reason: 'time limit' | 'error' };

const TIME_LIMIT_MS = 1000;
const MEMORY_LIMIT_BYTES = 32 * 1024 * 1024;
const STACK_LIMIT_BYTES = 512 * 1024;

/** Compiling the engine takes longer than most scripts: it is kept, until a script has broken it. */
let engine: QuickJSWASMModule | undefined;

/**
 * Evaluates an author's script in an engine of its own: 1 s, 32 MB, no network, no files, nothing of
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
    provideHost(context, timeZone);
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

/** Replies are strings as they are and other values as JSON; null and undefined are none. */
function toProgram({ content, args }: Script): string {
  const names = args.filter(({ id }) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(id));
  const parameters = names.map(({ id }) => id).join(', ');
  const values = JSON.stringify(names.map(({ value }) => value ?? null));
  const body = content.includes('return ') ? content : `return (${content.trim().replace(/;$/, '')}\n)`;
  return `${BROWSER}
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

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import {
  newQuickJSWASMModule,
  Scope,
  shouldInterruptAfterDeadline,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
} from 'quickjs-emscripten';
import { describeThrown } from './failure.js';
import { answerHost } from './host.js';
import { MAX_SCRIPT_TEXT, SCRIPT_LIMIT_MS, type ScriptProgram, type ScriptResult } from './program.js';

const MEMORY_LIMIT_BYTES = 32 * 1024 * 1024;
const STACK_LIMIT_BYTES = 512 * 1024;

const browserFolder = path.join(import.meta.dirname, 'browser');
const browserModules = new Map(
  readdirSync(browserFolder).map((file) => [
    `browser/${file}`,
    readFileSync(path.join(browserFolder, file), 'utf8'),
  ]),
);

/** Kept between scripts, because compiling it takes longer than most scripts; discarded if a script has broken it. */
let engine: Promise<QuickJSWASMModule> | undefined;

function keptEngine(): Promise<QuickJSWASMModule> {
  return (engine ??= newQuickJSWASMModule());
}

/** Compiles the engine ahead of the first script. */
export async function prepareEngine(): Promise<void> {
  await keptEngine();
}

/**
 * Evaluates a script in a separate runtime, limited to 1 s and 32 MB, with no access to network, files or the host.
 * The engine interrupts a script at its time limit, but not a slow built-in function: for that, the caller must end the
 * thread. Never throws.
 */
export async function evaluateScript(program: ScriptProgram): Promise<ScriptResult> {
  const runtime = (await keptEngine()).newRuntime();
  const deadlineMs = Date.now() + SCRIPT_LIMIT_MS;
  runtime.setMemoryLimit(MEMORY_LIMIT_BYTES);
  runtime.setMaxStackSize(STACK_LIMIT_BYTES);
  runtime.setInterruptHandler(shouldInterruptAfterDeadline(deadlineMs));
  runtime.setModuleLoader((name) => browserModules.get(name) ?? { error: new Error('there are no modules') });
  const context = runtime.newContext();
  try {
    const result = await Scope.withScopeAsync((scope) => run({ context, scope, deadlineMs }, program));
    return !result.ok && Date.now() >= deadlineMs ? { ok: false, reason: 'time limit' } : result;
  } catch {
    return { ok: false, reason: Date.now() >= deadlineMs ? 'time limit' : 'error' };
  } finally {
    disposeQuietly(context, runtime);
  }
}

/** Disposing may fail after a stack overflow. The whole engine is then dropped with its memory, and a new one made. */
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

interface Run {
  context: QuickJSContext;
  scope: Scope;
  deadlineMs: number;
}

/** Carries what was thrown inside the engine, as its `dump` shows it. */
class Thrown extends Error {
  constructor(readonly shown: unknown) {
    super('the script threw');
  }
}

async function run(on: Run, program: ScriptProgram): Promise<ScriptResult> {
  try {
    const page = openPage(on, program.timeZone);
    const script = evaluate(
      on,
      `(async function (${program.names.join(', ')}) {${bodyOf(program.source)}\n})`,
    );
    page('start', script, on.scope.manage(on.context.newString(program.values)));
    return await settle(on, page, program.source);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    return { ok: false, reason: 'error', ...describeThrown(error.shown, program.source) };
  }
}

/** The function body of a script; an expression is returned. Adds no line, so that line numbers are the author's. */
function bodyOf(source: string): string {
  return source.includes('return ') ? source : `return (${source.trim().replace(/;$/, '')}\n)`;
}

/** Calls an exported function of `browser/page.js`. */
type Page = (name: string, ...args: QuickJSHandle[]) => QuickJSHandle;

function openPage(on: Run, timeZone: string): Page {
  const { context, scope } = on;
  const host = context.newFunction('host', (name, json) =>
    context.newString(answerHost(context.getString(name), context.getString(json), timeZone)),
  );
  context.setProp(context.global, 'host', scope.manage(host));
  const source = browserModules.get('browser/page.js') ?? '';
  const page = evaluate(on, source, { file: 'browser/page.js', type: 'module' });
  return (name, ...args) => {
    const method = scope.manage(context.getProp(page, name));
    return unwrap(on, context.callFunction(method, context.undefined, ...args));
  };
}

function evaluate(on: Run, code: string, as: { file: string; type?: 'module' } = { file: 'script' }) {
  const options = as.type === undefined ? undefined : { type: as.type };
  return unwrap(on, on.context.evalCode(code, as.file, options));
}

type EngineResult = ReturnType<QuickJSContext['evalCode']>;

function unwrap({ context, scope }: Run, result: EngineResult): QuickJSHandle {
  if (result.error) throw new Thrown(context.dump(scope.manage(result.error)));
  return scope.manage(result.value);
}

/** Runs the script's promises and timers until it has a result, or until nothing is left that could produce one. */
async function settle(on: Run, page: Page, source: string): Promise<ScriptResult> {
  for (;;) {
    const jobs = on.context.runtime.executePendingJobs();
    if (jobs.error) throw new Thrown(on.context.dump(on.scope.manage(jobs.error)));
    const result = readOutcome(on, page, source);
    if (result !== undefined) return result;
    const waitMs = on.context.dump(page('nextTimerMs')) as unknown;
    if (typeof waitMs !== 'number')
      return { ok: false, reason: 'error', message: 'nothing settles the promise' };
    if (Date.now() + waitMs >= on.deadlineMs) return { ok: false, reason: 'time limit' };
    await new Promise((resolve) => setTimeout(resolve, waitMs));
    page('fireTimer');
  }
}

function readOutcome(on: Run, page: Page, source: string): ScriptResult | undefined {
  const json = on.context.getString(page('outcomeWithin', on.context.newNumber(MAX_SCRIPT_TEXT)));
  const { state, text, thrown }: Record<string, unknown> = JSON.parse(json);
  switch (state) {
    case 'pending':
      return undefined;
    case 'none':
      return { ok: true };
    case 'text':
      return { ok: true, text: String(text) };
    case 'too large':
      return { ok: false, reason: 'too large' };
    default:
      return { ok: false, reason: 'error', ...describeThrown(thrown, source) };
  }
}

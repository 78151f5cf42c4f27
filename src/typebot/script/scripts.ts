import { fileURLToPath } from 'node:url';
import { bulkhead, BulkheadRejectedError, type BulkheadPolicy } from 'cockatiel';
import { Piscina } from 'piscina';
import type { AutomaticAction } from '../../../activities/ports/typebot.js';
import { storableText } from '../../foreign/storable.js';
import { MAX_SCRIPT_TEXT, SCRIPT_LIMIT_MS, type ScriptProgram, type ScriptResult } from './program.js';
import type { Begun, ThreadTask } from './thread.js';

/** A script block's code and arguments. */
export type Script = Extract<AutomaticAction, { type: 'script' }>;

/** Runs scripts of flows, in threads that can be ended. */
export interface Scripts {
  /** `flow` identifies the flow, so that every flow gets its share; `timeZone` is an IANA name. Never throws. */
  run(script: Script, of: { flow: string; timeZone: string }): Promise<ScriptResult>;
  /** Ends all threads at once, even those that run a script. */
  stop(): Promise<void>;
}

/** Concurrent scripts in a process, and of one flow: a flow whose scripts hang cannot use up all threads. */
const THREADS = 4;
const THREADS_OF_A_FLOW = 2;
/** How many scripts of one flow may wait for a thread, and how long. */
const MAX_WAITING = 100;
const MAX_WAIT_MS = 10_000;
/** Time for the engine to interrupt a script itself before its thread is ended. */
const GRACE_MS = 250;
/** A thread that takes longer to start is given up. */
const START_MS = 30_000;
/** Idle threads, except one, end after this time. */
const IDLE_MS = 30_000;

const THREAD_FILE = fileURLToPath(new URL('./thread.js', import.meta.url));

/** Starts no thread before the first script. */
export function createScripts(): Scripts {
  const threads = createThreads();
  const places = createPlaces();
  return {
    run: async (script, { flow, timeZone }) => {
      const literal = script.content.trim();
      if (/^0\d+$/.test(literal)) return { ok: true, text: literal };
      const program = toProgram(script, timeZone);
      if (program === undefined) return { ok: false, reason: 'too large' };
      const result = await places.take(flow, () => threads.run(program));
      return result.ok && result.text !== undefined ? { ok: true, text: storableText(result.text) } : result;
    },
    stop: threads.stop,
  };
}

function toProgram({ content, args }: Script, timeZone: string): ScriptProgram | undefined {
  const named = args.filter(({ id }) => /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(id));
  const values = JSON.stringify(named.map(({ value }) => value ?? null));
  if (content.length + values.length > MAX_SCRIPT_TEXT) return undefined;
  return { source: content, names: named.map(({ id }) => id), values, timeZone };
}

/** Decides which script runs next: each flow has its own limit, and all flows share the threads. */
function createPlaces(): {
  take(flow: string, run: () => Promise<ScriptResult>): Promise<ScriptResult>;
} {
  const flows = new Map<string, BulkheadPolicy>();
  const all = bulkhead(THREADS, Number.MAX_SAFE_INTEGER);
  return {
    take: async (flow, run) => {
      const own = flows.get(flow) ?? bulkhead(THREADS_OF_A_FLOW, MAX_WAITING);
      flows.set(flow, own);
      const latestMs = Date.now() + MAX_WAIT_MS;
      const busy: ScriptResult = { ok: false, reason: 'busy' };
      const inTime = () => (Date.now() > latestMs ? busy : run());
      try {
        return await own.execute(() => all.execute(inTime));
      } catch (error) {
        if (error instanceof BulkheadRejectedError) return busy;
        throw error;
      } finally {
        if (own.executionSlots === THREADS_OF_A_FLOW) flows.delete(flow);
      }
    },
  };
}

/** A thread pool that ends a thread whose script exceeds the time limit. */
function createThreads(): { run(program: ScriptProgram): Promise<ScriptResult>; stop(): Promise<void> } {
  let pool: Piscina | undefined;
  const began = new Map<number, () => void>();
  let lastId = 0;
  const run = async (program: ScriptProgram): Promise<ScriptResult> => {
    const task: ThreadTask = { id: (lastId += 1), program };
    const ending = new AbortController();
    let timer = setTimeout(() => ending.abort(), START_MS);
    let reason: 'busy' | 'time limit' = 'busy';
    began.set(task.id, () => {
      clearTimeout(timer);
      reason = 'time limit';
      timer = setTimeout(() => afterNews(() => ending.abort()), SCRIPT_LIMIT_MS + GRACE_MS);
    });
    try {
      pool ??= createPool(began);
      return await pool.run(task, { signal: ending.signal });
    } catch {
      return { ok: false, reason: ending.signal.aborted ? reason : 'error' };
    } finally {
      clearTimeout(timer);
      began.delete(task.id);
    }
  };
  return { run, stop: async () => pool?.destroy() };
}

/** Lets a result that has already arrived be processed first: this process may have been too busy to see it. */
function afterNews(end: () => void): void {
  setImmediate(end);
}

/** `createPlaces` limits the scripts, so the pool's own queue holds only those whose thread is starting. */
function createPool(began: Map<number, () => void>): Piscina {
  const pool = new Piscina({
    filename: THREAD_FILE,
    name: 'runTask',
    minThreads: 1,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    resourceLimits: { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 16 },
    env: {},
    recordTiming: false,
  });
  pool.on('message', (message: Begun) => began.get(message.begun)?.());
  // Nothing to do: the pool replaces a thread that dies, and the promise of its script is rejected.
  pool.on('error', () => undefined);
  return pool;
}

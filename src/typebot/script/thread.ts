import { parentPort } from 'node:worker_threads';
import { evaluateScript, prepareEngine } from './engine.js';
import type { ScriptProgram, ScriptResult } from './program.js';

/** A program, and the id with which the thread reports that it has begun. */
export interface ThreadTask {
  id: number;
  program: ScriptProgram;
}

/** Message of a thread that begins a task. The script's time limit counts from here. */
export interface Begun {
  begun: number;
}

// The pool treats a thread as ready once this has finished.
await prepareEngine();

/** Runs one script in the thread. Never throws; the thread may be ended at any moment. */
export async function runTask({ id, program }: ThreadTask): Promise<ScriptResult> {
  const begun: Begun = { begun: id };
  parentPort?.postMessage(begun);
  return evaluateScript(program);
}

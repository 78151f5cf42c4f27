import { parentPort } from 'node:worker_threads';
import { evaluateScript, prepareEngine } from './engine.js';
import type { ScriptProgram, ScriptResult } from './program.js';

/** A program and the number by which its thread says that it has begun. */
export interface ThreadTask {
  id: number;
  program: ScriptProgram;
}

/** What a thread says when it begins a task: its time runs from here. */
export interface Begun {
  begun: number;
}

// A thread counts as ready when this has been done.
await prepareEngine();

/** The work of a thread. Never throws; the thread may be ended at any moment. */
export async function runTask({ id, program }: ThreadTask): Promise<ScriptResult> {
  const begun: Begun = { begun: id };
  parentPort?.postMessage(begun);
  return evaluateScript(program);
}

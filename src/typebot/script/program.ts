/** A script and its arguments, in the form passed to a thread. */
export interface ScriptProgram {
  source: string;
  /** Names of the parameters. */
  names: string[];
  /** Their values: a JSON array. */
  values: string;
  /** IANA name of the typebot's time zone. */
  timeZone: string;
}

/** The result of a script: the reply for Typebot (undefined: continue without a message), or why there is none. */
export type ScriptResult =
  | { ok: true; text?: string }
  | {
      ok: false;
      reason: 'time limit' | 'error' | 'too large' | 'busy';
      /** Words of the script and of the engine, never a value. */
      message?: string;
      /** Line of the script, from 1. */
      line?: number;
    };

/** Wall-clock time, including the time a script waits for timers. */
export const SCRIPT_LIMIT_MS = 1000;
/** Longest reply, and longest script with its values, in UTF-16 units. */
export const MAX_SCRIPT_TEXT = 1_000_000;

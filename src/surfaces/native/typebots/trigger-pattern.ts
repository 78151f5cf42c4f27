import { RE2JS } from 're2js';

/** Whether a trigger's pattern compiles on the linear-time engine that will run it. */
export function isTriggerPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}

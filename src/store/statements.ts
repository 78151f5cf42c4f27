import { createHash } from 'node:crypto';
import pg from 'pg';
import { toParameter } from './parameters.js';

/**
 * Two thirds of PostgreSQL's work in a turn was to parse and plan the same statements again. A statement that has a name
 * is planned once for each connection; the name follows from the text, so nobody has to think of one.
 */
const names = new Map<string, string>();

/** Texts that are put together by a caller's filters are many; beyond this number they stay without a name. */
const MAX_NAMES = 1_000;

/** How often the schema changed under a prepared statement. */
let generation = 0;

/** What the driver takes for one statement. Only one with values is prepared: others may hold several commands. */
export function toStatement(text: string, values?: readonly unknown[]): pg.QueryConfig {
  if (values === undefined) return { text };
  return { name: nameOf(text), text, values: values.map(toParameter) };
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const name = `${createHash('sha256').update(text).digest('base64url').slice(0, 22)}.${String(generation)}`;
  names.set(text, name);
  return name;
}

/**
 * True if PostgreSQL refused a plan because a migration changed its columns ("cached plan must not change result type",
 * in the server's language; the routine has one name in all of them). Every statement has a new name from then on, so
 * what is repeated is planned anew on each connection.
 */
export function isOutdatedPlan(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError) || error.routine !== 'RevalidateCachedQuery') return false;
  generation += 1;
  names.clear();
  return true;
}

import { createHash } from 'node:crypto';
import pg from 'pg';
import { toParameter } from './parameters.js';

/**
 * Named statements are planned once per connection. Parsing and planning the same statements again was two thirds of
 * PostgreSQL's work in a turn. The name is derived from the text.
 */
const names = new Map<string, string>();

/** Callers' filters produce many texts; beyond this number, statements stay unnamed. */
const MAX_NAMES = 1_000;

/** How often the schema has changed under a prepared statement. */
let generation = 0;

/** The query config for the driver. Only statements with values are prepared; others may hold several commands. */
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
 * Whether PostgreSQL refused a plan because a migration changed its columns ("cached plan must not change result
 * type"). Tells by the name of the server's routine, since the message may be translated. If so, every statement gets a
 * new name, so that a repetition is planned again on each connection.
 */
export function isOutdatedPlan(error: unknown): boolean {
  if (!(error instanceof pg.DatabaseError) || error.routine !== 'RevalidateCachedQuery') return false;
  generation += 1;
  names.clear();
  return true;
}

import type { Queryable, Tx } from './db.js';

/** The session was started by hand with exactly this text, and nothing has happened since. */
export async function isFreshStart(db: Queryable, sessionId: string, text: string): Promise<boolean> {
  const { rows } = await db.query<{ text: string; origin: string; fate: string }>(
    'SELECT text, origin, fate FROM inbox WHERE session_id = $1 LIMIT 2',
    [sessionId],
  );
  const [first] = rows;
  return rows.length === 1 && first?.origin === 'start' && first.fate === 'waiting' && first.text === text;
}

/** What `created_at` of a session inserted in this transaction will be, in milliseconds since the epoch. */
export async function readCreationMs(tx: Tx): Promise<string> {
  const { rows } = await tx.query<{ ms: string }>(
    'SELECT (extract(epoch FROM now()::timestamptz(3)) * 1000)::bigint::text AS ms',
  );
  return rows[0]?.ms ?? '';
}

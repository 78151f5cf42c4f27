import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import pg from 'pg';
import { MAX_TRIES } from '../../activities/give-up.js';
import { conversationId } from '../../workflows/contract.js';
import type { Fleet } from './fleet.js';

/** Queries that must return no rows once every contact has been answered. */
const LEFTOVERS = {
  'messages that wait for a turn': `SELECT contact_id::text AS id FROM inbox WHERE fate = 'waiting'`,
  'turns under way': `SELECT session_id::text AS id FROM turns WHERE state = 'begun'`,
  'bubbles that were not sent': `SELECT id::text AS id FROM outbox WHERE state IN ('pending', 'sending', 'unknown')`,
  'contacts that the relay still has to tell': `SELECT id::text AS id FROM contacts WHERE relay_next_at IS NOT NULL`,
};

/** Compares what PostgreSQL and Temporal each consider active. */
export interface Agreement {
  activeSessions: number;
  openRuns: number;
  /** Turns that may have been given up: no answer came of three calls that Typebot may have got. */
  givenUp: number;
  /** One line for each difference and each kind of leftover work; empty when all is well. */
  differences: string[];
}

/** Waits until both agree and nothing is left over; after `patienceMs` it returns the differences that remain. */
export async function untilAgreed(fleet: Fleet, patienceMs: number): Promise<Agreement> {
  const db = new pg.Client({ connectionString: fleet.databaseUrl });
  const connection = await Connection.connect({ address: fleet.temporalAddress });
  await db.connect();
  try {
    const endsMs = Date.now() + patienceMs;
    for (;;) {
      const agreement = await compare(db, new Client({ connection }));
      if (agreement.differences.length === 0 || Date.now() > endsMs) return agreement;
      await sleep(500);
    }
  } finally {
    await Promise.all([db.end(), connection.close()]);
  }
}

async function compare(db: pg.Client, client: Client): Promise<Agreement> {
  const { rows } = await db.query<{ instance: string; contact: string }>(
    `SELECT instance_id AS instance, contact_id::text AS contact FROM sessions WHERE status IN ('opened', 'paused')`,
  );
  const active = new Set(rows.map(({ instance, contact }) => conversationId(instance, contact)));
  const runs = new Set<string>();
  const query = `WorkflowType = 'conversation' AND ExecutionStatus = 'Running'`;
  for await (const run of client.workflow.list({ query })) runs.add(run.workflowId);
  const differences = [
    ...[...active].filter((id) => !runs.has(id)).map((id) => `an active session without a run: ${id}`),
    ...[...runs].filter((id) => !active.has(id)).map((id) => `a run without an active session: ${id}`),
  ];
  for (const [what, statement] of Object.entries(LEFTOVERS)) {
    const left = await db.query<{ id: string }>(statement);
    if (left.rows.length > 0)
      differences.push(
        `${left.rows.length} ${what}: ${left.rows
          .slice(0, 3)
          .map(({ id }) => id)
          .join(', ')}`,
      );
  }
  const tried = await db.query(`SELECT FROM turns WHERE tries >= $1`, [MAX_TRIES]);
  return { activeSessions: active.size, openRuns: runs.size, givenUp: tried.rows.length, differences };
}

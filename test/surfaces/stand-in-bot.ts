import { randomUUID } from 'node:crypto';
import type { Tx } from '../../src/store/db.js';
import type { World } from './world.js';

/** What the bot says; the last bubble asks the question with these choices. */
export interface Answer {
  bubbles: string[];
  choices?: { id: string; title: string }[];
}

/**
 * Answers the next message of a contact as the worker would: the message is taken by a turn, the bubbles are stored,
 * the flow waits with these choices.
 */
export async function answerAsBot(world: World, sessionId: string, answer: Answer): Promise<void> {
  for (;;) {
    const taken = await world.db.query(
      `UPDATE inbox SET fate = 'taken', turn_no = 1 WHERE session_id = $1 AND fate = 'waiting'`,
      [sessionId],
    );
    if (taken.rowCount) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const workspaceId = await world.db.transaction((tx) => store(tx, sessionId, answer));
  world.bell.emit(workspaceId, sessionId);
}

/** In one transaction, as the worker does it: an answered turn has its bubbles. */
async function store(tx: Tx, sessionId: string, answer: Answer): Promise<string> {
  const choices = JSON.stringify(answer.choices ?? []);
  await tx.query(`INSERT INTO turns (session_id, number, opening, state) VALUES ($1, 1, 1, 'answered')`, [
    sessionId,
  ]);
  for (const [index, text] of answer.bubbles.entries()) {
    const isLast = index === answer.bubbles.length - 1;
    await tx.query(
      `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content,
         text, choices, state, delivery, outbound_id)
       SELECT $2, instance_id, contact_id, id, 'bot', 1, $3, 'text', jsonb_build_object('type', 'text', 'text', $4::text),
         $4, $5, 'sent', 'delivered', $6 FROM sessions WHERE id = $1`,
      [sessionId, randomUUID(), index, text, isLast ? choices : '[]', `out_${randomUUID()}`],
    );
  }
  const { rows } = await tx.query<{ workspaceId: string }>(
    `UPDATE sessions SET open_input = jsonb_build_object('choices', $2::jsonb) WHERE id = $1
     RETURNING workspace_id AS "workspaceId"`,
    [sessionId, choices],
  );
  return rows[0]?.workspaceId ?? '';
}

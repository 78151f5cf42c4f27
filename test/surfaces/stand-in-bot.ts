import { randomUUID } from 'node:crypto';
import type { World } from './world.js';

/**
 * Answers the next message of a contact as the worker would: the message is taken by a turn, the bubbles are stored,
 * the flow waits with these choices.
 */
export async function answerAsBot(
  world: World,
  sessionId: string,
  answer: { bubbles: string[]; choices?: { id: string; title: string }[] },
): Promise<void> {
  for (;;) {
    const taken = await world.db.query(
      `UPDATE inbox SET fate = 'taken', turn_no = 1 WHERE session_id = $1 AND fate = 'waiting'`,
      [sessionId],
    );
    if (taken.rowCount) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  const choices = JSON.stringify(answer.choices ?? []);
  await world.db.query(
    `INSERT INTO turns (session_id, number, opening, state) VALUES ($1, 1, 1, 'answered')`,
    [sessionId],
  );
  await world.db.query(
    `UPDATE sessions SET open_input = jsonb_build_object('choices', $2::jsonb) WHERE id = $1`,
    [sessionId, choices],
  );
  for (const [index, text] of answer.bubbles.entries()) {
    const isLast = index === answer.bubbles.length - 1;
    await world.db.query(
      `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content,
         text, choices, state, delivery, outbound_id)
       SELECT $2, instance_id, contact_id, id, 'bot', 1, $3, 'text', jsonb_build_object('type', 'text', 'text', $4::text),
         $4, $5, 'sent', 'delivered', $6 FROM sessions WHERE id = $1`,
      [sessionId, randomUUID(), index, text, isLast ? choices : '[]', `out_${randomUUID()}`],
    );
  }
  const { rows } = await world.db.query<{ workspaceId: string }>(
    'SELECT workspace_id AS "workspaceId" FROM sessions WHERE id = $1',
    [sessionId],
  );
  world.bell.emit(rows[0]?.workspaceId ?? '', sessionId);
}

import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { SendState } from '../../activities/ports/messages.js';
import { openDb } from '../../src/store/db.js';
import { applyStatus } from '../../src/store/messages/echoes.js';
import { seedInstance, seedSession } from '../events/seeds.js';
import { databaseForThisTest } from '../support/postgres.js';

const REFUSED = { class: 'permanent', reason: 'not_on_whatsapp', code: '131026', message: null };

/** Statuses in the order they come; then what the message shows, its state, and which of them changed it. */
const table: [SendState[], string, string, (string | null | undefined)[]][] = [
  [['sent', 'delivered', 'read'], 'read', 'sent', ['sent', null, null]],
  [['read', 'delivered', 'sent'], 'read', 'sent', ['sent', undefined, undefined]],
  [['played', 'delivered'], 'read', 'sent', ['sent', undefined]],
  [['sent', 'failed'], 'failed', 'failed', ['sent', 'failed']],
  [['failed', 'sent'], 'failed', 'failed', ['failed', undefined]],
  [['failed', 'failed'], 'failed', 'failed', ['failed', undefined]],
  [['delivered', 'failed'], 'delivered', 'sent', ['sent', undefined]],
  [['read', 'failed'], 'read', 'sent', ['sent', undefined]],
  [['failed', 'delivered'], 'delivered', 'sent', ['failed', 'sent']],
  [['failed', 'read', 'failed'], 'read', 'sent', ['failed', 'sent', undefined]],
  [['sent', 'failed', 'delivered', 'read'], 'read', 'sent', ['sent', 'failed', null, null]],
];

test('statuses in any order: none goes back, and only what never arrived has failed', async () => {
  const db = openDb((await databaseForThisTest()).url);
  const { instanceId, ...place } = await seedInstance(db);
  const sessionId = await seedSession(db, { instanceId, ...place });
  for (const [statuses, delivery, state, changes] of table) {
    const id = randomUUID();
    await db.query(
      `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, content_type, content, state, outbound_id)
       SELECT $1::uuid, $2, contact_id, id, 'bot', 'text', '{}', 'unknown', $1::uuid::text FROM sessions WHERE id = $3`,
      [id, instanceId, sessionId],
    );
    const seen: (string | null | undefined)[] = [];
    for (const status of statuses) {
      const error = status === 'failed' ? REFUSED : null;
      const update = { instanceId, keyId: null, dbId: null, outboundId: id, status, error };
      seen.push((await db.transaction((tx) => applyStatus(tx, update)))?.became);
    }
    const { rows } = await db.query(
      `SELECT delivery, state, error IS NULL AS "noError" FROM outbox WHERE id = $1`,
      [id],
    );
    expect({ statuses, seen, ...rows[0] }).toEqual({
      ...{ statuses, seen: changes, delivery, state },
      noError: state !== 'failed',
    });
  }
  await db.close();
});

import { randomUUID } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import type { SendState } from '../../activities/ports/messages.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { applyStatus } from '../../src/store/messages/echoes.js';
import { seedInstance, seedSession } from '../events/seeds.js';
import { createTestDatabase } from '../support/postgres.js';
import type { TestDatabase } from '../support/postgres.js';

const REFUSED = { class: 'permanent', reason: 'not_on_whatsapp', code: '131026', message: null };

let database: TestDatabase;
let db: Db;
let instanceId: string;
let sessionId: string;

beforeAll(async () => {
  database = await createTestDatabase();
  db = openDb(database.url);
  const place = await seedInstance(db);
  instanceId = place.instanceId;
  sessionId = await seedSession(db, place);
  return async () => {
    await db.close();
    await database.drop();
  };
});

/** A message whose send got no answer, and the statuses of the provider, in this order. */
async function told(statuses: readonly SendState[]) {
  const id = randomUUID();
  await db.query(
    `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, content_type, content, state, outbound_id)
     SELECT $1::uuid, $2, contact_id, id, 'bot', 'text', '{}', 'unknown', $1::uuid::text FROM sessions WHERE id = $3`,
    [id, instanceId, sessionId],
  );
  const became: (string | null | undefined)[] = [];
  for (const status of statuses) {
    const error = status === 'failed' ? REFUSED : null;
    const update = { instanceId, keyId: null, dbId: null, outboundId: id, status, error };
    became.push((await db.transaction((tx) => applyStatus(tx, update)))?.became);
  }
  const { rows } = await db.query<Stored>(
    `SELECT delivery, state, error->>'reason' AS reason, sent_at IS NOT NULL AS sent,
       delivered_at IS NOT NULL AS delivered, read_at IS NOT NULL AS read FROM outbox WHERE id = $1`,
    [id],
  );
  const [stored] = rows;
  if (stored === undefined) throw new Error('the message is gone');
  return { became, ...stored };
}

interface Stored {
  delivery: string;
  state: string;
  reason: string | null;
  sent: boolean;
  delivered: boolean;
  read: boolean;
}

/** Statuses in the order they come; then what the message shows, its state, and what each of them revealed. */
const table: [SendState[], string, string, (string | null | undefined)[]][] = [
  [['sent', 'delivered', 'read'], 'read', 'sent', ['sent', null, null]],
  [['read', 'delivered', 'sent'], 'read', 'sent', ['sent', undefined, undefined]],
  [['played', 'delivered'], 'read', 'sent', ['sent', undefined]],
  [['sent', 'failed'], 'failed', 'failed', ['sent', 'failed']],
  [['failed', 'sent'], 'failed', 'failed', ['failed', undefined]],
  [['failed', 'failed'], 'failed', 'failed', ['failed', undefined]],
  [['delivered', 'failed'], 'failed', 'failed', ['sent', 'failed']],
  [['read', 'failed', 'delivered'], 'failed', 'failed', ['sent', 'failed', undefined]],
  [['failed', 'delivered', 'read'], 'failed', 'failed', ['failed', undefined, undefined]],
];

test.each(table)(
  '%j: the word never goes back, and failed is final',
  async (statuses, delivery, state, became) => {
    const shown = await told(statuses);
    expect(shown).toMatchObject({ delivery, state, became });
    expect(shown.reason).toBe(state === 'failed' ? 'not_on_whatsapp' : null);
  },
);

function permutations<Item>(items: readonly Item[]): Item[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, place) =>
    permutations(items.toSpliced(place, 1)).map((rest) => [item, ...rest]),
  );
}

test.each([
  [['sent', 'delivered', 'read', 'failed'] as const],
  [['sent', 'delivered', 'played'] as const],
  [['delivered', 'failed'] as const],
])('%j end the same in every order, and what reached a device is known', async (statuses) => {
  const ends = await Promise.all(permutations<SendState>(statuses).map(told));
  const hasFailed = (statuses as readonly string[]).includes('failed');
  for (const end of ends) {
    expect(end.delivery).toBe(hasFailed ? 'failed' : 'read');
    expect(end).toMatchObject({ delivered: true, read: statuses.length > 2 });
    // Told once, so that programs act once.
    expect(end.became.filter((word) => word === 'failed')).toHaveLength(hasFailed ? 1 : 0);
  }
});

test('a status of a message that is not ours changes nothing', async () => {
  const update = { instanceId, keyId: 'foreign', dbId: null, outboundId: null, status: 'read' as const };
  expect(await db.transaction((tx) => applyStatus(tx, { ...update, error: null }))).toBeUndefined();
});

import { expect, onTestFinished, test } from 'vitest';
import {
  findCodechatIntegration,
  findTypebot,
  listTypebots,
  lockTypebot,
  pageOfTypebots,
} from '../../src/store/accounts/typebots.js';
import { TYPEBOT_DEFAULTS } from '../../src/store/accounts/typebot-settings.js';
import { readSnapshot } from '../../src/store/contacts/snapshot.js';
import { openDb } from '../../src/store/db.js';
import type { Tx } from '../../src/store/db.js';
import { enter } from '../../src/store/sessions/arrivals.js';
import { findOverview } from '../../src/store/sessions/overview.js';
import { findSession } from '../../src/store/sessions/session-reads.js';
import {
  lockTurnContext,
  readSessionContext,
  readTurnContext,
} from '../../src/store/sessions/turn-context.js';
import { seedInstance, seedSession } from '../events/seeds.js';
import { databaseForThisTest } from '../support/postgres.js';

/** What is stored of a configuration that knew no other setting yet. */
const OLD = { typebot_url: 'https://bot.example', trigger_type: 'all', input_hints: false };
const COMPLETE = { ...TYPEBOT_DEFAULTS, ...OLD };

interface Ids {
  instanceId: string;
  typebotId: string;
  contactId: string;
  sessionId: string;
}

const readers: [string, (tx: Tx, ids: Ids) => Promise<unknown>][] = [
  ['findTypebot', async (tx, { typebotId }) => (await findTypebot(tx, typebotId))?.settings],
  ['lockTypebot', async (tx, { typebotId }) => (await lockTypebot(tx, typebotId))?.settings],
  ['listTypebots', async (tx, { instanceId }) => (await listTypebots(tx, instanceId))[0]?.settings],
  [
    'pageOfTypebots',
    async (tx, { instanceId }) => (await pageOfTypebots(tx, instanceId, { limit: 1 }))[0]?.settings,
  ],
  [
    'findCodechatIntegration',
    async (tx, { instanceId }) => (await findCodechatIntegration(tx, instanceId))?.settings,
  ],
  ['readSessionContext', async (tx, { sessionId }) => (await readSessionContext(tx, sessionId))?.settings],
  ['readTurnContext', async (tx, { sessionId }) => (await readTurnContext(tx, sessionId))?.settings],
  ['lockTurnContext', async (tx, { sessionId }) => (await lockTurnContext(tx, sessionId, 1))?.settings],
  [
    'enter',
    async (tx, { instanceId, contactId }) =>
      (await enter(tx, { instanceId, contactId, keys: [], seen: {} })).typebots[0]?.settings,
  ],
];

async function withOldRow() {
  const db = openDb((await databaseForThisTest()).url);
  onTestFinished(() => db.close());
  const place = await seedInstance(db);
  const sessionId = await seedSession(db, place);
  const { rows } = await db.query<{ typebotId: string; contactId: string }>(
    'SELECT typebot_id AS "typebotId", contact_id AS "contactId" FROM sessions WHERE id = $1',
    [sessionId],
  );
  await db.query('UPDATE typebots SET settings = $1, codechat_integration = true', [JSON.stringify(OLD)]);
  const [row] = rows;
  if (row === undefined) throw new Error('no session');
  return { db, workspaceId: place.workspaceId, ids: { ...row, ...place, sessionId } };
}

test('settings stored by an older version are complete, whoever reads them', async () => {
  const { db, ids } = await withOldRow();
  await db.transaction(async (tx) => {
    for (const [name, read] of readers) expect([name, await read(tx, ids)]).toEqual([name, COMPLETE]);
  });
});

test('a duration that an older version did not know is its default: nothing waits and nothing expires', async () => {
  const { db, workspaceId, ids } = await withOldRow();
  expect((await readSnapshot(db, ids.contactId))?.session?.settings).toMatchObject({
    ...{ debounceMs: 0, expireMs: 0 },
  });
  expect((await findSession(db, { workspaceId }, ids.sessionId))?.expiresAt).toBeNull();
  expect(await findOverview(db, { workspaceId }, ids.sessionId)).toMatchObject({ nextEventAt: null });
});

test('what is stored stands above the default', async () => {
  const { db, ids } = await withOldRow();
  await db.query(`UPDATE typebots SET settings = settings || '{"expire_in_minutes": 5, "debounce_ms": 70}'`);
  expect((await findTypebot(db, ids.typebotId))?.settings).toEqual({
    ...COMPLETE,
    ...{ expire_in_minutes: 5, debounce_ms: 70 },
  });
  expect((await readSnapshot(db, ids.contactId))?.session?.settings).toMatchObject({
    ...{ debounceMs: 70, expireMs: 300_000 },
  });
});

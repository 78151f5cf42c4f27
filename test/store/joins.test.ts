import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openDb } from '../../src/store/db.js';
import { absorbContact } from '../../src/store/contacts/joins.js';
import { seedInstance } from '../events/seeds.js';
import { databaseForThisTest } from '../support/postgres.js';

const [EARLY, LATE] = ['2026-11-30T10:00:00.000Z', '2026-11-30T11:00:00.000Z'];
const [ORDER, SURVEY] = [randomUUID(), randomUUID()];

interface Person {
  paced: string | null;
  ended: string | null;
  typebot: string | null;
}

const never: Person = { paced: null, ended: null, typebot: null };
const early: Person = { paced: EARLY, ended: EARLY, typebot: ORDER };
const late: Person = { paced: LATE, ended: LATE, typebot: SURVEY };

test.for([
  [never, never, never],
  [never, late, late],
  [late, never, late],
  [early, late, late],
  [late, early, late],
] as const)(
  'a joined contact keeps the later pace and the later ending: %j and %j',
  async ([own, other, joined]) => {
    const db = openDb((await databaseForThisTest()).url);
    onTestFinished(() => db.close());
    const { instanceId } = await seedInstance(db);
    const ids = [randomUUID(), randomUUID()] as const;
    for (const [index, { paced, ended, typebot }] of [own, other].entries()) {
      await db.query(
        `INSERT INTO contacts (id, instance_id, remote_jid, reply_jid, paced_until, ended_at, ended_typebot_id)
       VALUES ($1, $2, $3, $3, $4, $5, $6)`,
        [ids[index], instanceId, `${index}@generic`, paced, ended, typebot],
      );
    }
    await db.transaction((tx) => absorbContact(tx, ids[1], ids[0]));
    const { rows } = await db.query<{ paced: Date | null; ended: Date | null; typebot: string | null }>(
      'SELECT paced_until AS paced, ended_at AS ended, ended_typebot_id AS typebot FROM contacts WHERE id = $1',
      [ids[0]],
    );
    const [{ paced = null, ended = null, typebot = null } = {}] = rows;
    expect({ paced: paced?.toISOString() ?? null, ended: ended?.toISOString() ?? null, typebot }).toEqual(
      joined,
    );
  },
);

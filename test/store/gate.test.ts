import { expect, test } from 'vitest';
import { openDb } from '../../src/store/db.js';
import { GATE_IS_OPEN } from '../../src/store/messages/claims.js';
import { shownIs } from '../../src/store/sessions/session-reads.js';
import { gateIsOpen, shownStatus } from '../../workflows/axes.js';
import type { Axes } from '../../workflows/axes.js';
import { databaseForThisTest } from '../support/postgres.js';

type Row = Pick<Axes, 'status' | 'chatMode' | 'resolution'> & { open: boolean };

test('a claim finds the gate open exactly when the rest of the program does', async () => {
  const db = openDb((await databaseForThisTest()).url);
  const { rows } = await db.query<Row>(
    `SELECT status, chat_mode AS "chatMode", resolution, ${GATE_IS_OPEN} AS open
       FROM (SELECT * FROM unnest(ARRAY['opened', 'paused', 'closed']) AS a (status),
         unnest(ARRAY['bot', 'awaiting', 'operator']) AS b (chat_mode),
         unnest(ARRAY['pending', 'unresolved', 'resolved', 'closed']) AS c (resolution)) s`,
  );
  await db.close();
  expect(rows).toHaveLength(36);
  for (const { open, ...axes } of rows)
    expect({ ...axes, open }).toEqual({ ...axes, open: gateIsOpen(axes as Axes) });
});

test('a filter by status finds what the surfaces show with that status', async () => {
  const db = openDb((await databaseForThisTest()).url);
  for (const word of ['opened', 'paused', 'closed']) {
    const { rows } = await db.query<Pick<Axes, 'status' | 'chatMode'> & { found: boolean }>(
      `SELECT status, chat_mode AS "chatMode", ${shownIs('$1')} AS found
         FROM (SELECT * FROM unnest(ARRAY['opened', 'paused', 'closed']) AS a (status),
           unnest(ARRAY['bot', 'awaiting', 'operator']) AS b (chat_mode)) s`,
      [word],
    );
    expect(rows).toHaveLength(9);
    for (const { found, ...axes } of rows)
      expect({ ...axes, found }).toEqual({ ...axes, found: shownStatus(axes) === word });
  }
  await db.close();
});

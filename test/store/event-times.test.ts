import { expect, test } from 'vitest';
import { insertAudit, listAudit } from '../../src/store/accounts/audit.js';
import type { AuditAction } from '../../src/store/accounts/audit.js';
import type { Db, Tx } from '../../src/store/db.js';
import { readTimeline, recordEvent } from '../../src/store/events/session-events.js';
import { sessionWorld } from './session-world.js';

const actor = { surface: 'console', keyId: null } as const;

async function place() {
  const { db, session } = await sessionWorld();
  const { rows } = await db.query<{ workspaceId: string; instanceId: string }>(
    'SELECT workspace_id AS "workspaceId", instance_id AS "instanceId" FROM sessions WHERE id = $1',
    [session],
  );
  const { workspaceId = '', instanceId = '' } = rows[0] ?? {};
  return { db, session, workspaceId, instanceId };
}

/** The transaction of `second` begins before that of `first`, and has to wait for it. */
async function overtaken(db: Db, first: (tx: Tx) => Promise<unknown>, second: (tx: Tx) => Promise<unknown>) {
  await db.transaction(async (waiting) => {
    await waiting.query('SELECT now()');
    await db.transaction(first);
    await waiting.query('SELECT pg_sleep(0.005)');
    await second(waiting);
  });
}

test('what waited for another change is told after it, in the audit as in the timeline', async () => {
  const { db, session, workspaceId, instanceId } = await place();
  const record = (type: 'session.paused' | 'session.closed') => (tx: Tx) =>
    recordEvent(tx, { workspaceId, instanceId, sessionId: session, type, data: { surface: 'console' } });
  await overtaken(db, record('session.paused'), record('session.closed'));
  const timeline = await readTimeline(db, { sessionId: session, limit: 10 });
  const order = ['session.paused', 'session.closed'];
  expect(timeline.map(({ type }) => type)).toEqual(order);
  const times = timeline.map(({ at }) => at.getTime());
  expect(times).toEqual(times.toSorted((one, other) => one - other));
  const audit = await listAudit(db, { workspaceId }, { limit: 10 });
  expect(audit.map(({ action }) => action)).toEqual(order.toReversed());
});

test('two who change the same thing are in the audit in the order of their changes', async () => {
  const { db, workspaceId, instanceId } = await place();
  const note = (action: AuditAction) => (tx: Tx) =>
    insertAudit(tx, { workspaceId, instanceId, action, targetId: null, actor, byAdmin: false });
  await overtaken(db, note('typebot.changed'), note('typebot.deleted'));
  const audit = await listAudit(db, { workspaceId }, { limit: 10 });
  expect(audit.map(({ action }) => action)).toEqual(['typebot.deleted', 'typebot.changed']);
});

import { expect, test } from 'vitest';
import { flows, greeted, sessionCalls, sessionIs } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

test('changed settings count from the next message on, and the timeline says so once', async () => {
  const { shop, ana, id } = await greeted(parley, { debounce_ms: 0, unknown_message: 'old words' });
  await shop.change({ debounce_ms: WIDE_WINDOW_MS, default_delay_ms: 400, unknown_message: 'new words' });
  await ana.says('a');
  await ana.says('b');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got a\nb']);
  await ana.says('five');
  await ana.hears(7);
  const times = parley.receiver.messages.filter(({ to }) => to.contactId === ana.phone).map(({ at }) => at);
  const gaps = times.slice(3).map((at, index) => at - (times[index + 2] ?? 0));
  gaps.forEach((gapMs) => expect(gapMs).toBeGreaterThanOrEqual(380));
  await ana.sends({ content: { contentType: 'unsupported', providerType: 'poll' } });
  expect((await ana.hears(8)).at(-1)).toBe('new words');
  const events = await sessionCalls(parley, shop).events(id);
  expect(events.filter(({ type }) => type === 'settings.changed')).toHaveLength(1);
});

test('a changed `keyword_finish` and `expire_in_minutes` reach a running session', async () => {
  const { shop, ana, id } = await greeted(parley);
  expect((await ana.session()).expires_at).toBeNull();
  await shop.change({ keyword_finish: 'done', expire_in_minutes: 30 });
  await ana.says('on');
  await ana.hears(2);
  const session = await ana.session();
  expect(Date.parse(session.expires_at) - Date.parse(session.last_message_at)).toBe(30 * 60_000);
  await ana.says('Done');
  await sessionIs(ana, { id, status: 'closed', close_reason: 'keyword_finish' });
});

test('disabling a typebot starts nothing new and leaves running sessions alone', async () => {
  const { shop, ana, id } = await greeted(parley);
  await shop.change({ enabled: false });
  await ana.says('still there?');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got still there?']);
  const bob = shop.contact();
  await bob.says('hi');
  expect(await bob.sessions()).toEqual([]);
  expect(await ana.session()).toMatchObject({ id, status: 'opened' });
});

test('a changed trigger is not asked of a running session', async () => {
  const { shop, ana } = await greeted(parley);
  await shop.change({ trigger_type: 'keyword', trigger_value: 'other' });
  await ana.says('go on');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got go on']);
});

test('deleting a typebot under 1,000 sessions hides all with its answer, and removes all afterwards', async () => {
  const { shop, ana } = await greeted(parley);
  const bob = shop.contact();
  await bob.says('hi');
  await bob.hears(1);
  await parley.db.query(
    `WITH numbers AS (SELECT n, gen_random_uuid() AS contact, gen_random_uuid() AS session FROM generate_series(1, 1000) n),
          made AS (INSERT INTO contacts (id, instance_id, remote_jid, reply_jid)
                   SELECT contact, $1, n || '@s.whatsapp.net', n || '@s.whatsapp.net' FROM numbers)
     INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
                           channel, status, chat_mode, resolution, opening, settings_version)
     SELECT session, 'bulk-' || n, s.workspace_id, s.instance_id, s.typebot_id, contact, s.public_id,
            n || '@s.whatsapp.net', 'whatsapp', CASE WHEN n % 3 = 0 THEN 'closed' ELSE 'opened' END, 'bot', 'pending', 1, 1
       FROM numbers, (SELECT * FROM sessions WHERE typebot_id = $2 LIMIT 1) s`,
    [shop.id, shop.typebotId],
  );
  const deleted = await parley.call('DELETE', `/instances/${shop.id}/typebots/${shop.typebotId}`);
  expect(deleted).toMatchObject({ status: 200 });
  expect(await ana.sessions()).toEqual([]);
  expect((await ana.says('hello?')).status).toBe(200);
  await until(async () => {
    const { rows } = await parley.db.query<{ left: number }>(
      'SELECT (SELECT count(*) FROM sessions WHERE instance_id = $1)::int + (SELECT count(*) FROM typebots WHERE id = $2)::int AS left',
      [shop.id, shop.typebotId],
    );
    expect(rows[0]?.left).toBe(0);
  }, 200_000);
  const query = `ParleyInstance = '${shop.id}' AND ExecutionStatus = 'Running'`;
  await until(async () => expect((await parley.client.workflow.count(query)).count).toBe(0));
  expect(ana.heard()).toEqual(['Got hi']);
});

test('a message right after its typebot was deleted starts the next one, although the old session still ends', async () => {
  const { shop, ana } = await greeted(parley);
  const other = { typebot_url: parley.typebot.url, public_id: 'other-pub', trigger_type: 'all' };
  const { typebot_id } = (await parley.call('POST', `/instances/${shop.id}/typebots`, other)).body;
  await parley.worker.stop();
  await parley.call('DELETE', `/instances/${shop.id}/typebots/${shop.typebotId}`);
  const ask = { text: 'again', phone: ana.phone };
  const { body } = await parley.call('POST', `/instances/${shop.id}/typebots/evaluate`, ask);
  expect(body).toMatchObject({ reason: 'trigger_matched', session: null, would_start: { typebot_id } });
  await ana.says('again');
  expect(await ana.sessions()).toMatchObject([{ typebot_id, status: 'opened' }]);
  await parley.worker.start();
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got again']);
});

test('deleting an instance removes its sessions and tells its runs', async () => {
  const { shop, ana, id } = await greeted(parley);
  await sessionCalls(parley, shop).pause(id);
  expect((await parley.call('DELETE', `/instances/${shop.id}`)).status).toBe(200);
  expect((await ana.says('hello?')).status).toBe(404);
  await until(async () => {
    const { rows } = await parley.db.query('SELECT 1 FROM instances WHERE id = $1', [shop.id]);
    expect(rows).toEqual([]);
  });
  const query = `ParleyInstance = '${shop.id}' AND ExecutionStatus = 'Running'`;
  await until(async () => expect((await parley.client.workflow.count(query)).count).toBe(0));
});

test('a run that outlived its contact, for it never heard of the end, is ended by the reconciler', async () => {
  const { ana } = await greeted(parley);
  const run = parley.client.workflow.getHandle((await ana.session()).workflow_id);
  await parley.db.query('DELETE FROM contacts WHERE remote_jid = $1', [ana.jid]);
  await until(async () => {
    const options = { taskQueue: parley.taskQueue, workflowId: `reconcile-${ana.phone}`, args: [] };
    await parley.client.workflow.execute('reconcile', options);
    expect((await run.describe()).status.name).toBe('COMPLETED');
  });
});

import { expect, test } from 'vitest';
import {
  asked,
  flows,
  greeted,
  holdSend,
  inDelivery,
  sessionCalls,
  sessionIs,
} from '../../support/conversations.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

/** No run of the instance's conversations is left open. */
async function runsEnd(instanceId: string): Promise<void> {
  const query = `ParleyInstance = '${instanceId}' AND ExecutionStatus = 'Running'`;
  await until(async () => expect((await parley.client.workflow.count(query)).count).toBe(0));
}

test('close drops window, call and bubbles; the run ends and the next message starts afresh', async () => {
  const { shop, ana, id, second } = await inDelivery(parley);
  const closing = sessionCalls(parley, shop).close(id);
  await sessionIs(ana, { status: 'closed', close_reason: 'closed_by_api', resolution: 'closed' });
  second.release();
  expect((await closing).body).toEqual({ status: 'ok' });
  await runsEnd(shop.id);
  expect(ana.heard()).toEqual(['Got hi', '1', '2']);
  const before = parley.typebot.callsOf(ana).length;
  await ana.says('again');
  expect(await ana.hears(4)).toEqual(['Got hi', '1', '2', 'Got again']);
  expect(parley.typebot.callsOf(ana)[before]?.kind).toBe('start');
});

test('close in a call: its answer is never sent', async () => {
  const { shop, ana, id } = await greeted(parley);
  const call = await asked(parley, ana, 'asked');
  await sessionCalls(parley, shop).close(id);
  await ana.says('again');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got again']);
  call.release();
  await ana.says('more');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got again', 'Got more']);
});

test('close by phone ends the active session and says how many; none is 404', async () => {
  const { shop, ana } = await greeted(parley);
  const { close } = sessionCalls(parley, shop);
  expect((await close(ana.phone)).body).toEqual({ status: 'ok', closed: 1 });
  expect((await close(ana.phone)).status).toBe(404);
});

test('YourGPT `closed` with `keep_open` false in a delivery: the reply shows it closed, then nothing is left of it', async () => {
  const { shop, ana, id, second } = await inDelivery(parley, { keep_open: false });
  const { yourgpt, read, transcript } = sessionCalls(parley, shop);
  const uid = (await ana.session()).session_uid as string;
  const closing = yourgpt(uid, { state: 'closed' });
  await until(async () => expect((await read(id)).status).toBe(404));
  second.release();
  expect(await closing).toMatchObject({ status: 200, body: { data: { status: 'closed', state: 'closed' } } });
  expect((await yourgpt(uid, {})).body).toMatchObject({ type: 'RXERROR', message: 'Session not found' });
  expect(await transcript(id)).toBeUndefined();
  await runsEnd(shop.id);
  expect(ana.heard()).toEqual(['Got hi', '1', '2']);
  for (const table of ['sessions', 'inbox', 'outbox', 'turns']) {
    const column = table === 'sessions' ? 'id' : 'session_id';
    const { rows } = await parley.db.query(`SELECT 1 FROM ${table} WHERE ${column} = $1`, [id]);
    expect(rows).toEqual([]);
  }
});

test('`keep_open` is read at the end, and decides nothing but whether row and transcript stay', async () => {
  const { shop, ana, id } = await greeted(parley, { keep_open: true });
  await shop.change({ keep_open: false });
  await sessionCalls(parley, shop).close(id);
  expect(await ana.sessions()).toEqual([]);
  await ana.says('again');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got again']);
});

test('`keyword_finish` closes at once, drops the window, is not given to the flow and gets no answer', async () => {
  const { shop, ana, id } = await greeted(parley, { keyword_finish: 'Até já', debounce_ms: WIDE_WINDOW_MS });
  await ana.says('waits');
  await ana.says(' ATE JA ');
  expect(await ana.session()).toMatchObject({ id, status: 'closed', close_reason: 'keyword_finish' });
  await runsEnd(shop.id);
  expect(ana.heard()).toEqual(['Got hi']);
  const items = await sessionCalls(parley, shop).transcript(id);
  expect(items.map(({ text }) => text)).toEqual(['hi', 'Got hi', 'waits', ' ATE JA ']);
  await ana.says('back', 'soon');
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got back\nsoon']);
});

test('`keyword_finish` in a call, followed at once by another message: the old answer never comes, the new one does', async () => {
  const { ana } = await greeted(parley, { keyword_finish: 'sair', keep_open: false });
  const call = await asked(parley, ana, 'asked');
  await ana.says('sair', 'anew');
  call.release();
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got anew']);
  expect(await ana.sessions()).toHaveLength(1);
});

test('a paused session does not read `keyword_finish`', async () => {
  const { shop, ana, id } = await greeted(parley, { keyword_finish: 'sair' });
  await sessionCalls(parley, shop).pause(id);
  await ana.says('sair');
  expect(await ana.session()).toMatchObject({ id, status: 'paused' });
});

test('the end of the flow closes with `completed` after its bubbles; messages in that moment start anew, none is lost', async () => {
  const { shop, ana, id } = await greeted(parley);
  const last = await holdSend(parley, { contact: ana }, () => ana.says('bye'));
  await ana.says('in the moment of the end');
  last.release();
  expect(await ana.hears(3)).toEqual(['Got hi', 'Bye', 'Got in the moment of the end']);
  const [next, ended] = await ana.sessions();
  expect(ended).toMatchObject({ id, status: 'closed', close_reason: 'completed' });
  expect(next).toMatchObject({ status: 'opened' });
  const { transcript } = sessionCalls(parley, shop);
  expect((await transcript(id)).map(({ text }) => text)).not.toContain('in the moment of the end');
  expect((await transcript(next.id)).map(({ text }) => text)).toContain('in the moment of the end');
});

test('twenty contacts who write as soon as they read the end of their flow are all answered once', async () => {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const contacts = Array.from({ length: 20 }, () => shop.contact());
  await Promise.all(
    contacts.map(async (contact) => {
      await contact.says('bye');
      await contact.hears(1);
      await contact.says('again');
    }),
  );
  for (const contact of contacts) expect(await contact.hears(2)).toEqual(['Bye', 'Got again']);
});

test('a typebot deleted while its session works: nothing more is sent, and a message in that moment harms nothing', async () => {
  const { shop, ana, id, second } = await inDelivery(parley);
  const [deleted, said] = await Promise.all([
    parley.call('DELETE', `/instances/${shop.id}/typebots/${shop.typebotId}`),
    ana.says('in the moment of the delete'),
  ]);
  expect([deleted.status, said.status]).toEqual([200, 200]);
  second.release();
  await runsEnd(shop.id);
  await until(async () => {
    const { rows } = await parley.db.query('SELECT 1 FROM typebots WHERE id = $1', [shop.typebotId]);
    expect(rows).toEqual([]);
  });
  expect(ana.heard()).toEqual(['Got hi', '1', '2']);
  expect(await ana.sessions()).toEqual([]);
  const events = await parley.db.query(
    `SELECT data FROM session_events WHERE session_id = $1 AND type = 'session.closed'`,
    [id],
  );
  expect(events.rows).toEqual([{ data: { reason: 'typebot_deleted' } }]);
  expect((await ana.says('nobody there')).status).toBe(200);
});

test('a refused start closes with `failed` after `unknown_message`', async () => {
  const shop = await parley.instance({ public_id: 'not-there', unknown_message: 'Sorry' });
  const ana = shop.contact();
  await ana.says('hi');
  expect(await ana.hears(1)).toEqual(['Sorry']);
  const session = await sessionIs(ana, { status: 'closed', close_reason: 'failed' });
  expect(session.last_error).toMatchObject({ source: 'typebot', status: 404 });
});

test('every end leaves one `session.closed` in the timeline', async () => {
  const { shop, ana, id } = await greeted(parley);
  await ana.says('bye');
  await sessionIs(ana, { status: 'closed' });
  const events = await sessionCalls(parley, shop).events(id);
  expect(events.filter(({ type }) => type === 'session.closed').map(({ data }) => data)).toEqual([
    { reason: 'completed' },
  ]);
});

test('a closed session that is deleted does not close again', async () => {
  const { shop, ana, id } = await greeted(parley);
  await sessionCalls(parley, shop).close(id);
  await sessionIs(ana, { status: 'closed' });
  const bot = { 'api-key': parley.key, 'x-bot-id': shop.typebotId };
  expect((await parley.call('DELETE', `/v1/chat/conversations/${id}`, {}, bot)).status).toBe(200);
  const { rows } = await parley.db.query(
    `SELECT data FROM session_events WHERE session_id = $1 AND type = 'session.closed'`,
    [id],
  );
  expect(rows).toMatchObject([{ data: { reason: 'closed_by_api' } }]);
});

test('a person’s last words go out although the session closes at once and is deleted', async () => {
  const { shop, ana, id } = await greeted(parley, { keep_open: false });
  const { operator, close, read } = sessionCalls(parley, shop);
  const held = await holdSend(parley, { contact: ana }, () => operator(id, 'One moment'));
  await operator(id, 'Goodbye');
  expect((await close(id)).status).toBe(200);
  expect((await read(id)).status).toBe(404);
  held.release();
  expect(await ana.hears(3)).toEqual(['Got hi', 'One moment', 'Goodbye']);
  await until(async () => {
    const { rows } = await parley.db.query('SELECT 1 FROM sessions WHERE id = $1', [id]);
    expect(rows).toEqual([]);
  });
});

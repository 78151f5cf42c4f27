import { expect, test } from 'vitest';
import { asked, flows, greeted, inDelivery, sessionCalls, sessionIs } from '../../support/conversations.js';
import { WIDE_WINDOW_MS, until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

test('a pause in the window: what came before is given to the bot afterwards, what came in it is not', async () => {
  const { shop, ana, id } = await greeted(parley, { debounce_ms: WIDE_WINDOW_MS });
  const { pause, resume } = sessionCalls(parley, shop);
  await ana.says('before');
  expect((await pause(id)).body).toEqual({ status: 'ok' });
  expect(await ana.session()).toMatchObject({ status: 'paused', resumes_at: null });
  await ana.says('meanwhile');
  expect((await resume(id)).status).toBe(200);
  await ana.hears(2);
  await ana.says('after');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got before', 'Got after']);
});

test('a pause in the call is answered at once; the answer is held and sent first afterwards', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { pause, resume, transcript } = sessionCalls(parley, shop);
  const call = await asked(parley, ana, 'question');
  await pause(id);
  call.release();
  await until(async () => {
    expect((await transcript(id)).at(-1)).toMatchObject({ text: 'Got question', delivery: 'pending' });
  });
  await ana.says('while paused');
  await resume(id);
  await ana.hears(2);
  await ana.says('then');
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got question', 'Got then']);
});

test('a pause in a delivery waits for the bubble on its way, holds the rest, and resume sends it in order', async () => {
  const { shop, ana, id, second } = await inDelivery(parley);
  const { pause, resume, transcript } = sessionCalls(parley, shop);
  const answers: string[] = [];
  const pausing = pause(id).then(() => answers.push('paused'));
  await sessionIs(ana, { status: 'paused' });
  expect(answers).toEqual([]);
  second.release();
  await pausing;
  expect(ana.heard()).toEqual(['Got hi', '1', '2']);
  const states = (await transcript(id)).filter(({ sender }) => sender === 'bot').map((item) => item.delivery);
  expect(states).toEqual(['sent', 'sent', 'sent', 'pending', 'pending', 'pending']);
  expect((await pause(id)).status).toBe(200);
  expect(ana.heard()).toHaveLength(3);
  await resume(id);
  expect(await ana.hears(6)).toEqual(['Got hi', '1', '2', '3', '4', '5']);
  const types = (await sessionCalls(parley, shop).events(id)).map(({ type }) => type);
  expect(types.filter((type) => /paused|resumed/.test(type))).toEqual(['session.paused', 'session.resumed']);
});

test('held bubbles survive a restart of the worker', async () => {
  const { shop, ana, id, second } = await inDelivery(parley);
  const { pause, resume } = sessionCalls(parley, shop);
  const pausing = pause(id);
  second.release();
  await pausing;
  await parley.worker.stop();
  await resume(id);
  await parley.worker.start();
  expect(await ana.hears(6)).toEqual(['Got hi', '1', '2', '3', '4', '5']);
});

test('pause and resume from two API processes at the same moment, over and over: nothing is lost or doubled', async () => {
  const { shop, ana, id } = await greeted(parley, { default_delay_ms: 100 });
  const second = await parley.secondApi();
  const headers = { 'api-key': parley.key, 'content-type': 'application/json' };
  const other = `${second.url}/instances/${shop.id}/typebots/sessions/${id}`;
  await ana.says('five');
  for (let round = 0; round < 8; round += 1) {
    const replies = await Promise.all([
      sessionCalls(parley, shop).pause(id),
      fetch(`${other}/resume`, { method: 'POST', headers, body: '{}' }),
    ]);
    expect(replies.map(({ status }) => status)).toEqual([200, 200]);
  }
  await sessionCalls(parley, shop).resume(id);
  expect(await ana.hears(6)).toEqual(['Got hi', '1', '2', '3', '4', '5']);
  await second.stop();
  await ana.says('on');
  expect((await ana.hears(7)).at(-1)).toBe('Got on');
});

test('a pause with minutes resumes by itself, without any message', async () => {
  const { shop, ana, id } = await greeted(parley, { debounce_ms: WIDE_WINDOW_MS });
  const { pause, mute, events } = sessionCalls(parley, shop);
  await ana.says('before');
  await pause(id, 1);
  const { resumes_at: resumesAt } = await ana.session();
  expect(Date.parse(resumesAt)).toBeGreaterThan(Date.now() + 55_000);
  await parley.db.query(`UPDATE sessions SET resumes_at = now() + interval '1 second' WHERE id = $1`, [id]);
  // Any signal brings the changed row to the workflow.
  await mute(ana.phone, 0);
  expect(await ana.hears(2)).toEqual(['Got hi', 'Got before']);
  expect(await ana.session()).toMatchObject({ status: 'opened', resumes_at: null });
  expect((await events(id)).find(({ type }) => type === 'session.resumed')?.data).toEqual({ by: 'timer' });
});

test('a person who takes over in a timed pause keeps the word when its time is over', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { pause, operator } = sessionCalls(parley, shop);
  await pause(id, 1);
  await operator(id, 'A person speaks');
  expect(await ana.session()).toMatchObject({ status: 'paused', chat_mode: 'operator', resumes_at: null });
});

test('wrong minutes are refused', async () => {
  const { shop, id } = await greeted(parley);
  const { pause } = sessionCalls(parley, shop);
  for (const minutes of [0, -1, 43_201, 1.5]) expect((await pause(id, minutes)).status).toBe(400);
  expect((await pause(id, 43_200)).status).toBe(200);
});

test('a pause that came before the end of the flow stays; the session completes on resume', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { pause, resume } = sessionCalls(parley, shop);
  const call = await asked(parley, ana, 'bye');
  await pause(id);
  call.release();
  await until(async () => {
    expect((await sessionCalls(parley, shop).events(id)).map(({ type }) => type)).toContain('turn.completed');
  });
  await ana.says('hello?');
  expect(await ana.session()).toMatchObject({ id, status: 'paused' });
  await resume(id);
  expect(await ana.hears(2)).toEqual(['Got hi', 'Bye']);
  await sessionIs(ana, { id, status: 'closed', close_reason: 'completed' });
});

test('pause, resume and close of what is not active are 404; of what is so already they change nothing', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { pause, resume, close } = sessionCalls(parley, shop);
  const { updated_at: updatedAt } = await ana.session();
  expect((await resume(id)).status).toBe(200);
  expect((await ana.session()).updated_at).toBe(updatedAt);
  await pause(id);
  const paused = await ana.session();
  expect(paused.updated_at > updatedAt).toBe(true);
  expect((await pause(id)).status).toBe(200);
  expect((await ana.session()).updated_at).toBe(paused.updated_at);
  await close(id);
  for (const call of [pause, resume, close]) expect((await call(id)).status).toBe(404);
});

test('2,000 messages into a paused session are kept, in bounded histories', async () => {
  const { shop, ana, id } = await greeted(parley);
  const { pause, resume } = sessionCalls(parley, shop);
  await pause(id);
  for (let round = 0; round < 100; round += 1) {
    await Promise.all(Array.from({ length: 20 }, (_, index) => ana.says(`${round}.${index}`)));
  }
  await resume(id);
  await ana.says('awake');
  expect((await ana.hears(2)).at(-1)).toBe('Got awake');
  const { rows } = await parley.db.query<{ count: number; contact: string }>(
    `SELECT count(*)::int, min(contact_id::text) AS contact FROM inbox WHERE session_id = $1 AND fate = 'kept'`,
    [id],
  );
  expect(rows[0]?.count).toBe(2_000);
  const lengths: number[] = [];
  const query = `WorkflowId = 'conversation/${shop.id}/${rows[0]?.contact}'`;
  await until(async () => {
    lengths.length = 0;
    for await (const run of parley.client.workflow.list({ query })) lengths.push(run.historyLength);
    // Signals that come together share a task: how many runs it takes depends on the machine.
    expect(lengths.length).toBeGreaterThan(1);
  });
  expect(Math.max(...lengths)).toBeLessThan(1_000);
}, 400_000);

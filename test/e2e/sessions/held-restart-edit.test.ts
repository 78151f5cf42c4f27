import { expect, test } from 'vitest';
import { flows, sessionCalls, sessionIs } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

async function greeted(settings: object = {}) {
  const shop = await parley.instance({ public_id: 'echo-pub', ...settings });
  const ana = shop.contact();
  await ana.says('hi');
  await ana.hears(1);
  const id = (await ana.session()).id as string;
  const base = `/instances/${shop.id}/typebots/sessions`;
  return {
    ...{ shop, ana, id },
    ...sessionCalls(parley, shop),
    view: async () => (await parley.call('GET', `/sessions/${id}`)).body,
    edit: (change: object) => parley.call('PATCH', `${base}/${id}`, change),
    restart: (body: object = {}) => parley.call('POST', `${base}/${id}/restart`, body),
    dropHeld: () => parley.call('POST', `${base}/${id}/held/drop`, {}),
    held: async (): Promise<{ id: string; text: string }[]> =>
      (await parley.call('GET', `${base}/${id}/held`)).body.messages,
    settle: (message: string | undefined, action: 'send' | 'drop') =>
      parley.call('POST', `${base}/${id}/held/${message}/${action}`, {}),
  };
}

test('bubbles that a pause holds are counted and given up, and the bot goes on with the next message', async () => {
  const { ana, id, pause, resume, view, dropHeld, transcript, events } = await greeted({
    default_delay_ms: 2_000,
  });
  expect((await dropHeld()).status).toBe(409);
  await ana.says('five');
  await ana.hears(2);
  await pause(id);
  const { held } = await view();
  expect(held).toBeGreaterThan(0);
  const heard = ana.heard().length;
  expect((await dropHeld()).body).toEqual({ status: 'ok', dropped: held });
  expect(await view()).toMatchObject({ held: 0, status: 'paused', waits_for: 'person' });
  expect((await dropHeld()).body).toEqual({ status: 'ok', dropped: 0 });
  await resume(id);
  await ana.says('next');
  expect((await ana.hears(heard + 1)).at(-1)).toBe('Got next');
  const given = (await transcript(id)).filter(({ error }) => error?.reason === 'dropped');
  expect(given).toHaveLength(held);
  const told = (await events(id)).filter(({ type }) => type === 'held.dropped');
  expect(told).toMatchObject([{ data: { count: held, surface: 'native', key_name: 'test' } }]);
});

test('held bubbles are sent and given up one by one, in their order, while the bot stays silent', async () => {
  const { ana, id, pause, resume, view, events, held, settle } = await greeted({ default_delay_ms: 2_000 });
  await ana.says('five');
  await ana.hears(2);
  // Bubbles that wait for their time are not held back.
  expect(await view()).toMatchObject({ held: 0, waits_for: 'bot' });
  expect(await held()).toEqual([]);
  await pause(id);
  const before = ana.heard().length;
  const [first, second, third, ...rest] = await held();
  const left = 3 + rest.length;
  expect(await settle(second?.id, 'send')).toMatchObject({
    status: 409,
    body: { error: 'an earlier bubble is held back: send or drop it first' },
  });
  expect((await settle(first?.id, 'send')).status).toBe(200);
  expect((await ana.hears(before + 1)).at(-1)).toBe(first?.text);
  await until(async () => expect((await view()).held).toBe(left - 1));
  expect((await settle(first?.id, 'drop')).body.error).toContain('is not held back');
  expect((await settle(second?.id, 'drop')).status).toBe(200);
  expect((await settle(third?.id, 'send')).status).toBe(200);
  expect((await ana.hears(before + 2)).at(-1)).toBe(third?.text);
  expect(await view()).toMatchObject({ status: 'paused', waits_for: 'person' });
  await until(async () =>
    expect((await held()).map(({ text }) => text)).toEqual(rest.map(({ text }) => text)),
  );
  await resume(id);
  await ana.says('next');
  await until(() => expect(ana.heard().at(-1)).toBe('Got next'));
  expect(ana.heard().slice(before)).toEqual(
    [first, third, ...rest].map((item) => item?.text).concat('Got next'),
  );
  const told = (await events(id)).filter(({ type }) => type.startsWith('held.'));
  expect(told.map(({ type, data }) => [type, data.message, data.key_name])).toEqual([
    ['held.sent', first?.id, 'test'],
    ['held.dropped', second?.id, 'test'],
    ['held.sent', third?.id, 'test'],
  ]);
});

test('a takeover drops a released bubble that has not left, and nothing is held where the bot may speak', async () => {
  const { ana, id, pause, operator, held, settle, resume } = await greeted({ default_delay_ms: 2_000 });
  await ana.says('five');
  await ana.hears(2);
  await pause(id);
  const [first] = await held();
  const before = parley.receiver.requestsTo(ana).length;
  parley.receiver.failAll({ status: 503 });
  await settle(first?.id, 'send');
  await until(() => expect(parley.receiver.requestsTo(ana).length).toBeGreaterThan(before));
  await operator(id, 'a person here');
  parley.receiver.failAll();
  await until(() => expect(ana.heard().at(-1)).toBe('a person here'));
  expect(ana.heard()).not.toContain(first?.text);
  expect(await held()).toEqual([]);
  expect((await settle(first?.id, 'send')).status).toBe(409);
  await resume(id);
  expect((await settle(first?.id, 'send')).body.error).toBe('the bot is not silent: nothing is held back');
  expect((await settle('not-an-id', 'drop')).status).toBe(400);
  await ana.says('next');
  await until(() => expect(ana.heard().at(-1)).toBe('Got next'));
});

test.each([
  ['a mute', 'person', (call: Quiet) => call.mute(10), (call: Quiet) => call.mute(0)],
  [
    'a silenced number',
    'silenced',
    (call: Quiet) => call.silence('POST'),
    (call: Quiet) => call.silence('DELETE'),
  ],
])('%s holds bubbles too: they wait for a person, and can be given up', async (_, cause, quieten, speak) => {
  const { shop, ana, mute, view, dropHeld } = await greeted({ default_delay_ms: 2_000 });
  const call: Quiet = {
    mute: (minutes) => mute(ana.phone, minutes),
    silence: (method) => parley.call(method, `/instances/${shop.id}/silence`),
  };
  await ana.says('five');
  await ana.hears(2);
  await quieten(call);
  const { held, waits_for: waitsFor } = await view();
  expect(waitsFor).toBe(cause);
  expect((await dropHeld()).body.dropped).toBe(held);
  await speak(call);
  await ana.says('next');
  await until(() => expect(ana.heard().at(-1)).toBe('Got next'));
});

interface Quiet {
  mute(minutes: number): Promise<unknown>;
  silence(method: string): Promise<unknown>;
}

test('a restart ends the session and begins the typebot with what the contact began with, or with other words', async () => {
  const { ana, id, restart, events, read } = await greeted();
  await ana.says('second');
  await ana.hears(2);
  const first = await restart();
  expect(first).toMatchObject({ status: 200, body: { status: 'ok' } });
  expect(await ana.hears(3)).toEqual(['Got hi', 'Got second', 'Got hi']);
  expect((await read(id)).body).toMatchObject({ status: 'closed', close_reason: 'replaced' });
  expect((await ana.session()).id).toBe(first.body.session);
  expect((await events(first.body.session))[0]).toMatchObject({
    type: 'session.started',
    data: { trigger: 'manual', surface: 'native' },
  });
  // Of the closed one too: the active session ends.
  const second = await restart({ message: 'other words' });
  expect((await ana.hears(4)).at(-1)).toBe('Got other words');
  expect((await read(first.body.session)).body.close_reason).toBe('replaced');
  await sessionIs(ana, { id: second.body.session, status: 'opened' });
});

test('a muted contact, and a session with nobody behind it, are not started anew', async () => {
  const { shop, ana, restart, mute } = await greeted();
  await mute(ana.phone, 5);
  expect(await restart()).toMatchObject({ status: 409, body: { error: 'contact is muted' } });
  const { body } = await parley.call('POST', '/chatbot/v1/createSession', { widget_uid: shop.typebotId });
  const { body: found } = await parley.call('GET', `/instances/${shop.id}/typebots/sessions?limit=1`);
  expect([body.type, found[0].channel]).toEqual(['RXSUCCESS', 'api']);
  const path = `/instances/${shop.id}/typebots/sessions/${found[0].id}/restart`;
  expect((await parley.call('POST', path, {})).status).toBe(409);
});

test('tags, segment and resolution are changed together; names that are left out stay', async () => {
  const { id, edit, events, close } = await greeted();
  expect((await edit({ tags: { plan: 'gold', trial: 'yes' }, segment: 'sales' })).body).toMatchObject({
    tags: { plan: 'gold', trial: 'yes' },
    segment: 'sales',
    resolution: 'pending',
  });
  expect((await edit({ tags: { trial: null, __proto__x: 'kept' } })).body.tags).toEqual({
    plan: 'gold',
    __proto__x: 'kept',
  });
  expect((await edit({ tags: { plan: 'gold' } })).status).toBe(200);
  expect((await edit({ resolution: 'unresolved' })).body).toMatchObject({
    resolution: 'unresolved',
    segment: 'sales',
  });
  expect((await edit({ resolution: 'closed' })).status).toBe(400);
  const told = (await events(id)).filter(({ type }) => type === 'session.edited');
  expect(told.map(({ data }) => data.changes)).toEqual([['tags', 'segment'], ['tags'], ['resolution']]);
  await close(id);
  expect((await edit({ resolution: 'resolved', tags: { late: 'x' } })).status).toBe(409);
  expect((await edit({ tags: { late: 'yes' } })).body).toMatchObject({
    status: 'closed',
    tags: { late: 'yes' },
  });
});

test('a paused conversation that is marked as resolved is handed back, and the timeline says by whom', async () => {
  const { id, pause, edit, events } = await greeted();
  await pause(id);
  expect((await edit({ resolution: 'resolved' })).body).toMatchObject({
    status: 'opened',
    resolution: 'resolved',
  });
  const told = (await events(id)).find(({ type }) => type === 'session.resumed');
  expect(told?.data).toMatchObject({ by: 'api', key_name: 'test' });
});

import { describe, expect, test } from 'vitest';
import type { Claim } from '../../activities/ports/sends.js';
import { look, sessionWorld } from './session-world.js';
import type { Stored } from './session-world.js';

/** Messages without a turn pass no gate, so that nothing but the rule in question decides. */
async function looked(message: Stored = {}) {
  const world = await sessionWorld();
  const id = await world.store({ sender: 'operator', turn: null, ...message });
  return { ...world, id, next: await look(world.records, id, world.session) };
}

test('a claim is counted, and what its attempt says afterwards is about it', async () => {
  const { records, next, read, id } = await looked();
  expect(await records.claim(next, null)).toMatchObject({ type: 'claimed', message: { attempt: 1 } });
  expect(next.claims).toBe(1);
  await records.failed(next, { class: 'UnknownOutcome' });
  expect((await read(id)).state).toBe('unknown');
});

test('a worker that wakes from a freeze before its claim does not repeat what another has sent', async () => {
  const { db, records, next, read, id } = await looked();
  // The outcome of the other one's send is not known yet.
  await db.query(`UPDATE outbox SET state = 'unknown', attempts = 1, unknowns = 1 WHERE id = $1`, [id]);
  expect(await records.claim(next, null)).toEqual({ type: 'gone' });
  expect(await read(id)).toMatchObject({ state: 'unknown', attempts: 1 });
});

test('a message prepared for settings that have been changed since is looked at anew', async () => {
  const { db, records, next, read, id } = await looked();
  await db.query(`UPDATE instances SET updated_at = updated_at + interval '1 second'`);
  // `instances.at` may well have the present settings; the message was prepared for others.
  expect(await records.claim(next, null)).toEqual({ type: 'gone' });
  expect((await read(id)).state).toBe('pending');
  const again = await records.nextOutgoing(id);
  if (again === undefined || again === 'sent') throw new Error('nothing to send');
  expect((await records.claim(again, null)).type).toBe('claimed');
});

test.each(['Auth', 'ChannelDown'] as const)(
  'a refusal (%s) under settings that have been changed since says nothing about the present ones',
  async (reason) => {
    const { db, records, next } = await looked();
    await records.claim(next, null);
    await records.failed({ ...next, instanceVersion: 1 }, { class: reason });
    const status = async () => (await db.query<{ status: string }>('SELECT status FROM instances')).rows[0];
    expect(await status()).toEqual({ status: 'connected' });
    await records.failed(next, { class: reason });
    expect(await status()).not.toEqual({ status: 'connected' });
  },
);

describe('while every bot of the number is silenced', () => {
  test.each<[string, Claim['type'], Stored]>([
    ['a program’s message', 'held', { sender: 'api', turn: null }],
    ['a program’s message in the bot’s name', 'held', { sender: 'bot', turn: null }],
    ['an operator’s message', 'claimed', { sender: 'operator', turn: null }],
    ['a bubble that an operator sends by hand', 'claimed', { sender: 'bot', turn: 1 }],
  ])('%s is %s', async (_what, expected, message) => {
    const { db, records, next } = await looked(message);
    await db.query('UPDATE instances SET silenced_at = now()');
    expect((await records.claim(next, null)).type).toBe(expected);
    await db.query('UPDATE instances SET silenced_at = NULL');
    if (expected === 'held') expect((await records.claim(next, null)).type).toBe('claimed');
  });

  test('an operator’s message does not queue behind a program’s that is held', async () => {
    const { db, records, store } = await looked({ sender: 'api' });
    const id = await store({ sender: 'operator', turn: null });
    const second = await records.nextOutgoing(id);
    if (second === undefined || second === 'sent') throw new Error('nothing to send');
    expect((await records.claim(second, null)).type).toBe('queued');
    await db.query('UPDATE instances SET silenced_at = now()');
    expect((await records.claim(second, null)).type).toBe('claimed');
  });
});

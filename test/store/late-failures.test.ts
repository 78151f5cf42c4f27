import { expect, test } from 'vitest';
import type { ChannelErrorInfo } from '../../activities/ports/channel-error.js';
import type { OutboundContent } from '../../activities/ports/messages.js';
import type { NextMessage, SendRecords } from '../../activities/ports/sends.js';
import { look, sessionWorld } from './session-world.js';

type Says = (records: SendRecords, next: NextMessage) => Promise<unknown>;

const cards: OutboundContent = {
  type: 'contacts',
  contacts: [
    { name: 'Sales in Recife', phone: '+5581' },
    { name: 'Sales in Natal', phone: '+5584' },
  ],
};
const met =
  (error: ChannelErrorInfo): Says =>
  (records, next) =>
    records.failed(next, error);

const notes: [string, Says, { state: string; content?: object }][] = [
  ['came to no known end', met({ class: 'UnknownOutcome' }), { state: 'unknown' }],
  ['was refused for now', met({ class: 'Retryable', httpStatus: 503 }), { state: 'pending' }],
  ['was refused for good', met({ class: 'Permanent', reason: 'notOnWhatsApp' }), { state: 'failed' }],
  ['was refused for its credentials', met({ class: 'Auth' }), { state: 'pending' }],
  [
    'was refused for its form',
    met({ class: 'Permanent', reason: 'unsupported' }),
    { state: 'pending', content: { type: 'text' } },
  ],
  [
    'met a closed window',
    met({ class: 'Permanent', reason: 'windowClosed' }),
    { state: 'pending', content: { type: 'template' } },
  ],
  ['met a fault of ours', (records, next) => records.abandon(next, new Error('x')), { state: 'failed' }],
  ['stays unknown', (records, next) => records.giveUpWaiting({ ...next, unknowns: 2 }), { state: 'failed' }],
];

test.each(notes)(
  'a worker that wakes from a freeze and says that its send %s changes nothing of the send of another',
  async (_what, says, becomes) => {
    const { db, records, session, store, read, everything } = await sessionWorld();
    const id = await store({ content: cards, claims: 1 });
    const frozen = await look(records, id, session);
    await db.query(`UPDATE outbox SET state = 'sending', attempts = 2 WHERE id = $1`, [id]);
    await store({ bubble: 200 });
    const before = await everything();
    await says(records, frozen);
    expect(await everything()).toEqual(before);
    await says(records, { ...frozen, claims: 2 });
    expect(await read(id)).toMatchObject(becomes);
  },
);

test('when a message is tried again is not what a frozen worker says', async () => {
  const { db, records, session, store, everything } = await sessionWorld();
  const id = await store({ claims: 1 });
  const frozen = await look(records, id, session);
  await db.query(`UPDATE outbox SET attempts = 2 WHERE id = $1`, [id]);
  const before = await everything();
  await records.noteNextAttempt(frozen, 60_000);
  expect(await everything()).toEqual(before);
  await records.noteNextAttempt(await look(records, id, session), 60_000);
  expect(await everything()).not.toEqual(before);
});

test('what is met before a claim is noted too, but ends no claim', async () => {
  const { records, session, store, read } = await sessionWorld();
  const id = await store({ content: cards, claims: 1, state: 'unknown' });
  await met({ class: 'Retryable' })(records, await look(records, id, session));
  expect((await read(id)).state).toBe('unknown');
  await met({ class: 'Permanent', reason: 'unsupported' })(records, await look(records, id, session));
  expect(await read(id)).toMatchObject({ state: 'pending', content: { type: 'text' } });
  await met({ class: 'Permanent', reason: 'mediaInvalid' })(records, await look(records, id, session));
  expect((await read(id)).state).toBe('failed');
});

test('a message that was dropped while it was refused for its form leaves no parts behind', async () => {
  const { db, records, session, store } = await sessionWorld();
  const id = await store({ content: cards, claims: 1, state: 'sending', error: { reason: 'dropped' } });
  await met({ class: 'Permanent', reason: 'unsupported' })(records, await look(records, id, session));
  const { rows } = await db.query('SELECT state, error FROM outbox');
  expect(rows).toEqual([{ state: 'failed', error: { reason: 'dropped' } }]);
});

test('a send whose worker is gone is unknown to whoever looks next', async () => {
  const { db, records, session, store, read } = await sessionWorld();
  const id = await store({ claims: 1, state: 'sending' });
  await db.query(`UPDATE outbox SET claim_ends_at = now() - interval '2 seconds'`);
  expect(await look(records, id, session)).toMatchObject({ sending: false, unknowns: 1, claims: 1 });
  expect((await read(id)).state).toBe('unknown');
});

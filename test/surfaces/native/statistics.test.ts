import { describe, expect, test } from 'vitest';
import { periodOf } from '../../../src/surfaces/native/statistics/period.js';
import { flows, sessionCalls } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });
const HOUR_MS = 3_600_000;
const hourOf = (ms: number) => new Date(Math.floor(ms / HOUR_MS) * HOUR_MS).toISOString();

const read = async (query = '') => {
  const answer = await parley.call('GET', `/statistics${query}`);
  expect(answer.status).toBe(200);
  return answer.body;
};

async function talked() {
  const shop = await parley.instance({ public_id: 'echo-pub' });
  const contact = shop.contact();
  await contact.says('hi');
  await contact.hears(1);
  const { id } = await contact.session();
  await sessionCalls(parley, shop).operator(id, 'A person', false);
  await contact.hears(2);
  return { shop, contact, id: String(id) };
}

test('conversations, messages, answers and what became of them are counted, by the hour and for one number', async () => {
  const { shop, contact } = await talked();
  const other = await talked();
  await contact.says('bye');
  await contact.hears(3);
  const counts = await until(async () => {
    const body = await read(`?instance_id=${shop.id}`);
    expect(body.outcomes).toEqual([{ outcome: 'completed', count: 1 }]);
    return body;
  });
  expect(counts.activity.length).toBeGreaterThanOrEqual(24);
  expect(counts.activity.length).toBeLessThanOrEqual(25);
  expect(counts.activity[0].at).toBe(counts.from);
  const sums = (body: { activity: Record<string, number>[] }, name: string) =>
    body.activity.reduce((sum, one) => sum + (one[name] ?? 0), 0);
  const of = (body: { activity: Record<string, number>[] }) =>
    ['sessions', 'received', 'sent_by_bot', 'sent_by_people'].map((name) => sums(body, name));
  expect(of(counts)).toEqual([1, 2, 2, 1]);
  expect(counts.answer_time).toMatchObject({ count: 2, p50_ms: expect.any(Number) });
  expect(counts.answer_time.p50_ms).toBeGreaterThanOrEqual(0);
  expect(counts.answer_time.p99_ms).toBeGreaterThanOrEqual(counts.answer_time.p50_ms);
  expect(of(await read())).toEqual([2, 3, 3, 2]);
  const long = await read(
    `?interval=day&instance_id=${other.shop.id}&from=2026-01-01T00:00:00Z&to=2026-01-03T00:00:00Z`,
  );
  expect(long.activity.map(({ at }: { at: string }) => at)).toEqual([
    '2026-01-01T00:00:00.000Z',
    '2026-01-02T00:00:00.000Z',
  ]);
  expect(of(long)).toEqual([0, 0, 0, 0]);
});

test('failures are told by their reason', async () => {
  const { shop, contact } = await talked();
  parley.receiver.fail({ to: contact, status: 400, body: { error: { code: 'not_on_whatsapp' } } });
  await contact.says('again');
  await until(async () => {
    const { failures } = await read(`?instance_id=${shop.id}`);
    expect(failures).toMatchObject([{ type: 'message.failed', count: 1, last_at: expect.any(String) }]);
  });
});

test('where conversations stand is told by question, with how long and how often they were misunderstood', async () => {
  const { shop } = await talked();
  const ask = () => parley.call('GET', `/instances/${shop.id}/typebots/${shop.typebotId}/questions`);
  expect((await ask()).body).toEqual({
    questions: [
      {
        block_id: 'i',
        kind: 'text',
        waiting: 1,
        median_wait_seconds: expect.any(Number),
        misunderstood: 0,
        words: 'Got hi',
      },
    ],
  });
  await parley.db.query(
    `UPDATE sessions SET invalid_replies = 2, last_message_at = now() - interval '10 minutes' WHERE typebot_id = $1`,
    [shop.typebotId],
  );
  const [question] = (await ask()).body.questions;
  expect(question.misunderstood).toBe(2);
  expect(question.median_wait_seconds).toBeGreaterThanOrEqual(600);
});

test('a number of another workspace, and a time that is none, are refused', async () => {
  const refused = async (query: string) => (await parley.call('GET', `/statistics${query}`)).status;
  expect(await refused('?instance_id=VZ00000000000000000000000000')).toBe(404);
  expect(await refused('?from=yesterday')).toBe(400);
  expect(await refused('?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')).toBe(400);
});

describe('the time that is counted', () => {
  const now = Date.parse('2026-11-30T12:34:56.789Z');
  const at = (text: string) => new Date(text);

  test.each([
    ['a day, where nothing is said', {}, 'hour', hourOf(now - 24 * HOUR_MS)],
    ['from an hour', { from: at('2026-11-30T03:59:59Z') }, 'hour', '2026-11-30T03:00:00.000Z'],
    ['from a day', { from: at('2026-11-01T23:59:59Z') }, 'day', '2026-11-01T00:00:00.000Z'],
    ['for long', { from: at('2026-10-30T12:34:56.789Z') }, 'hour', '2026-10-30T12:00:00.000Z'],
  ] as const)('begins with a whole interval: %s', (_what, given, interval, from) => {
    expect(periodOf(given, interval, now)).toEqual({ from: new Date(from), to: new Date(now) });
  });

  test.each([
    ['backwards', { from: at('2026-11-30T13:00:00Z') }, 'hour', 'from must be before to'],
    [
      'too many hours',
      { from: at('2026-10-29T00:00:00Z') },
      'hour',
      'from must be at most 31 days before to, counted by the hour',
    ],
    [
      'too many days',
      { from: at('2026-08-28T00:00:00Z') },
      'day',
      'from must be at most 92 days before to, counted by the day',
    ],
  ] as const)('is refused: %s', (_what, given, interval, words) => {
    expect(periodOf(given, interval, now)).toBe(words);
  });
});

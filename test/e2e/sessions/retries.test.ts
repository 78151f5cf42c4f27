import { expect, test } from 'vitest';
import { flows, greeted, sessionIs } from '../../support/conversations.js';
import { until, useParley } from '../../support/parley.js';

const parley = useParley({ flows });

const row = async (id: string) => (await parley.call('GET', `/sessions/${id}`)).body;
const why = async (id: string, message: string) =>
  (await parley.call('GET', `/sessions/${id}/messages/${message}/why`)).body;

/** A refusal for now that names the time to wait: long enough for a look at it, also on a busy machine. */
const later = (seconds = 15) => ({ headers: { 'retry-after': String(seconds) } });

test('a session tells when Typebot, which gives no answer, is asked again, and it is asked then', async () => {
  const { ana, id } = await greeted(parley);
  const before = parley.typebot.callsOf(ana).length;
  parley.typebot.fail({ of: ana, call: 'continue', status: 503, ...later() });
  await ana.says('more');
  const { typebot_retry: retry } = await until(async () => {
    const session = await row(id);
    expect(session).toMatchObject({ waits_for: 'typebot', typebot_retry: { tries: 1 }, send_retry: null });
    return session;
  });
  expect(parley.typebot.callsOf(ana)).toHaveLength(before + 1);
  await until(() => expect(parley.typebot.callsOf(ana).length).toBeGreaterThan(before + 1));
  // What was told is the earliest moment; the clocks of this process and of PostgreSQL are one.
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(retry.at));
  await ana.hears(2);
  await until(async () =>
    expect(await row(id)).toMatchObject({ waits_for: 'contact', typebot_retry: null, send_retry: null }),
  );
});

test('a session tells which bubble is sent again and when, and why it was not sent yet', async () => {
  const { ana, id } = await greeted(parley, { default_delay_ms: 0 });
  parley.receiver.fail({ to: ana });
  parley.receiver.fail({ to: ana, status: 429, ...later() });
  await ana.says('five');
  const { send_retry: retry } = await until(async () => {
    const session = await row(id);
    expect(session.send_retry).toMatchObject({ tries: 1, bubble: 2 });
    return session;
  });
  expect((await why(id, retry.message_id)).send).toMatchObject({ attempts: 1, next_attempt_at: retry.at });
  await ana.hears(6);
  const [, , second] = parley.receiver.requestsTo(ana).slice(1);
  expect(second?.at).toBeGreaterThanOrEqual(Date.parse(retry.at));
  await until(async () => expect(await row(id)).toMatchObject({ waits_for: 'contact', send_retry: null }));
  expect((await why(id, retry.message_id)).send).toMatchObject({ attempts: 2, next_attempt_at: null });
});

test('while a person has the word, what the bot tries is not counted down, but what the person sent is', async () => {
  const { ana, id, pause, operator } = await greeted(parley);
  parley.typebot.fail({ of: ana, call: 'continue', status: 503, ...later(60) });
  await ana.says('more');
  await until(async () => expect(await row(id)).toMatchObject({ typebot_retry: { tries: 1 } }));
  await pause(id);
  await sessionIs(ana, { status: 'paused' });
  expect(await row(id)).toMatchObject({ typebot_retry: null });
  parley.receiver.fail({ to: ana, status: 429, ...later() });
  await operator(id, 'One moment');
  await until(async () =>
    expect(await row(id)).toMatchObject({ typebot_retry: null, send_retry: { tries: 1, bubble: null } }),
  );
  await until(() => expect(ana.heard()).toContain('One moment'));
  await until(async () => expect(await row(id)).toMatchObject({ send_retry: null }));
});

import { expect, test } from 'vitest';
import type { TalkDeps } from '../../activities/chain.js';
import { takeTurn } from '../../activities/take-turn.js';
import type { TalkResult } from '../../workflows/needs.js';
import type { SessionSnapshot } from '../../workflows/snapshot.js';
import { asActivity } from './activity-context.js';
import { claimed, deliveryWorld } from './delivery-world.js';
import type { DeliveryWorld } from './delivery-world.js';

const session: SessionSnapshot = {
  ...{ id: 's', typebotId: 't', opening: 1, lastMessageAtMs: 0, turnNo: 1, waitingHigh: 0 },
  axes: {
    ...{ status: 'opened', chatMode: 'bot', resolution: 'unresolved' },
    ...{ gateNo: 3, version: 1, resumesAtMs: null },
  },
  ...{ endedAs: null, handoff: false, turn: null },
  settings: { version: 1, debounceMs: 0, expireMs: 0 },
};

/** A turn that is answered, with what the delivery of its bubbles meets. */
function world(options: DeliveryWorld, more: Partial<TalkResult> = {}) {
  const { deps, log } = deliveryWorld(options);
  const bubbles = options.messages?.length ?? 1;
  const snapshot = { clock: 0, mutedUntilMs: null, session };
  const result: TalkResult = { outcome: 'answered', bubbles, continueAfterMs: null, snapshot, ...more };
  const talk = { records: { begin: () => Promise.resolve({ type: 'over', result }) } };
  const request = { contactId: 'c', sessionId: 's', turn: 1, upTo: 1 };
  const run = () => asActivity(() => takeTurn(request, { talk: talk as unknown as TalkDeps, deliver: deps }));
  return { log, run };
}

test('the bubbles of an answer leave in the activity that holds it, through the gate of its session', async () => {
  const { run, log } = world({ messages: [{}, { dueInMs: 5 }] });
  expect(await run()).toMatchObject({ outcome: 'answered', bubbles: 0, snapshot: { clock: 1 } });
  expect(log).toEqual(['claim 3', 'sent', 'claim 3', 'sent']);
});

test('an answer without bubbles sends nothing, and one for a session that is over neither', async () => {
  const silent = world({}, { bubbles: 0 });
  expect(await silent.run()).toMatchObject({ bubbles: 0, snapshot: { clock: 0 } });
  const over = world({}, { snapshot: { clock: 2, mutedUntilMs: null, session: { ...session, id: 's2' } } });
  expect(await over.run()).toMatchObject({ bubbles: 1 });
  expect([...silent.log, ...over.log]).toEqual([]);
});

test('a closed gate leaves the rest to whoever opens it', async () => {
  const { run, log } = world({ messages: [{}, {}], claims: [claimed, { type: 'held', untilMs: null }] });
  const result = await run();
  expect(result).toMatchObject({ bubbles: 2, snapshot: { clock: 1 } });
  expect(result.notBeforeMs).toBeUndefined();
  expect(log).toEqual(['claim 3', 'sent', 'claim 3']);
});

test.each([
  ['a long wait', { messages: [{ dueInMs: 3_001 }] }, 3_001],
  ['a message that another one sends', { messages: [{ sending: true }] }, 0],
  ['one behind a file', { messages: [{ behindMedia: true }] }, 0],
  ['an unclear outcome', { messages: [{ unknownForMs: 10 }] }, 0],
] as [string, DeliveryWorld, number][])('%s is left to the delivery', async (_what, options, waitMs) => {
  const { run, log } = world(options);
  const before = Date.now();
  const { bubbles, notBeforeMs } = await run();
  expect(bubbles).toBe(1);
  expect(notBeforeMs).toBeGreaterThanOrEqual(before + waitMs);
  expect(log).toEqual([]);
});

test.each([
  ['a refusal for now', { error: { class: 'Retryable' }, setback: { type: 'again', delayMs: 1_234 } }, 1_234],
  ['refused credentials', { claims: [{ type: 'stopped', reason: 'auth_failed' }] }, 10_000],
  ['a crowd', { crowded: true }, 1_500],
] as [string, DeliveryWorld, number][])(
  '%s fails no answer: its delivery waits as long as it would have',
  async (_what, options, delayMs) => {
    const before = Date.now();
    const { outcome, bubbles, notBeforeMs } = await world(options).run();
    expect({ outcome, bubbles }).toEqual({ outcome: 'answered', bubbles: 1 });
    expect(notBeforeMs).toBeGreaterThanOrEqual(before + delayMs);
  },
);

test('an outage while it sends leaves the rest to the delivery, at once', async () => {
  const { deps, log } = deliveryWorld({});
  deps.records.claim = () => Promise.reject(new Error('Connection terminated'));
  deps.records.troubleOf = () => 'outage';
  const snapshot = { clock: 0, mutedUntilMs: null, session };
  const result: TalkResult = { outcome: 'answered', bubbles: 1, continueAfterMs: null, snapshot };
  const talk = { records: { begin: () => Promise.resolve({ type: 'over', result }) } };
  const request = { contactId: 'c', sessionId: 's', turn: 1, upTo: 1 };
  const run = () => takeTurn(request, { talk: talk as unknown as TalkDeps, deliver: deps });
  expect(await asActivity(run)).toEqual(result);
  expect(log).toEqual([]);
});

import { expect, test } from 'vitest';
import { deliver, deliverOutgoing } from '../../activities/deliver.js';
import type { DeliverRequest } from '../../workflows/needs.js';
import { asActivity } from './activity-context.js';
import { claimed, deliveryWorld } from './delivery-world.js';
import type { DeliveryWorld } from './delivery-world.js';

const request: DeliverRequest = { contactId: 'c', sessionId: 's', turn: 1, gateNo: 3 };

function world(options: DeliveryWorld) {
  const { deps, log, again } = deliveryWorld(options);
  return { deps, log, again, run: () => asActivity(() => deliver(request, deps)) };
}

test('the bubbles of a turn go out one after the other, each through the gate of its turn', async () => {
  const { run, log } = world({ messages: [{}, {}] });
  expect(await run()).toMatchObject({ outcome: 'done', sent: 2 });
  expect(log).toEqual(['claim 3', 'sent', 'claim 3', 'sent']);
});

test('a closed gate ends the delivery with what was sent before', async () => {
  const { run, log } = world({ messages: [{}, {}], claims: [claimed, { type: 'held', untilMs: 77 }] });
  expect(await run()).toMatchObject({ outcome: 'held', sent: 1, untilMs: 77 });
  expect(log).toEqual(['claim 3', 'sent', 'claim 3']);
});

test('a bubble that is due in more than a minute is left to a timer of the workflow', async () => {
  const { run, log } = world({ messages: [{ dueInMs: 60_001 }] });
  expect(await run()).toMatchObject({ outcome: 'wait', sent: 0 });
  expect(log).toEqual([]);
});

test('what was taken back is passed over, and what another one sends is looked at again', async () => {
  const { run, log } = world({ claims: [{ type: 'busy' }, { type: 'gone' }] });
  expect(await run()).toMatchObject({ outcome: 'done', sent: 0 });
  expect(log).toEqual(['claim 3', 'claim 3']);
});

test('a refusal for good goes on with the next bubble', async () => {
  const { run, log } = world({ error: { class: 'Permanent', reason: 'unsupported' } });
  expect(await run()).toMatchObject({ outcome: 'done', sent: 0 });
  expect(log).toEqual(['claim 3', 'failed Permanent']);
});

test.each([
  ['a refusal for now', { error: { class: 'Retryable' }, setback: { type: 'again', delayMs: 1_234 } }, 1_234],
  ['refused credentials', { claims: [{ type: 'stopped', reason: 'auth_failed' }] }, 10_000],
  ['an outcome not known yet', { messages: [{ unknownForMs: 0 }], reconcileMs: 2_500 }, 1_500],
] as [string, DeliveryWorld, number][])(
  '%s is a new attempt of the activity, later, and it is noted when',
  async (_what, options, delayMs) => {
    const { run, again } = world(options);
    await expect(run()).rejects.toMatchObject({ type: 'ChannelSetback', nextRetryDelay: delayMs });
    expect(again).toEqual([delayMs]);
  },
);

test('of an outcome that is not known it is noted when the message is sent again, not when it is looked at', async () => {
  const { run, again } = world({ messages: [{ unknownForMs: 0 }], reconcileMs: 20_000 });
  await expect(run()).rejects.toMatchObject({ nextRetryDelay: 2_000 });
  expect(again).toEqual([19_000]);
});

test('an error that no port promises gives up the one message instead of repeating it', async () => {
  const { run, log } = world({ fault: new RangeError('a fault') });
  expect(await run()).toMatchObject({ outcome: 'done', sent: 0 });
  expect(log).toEqual(['claim 3', 'abandon']);
});

test('a send beyond the share of its number waits without holding a place', async () => {
  await expect(world({ crowded: true }).run()).rejects.toMatchObject({ type: 'ChannelSetback' });
});

test('an outcome that stays unknown is repeated, or has failed', async () => {
  const repeated = world({ messages: [{ unknownForMs: 9_000 }] });
  expect(await repeated.run()).toMatchObject({ outcome: 'done', sent: 1 });
  const failed = world({ messages: [{ unknownForMs: 9_000, unknowns: 2 }], afterUnknown: 'failed' });
  expect(await failed.run()).toMatchObject({ outcome: 'done', sent: 0 });
  expect(failed.log).toEqual([]);
});

test('a message with a workflow of its own passes no gate', async () => {
  const { deps, log } = world({});
  expect(await asActivity(() => deliverOutgoing({ outboxId: 'o' }, deps))).toEqual({ state: 'sent' });
  expect(log).toEqual(['claim null', 'sent']);
});

test('a program’s message waits while its number is silenced, without holding a place', async () => {
  const { deps, log } = deliveryWorld({ claims: [{ type: 'held', untilMs: null }] });
  await expect(asActivity(() => deliverOutgoing({ outboxId: 'o' }, deps))).rejects.toMatchObject({
    type: 'ChannelSetback',
    nextRetryDelay: 5_000,
  });
  expect(log).toEqual(['claim null']);
});

test('a message whose session has no channel is sent without a claim', async () => {
  const { deps, log } = deliveryWorld({ channelless: true });
  expect(await asActivity(() => deliverOutgoing({ outboxId: 'o' }, deps))).toEqual({ state: 'sent' });
  expect(log).toEqual([]);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { TalkDeps } from '../../activities/chain.js';
import { ChannelError } from '../../activities/ports/channel-error.js';
import type { NextMessage } from '../../activities/ports/sends.js';
import type { FlowAnswer } from '../../activities/ports/typebot.js';
import { takeTurn } from '../../activities/take-turn.js';
import { asActivity } from './activity-context.js';
import { begun, says } from './begun-turn.js';
import { deliveryWorld, message } from './delivery-world.js';

const session = {
  ...{ id: 's', typebotId: 't', opening: 1, lastMessageAtMs: 0, turnNo: 1, waitingHigh: 0 },
  axes: {
    ...{ status: 'opened', chatMode: 'bot', resolution: 'unresolved' },
    ...{ gateNo: 3, version: 1, resumesAtMs: null },
  },
  ...{ endedAs: null, handoff: false, turn: null },
  settings: { version: 1, debounceMs: 0, expireMs: 0 },
} as const;

/** A flow says "one", has a script run, and answers its result by `second`. */
function world(second: (log: string[]) => Promise<FlowAnswer>) {
  const { deps: deliver, log } = deliveryWorld({});
  const unsent: NextMessage[] = [];
  deliver.records.nextOfTurn = () => Promise.resolve(unsent[0]);
  deliver.records.sent = ({ content }) => {
    log.push(content.type === 'text' ? `sent ${content.text}` : 'sent');
    unsent.shift();
    return Promise.resolve();
  };
  const store = (items: FlowAnswer['items']) => {
    for (const item of items) if (item.type === 'message') unsent.push({ ...message, content: item.content });
  };
  const next = { type: 'automatic', action: { type: 'skip', name: 'stream' } } as const;
  const calls = [() => Promise.resolve({ ...says('one'), next }), () => second(log)];
  const talk = {
    typebot: {
      read: () => ({ type: 'send', message: { type: 'text', text: 'hi' } }),
      automatic: () => Promise.resolve({ message: { type: 'text', text: 'done' }, notes: [] }),
      continue: () => calls.shift()?.(),
    },
    records: {
      begin: () => Promise.resolve({ type: 'begun', turn: begun }),
      callBegins: () => Promise.resolve('m'),
      saySoFar: (_turn, _mark, chain, upTo) => {
        store(chain.items.slice(0, upTo));
        return Promise.resolve({ chain: { ...chain, stored: upTo }, gateNo: 7 });
      },
      finish: (_turn, { chain }) => {
        store(chain.items.slice(chain.stored));
        const snapshot = { clock: 0, mutedUntilMs: null, session };
        return Promise.resolve({ outcome: 'answered', bubbles: 2, continueAfterMs: null, snapshot });
      },
      troubleOf: () => 'outage',
    } as Partial<TalkDeps['records']>,
    media: { prepare: () => Promise.resolve({ messages: [] }) },
    presence: { turnBegins: () => undefined, typing: () => undefined },
  } as unknown as TalkDeps;
  const request = { contactId: 'c', sessionId: 's', turn: 2, upTo: 1 };
  return { log, deliver, run: () => asActivity(() => takeTurn(request, { talk, deliver })) };
}

async function until(log: string[], line: string): Promise<void> {
  while (!log.includes(line)) await sleep(1);
}

test('what a flow has said leaves while it is told the result of an action, and the rest after it, in order', async () => {
  const { run, log } = world(async (seen) => {
    await until(seen, 'sent one');
    seen.push('answered');
    return says('two');
  });
  expect(await run()).toMatchObject({ outcome: 'answered', bubbles: 0 });
  expect(log).toEqual(['claim 7', 'sent one', 'answered', 'claim 3', 'sent two']);
});

test('a channel that wants a pause is left alone by the rest of the turn, which the delivery takes over', async () => {
  const { run, log, deliver } = world(async (seen) => {
    await until(seen, 'failed Retryable');
    return says('two');
  });
  deliver.channel.send = () => Promise.reject(new ChannelError({ class: 'Retryable' }));
  deliver.records.failed = (_next, { class: kind }) => {
    log.push(`failed ${kind}`);
    return Promise.resolve({ type: 'again', delayMs: 5_000 });
  };
  const before = Date.now();
  const { bubbles, notBeforeMs } = await run();
  expect(bubbles).toBe(2);
  expect(notBeforeMs).toBeGreaterThanOrEqual(before + 5_000);
  expect(log).toEqual(['claim 7', 'failed Retryable']);
});

test('a turn whose next call fails ends after the send that is under way', async () => {
  let isSending = false;
  const { run, log, deliver } = world(async () => {
    while (!isSending) await sleep(1);
    throw new Error('Connection terminated');
  });
  deliver.channel.send = async () => {
    isSending = true;
    await sleep(50);
    return { keyId: 'k' };
  };
  await expect(run()).rejects.toThrow('Connection terminated');
  expect(log).toEqual(['claim 7', 'sent one']);
});

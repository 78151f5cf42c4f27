import type { Client } from '@temporalio/client';
import { deliveriesSignal, subscriptionDeliveriesId } from '../../workflows/contract.js';
import { describeError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Db } from '../store/db.js';
import { endLease, leaseDuePairs } from '../store/events/deliveries.js';
import type { DuePair } from '../store/events/deliveries.js';
import { createWake } from './wake.js';

/** Pace of the relay. */
export interface RelaySettings {
  /** How often due deliveries are looked for when nobody wakes the relay. */
  lookMs: number;
  /** How long a relay that died keeps the others from trying. */
  leaseMs: number;
  /** Deliveries looked at in one go. */
  batch: number;
  /** Longest time of one call to Temporal. */
  callTimeoutMs: number;
}

/** The loop that hands deliveries to Temporal. `stop` is safe to call twice. */
export interface DeliveryRelay {
  wake(): void;
  start(): void;
  stop(): Promise<void>;
}

/** What the relay works with. */
export interface RelayParts {
  db: Db;
  client: Client;
  taskQueue: string;
  log: Logger;
  settings: RelaySettings;
}

const AT_ONCE = 20;

/** Starts, or tells, the workflow of every delivery that waits for it. Any number of processes may run one. */
export function createDeliveryRelay(parts: RelayParts): DeliveryRelay {
  const { settings, log } = parts;
  const stopping = new AbortController();
  const bell = createWake();
  let running: Promise<void> = Promise.resolve();

  const run = async () => {
    while (!stopping.signal.aborted) {
      const full = await relayOnce(parts).catch((error: Error) => {
        log.warn(describeError(error), 'deliveries were not handed to Temporal; trying again');
        return false;
      });
      if (!full) await bell.sleep(settings.lookMs, stopping.signal);
    }
  };
  return {
    wake: bell.wake,
    start: () => {
      running = run();
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** True when there may be more than one batch. */
async function relayOnce(parts: RelayParts): Promise<boolean> {
  const { leaseMs, batch } = parts.settings;
  const pairs = await leaseDuePairs(parts.db, { leaseMs, limit: batch });
  for (let next = 0; next < pairs.length; next += AT_ONCE) {
    // Temporal down: the leases end by themselves, and the others would only wait for the same time-out.
    await Promise.all(pairs.slice(next, next + AT_ONCE).map((pair) => hand(parts, pair)));
  }
  return pairs.reduce((count, pair) => count + pair.ids.length, 0) >= batch;
}

async function hand(parts: RelayParts, pair: DuePair): Promise<void> {
  const { subscriptionId, sessionId, hurry } = pair;
  const { client, settings, taskQueue } = parts;
  await client.connection.withDeadline(Date.now() + settings.callTimeoutMs, () =>
    client.workflow.signalWithStart('subscriptionDeliveries', {
      workflowId: subscriptionDeliveriesId(pair),
      taskQueue,
      args: [{ subscriptionId, sessionId }],
      signal: deliveriesSignal,
      signalArgs: [{ hurry }],
    }),
  );
  await endLease(parts.db, pair);
}

import type { Client } from '@temporalio/client';
import { deliveriesSignal, subscriptionDeliveriesId } from '../../workflows/contract.js';
import { describeError } from '../errors.js';
import type { Logger } from '../logger.js';
import type { Db } from '../store/db.js';
import { endLease, leaseDuePairs } from '../store/events/deliveries.js';
import type { DuePair } from '../store/events/deliveries.js';
import { createWake } from './wake.js';

/** How the relay looks for deliveries. */
export interface RelaySettings {
  /** How often the relay looks for due deliveries if nothing wakes it. */
  lookMs: number;
  /** How long the deliveries of a relay that died are withheld from the others. */
  leaseMs: number;
  /** Deliveries per look. */
  batch: number;
  /** Time limit of one call to Temporal. */
  callTimeoutMs: number;
}

/** Hands deliveries to Temporal in a loop. `stop` may be called twice. */
export interface DeliveryRelay {
  wake(): void;
  start(): void;
  stop(): Promise<void>;
}

/** What `createDeliveryRelay` needs. */
export interface RelayDeps {
  db: Db;
  client: Client;
  taskQueue: string;
  log: Logger;
  settings: RelaySettings;
}

const AT_ONCE = 20;

/** Starts or signals the workflow of every due delivery. Any number of processes may run a relay. */
export function createDeliveryRelay(deps: RelayDeps): DeliveryRelay {
  const { settings, log } = deps;
  const stopping = new AbortController();
  const bell = createWake();
  let running: Promise<void> = Promise.resolve();

  const run = async () => {
    while (!stopping.signal.aborted) {
      const full = await relayOnce(deps).catch((error: Error) => {
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

/** True when more deliveries may be due. */
async function relayOnce(deps: RelayDeps): Promise<boolean> {
  const { leaseMs, batch } = deps.settings;
  const pairs = await leaseDuePairs(deps.db, { leaseMs, limit: batch });
  for (let next = 0; next < pairs.length; next += AT_ONCE) {
    // If Temporal is down, fail at once: the leases expire by themselves, and further calls would only time out too.
    await Promise.all(pairs.slice(next, next + AT_ONCE).map((pair) => hand(deps, pair)));
  }
  return pairs.reduce((count, pair) => count + pair.ids.length, 0) >= batch;
}

async function hand(deps: RelayDeps, pair: DuePair): Promise<void> {
  const { subscriptionId, sessionId, hurry } = pair;
  const { client, settings, taskQueue } = deps;
  await client.connection.withDeadline(Date.now() + settings.callTimeoutMs, () =>
    client.workflow.signalWithStart('subscriptionDeliveries', {
      workflowId: subscriptionDeliveriesId(pair),
      taskQueue,
      args: [{ subscriptionId, sessionId }],
      signal: deliveriesSignal,
      signalArgs: [{ hurry }],
    }),
  );
  await endLease(deps.db, pair);
}

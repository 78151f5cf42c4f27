import { setTimeout as sleep } from 'node:timers/promises';
import { ScheduleAlreadyRunning, ScheduleOverlapPolicy } from '@temporalio/client';
import type { Client } from '@temporalio/client';
import type { Logger } from '../logger.js';
import type { TemporalClient } from './client.js';

/** `INDEXED_VALUE_TYPE_KEYWORD` of Temporal's API. */
const KEYWORD = 2;
const LOOK_EVERY_MS = 30_000;

/** Search attributes of a conversation, all of type Keyword. */
export const searchAttributeNames = ['ParleyInstance', 'ParleyStatus', 'ParleyTypebot', 'ParleyContact'];

/**
 * Creates missing search attributes and Schedules, so that an empty Temporal next to an intact PostgreSQL repairs
 * itself. Cheap when nothing is missing.
 */
export async function provisionTemporal(temporal: TemporalClient, taskQueue: string): Promise<void> {
  const { client, connection } = temporal;
  await connection.withDeadline(Date.now() + LOOK_EVERY_MS, async () => {
    await addAttributes(temporal);
    await addSchedule(client, { id: 'parley-reconcile', type: 'reconcile', every: '5 minutes', taskQueue });
    await addSchedule(client, { id: 'parley-sweep', type: 'sweep', every: '1 hour', taskQueue });
  });
}

async function addAttributes({ client, connection }: TemporalClient): Promise<void> {
  const { namespace } = client.options;
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = searchAttributeNames.filter((name) => customAttributes?.[name] === undefined);
  if (missing.length === 0) return;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, KEYWORD]));
  await connection.operatorService.addSearchAttributes({ namespace, searchAttributes });
}

interface Upkeep {
  id: string;
  type: 'reconcile' | 'sweep';
  every: '5 minutes' | '1 hour';
  taskQueue: string;
}

async function addSchedule(client: Client, { id, type, every, taskQueue }: Upkeep): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: id,
      spec: { intervals: [{ every }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP },
      action: { type: 'startWorkflow', workflowType: type, workflowId: id, taskQueue },
      state: { triggerImmediately: true },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}

/**
 * Calls `provisionTemporal` at once and every 30 s in the background. A failure is logged; the next call tries again.
 */
export function keepProvisioned(
  temporal: TemporalClient,
  taskQueue: string,
  log: Logger,
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const run = async () => {
    while (!stopping.signal.aborted) {
      await provisionTemporal(temporal, taskQueue).catch((error: unknown) => {
        log.warn({ err: error }, 'Schedules and search attributes were not looked at');
      });
      await sleep(LOOK_EVERY_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

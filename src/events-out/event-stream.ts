import type { Response } from 'express';
import { describeError } from '../errors.js';
import type { Logger } from '../logger.js';
import { isUnavailable } from '../store/db.js';
import type { Queryable } from '../store/db.js';
import { readStream } from '../store/events/session-events.js';
import type { StreamPosition, StreamRow } from '../store/events/session-events.js';
import { toPlacedEvent } from './event-body.js';
import type { Wake } from './wake.js';

/** Times and limits of a stream. */
export interface StreamSettings {
  /** Time between two comments, and the longest time between two reads of the table. */
  commentMs: number;
  /** Events per read. */
  batch: number;
  /** A client that accepts no data for this long is disconnected; it may resume. */
  stalledMs: number;
}

/** What one stream needs; `wake` tells it that there may be new events. */
export interface StreamDeps {
  db: Queryable;
  log: Logger;
  settings: StreamSettings;
  scope: { workspaceId: string; instanceId?: string };
  wake: Wake;
}

// An event may have to wait for an older transaction, whose end is not announced.
const HELD_BACK_MS = 100;
const UNAVAILABLE_MS = 1_000;

/**
 * Writes the events after `after` to a response until the client disconnects or `signal` aborts. Then ends the response.
 * Never rejects.
 */
export async function writeEventStream(
  response: Response,
  deps: StreamDeps,
  start: { after: StreamPosition; signal: AbortSignal },
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort();
  response.once('close', end);
  response.on('error', end);
  start.signal.addEventListener('abort', end, { once: true });
  if (start.signal.aborted || response.destroyed) end();
  writeHead(response);
  if (response.req.method === 'HEAD') end();
  const comments = setInterval(() => comment(response, deps), deps.settings.commentMs);
  try {
    await writeEvents(response, deps, start.after, ending.signal);
  } catch (error) {
    deps.log.error(describeError(error), 'an event stream broke off');
  } finally {
    clearInterval(comments);
    start.signal.removeEventListener('abort', end);
    response.end();
  }
}

function writeHead(response: Response): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    // Proxies must pass on each event at once.
    'x-accel-buffering': 'no',
  });
  response.socket?.setNoDelay(true);
  response.write('retry: 2000\n: connected\n\n');
}

function comment(response: Response, deps: StreamDeps): void {
  if (!response.writableNeedDrain) response.write(': still here\n\n');
  deps.wake.wake();
}

async function writeEvents(
  response: Response,
  deps: StreamDeps,
  start: StreamPosition,
  signal: AbortSignal,
): Promise<void> {
  let after = start;
  while (!signal.aborted) {
    const rows = await readOrWait(deps, after, signal);
    const final = rows.filter((row) => row.isFinal);
    for (const row of final) response.write(toFrame(row));
    const last = final.at(-1);
    if (last !== undefined) after = { ...after, txid: last.txid, id: last.id };
    if (!(await drained(response, deps.settings.stalledMs, signal))) return void response.destroy();
    if (final.length === deps.settings.batch) continue;
    await deps.wake.sleep(final.length < rows.length ? HELD_BACK_MS : deps.settings.commentMs, signal);
  }
}

async function readOrWait(
  deps: StreamDeps,
  after: StreamPosition,
  signal: AbortSignal,
): Promise<StreamRow[]> {
  try {
    return await readStream(deps.db, { ...deps.scope, after, limit: deps.settings.batch });
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    await deps.wake.sleep(UNAVAILABLE_MS, signal);
    deps.wake.wake();
    return [];
  }
}

function toFrame(row: StreamRow): string {
  return `id: ${row.id}\ndata: ${JSON.stringify(toPlacedEvent(row))}\n\n`;
}

/** Waits until the client accepts data again; false when it did not in time. */
async function drained(response: Response, stalledMs: number, signal: AbortSignal): Promise<boolean> {
  if (!response.writableNeedDrain || signal.aborted) return true;
  return new Promise((resolve) => {
    const finish = (taken: boolean) => {
      clearTimeout(timer);
      response.off('drain', onDrain);
      signal.removeEventListener('abort', onDrain);
      resolve(taken);
    };
    const onDrain = () => finish(true);
    const timer = setTimeout(() => finish(false), stalledMs);
    response.once('drain', onDrain);
    signal.addEventListener('abort', onDrain, { once: true });
  });
}

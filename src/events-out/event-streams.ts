import { setTimeout as sleep } from 'node:timers/promises';
import type { Response } from 'express';
import { AppError } from '../errors.js';
import type { Principal } from '../http/access/auth.js';
import type { Logger } from '../logger.js';
import type { Queryable } from '../store/db.js';
import { positionOf, presentPosition } from '../store/events/session-events.js';
import type { StreamPosition } from '../store/events/session-events.js';
import type { CommitWatch } from './commit-watch.js';
import { writeEventStream } from './event-stream.js';
import type { StreamSettings } from './event-stream.js';
import type { StreamTokens } from './stream-token.js';
import { createWake } from './wake.js';

/** How many streams may be open in this process, and how often it looks whether they still may. */
export interface StreamLimits {
  /** A stream ends at most this long after its credential did, in milliseconds. */
  checkMs: number;
  maxStreams: number;
  maxStreamsPerWorkspace: number;
}

/** All open streams of this process. */
export interface EventStreams {
  /**
   * Reserves a place for a stream that begins after the event `lastEventId`, or now, and resolves to the function that
   * writes it, which must be called. Throws AppError `rate_limited` when too many are open.
   */
  open(who: Principal, lastEventId: string | undefined): Promise<(response: Response) => Promise<void>>;
  /** Ends all streams. */
  stop(): Promise<void>;
}

/** What `createEventStreams` needs. */
export interface EventStreamsDeps {
  db: Queryable;
  watch: CommitWatch;
  tokens: StreamTokens;
  log: Logger;
  settings: StreamSettings & StreamLimits;
}

interface OpenStream {
  who: Principal;
  ending: AbortController;
}

const FULL_RETRY_AFTER_SECONDS = 5;
const FIRST_POSITION = { txid: '0', id: 0 };

/** Needs no database connection per stream: each reads through the pool when it is woken. */
export function createEventStreams(deps: EventStreamsDeps): EventStreams {
  const { db, settings } = deps;
  const stopping = new AbortController();
  const open = new Set<OpenStream>();
  const running = new Set<Promise<void>>();

  const refuseMore = (workspaceId: string) => {
    const own = [...open].filter(({ who }) => who.workspaceId === workspaceId).length;
    if (open.size < settings.maxStreams && own < settings.maxStreamsPerWorkspace) return;
    throw new AppError('rate_limited', 'too many requests', { retryAfterSeconds: FULL_RETRY_AFTER_SECONDS });
  };
  const write = async (response: Response, { who, ending }: OpenStream, after: StreamPosition) => {
    const wake = createWake();
    const unwatch = deps.watch.onEvent(who.workspaceId, wake.wake);
    const scope = { workspaceId: who.workspaceId, instanceId: who.instanceId };
    if (stopping.signal.aborted) ending.abort();
    try {
      await writeEventStream(response, { ...deps, scope, wake }, { after, signal: ending.signal });
    } finally {
      unwatch();
    }
  };
  const endRefused = async () => {
    const streams = [...open];
    // An outage of the database ends no stream; the next look decides.
    const live = await deps.tokens.areLive(streams.map(({ who }) => who)).catch(() => []);
    for (const [place, { ending }] of streams.entries()) if (live[place] === false) ending.abort();
  };
  let checking: Promise<void> | undefined;
  const checkWhileOpen = async () => {
    while (open.size > 0 && !stopping.signal.aborted) {
      await sleep(settings.checkMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      await endRefused();
    }
    checking = undefined;
  };
  return {
    open: async (who, lastEventId) => {
      const after = await startOf(db, lastEventId);
      refuseMore(who.workspaceId);
      const place = { who, ending: new AbortController() };
      open.add(place);
      checking ??= checkWhileOpen();
      return async (response) => {
        const stream = write(response, place, after).finally(() => open.delete(place));
        running.add(stream);
        await stream.finally(() => running.delete(stream));
      };
    },
    stop: async () => {
      stopping.abort();
      for (const { ending } of open) ending.abort();
      await Promise.allSettled([...running, checking]);
    },
  };
}

async function startOf(db: Queryable, lastEventId: string | undefined) {
  const id = /^\d{1,15}$/.test(lastEventId ?? '') ? Number(lastEventId) : undefined;
  if (id === undefined) return presentPosition(db);
  // An unknown id was swept, so every event that is left came after it.
  return (await positionOf(db, id)) ?? FIRST_POSITION;
}

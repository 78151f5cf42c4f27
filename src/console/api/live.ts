import { useQueryClient } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { call } from './client.js';

interface StreamEvent {
  id: string;
  type: string;
  session_id: string;
}

/** State of the connection over which the page learns of changes as they happen. */
export type Liveness = 'connecting' | 'live' | 'lost';

/** A busy workspace has many events per second, so lists are fetched again at most this often. */
const LIST_EVERY_MS = 1_500;
const ONE_EVERY_MS = 250;
const AGAIN_MS = 3_000;

/**
 * Keeps the page up to date with the event stream. Whenever it opens, everything shown is read again: it tells of what
 * happens from then on, and of what came before an outage only if an event had been received.
 */
export function useLive(): Liveness {
  const client = useQueryClient();
  const [liveness, setLiveness] = useState<Liveness>('connecting');
  useEffect(() => {
    const onEvent = refresher(client);
    return follow({ onEvent, onOpened: () => void readAnew(client), tell: setLiveness });
  }, [client]);
  return liveness;
}

/** Who is told of what the stream brings. */
interface Follower {
  onEvent(event: StreamEvent): void;
  /** The stream is open, for the first time or again; it may not tell of what happened before. */
  onOpened(): void;
  tell(liveness: Liveness): void;
}

/** Follows the event stream, and opens it again when it breaks; returns a function that ends it. */
export function follow({ onEvent, onOpened, tell }: Follower): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let ended = false;
  let lastId = '';
  const later = () => {
    source?.close();
    if (ended) return;
    tell('lost');
    timer = setTimeout(() => void open(), AGAIN_MS);
  };
  const open = async () => {
    const token = await call<{ access_token: string }>('POST', '/events/token').catch(() => undefined);
    if (ended) return;
    if (token === undefined) return later();
    const query = new URLSearchParams({ access_token: token.access_token });
    if (lastId !== '') query.set('last_event_id', lastId);
    source = new EventSource(`/events?${query}`);
    source.onopen = () => {
      tell('live');
      onOpened();
    };
    source.onerror = later;
    source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      lastId = lastEventId;
      onEvent(JSON.parse(data));
    };
  };
  void open();
  return () => {
    ended = true;
    clearTimeout(timer);
    source?.close();
  };
}

/** A first answer that is still awaited may be from before the stream opened, so it is asked for again. */
async function readAnew(client: QueryClient): Promise<void> {
  await client.cancelQueries();
  await client.invalidateQueries();
}

function refresher(client: QueryClient): (event: StreamEvent) => void {
  const waiting = new Map<string, ReturnType<typeof setTimeout>>();
  const refresh = (name: string, queryKey: string[], everyMs: number) => {
    if (waiting.has(name)) return;
    const timer = setTimeout(() => {
      waiting.delete(name);
      void client.invalidateQueries({ queryKey });
    }, everyMs);
    waiting.set(name, timer);
  };
  return ({ session_id: session }) => {
    refresh(session, ['session', session], ONE_EVERY_MS);
    refresh('sessions', ['sessions'], LIST_EVERY_MS);
  };
}

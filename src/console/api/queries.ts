import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import { call, queryOf } from './client.js';
import type { Filters } from './filters.js';
import type {
  Flow,
  Health,
  HeldBubbles,
  Instance,
  MutePage,
  SessionPage,
  SessionRow,
  SignedIn,
  TimelinePage,
  TranscriptPage,
  Typebot,
  Waiting,
  Why,
} from './wire.js';

/** Who is signed in; null if nobody is. */
export const whoQuery = queryOptions({
  queryKey: ['who'],
  queryFn: () => call<SignedIn | null>('GET', '/session'),
  staleTime: Infinity,
  retry: false,
});

/** After a sign-out: shows the sign-in page. */
export function showSignIn(client: QueryClient): void {
  client.setQueryData(whoQuery.queryKey, null);
}

/**
 * Forgets all that was loaded for a person. Nothing that shows it may be on the page any more: drawn once more, it would
 * load it again.
 */
export function forgetPerson(client: QueryClient): void {
  client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== whoQuery.queryKey[0] });
}

/** All instances that the signed-in person may see. */
export const instancesQuery = queryOptions({
  queryKey: ['instances'],
  queryFn: () => call<Instance[]>('GET', '/instances?limit=1000'),
});

/** Health of a number; the provider is asked each time. */
export const healthQuery = (instance: string) =>
  queryOptions({
    queryKey: ['instances', instance, 'health'],
    queryFn: () => call<Health>('GET', `/instances/${instance}/health`),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });

/** The muted contacts of an instance, at most 200. */
export const mutesQuery = (instance: string) =>
  queryOptions({
    queryKey: ['instances', instance, 'mutes'],
    queryFn: () => call<MutePage>('GET', `/instances/${instance}/mutes?limit=200`),
  });

/** Typebots of an instance, in the order in which they are tried. */
export const typebotsQuery = (instance: string) =>
  queryOptions({
    queryKey: ['instances', instance, 'typebots'],
    queryFn: () => call<Typebot[]>('GET', `/instances/${instance}/typebots?limit=1000`),
  });

/** Conversations of all instances, page by page. */
export const sessionsQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['sessions', filters],
    queryFn: ({ pageParam }) =>
      call<SessionPage>('GET', `/sessions${queryOf({ ...filters, limit: 50, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Number of conversations by what they wait for. */
export const waitingQuery = queryOptions({
  queryKey: ['sessions', 'waiting'],
  queryFn: () => call<Waiting>('GET', '/sessions/waiting'),
  refetchInterval: 15_000,
});

const OBSTACLES: readonly string[] = ['credentials', 'channel', 'silenced', 'typebot', 'window'];

/**
 * How many conversations wait for something that is broken. It is on every page, so it is asked for by time alone: the
 * count reads all active conversations.
 */
export const obstaclesQuery = queryOptions({
  queryKey: ['obstacles'],
  queryFn: async () => {
    const { groups } = await call<Waiting>('GET', '/sessions/waiting');
    const stopped = groups.filter(({ waits_for: cause }) => OBSTACLES.includes(cause));
    return stopped.reduce((sum, { count }) => sum + count, 0);
  },
  staleTime: 30_000,
  refetchInterval: 60_000,
});

/** The stream tells of no attempt that failed, so whoever waits for the next one is asked for. */
const BUSY_EVERY_MS = 2_000;
const CALM_EVERY_MS = 15_000;
const BUSY: readonly SessionRow['waits_for'][] = ['bot', 'typebot', 'channel', 'credentials'];

function isBusy(session: SessionRow | undefined): boolean {
  if (session === undefined) return false;
  // What the contact wrote is read soon.
  const isToRead = session.waits_for === 'contact' && session.unread > 0;
  return isToRead || BUSY.includes(session.waits_for) || session.send_retry !== null;
}

/** One conversation. */
export const sessionQuery = (session: string) =>
  queryOptions({
    queryKey: ['session', session, 'view'],
    queryFn: () => call<SessionRow>('GET', `/sessions/${session}`),
    refetchInterval: ({ state }) => (isBusy(state.data) ? BUSY_EVERY_MS : CALM_EVERY_MS),
  });

/** The transcript of a conversation, newest page first. */
export const transcriptQuery = ({ instance, session }: { instance: string; session: string }) =>
  infiniteQueryOptions({
    queryKey: ['session', session, 'transcript'],
    queryFn: ({ pageParam }) => {
      const query = queryOf({ order: 'desc', limit: 100, cursor: pageParam });
      const path = `/instances/${instance}/typebots/sessions/${session}/messages${query}`;
      return call<TranscriptPage>('GET', path);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** The bubbles of a conversation that are held back, in the order of sending. */
export const heldQuery = ({ instance, session }: { instance: string; session: string }) =>
  queryOptions({
    queryKey: ['session', session, 'held'],
    queryFn: () => call<HeldBubbles>('GET', `/instances/${instance}/typebots/sessions/${session}/held`),
  });

/** The causes of a message. */
export const whyQuery = ({ session, message }: { session: string; message: string }) =>
  queryOptions({
    queryKey: ['session', session, 'why', message],
    queryFn: () => call<Why>('GET', `/sessions/${session}/messages/${message}/why`),
  });

/** What is known about the flow of a conversation. */
export const flowQuery = (session: string) =>
  queryOptions({
    queryKey: ['session', session, 'flow'],
    queryFn: () => call<Flow>('GET', `/sessions/${session}/flow`),
  });

/** The events of a conversation, newest page first. */
export const timelineQuery = ({ instance, session }: { instance: string; session: string }) =>
  infiniteQueryOptions({
    queryKey: ['session', session, 'timeline'],
    queryFn: ({ pageParam }) => {
      const query = queryOf({ order: 'desc', limit: 100, cursor: pageParam });
      return call<TimelinePage>('GET', `/instances/${instance}/typebots/sessions/${session}/events${query}`);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

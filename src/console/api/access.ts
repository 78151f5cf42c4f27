import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, queryOf } from './client.js';
import type { AuditPage, Deliveries, KeyView, Subscription } from './wire.js';

/** The views of the page for keys, webhooks and audit. */
export const VIEWS = ['keys', 'webhooks', 'audit'] as const;
/** See `VIEWS`. */
export type View = (typeof VIEWS)[number];

/** Reads the search parameters of the address; unknown values are left out. */
export function readAccess({ view }: Record<string, unknown>): { view?: View } {
  const known = VIEWS.find((one) => one === view);
  return known === undefined ? {} : { view: known };
}

/** API keys of a workspace, oldest first. */
export const keysQuery = (workspace: string) =>
  queryOptions({
    queryKey: ['keys', workspace],
    queryFn: () => call<KeyView[]>('GET', `/workspaces/${workspace}/keys?limit=1000`),
  });

/** All outgoing webhooks (subscriptions), newest first. */
export const subscriptionsQuery = queryOptions({
  queryKey: ['subscriptions'],
  queryFn: () => call<Subscription[]>('GET', '/subscriptions?limit=1000'),
});

/** Delivery log of an outgoing webhook, newest first. */
export const deliveriesQuery = (subscription: string) =>
  infiniteQueryOptions({
    queryKey: ['subscriptions', subscription, 'deliveries'],
    queryFn: ({ pageParam }) =>
      call<Deliveries>(
        'GET',
        `/subscriptions/${subscription}/deliveries${queryOf({ limit: 50, cursor: pageParam })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: 15_000,
  });

/** The audit, newest first. */
export const auditQuery = infiniteQueryOptions({
  queryKey: ['audit'],
  queryFn: ({ pageParam }) => call<AuditPage>('GET', `/audit${queryOf({ limit: 50, cursor: pageParam })}`),
  initialPageParam: '',
  getNextPageParam: (page) => page.next_cursor ?? undefined,
});

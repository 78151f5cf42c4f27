import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, queryOf } from './client.js';
import type { Session } from './wire.js';

/** The newest conversation of a contact of a sandbox; null if there is none yet. */
export const phoneSessionQuery = (instance: string, phone: string) =>
  queryOptions({
    queryKey: ['sessions', 'phone', instance, phone],
    queryFn: async () => {
      const path = `/instances/${instance}/typebots/sessions${queryOf({ phone, limit: 1 })}`;
      const [newest] = await call<Session[]>('GET', path);
      return newest ?? null;
    },
    refetchInterval: 3_000,
  });

/** Reads the search parameters of the phone's address: the sandbox and the contact. */
export function readPhone(search: Record<string, unknown>): { instance_id?: string; phone?: string } {
  const { instance_id: instance, phone } = search;
  return {
    ...(typeof instance === 'string' && { instance_id: instance }),
    // The router parses a value of digits as a number.
    ...((typeof phone === 'string' || typeof phone === 'number') && { phone: String(phone) }),
  };
}

/** What a contact sends: a text, or a tap on a button or row. */
export type Said = { message: string } | { choice: { type: 'button' | 'list'; id: string; title: string } };

/** Sends a message as a contact of a sandbox. */
export function useSay(instance: string, { phone, name }: { phone: string; name: string }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: Said) =>
      call('POST', `/instances/${instance}/sandbox/messages`, { phone, name, ...said }),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}

/** Restarts the flow of a conversation with the contact's first message. */
export function useRestart(instance: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session: string) =>
      call('POST', `/instances/${instance}/typebots/sessions/${session}/restart`, {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}

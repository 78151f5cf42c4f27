import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call, queryOf } from './client.js';
import type { Session } from './wire.js';

/** The newest conversation of a contact of a sandbox; null while there is none. */
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

/** Reads the address of the phone: which sandbox, and whose phone. */
export function readPhone(search: Record<string, unknown>): { instance_id?: string; phone?: string } {
  const { instance_id: instance, phone } = search;
  return {
    ...(typeof instance === 'string' && { instance_id: instance }),
    // Digits alone are read from an address as a number.
    ...((typeof phone === 'string' || typeof phone === 'number') && { phone: String(phone) }),
  };
}

/** What a contact sends: words, or a tap. */
export type Said = { message: string } | { choice: { type: 'button' | 'list'; id: string; title: string } };

/** Writes as a contact. */
export function useSay(instance: string, { phone, name }: { phone: string; name: string }) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (said: Said) =>
      call('POST', `/instances/${instance}/sandbox/messages`, { phone, name, ...said }),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}

/** Starts the contact's conversation again from the beginning of its flow. */
export function useRestart(instance: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (session: string) =>
      call('POST', `/instances/${instance}/typebots/sessions/${session}/restart`, {}),
    onSettled: () => client.invalidateQueries({ queryKey: ['sessions'] }),
  });
}

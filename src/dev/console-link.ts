import { within } from '../deadline.js';
import type { Connection } from './connection-file.js';

/** A day, so that a link printed in the morning still works in the evening. */
const MINUTES = 1_440;

/**
 * A link that signs one browser in to the console, once. If it cannot be created, the console's address, which asks for
 * the key.
 */
export async function consoleLink(connection: Pick<Connection, 'api_url' | 'api_key'>): Promise<string> {
  const page = `${connection.api_url}/console`;
  const made = await within(10_000, async (signal) => {
    const response = await fetch(`${connection.api_url}/console/sign-in-links`, {
      method: 'POST',
      headers: { authorization: `Bearer ${connection.api_key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ minutes: MINUTES, may_manage: true }),
      signal,
    });
    const answer: unknown = await response.json();
    return response.ok && typeof answer === 'object' && answer !== null && 'url' in answer ? answer.url : '';
  }).catch(() => '');
  // Opened on this machine, so the link uses the local address even if the public one is another.
  return typeof made === 'string' && made !== '' ? page + new URL(made).hash : page;
}

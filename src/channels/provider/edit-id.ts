import { createHash } from 'node:crypto';

/**
 * Id of an edit that comes without one: it differs between two edits of a message, and stays the same when a webhook is
 * delivered again. `at` is the time of the edit as the webhook gives it, so that a text that returns counts as new.
 */
export function editKeyId(targetKeyId: string, edit: { text?: string; at?: number }): string {
  const told = JSON.stringify([edit.at ?? null, edit.text ?? null]);
  return `${targetKeyId}#edit-${createHash('sha256').update(told).digest('hex').slice(0, 16)}`;
}

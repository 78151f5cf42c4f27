import { lasts } from '../../../workflows/axes.js';
import type { ContactRow } from '../../store/rows.js';

/** Whether the contact is muted: sessions stay as they are, and the bot says nothing in them. */
export function isMuted({ mutedUntil }: Pick<ContactRow, 'mutedUntil'>, nowMs: number): boolean {
  return lasts(mutedUntil?.getTime() ?? null, nowMs);
}

/** Whether the contact's messages open no session: muted, or in the cooldown after a finished flow. */
export function isHeldBack(
  contact: Pick<ContactRow, 'mutedUntil' | 'cooldownUntil'>,
  nowMs: number,
): boolean {
  return isMuted(contact, nowMs) || lasts(contact.cooldownUntil?.getTime() ?? null, nowMs);
}

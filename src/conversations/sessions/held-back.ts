import type { ContactRow } from '../../store/rows.js';

/** Whether a mute of the contact lasts: sessions stay as they are, and the bot says nothing in them. */
export function isMuted({ mutedUntil }: Pick<ContactRow, 'mutedUntil'>, nowMs: number): boolean {
  return mutedUntil !== null && mutedUntil.getTime() > nowMs;
}

/** Whether a message of the contact may open no session: a mute lasts, or the rest after a finished flow. */
export function isHeldBack(
  contact: Pick<ContactRow, 'mutedUntil' | 'cooldownUntil'>,
  nowMs: number,
): boolean {
  const { cooldownUntil } = contact;
  return isMuted(contact, nowMs) || (cooldownUntil !== null && cooldownUntil.getTime() > nowMs);
}

import { lasts } from '../../../workflows/axes.js';
import type { ContactRow } from '../../store/rows.js';

type Silence = Pick<ContactRow, 'mutedUntil' | 'silenced'>;

/** Whether the contact or its whole number is muted: sessions stay as they are, but the bot says nothing in them. */
export function isMuted({ mutedUntil, silenced }: Silence, nowMs: number): boolean {
  return silenced || lasts(mutedUntil?.getTime() ?? null, nowMs);
}

/** Whether the contact's messages open no session: muted, or in the cooldown after a finished flow. */
export function isHeldBack(contact: Silence & Pick<ContactRow, 'cooldownUntil'>, nowMs: number): boolean {
  return isMuted(contact, nowMs) || lasts(contact.cooldownUntil?.getTime() ?? null, nowMs);
}

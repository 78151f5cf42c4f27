import type { PermanentReason } from '../../../activities/ports/channel-error.js';

/** The reasons a provider may name. `expired` and `dropped` are Parley's own. */
const namedReasons: readonly PermanentReason[] = [
  'notOnWhatsApp',
  'windowClosed',
  'optedOut',
  'recipientBlocked',
  'invalidContent',
  'mediaInvalid',
  'unsupported',
  'policy',
  'accountConfig',
  'unknown',
];

/** A reason as another system names it: one of the list, else `unknown`; `absent` when it names none. */
export function readReason(given: string | null | undefined, absent: PermanentReason): PermanentReason {
  if (!given) return absent;
  return namedReasons.find((reason) => reason === given) ?? 'unknown';
}

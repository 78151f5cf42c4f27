import type { PermanentReason } from '../../../activities/ports/channel-error.js';

/** The reasons that another system may give. `expired` and `dropped` are left out: only Parley sets them. */
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

/** Reads a reason given by another system: `unknown` if it is not in the list, `absent` if none is given. */
export function readReason(given: string | null | undefined, absent: PermanentReason): PermanentReason {
  if (!given) return absent;
  return namedReasons.find((reason) => reason === given) ?? 'unknown';
}

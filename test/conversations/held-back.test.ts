import { expect, test } from 'vitest';
import { isHeldBack, isMuted } from '../../src/conversations/sessions/held-back.js';

const now = 1_800_000_000_000;
const at = (ms: number) => new Date(now + ms);
const free = { mutedUntil: null, silenced: false, cooldownUntil: null };

test.each([
  ['nothing', {}, { muted: false, heldBack: false }],
  ['a mute that lasts', { mutedUntil: at(1) }, { muted: true, heldBack: true }],
  ['a mute that is over', { mutedUntil: at(0) }, { muted: false, heldBack: false }],
  ['a silent number', { silenced: true }, { muted: true, heldBack: true }],
  [
    'a silent number and a mute that is over',
    { silenced: true, mutedUntil: at(-1) },
    { muted: true, heldBack: true },
  ],
  ['a cooldown that lasts', { cooldownUntil: at(1) }, { muted: false, heldBack: true }],
  ['a cooldown that is over', { cooldownUntil: at(0) }, { muted: false, heldBack: false }],
])('%s', (_what, given, expected) => {
  const contact = { ...free, ...given };
  expect({ muted: isMuted(contact, now), heldBack: isHeldBack(contact, now) }).toEqual(expected);
});

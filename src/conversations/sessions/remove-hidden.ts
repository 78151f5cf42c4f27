import { setTimeout as sleep } from 'node:timers/promises';
import { deleteFinal, deleteStandIn } from '../../store/sessions/session-final.js';
import { isSessionSending } from '../../store/messages/outbox-sends.js';
import type { Core } from '../core.js';

const LOOK_EVERY_MS = 25;

/**
 * Waits until no message of the bot is being sent in this session: what had begun before counts as handed over, and
 * after the reply nothing more goes out. A send ends at the latest with its channel's `timeout_ms`.
 */
export async function untilQuiet(core: Core, sessionId: string): Promise<void> {
  while (await isSessionSending(core.db, sessionId)) await sleep(LOOK_EVERY_MS);
}

/**
 * Deletes a session that was hidden when it ended; the last step of whoever ended it. With `wait`, one for which a
 * person's message has yet to leave stays hidden until it has.
 */
export async function removeHidden(
  core: Core,
  sessionId: string,
  unsent: 'wait' | 'drop' = 'wait',
): Promise<void> {
  await untilQuiet(core, sessionId);
  await core.db.transaction(async (tx) => {
    // A contact without a person behind it has its session's id.
    if (await deleteFinal(tx, sessionId, unsent)) await deleteStandIn(tx, sessionId);
  });
}

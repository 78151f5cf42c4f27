import { setTimeout as sleep } from 'node:timers/promises';
import { deleteFinal, deleteStandIn } from '../../store/sessions/session-final.js';
import { isSessionSending } from '../../store/messages/sends-under-way.js';
import type { Core } from '../core.js';

const LOOK_EVERY_MS = 25;

/**
 * Waits until no message of the bot is being sent in this session, so that nothing more goes out after the caller's
 * reply. A send takes at most its channel's `timeout_ms`.
 */
export async function untilQuiet(deps: Core, sessionId: string): Promise<void> {
  while (await isSessionSending(deps.db, sessionId)) await sleep(LOOK_EVERY_MS);
}

/**
 * Deletes a session that was hidden when it ended. With `wait` it stays hidden until a person's message in it has been
 * sent. Resolves to whether it was deleted.
 */
export async function removeHidden(
  deps: Core,
  sessionId: string,
  unsent: 'wait' | 'drop' = 'wait',
): Promise<boolean> {
  await untilQuiet(deps, sessionId);
  return deps.db.transaction(async (tx) => {
    if (!(await deleteFinal(tx, sessionId, unsent))) return false;
    // A stand-in contact has its session's id.
    await deleteStandIn(tx, sessionId);
    return true;
  });
}

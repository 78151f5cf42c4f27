import { setTimeout as sleep } from 'node:timers/promises';
import { noteActive, setSilence } from '../../store/accounts/silence.js';
import { recordOfActive } from '../../store/events/session-events.js';
import { isNumberSending } from '../../store/messages/sends-under-way.js';
import type { Actor } from '../../store/rows.js';
import { told } from '../sessions/apply-command.js';
import type { Core } from '../core.js';

const LOOK_EVERY_MS = 25;

/**
 * The panic switch: silences every bot of a number, or lets them speak again. Once it resolves, no bot sends anything.
 * What is held is sent when they may speak again. Messages of contacts are recorded all the time.
 */
export async function silence(
  deps: Core,
  instanceId: string,
  { silent, actor }: { silent: boolean; actor: Actor | undefined },
): Promise<{ silencedAt: Date | null } | undefined> {
  const done = await deps.db.transaction(async (tx) => {
    // Before it is known whether anything changes: contacts come first in the lock order.
    await noteActive(tx, instanceId);
    const result = await setSilence(tx, instanceId, silent);
    if (result?.changed) await recordOfActive(tx, instanceId, 'number.silenced', { silent, ...told(actor) });
    return result && { silencedAt: result.silencedAt };
  });
  // Ends soon: a send takes at most its channel's `timeout_ms`.
  await deps.db.onCommit(async () => {
    while (silent && (await isNumberSending(deps.db, instanceId))) await sleep(LOOK_EVERY_MS);
  });
  return done;
}

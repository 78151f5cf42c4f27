import type { Client } from '@temporalio/client';
import { conversationId } from '../../workflows/contract.js';
import type { MediaLibrary } from '../media/media-library.js';
import { listActive, noteStale } from '../store/reconcile.js';
import { removeOldAnswers } from '../store/idempotency.js';
import { removeOldSeen } from '../store/inbox.js';
import { listHidden } from '../store/sessions.js';
import type { Core } from './core.js';
import { removeHidden } from './settle.js';

const PAGE = 1_000;

/**
 * Compares open runs with active sessions and repairs either (conversation 9): a session without a run is signalled
 * again by the relay, a run without a session is told so, a hidden session that was left over is deleted.
 */
export async function reconcile(core: Core, client: Client): Promise<{ repaired: number }> {
  const running = await openRuns(client);
  let repaired = 0;
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const page = await listActive(core.db, after, PAGE);
    const lost = page.filter(
      ({ instanceId, contactId }) => !running.has(conversationId(instanceId, contactId)),
    );
    await noteStale(
      core.db,
      lost.map(({ contactId }) => contactId),
    );
    repaired += lost.length;
    for (const { instanceId, contactId } of page) running.delete(conversationId(instanceId, contactId));
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) break;
    after = last.contactId;
  }
  await noteStale(
    core.db,
    [...running].map((id) => id.split('/').at(-1) ?? ''),
  );
  const hidden = await listHidden(core.db, PAGE);
  for (const { id, contactId } of hidden) await removeHidden(core, [id], contactId);
  return { repaired: repaired + running.size + hidden.length };
}

async function openRuns(client: Client): Promise<Set<string>> {
  const ids = new Set<string>();
  const query = `WorkflowType = 'conversation' AND ExecutionStatus = 'Running'`;
  for await (const run of client.workflow.list({ query })) ids.add(run.workflowId);
  return ids;
}

/** Removes what is older than its promise: the duplicate guard after 8 days, answers after one, files without rows. */
export async function sweep(
  core: Core,
  library: MediaLibrary,
  sweepEvents: () => Promise<number>,
): Promise<{ removed: number }> {
  const counts = [
    await removeOldSeen(core.db),
    await removeOldAnswers(core.db),
    await sweepEvents(),
    await library.deleteForgottenBytes(),
  ];
  return { removed: counts.reduce((sum, count) => sum + count, 0) };
}

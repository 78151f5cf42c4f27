import type { Client } from '@temporalio/client';
import { conversationId, outgoingId } from '../../workflows/contract.js';
import type { MediaLibrary } from '../media/media-library.js';
import { expireSends } from '../store/messages/sends-under-way.js';
import { listOwnOutgoing, startAgain } from '../store/messages/own-outgoing.js';
import { findKnown, listActive, noteStale } from '../store/contacts/reconcile.js';
import { readLatest } from '../store/contacts/snapshot.js';
import { removeOldAudit } from '../store/accounts/audit.js';
import { removeOldAnswers } from '../store/accounts/idempotent-answers.js';
import { removeOldSeen } from '../store/messages/seen.js';
import { listHidden } from '../store/sessions/sessions.js';
import type { Core } from './core.js';
import { removeHidden } from './sessions/remove-hidden.js';

const PAGE = 1_000;
/** For listing all open runs; a whole round may take five minutes. */
const LISTING_MS = 60_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Compares the open runs of a task queue with the database and repairs the differences. The relay signals a session
 * without a run again, a run without a session is told so, an unsent message without a run is started again, and hidden
 * sessions that were left behind are deleted.
 */
export async function reconcile(
  deps: Core,
  client: Client,
  taskQueue: string,
): Promise<{ repaired: number }> {
  await expireSends(deps.db);
  const repaired = [
    await repairConversations(deps, await openRuns(client, taskQueue, 'conversation')),
    await repairOutgoing(deps, await openRuns(client, taskQueue, 'outgoing')),
    await removeLeftOver(deps),
  ];
  return { repaired: repaired.reduce((sum, count) => sum + count, 0) };
}

async function repairConversations(deps: Core, running: Set<string>): Promise<number> {
  let lost = 0;
  for await (const page of pages((after) => listActive(deps.db, after, PAGE), lastContact)) {
    const stale = page.filter(
      ({ instanceId, contactId }) => !running.delete(conversationId(instanceId, contactId)),
    );
    await noteStale(
      deps.db,
      stale.map(({ contactId }) => contactId),
    );
    lost += stale.length;
  }
  const idle = [...running].flatMap((id) => {
    const [, instanceId = '', contactId = ''] = CONVERSATION.exec(id) ?? [];
    return contactId === '' ? [] : [{ instanceId, contactId }];
  });
  await noteStale(
    deps.db,
    idle.map(({ contactId }) => contactId),
  );
  await tellOrphans(deps, idle);
  return lost + idle.length;
}

const CONVERSATION = /^conversation\/([^/]+)\/([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** Tells runs whose contact was deleted with its instance before they heard of it. The relay has no row for them. */
async function tellOrphans(deps: Core, runs: { instanceId: string; contactId: string }[]): Promise<void> {
  const known = await findKnown(
    deps.db,
    runs.map(({ contactId }) => contactId),
  );
  for (const { instanceId, contactId } of runs.filter((run) => !known.has(run.contactId))) {
    const snapshot = await readLatest(deps.db, contactId);
    const names = { remoteJid: '', instanceName: '', publicId: null };
    await deps.signals.tell({ id: contactId, instanceId, ...names }, 'close', snapshot);
  }
}

const lastContact = (row: { contactId: string }) => row.contactId;

async function repairOutgoing(deps: Core, running: Set<string>): Promise<number> {
  let lost = 0;
  for await (const page of pages((after) => listOwnOutgoing(deps.db, after, PAGE), String)) {
    const stale = page.filter((id) => !running.has(outgoingId(id)));
    await startAgain(deps.db, stale);
    lost += stale.length;
  }
  return lost;
}

async function removeLeftOver(deps: Core): Promise<number> {
  let removed = 0;
  for (const { id } of await listHidden(deps.db, PAGE)) if (await removeHidden(deps, id)) removed += 1;
  return removed;
}

/** Rows in id order, page by page. */
async function* pages<Row>(read: (after: string) => Promise<Row[]>, idOf: (row: Row) => string) {
  for (let after = FIRST_ID; ;) {
    const page = await read(after);
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE) return;
    after = idOf(last);
  }
}

async function openRuns(
  client: Client,
  taskQueue: string,
  type: 'conversation' | 'outgoing',
): Promise<Set<string>> {
  const ids = new Set<string>();
  // Another Parley may share the namespace; its runs are not ours.
  const query = `TaskQueue = '${taskQueue}' AND WorkflowType = '${type}' AND ExecutionStatus = 'Running'`;
  await client.connection.withDeadline(Date.now() + LISTING_MS, async () => {
    for await (const run of client.workflow.list({ query })) ids.add(run.workflowId);
  });
  return ids;
}

/**
 * Removes what has outlived its purpose: ids of the duplicate guard after 8 days, idempotent answers after one, old
 * events, and files without rows.
 */
export async function sweep(
  deps: Core,
  library: MediaLibrary,
  sweepEvents: () => Promise<number>,
): Promise<{ removed: number }> {
  const counts = [
    await removeOldSeen(deps.db),
    await removeOldAudit(deps.db),
    await removeOldAnswers(deps.db),
    await sweepEvents(),
    await library.deleteForgottenBytes(),
  ];
  return { removed: counts.reduce((sum, count) => sum + count, 0) };
}

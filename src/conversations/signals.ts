import type { Client } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import {
  conversationId,
  endSessionsId,
  keepMediaId,
  outgoingId,
  parleyContact,
  parleyInstance,
  parleyStatus,
  parleyTypebot,
} from '../../workflows/contract.js';
import type { Snapshot } from '../../workflows/snapshot.js';
import { shownStatus } from '../../workflows/axes.js';
import type { Addressee, SignalName } from '../store/contacts/contacts.js';
import { workflowWords } from './workflow-words.js';

/** How workflows are started: on which task queue, and how the contact appears in the search attribute. */
export interface SignalsConfig {
  taskQueue: string;
  contact: 'plain' | 'masked';
  /** Base of the links to the console. */
  publicUrl: string;
}

/** Deadline of a signal that a request waits for. */
const INLINE_MS = 700;
/** After this many failures in a row, requests stay quick by leaving signals to the relay for a while. */
const FAILURES_IN_A_ROW = 3;
const PAUSE_MS = 2_000;

/** Tells workflows the current state. Every call has a deadline, and the relay repeats what failed. */
export interface Signals {
  /**
   * True when Temporal took the signal, or no run is left that would need to hear of an ended session. Never throws.
   */
  tell(to: Addressee, name: SignalName, snapshot: Snapshot): Promise<boolean>;
  /** As `tell`, for the relay: always tries, and throws the failure. */
  deliver(to: Addressee, name: SignalName, snapshot: Snapshot): Promise<void>;
  startOutgoing(outboxId: string, delayMs: number): Promise<boolean>;
  startEnding(endingId: string): Promise<boolean>;
  startMedia(inboxId: string): Promise<boolean>;
}

/** Creates the signals over a Temporal client. Connects nothing by itself. */
export function createSignals(client: Client, config: SignalsConfig): Signals {
  let quietUntilMs = 0;
  let failures = 0;
  const attempt = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (Date.now() < quietUntilMs) return false;
    try {
      await client.connection.withDeadline(Date.now() + INLINE_MS, work);
      failures = 0;
      return true;
    } catch {
      // The relay will tell it, and logs and counts its failures.
      failures += 1;
      if (failures >= FAILURES_IN_A_ROW) quietUntilMs = Date.now() + PAUSE_MS;
      return false;
    }
  };
  return {
    tell: (to, name, snapshot) => attempt(() => sendSignal(client, config, to, { name, snapshot })),
    deliver: (to, name, snapshot) =>
      client.connection.withDeadline(Date.now() + 5_000, () =>
        sendSignal(client, config, to, { name, snapshot }),
      ),
    startOutgoing: (outboxId, delayMs) => attempt(() => startOutgoing(client, config, outboxId, delayMs)),
    startEnding: (endingId) =>
      attempt(() => startOnce(client, config, 'endSessions', [endSessionsId(endingId), endingId])),
    startMedia: (inboxId) =>
      attempt(() => startOnce(client, config, 'keepMedia', [keepMediaId(inboxId), inboxId])),
  };
}

async function sendSignal(
  client: Client,
  config: SignalsConfig,
  to: Addressee,
  { name, snapshot }: { name: SignalName; snapshot: Snapshot },
): Promise<void> {
  const workflowId = conversationId(to.instanceId, to.id);
  if (snapshot.session === null) return signalRunning(client, workflowId, name, snapshot);
  const contact = config.contact === 'masked' ? mask(to.remoteJid) : to.remoteJid;
  await client.workflow.signalWithStart('conversation', {
    workflowId,
    ...workflowWords(to, { contact, sessionId: snapshot.session.id, publicUrl: config.publicUrl }),
    taskQueue: config.taskQueue,
    args: [{ contactId: to.id }],
    signal: name,
    signalArgs: [snapshot],
    typedSearchAttributes: [
      { key: parleyInstance, value: to.instanceId },
      { key: parleyStatus, value: shownStatus(snapshot.session.axes) },
      { key: parleyTypebot, value: snapshot.session.typebotId },
      { key: parleyContact, value: contact },
    ],
  });
}

/** Without an active session only a run that still exists is told; it is fine if there is none. */
async function signalRunning(
  client: Client,
  workflowId: string,
  name: SignalName,
  snapshot: Snapshot,
): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId).signal(name, snapshot);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function startOutgoing(
  client: Client,
  { taskQueue }: SignalsConfig,
  outboxId: string,
  delayMs: number,
): Promise<void> {
  await client.workflow.start('outgoing', {
    workflowId: outgoingId(outboxId),
    taskQueue,
    args: [outboxId],
    startDelay: Math.max(0, delayMs),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

async function startOnce(
  client: Client,
  { taskQueue }: SignalsConfig,
  type: 'endSessions' | 'keepMedia',
  [workflowId, id]: [workflowId: string, id: string],
): Promise<void> {
  await client.workflow.start(type, {
    workflowId,
    taskQueue,
    args: [id],
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
}

/** `5511999990000@s.whatsapp.net` → `5511*****0000@s.whatsapp.net`: enough to tell two apart, not to call. */
function mask(jid: string): string {
  const [user = '', server = ''] = jid.split('@');
  const hidden = '*'.repeat(Math.max(0, user.length - 8));
  return `${user.slice(0, 4)}${hidden}${user.length > 8 ? user.slice(-4) : ''}@${server}`;
}

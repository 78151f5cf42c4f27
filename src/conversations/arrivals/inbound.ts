import type {
  ConnectionState,
  SendStatus,
  InboundEvent,
  InboundMessage,
} from '../../../activities/ports/messages.js';
import type { EventOutcome } from '../../channels/channel.js';
import type { Tx } from '../../store/db.js';
import { applyStatus } from '../../store/messages/echoes.js';
import { releaseBehind } from '../../store/messages/pace.js';
import type { ArrivalPlace } from '../../store/messages/inbox.js';
import { setInstanceStatus, touchLastInbound } from '../../store/accounts/instance-health.js';
import type { InstanceRow, InstanceStatus } from '../../store/rows.js';
import { readSession, writeLastError } from '../../store/sessions/sessions.js';
import { recordOf } from '../sessions/apply-command.js';
import { takeCallback } from './callback.js';
import type { Core } from '../core.js';
import { toStored } from '../sends/failures.js';
import { confirmEcho, holdForEcho, holdForSend } from './echoes.js';
import { receive } from './receive.js';
import { recordSent } from '../sends/record-sent.js';
import { followByTemplate } from '../sends/reopen.js';
import { change } from '../after-commit.js';
import type { AfterCommit, FollowUp } from '../after-commit.js';
import { createAnswerAhead } from './answer-ahead.js';

/** What the webhook routes call. Both methods throw only when PostgreSQL fails. */
export interface InboundPort {
  /**
   * Accepts the parsed events of one webhook, in order. Resolves once everything durable is committed, with one outcome
   * per event. `arrivedMs`: when the request began, from `arrivalMs`.
   */
  accept(instance: InstanceRow, events: InboundEvent[], arrivedMs: number): Promise<EventOutcome[]>;
  /** `POST /callbacks/{token}`: false when no flow waits for this token. */
  callback(token: string, json: unknown): Promise<boolean>;
}

/** What accepting a webhook needs. */
interface InboundDeps extends Core {
  follow: FollowUp;
}

/**
 * Accepts what webhooks bring: each event in its own transaction, committed before the answer. The signal to the
 * workflow may follow the answer.
 */
export function createInbound(core: Core, { follow } = createAnswerAhead(core.log)): InboundPort {
  const deps = { ...core, follow };
  const noteTime = timeNoter(deps);
  return {
    accept: async (instance, events, arrivedMs) => {
      const outcomes: EventOutcome[] = [];
      for (const [index, event] of events.entries())
        outcomes.push(await acceptOne(deps, instance, event, { atMs: arrivedMs, index }));
      await deps.db.onCommit(async () => noteTime(instance.id));
      return outcomes;
    },
    callback: (token, json) => takeCallback(deps, token, json),
  };
}

const NOTED_EVERY_MS = 1_000;

/** Notes when an instance's last webhook came, to the second. Nothing waits for the write. */
function timeNoter({ db, log }: Core): (instanceId: string) => void {
  const notedMs = new Map<string, number>();
  return (instanceId) => {
    const nowMs = performance.now();
    if (nowMs - (notedMs.get(instanceId) ?? -Infinity) < NOTED_EVERY_MS) return;
    notedMs.set(instanceId, nowMs);
    touchLastInbound(db, instanceId).catch((error: unknown) => {
      log.warn({ err: error }, 'the time of a webhook was not noted');
    });
  };
}

async function acceptOne(
  deps: InboundDeps,
  instance: InstanceRow,
  event: InboundEvent,
  arrived: ArrivalPlace,
): Promise<EventOutcome> {
  switch (event.kind) {
    case 'message':
      return acceptMessage(deps, instance, event, arrived);
    case 'status':
      return acceptStatus(deps, instance, event);
    case 'connection':
      return acceptConnection(deps, instance, event);
  }
}

async function acceptMessage(
  deps: InboundDeps,
  instance: InstanceRow,
  message: InboundMessage,
  arrived: ArrivalPlace,
): Promise<EventOutcome> {
  const { settings } = deps.instances.connect(instance).context;
  // An echo may be recognised by its content alone, and then at once: nothing has to wait, and an unknown outcome is
  // settled.
  if (message.fromMe && (await deps.db.transaction((tx) => confirmEcho(tx, instance.id, message))))
    return 'accepted';
  await holdForEcho(deps.db, instance.id, message, settings.echo_hold_ms);
  const work = (tx: Tx, after: AfterCommit) =>
    receive(tx, after, { instance, settings }, { message, arrived });
  return change(deps, work, deps.follow);
}

/** A status never goes back to an earlier one, and a status of somebody else's message changes nothing. */
async function acceptStatus(deps: Core, instance: InstanceRow, status: SendStatus): Promise<EventOutcome> {
  const connection = deps.instances.connect(instance);
  const apply = () => deps.db.transaction((tx) => applyIn(tx, { instance, connection, status }));
  const { settings, capabilities } = connection.context;
  // On channels that return our own id with every status, an unknown id is not ours.
  const holdMs = capabilities.statusCorrelation ? 0 : settings.echo_hold_ms;
  if (!(await apply()) && (await holdForSend(deps.db, instance.id, status, holdMs))) await apply();
  return 'accepted';
}

type Connection = ReturnType<Core['instances']['connect']>;

/** False when no message of ours matches, or nothing changed. */
async function applyIn(
  tx: Tx,
  { instance, connection, status }: { instance: InstanceRow; connection: Connection; status: SendStatus },
): Promise<boolean> {
  const error = status.error === undefined ? null : toStored(status.error);
  const ids = {
    instanceId: instance.id,
    keyId: status.keyId ?? null,
    dbId: status.dbId ?? null,
    outboundId: status.outboundId ?? null,
  };
  if (!connection.context.capabilities.ordersMedia) await releaseBehind(tx, ids);
  const effect = await applyStatus(tx, { ...ids, status: status.status, error });
  if (effect?.became === 'sent') await recordSent(tx, effect);
  if (effect?.became !== 'failed') return effect !== undefined;
  const session = effect.sessionId === null ? undefined : await readSession(tx, effect.sessionId);
  if (session === undefined) return true;
  const reason = error?.reason ?? 'unknown';
  await recordOf(tx, session, 'message.failed', { message: effect.id, reason, code: error?.code ?? null });
  await followByTemplate(tx, session, { connection, error: status.error });
  const at = new Date().toISOString();
  const source = reason === 'media_invalid' ? 'media' : 'channel';
  await writeLastError(tx, session.id, { at, source, status: null, message: reason });
  return true;
}

const STATUS_OF: Record<ConnectionState['state'], InstanceStatus> = {
  open: 'connected',
  connecting: 'connecting',
  close: 'disconnected',
  loggedOut: 'logged_out',
};

/** Stores the state of the connection. After refused credentials only an open connection counts. */
async function acceptConnection(
  deps: Core,
  instance: InstanceRow,
  event: ConnectionState,
): Promise<EventOutcome> {
  if (instance.status === 'auth_failed' && event.state !== 'open') return 'accepted';
  const detail = event.reason === undefined ? '' : String(event.reason);
  await setInstanceStatus(deps.db, instance.id, STATUS_OF[event.state], detail);
  return 'accepted';
}

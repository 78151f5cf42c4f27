import type {
  ConnectionState,
  DeliveryStatus,
  InboundEvent,
  InboundMessage,
} from '../../activities/messages.js';
import type { EventOutcome } from '../channels/channel.js';
import { applyStatus } from '../store/echoes.js';
import { markFileStarted, noteFile } from '../store/inbox.js';
import { setInstanceStatus, touchLastInbound } from '../store/instances.js';
import type { InstanceRow, InstanceStatus } from '../store/rows.js';
import { readSession, touchOutbound, writeLastError } from '../store/sessions.js';
import { recordOf } from './apply-command.js';
import { takeCallback } from './callback.js';
import type { Core } from './core.js';
import { toStored } from './delivery-failures.js';
import { holdForEcho } from './echoes.js';
import type { InboundPort } from './inbound-port.js';
import { receive } from './receive.js';
import { removeHidden } from './settle.js';
import { tellAll } from './tell.js';

/** What webhooks hand over: each event in a transaction of its own, committed before the answer. */
export function createInbound(core: Core): InboundPort {
  return {
    accept: async (instance, events, receivedAt) => {
      const outcomes: EventOutcome[] = [];
      for (const event of events) outcomes.push(await acceptOne(core, instance, event, receivedAt));
      await touchLastInbound(core.db, instance.id);
      return outcomes;
    },
    callback: (token, json) => takeCallback(core, token, json),
  };
}

async function acceptOne(
  core: Core,
  instance: InstanceRow,
  event: InboundEvent,
  receivedAt: number,
): Promise<EventOutcome> {
  switch (event.kind) {
    case 'message':
      return acceptMessage(core, instance, event, receivedAt);
    case 'status':
      return acceptStatus(core, instance, event);
    case 'connection':
      return acceptConnection(core, instance, event);
  }
}

async function acceptMessage(
  core: Core,
  instance: InstanceRow,
  message: InboundMessage,
  receivedAt: number,
): Promise<EventOutcome> {
  const { settings } = core.instances.connect(instance).context;
  await holdForEcho(core.db, instance.id, message, settings.echo_hold_ms);
  const received = await core.db.transaction(async (tx) => {
    const done = await receive(tx, instance, settings, { message, receivedAt });
    if (done.mediaOf !== null) await noteFile(tx, done.mediaOf);
    return done;
  });
  await tellAll(core, received.tell);
  if (received.mediaOf !== null && (await core.signals.startMedia(received.mediaOf))) {
    await markFileStarted(core.db, received.mediaOf);
  }
  await removeHidden(core, received.hidden);
  return received.outcome;
}

/** Applied monotonically; a status of a message that is not ours changes nothing. */
async function acceptStatus(
  core: Core,
  instance: InstanceRow,
  status: DeliveryStatus,
): Promise<EventOutcome> {
  await core.db.transaction(async (tx) => {
    const effect = await applyStatus(tx, {
      instanceId: instance.id,
      keyId: status.keyId ?? null,
      dbId: status.dbId ?? null,
      outboundId: status.outboundId ?? null,
      status: status.status,
      error: status.error === undefined ? null : toStored(status.error),
    });
    const session = effect?.sessionId ? await readSession(tx, effect.sessionId) : undefined;
    if (effect === undefined || session === undefined || effect.became === null) return;
    if (effect.became === 'sent') {
      await touchOutbound(tx, session.id);
      await recordOf(tx, session, 'message.sent', { message: effect.id });
      return;
    }
    const reason = status.error?.reason ?? 'unknown';
    await recordOf(tx, session, 'message.failed', {
      message: effect.id,
      reason,
      code: status.error?.providerCode ?? null,
    });
    await writeLastError(tx, session.id, {
      at: new Date().toISOString(),
      source: 'channel',
      status: null,
      message: reason,
    });
  });
  return 'accepted';
}

const STATUS_OF: Record<ConnectionState['state'], InstanceStatus> = {
  open: 'connected',
  connecting: 'connecting',
  close: 'disconnected',
  loggedOut: 'logged_out',
};

/** What the provider says of the connection. Refused credentials stay refused until they are changed (contract 4.3). */
async function acceptConnection(
  core: Core,
  instance: InstanceRow,
  event: ConnectionState,
): Promise<EventOutcome> {
  if (instance.status === 'auth_failed') return 'accepted';
  const detail = event.reason === undefined ? '' : String(event.reason);
  await setInstanceStatus(core.db, instance.id, STATUS_OF[event.state], detail);
  return 'accepted';
}

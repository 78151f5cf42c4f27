import { setTimeout as sleep } from 'node:timers/promises';
import type { SendStatus, InboundMessage } from '../../../activities/ports/messages.js';
import type { Db, Tx } from '../../store/db.js';
import { confirmByEcho, hasSendUnderWay, matchSend } from '../../store/messages/echoes.js';
import { noteSeen, wasSeen } from '../../store/messages/seen.js';
import { storedType, textOf } from './arrival.js';
import { addressesOf, addressKey } from '../../channels/jid.js';
import { recordSent } from '../sends/record-sent.js';

/**
 * Whether a message from the number itself is one of Parley's sends; if so, confirms that send. It is recognised by an
 * id that Parley chose, an id from the provider's answer, a correlation id or, while a send to the contact is in
 * progress, by the same content.
 */
export async function confirmEcho(tx: Tx, instanceId: string, message: InboundMessage): Promise<boolean> {
  const ids = [message.keyId, message.outboundId].filter((id) => id !== undefined);
  if (await wasSeen(tx, instanceId, 'out', ids)) {
    for (const sent of await confirmByEcho(tx, instanceId, ids, message.keyId)) await recordSent(tx, sent);
    await noteSeen(tx, instanceId, 'out', message.keyId);
    return true;
  }
  const keys = addressesOf(message).map((address) => address.key);
  const sent = await matchSend(tx, {
    instanceId,
    keys,
    contentType: storedType(message.content),
    text: textOf(message.content),
    keyId: message.keyId,
  });
  if (sent === undefined) return false;
  await noteSeen(tx, instanceId, 'out', message.keyId);
  await recordSent(tx, sent);
  return true;
}

const LOOK_EVERY_MS = 100;

/**
 * Holds a message from the number with an unknown id while a send to the same contact is in progress, at most `holdMs`:
 * the answer to that send may show that it is an echo.
 */
export async function holdForEcho(
  db: Db,
  instanceId: string,
  message: InboundMessage,
  holdMs: number,
): Promise<void> {
  if (!message.fromMe) return;
  const ids = [message.keyId, message.outboundId].filter((id) => id !== undefined);
  const keys = addressesOf(message).map((address) => address.key);
  await untilOurs(db, { instanceId, ids, keys }, holdMs);
}

/**
 * True when a status that fits no send turns out to be for one of ours: it overtook the answer to the send. Waits while a
 * send to the contact is in progress, at most `holdMs`.
 */
export async function holdForSend(
  db: Db,
  instanceId: string,
  { keyId, remoteJid }: SendStatus,
  holdMs: number,
): Promise<boolean> {
  if (keyId === undefined || remoteJid === undefined) return false;
  return untilOurs(db, { instanceId, ids: [keyId], keys: [addressKey(remoteJid)] }, holdMs);
}

async function untilOurs(
  db: Db,
  sought: { instanceId: string; ids: string[]; keys: string[] },
  holdMs: number,
): Promise<boolean> {
  const endsMs = Date.now() + holdMs;
  for (;;) {
    if (await wasSeen(db, sought.instanceId, 'out', sought.ids)) return true;
    const underWay = Date.now() < endsMs && (await hasSendUnderWay(db, sought.instanceId, sought.keys));
    if (!underWay) return false;
    await sleep(LOOK_EVERY_MS);
  }
}

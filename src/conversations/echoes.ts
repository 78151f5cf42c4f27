import type { InboundMessage } from '../../activities/messages.js';
import type { Db, Tx } from '../store/db.js';
import { confirmByEcho, hasSendUnderWay, matchSendByText } from '../store/echoes.js';
import { noteSeen, wasSeen } from '../store/inbox.js';
import { textOf } from './arrival.js';
import { addressesOf } from '../channels/jid.js';

/**
 * Says whether a message from the number itself is one of Parley's own sends, and then confirms that send. Ids
 * chosen by Parley, ids learned from answers and correlation ids decide; while a send to the contact is under way, so
 * does the same text (channels reference 13).
 */
export async function confirmEcho(tx: Tx, instanceId: string, message: InboundMessage): Promise<boolean> {
  const ids = [message.keyId, message.outboundId].filter((id) => id !== undefined);
  if (await wasSeen(tx, instanceId, 'out', ids)) {
    await confirmByEcho(tx, instanceId, ids, message.keyId);
    return true;
  }
  if (message.origin === 'humanAgent' && message.content.contentType !== 'text') return false;
  const keys = addressesOf(message).map((address) => address.key);
  const matched = await matchSendByText(tx, {
    instanceId,
    keys,
    text: textOf(message.content),
    keyId: message.keyId,
  });
  if (matched) await noteSeen(tx, instanceId, 'out', message.keyId);
  return matched;
}

const LOOK_EVERY_MS = 100;

/**
 * Holds back a message from the number whose id is not known while a send to the same contact is under way, at most
 * `holdMs`: its own answer may tell that it is an echo.
 */
export async function holdForEcho(
  db: Db,
  instanceId: string,
  message: InboundMessage,
  holdMs: number,
): Promise<void> {
  if (!message.fromMe) return;
  const keys = addressesOf(message).map((address) => address.key);
  const endsMs = Date.now() + holdMs;
  while (Date.now() < endsMs) {
    if (await wasSeen(db, instanceId, 'out', [message.keyId])) return;
    if (!(await hasSendUnderWay(db, instanceId, keys))) return;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

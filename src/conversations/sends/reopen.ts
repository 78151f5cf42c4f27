import type { ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { Channel, ChannelContext } from '../../channels/channel.js';
import type { Tx } from '../../store/db.js';
import { storeOutbound, wasTemplateSent } from '../../store/messages/outbox.js';
import { degrade, failRest } from '../../store/messages/outbox-sends.js';
import type { OutboundRow } from '../../store/messages/outbox.js';
import type { StoredError } from '../../store/messages/outbox-sends.js';
import type { SessionRow } from '../../store/rows.js';
import { recordOf } from '../sessions/apply-command.js';
import { outboundRow } from './outbound-rows.js';

interface Connection {
  channel: Channel;
  context: ChannelContext;
}

/**
 * When a message met a closed 24-hour window: sends the configured template in its place and gives up the rest of the
 * turn. False when none is configured, one has been sent since the contact last wrote, or the message is not to be sent
 * any more.
 */
export async function replaceByTemplate(
  tx: Tx,
  row: OutboundRow,
  { session, connection, error }: { session: SessionRow; connection: Connection; error: StoredError },
): Promise<boolean> {
  const template = connection.channel.reopenTemplate?.(connection.context);
  if (template === undefined || (await wasTemplateSent(tx, session))) return false;
  if (!(await degrade(tx, row, template, template.type))) return false;
  const rest = row.turnNo === null ? [] : await failRest(tx, row, error);
  await recordOf(tx, session, 'message.degraded', {
    message: row.id,
    type: row.content.type,
    to: template.type,
  });
  for (const message of rest) {
    await recordOf(tx, session, 'message.failed', { message, reason: error.reason, code: error.code });
  }
  return true;
}

/**
 * When a status reports the closed window only after the provider took the message: sends the template after it, once.
 */
export async function followByTemplate(
  tx: Tx,
  session: SessionRow,
  { connection, error }: { connection: Connection; error: ChannelErrorInfo | undefined },
): Promise<void> {
  if (error?.reason !== 'windowClosed') return;
  const content = connection.channel.reopenTemplate?.(connection.context);
  if (content === undefined || (await wasTemplateSent(tx, session))) return;
  await storeOutbound(
    tx,
    outboundRow(session, { sender: 'bot', content, fate: 'pending', ownWorkflow: true }),
  );
}

import type { ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { Channel, ChannelContext } from '../../channels/channel.js';
import type { Tx } from '../../store/db.js';
import { insertOutbound, wasTemplateSent } from '../../store/messages/outbox.js';
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
 * The 24-hour window was closed when a message was sent: the configured template goes in its place, and what is left
 * of the turn is given up. False: none is configured, or one has gone since the contact last wrote.
 */
export async function replaceByTemplate(
  tx: Tx,
  row: OutboundRow,
  { session, connection, error }: { session: SessionRow; connection: Connection; error: StoredError },
): Promise<boolean> {
  const template = connection.channel.reopenTemplate?.(connection.context);
  if (template === undefined || (await wasTemplateSent(tx, session))) return false;
  const rest = row.turnNo === null ? [] : await failRest(tx, session.id, row.turnNo, error);
  await degrade(tx, row.id, template, template.type);
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

/** A status told that the window was closed, after the provider had taken the message: the template follows, once. */
export async function followByTemplate(
  tx: Tx,
  session: SessionRow,
  { connection, error }: { connection: Connection; error: ChannelErrorInfo | undefined },
): Promise<void> {
  if (error?.reason !== 'windowClosed') return;
  const content = connection.channel.reopenTemplate?.(connection.context);
  if (content === undefined || (await wasTemplateSent(tx, session))) return;
  await insertOutbound(
    tx,
    outboundRow(session, { sender: 'bot', content, fate: 'pending', ownWorkflow: true }),
  );
}

import type { OutboundMessage, SendReceipt } from '../../../activities/ports/messages.js';
import type { ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { Claim, SendRecords, NextMessage, Setback } from '../../../activities/ports/sends.js';
import type { DeliverResult } from '../../../workflows/needs.js';
import { addressKey } from '../../channels/jid.js';
import { insertAddresses, readContact } from '../../store/contacts/contacts.js';
import { persistently, troubleOf } from '../../store/db.js';
import type { Tx } from '../../store/db.js';
import { lockGate } from '../../store/sessions/gate.js';
import { noteSeen } from '../../store/messages/seen.js';
import { touchLastSend } from '../../store/accounts/instance-health.js';
import { holdBehind, takePace, takeSlot } from '../../store/messages/pace.js';
import { claimOutbound, forgetTries, markSent, wasSending } from '../../store/messages/outbox-sends.js';
import { nextBubble, readOutbound } from '../../store/messages/outbox.js';
import type { OutboundRow } from '../../store/messages/outbox.js';
import { hasEarlierOutgoing, nextOutgoingRow } from '../../store/messages/own-outgoing.js';
import type { PairPace } from '../../store/messages/pace.js';
import { findHiddenOf } from '../../store/sessions/session-final.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import { recordSent } from './record-sent.js';
import type { Core } from '../core.js';
import { abandon, handleFailure, giveUpWaiting } from './failures.js';
import { removeHidden } from '../sessions/remove-hidden.js';

/** The messages to send in PostgreSQL, as delivery reads and changes them. */
export function createSendRecords(deps: Core): SendRecords {
  return {
    nextOfTurn: async (sessionId, turn) => toNext(await nextBubble(deps.db, sessionId, turn)),
    nextOutgoing: (outboxId) => nextOutgoing(deps, outboxId),
    claim: (next, gateNo) => claim(deps, next, gateNo),
    sent: (next, receipt) =>
      persistently(async () => {
        const hold = await mayBeOvertaken(deps, next);
        await deps.db.transaction((tx) => sent(tx, next, receipt, hold));
      }),
    failed: (next, error: ChannelErrorInfo): Promise<Setback> =>
      persistently(() => handleFailure(deps, next, error)),
    giveUpWaiting: (next) => giveUpWaiting(deps, next),
    troubleOf,
    abandon: (next, error) => persistently(() => abandon(deps, next, error)),
    result: (request, outcome) => result(deps, request.contactId, outcome),
  };
}

async function nextOutgoing(deps: Core, outboxId: string): Promise<NextMessage | undefined> {
  const row = await nextOutgoingRow(deps.db, outboxId);
  if (row !== undefined) return toNext(row);
  // Its session may have ended meanwhile, and only be waiting for this message to leave.
  const hidden = await findHiddenOf(deps.db, outboxId);
  if (hidden !== undefined) await removeHidden(deps, hidden);
  return undefined;
}

function toNext(row: OutboundRow | undefined): NextMessage | undefined {
  return (
    row && {
      outboxId: row.id,
      instanceId: row.instanceId,
      contactId: row.contactId,
      dueInMs: row.dueInMs,
      unknownForMs: row.unknownForMs,
      behindMedia: row.behindMedia,
      sending: row.state === 'sending' && !row.overdue,
      unknowns: row.unknowns,
      content: row.content,
    }
  );
}

async function claim(deps: Core, next: NextMessage, gateNo: number | null): Promise<Claim> {
  const instance = await deps.instances.find(next.instanceId);
  if (instance === undefined) return { type: 'gone' };
  if (instance.status === 'auth_failed') {
    await forgetTries(deps.db, next.outboxId);
    return { type: 'stopped', reason: 'auth_failed' };
  }
  const { channel, context } = deps.instances.connect(instance);
  const clientMessageId = (await channel.clientMessageId?.(context, next.content)) ?? null;
  const timeoutMs = context.settings.timeout_ms;
  const { pairPace } = channel;
  const perSecond = channel.perSecond?.(context);
  const how = { gateNo, timeoutMs, clientMessageId, pairPace, perSecond };
  return deps.db.transaction((tx) => claimIn(tx, next, how));
}

interface ClaimHow {
  gateNo: number | null;
  timeoutMs: number;
  clientMessageId: string | null;
  pairPace: PairPace | undefined;
  perSecond: number | undefined;
}

async function claimIn(tx: Tx, next: NextMessage, how: ClaimHow): Promise<Claim> {
  const row = await readOutbound(tx, next.outboxId);
  if (row === undefined || row.sessionId === null) return { type: 'gone' };
  if (how.gateNo !== null) {
    const gate = await lockGate(tx, row.contactId, row.sessionId);
    if (gate === undefined) return { type: 'gone' };
    const muted = gate.mutedUntil?.getTime() ?? null;
    if (!gate.open || gate.gateNo !== how.gateNo || muted !== null) {
      await forgetTries(tx, row.id);
      return { type: 'held', untilMs: muted };
    }
  } else if (await hasEarlierOutgoing(tx, row.contactId, row.id)) return { type: 'queued' };
  // A send of a worker that is gone must be settled before another message is claimed.
  if (await wasSending(tx, row.contactId)) return { type: 'busy' };
  if (how.perSecond !== undefined && !(await takeSlot(tx, row.id, how.perSecond))) return { type: 'busy' };
  if (how.pairPace !== undefined && !(await takePace(tx, row, how.pairPace))) return { type: 'busy' };
  const claimed = await claimOutbound(tx, row.id, how);
  if (claimed === undefined) return { type: 'gone' };
  const { clientMessageId, attempts } = claimed;
  for (const id of [row.outboundId, clientMessageId]) {
    if (id !== null) await noteSeen(tx, row.instanceId, 'out', id);
  }
  const message = await toMessage(tx, row, { clientMessageId, attempts });
  return { type: 'claimed', message, timeoutMs: how.timeoutMs };
}

async function toMessage(
  tx: Tx,
  row: OutboundRow,
  claimed: { clientMessageId: string | null; attempts: number },
): Promise<OutboundMessage> {
  const contact = await readContact(tx, row.contactId);
  return {
    outboundId: row.outboundId,
    clientMessageId: claimed.clientMessageId ?? undefined,
    attempt: claimed.attempts,
    to: {
      jid: contact?.replyJid ?? '',
      waId: contact?.waId ?? undefined,
      bsuid: contact?.bsuid ?? undefined,
    },
    replyTo: row.replyTo ?? undefined,
    content: row.content,
  };
}

/** Whether the provider has yet to fetch a file, on a channel that does not wait for it. */
async function mayBeOvertaken(deps: Core, { instanceId, content }: NextMessage): Promise<boolean> {
  if (!('media' in content) || !('url' in content.media)) return false;
  const instance = await deps.instances.find(instanceId);
  return instance !== undefined && !deps.instances.connect(instance).context.capabilities.ordersMedia;
}

async function sent(tx: Tx, next: NextMessage, receipt: SendReceipt, hold: boolean): Promise<void> {
  if (receipt.keyId !== undefined) await noteSeen(tx, next.instanceId, 'out', receipt.keyId);
  const row = await markSent(tx, next.outboxId, {
    keyId: receipt.keyId ?? null,
    dbId: receipt.dbId ?? null,
  });
  if (hold && row?.isNews) await holdBehind(tx, next.outboxId);
  if (row !== undefined && receipt.remoteJid !== undefined) await addAlias(tx, next, receipt.remoteJid);
  await touchLastSend(tx, next.instanceId);
  if (row?.isNews) await recordSent(tx, { id: next.outboxId, ...row });
}

/** WhatsApp may answer from another number than was typed (Brazil's ninth digit); both lead to the contact. */
async function addAlias(tx: Tx, { instanceId, contactId }: NextMessage, jid: string): Promise<void> {
  await insertAddresses(tx, { instanceId, contactId }, [{ jid, key: addressKey(jid) }]);
}

async function result(
  deps: Core,
  contactId: string,
  outcome: Pick<DeliverResult, 'outcome' | 'sent' | 'untilMs'>,
): Promise<DeliverResult> {
  return {
    ...outcome,
    snapshot: await readLatest(deps.db, contactId),
  };
}

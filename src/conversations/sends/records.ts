import type { OutboundMessage, SendReceipt } from '../../../activities/ports/messages.js';
import type { ChannelErrorInfo } from '../../../activities/ports/channel-error.js';
import type { Claim, SendRecords, NextMessage, Setback } from '../../../activities/ports/sends.js';
import type { DeliverResult } from '../../../workflows/needs.js';
import { addressKey } from '../../channels/jid.js';
import { persistently, troubleOf } from '../../store/db.js';
import type { Queryable, Tx } from '../../store/db.js';
import { claimOutbound, readVerdict } from '../../store/messages/claims.js';
import type { ClaimAsk, ClaimedRow, ClaimOutcome } from '../../store/messages/claims.js';
import { takePace, takeSlot } from '../../store/messages/pace.js';
import { forgetTries, markSent, noteNextAttempt } from '../../store/messages/outbox-sends.js';
import { expireSend } from '../../store/messages/sends-under-way.js';
import { nextBubble } from '../../store/messages/outbox.js';
import type { OutboundRow } from '../../store/messages/outbox.js';
import { markSentWithoutChannel, nextOutgoingRow } from '../../store/messages/own-outgoing.js';
import type { PairPace } from '../../store/messages/pace.js';
import { findHiddenOf } from '../../store/sessions/session-final.js';
import { readLatest } from '../../store/contacts/snapshot.js';
import type { Core } from '../core.js';
import { abandon, claimOf, handleFailure, giveUpWaiting } from './failures.js';
import { removeHidden } from '../sessions/remove-hidden.js';

/** The messages to send in PostgreSQL, as delivery reads and changes them. */
export function createSendRecords(deps: Core): SendRecords {
  return {
    nextOfTurn: (sessionId, turn) => looked(deps, () => nextBubble(deps.db, sessionId, turn)),
    nextOutgoing: (outboxId) => nextOutgoing(deps, outboxId),
    claim: (next, gateNo) => claim(deps, next, gateNo),
    sent: (next, receipt) => persistently(() => sent(deps, next, receipt)),
    failed: (next, error: ChannelErrorInfo): Promise<Setback> =>
      persistently(() => handleFailure(deps, next, error)),
    noteNextAttempt: (next, inMs) => persistently(() => noteNextAttempt(deps.db, claimOf(next), inMs)),
    giveUpWaiting: (next) => giveUpWaiting(deps, next),
    troubleOf,
    abandon: (next, error) => persistently(() => abandon(deps, next, error)),
    result: (request, outcome) => result(deps, request.contactId, outcome),
  };
}

async function nextOutgoing(deps: Core, outboxId: string): Promise<NextMessage | 'sent' | undefined> {
  const isSent = await markSentWithoutChannel(deps.db, outboxId);
  const next = await looked(deps, () => nextOutgoingRow(deps.db, outboxId));
  if (next !== undefined) return next;
  // Its session may have ended meanwhile, and only be waiting for this message to leave.
  const hidden = await findHiddenOf(deps.db, outboxId);
  if (hidden !== undefined) await removeHidden(deps, hidden);
  return isSent ? 'sent' : undefined;
}

/** Whoever meets a send whose worker is gone makes it `unknown`, before anything else is noted about it. */
async function looked(
  deps: Core,
  look: () => Promise<OutboundRow | undefined>,
): Promise<NextMessage | undefined> {
  const row = await look();
  if (row?.overdue !== true) return row && toNext(row);
  await expireSend(deps.db, row.id);
  return looked(deps, look);
}

function toNext(row: OutboundRow): NextMessage {
  return {
    outboxId: row.id,
    instanceId: row.instanceId,
    contactId: row.contactId,
    dueInMs: row.dueInMs,
    unknownForMs: row.unknownForMs,
    behindMedia: row.behindMedia,
    sending: row.state === 'sending',
    unknowns: row.unknowns,
    content: row.content,
    instanceVersion: row.instanceVersion,
    claims: row.attempts,
  };
}

async function claim(deps: Core, next: NextMessage, gateNo: number | null): Promise<Claim> {
  const instance = await deps.instances.at(next.instanceId, next.instanceVersion);
  if (instance === undefined) return { type: 'gone' };
  if (instance.status === 'auth_failed') {
    await forgetTries(deps.db, claimOf(next));
    return { type: 'stopped', reason: 'auth_failed' };
  }
  const { channel, context } = deps.instances.connect(instance);
  const clientMessageId = (await channel.clientMessageId?.(context, next.content)) ?? null;
  const { timeout_ms: timeoutMs } = context.settings;
  // The version of the look, whatever was read since: the send was prepared for those settings.
  const ask = { ...claimOf(next), gateNo, instanceVersion: next.instanceVersion };
  const take = (db: Queryable) => claimOutbound(db, ask, { timeoutMs, clientMessageId });
  const pace = { perContact: channel.pairPace, perSecond: channel.perSecond?.(context) };
  const outcome = await (isPaced(pace)
    ? deps.db.transaction((tx) => takeInPace(tx, ask, pace, take))
    : take(deps.db));
  if (outcome.word === 'held') await forgetTries(deps.db, claimOf(next));
  if (outcome.word === 'free') next.claims = outcome.message.attempts;
  return toClaim(outcome, timeoutMs);
}

/** The provider's limits: on messages to one contact, and on messages of the number. */
interface Pace {
  perContact: PairPace | undefined;
  perSecond: number | undefined;
}

function isPaced({ perContact, perSecond }: Pace): boolean {
  return perContact !== undefined || perSecond !== undefined;
}

/** Takes a place in the pace only for a message that nothing else holds back. */
async function takeInPace(
  tx: Tx,
  ask: ClaimAsk,
  { perContact, perSecond }: Pace,
  take: (tx: Tx) => Promise<ClaimOutcome>,
): Promise<ClaimOutcome> {
  const busy = { word: 'busy', mutedUntil: null } as const;
  const verdict = await readVerdict(tx, ask);
  if (verdict?.word !== 'free') return take(tx);
  if (perSecond !== undefined && !(await takeSlot(tx, ask.id, perSecond))) return busy;
  if (perContact !== undefined && !(await takePace(tx, { ...ask, ...verdict }, perContact))) return busy;
  return take(tx);
}

function toClaim(outcome: ClaimOutcome, timeoutMs: number): Claim {
  switch (outcome.word) {
    case 'free':
      return { type: 'claimed', message: toMessage(outcome.message), timeoutMs };
    case 'held':
      return { type: 'held', untilMs: outcome.mutedUntil?.getTime() ?? null };
    case 'busy':
    case 'queued':
      return { type: outcome.word };
    case 'gone':
    case 'changed':
      return { type: 'gone' };
  }
}

function toMessage({ jid, waId, bsuid, ...row }: ClaimedRow): OutboundMessage {
  return {
    outboundId: row.outboundId,
    clientMessageId: row.clientMessageId ?? undefined,
    attempt: row.attempts,
    to: { jid, waId: waId ?? undefined, bsuid: bsuid ?? undefined },
    replyTo: row.replyTo ?? undefined,
    content: row.content,
  };
}

/** Whether the provider has yet to fetch a file, on a channel that does not wait for it. */
async function mayBeOvertaken(
  deps: Core,
  { instanceId, instanceVersion, content }: NextMessage,
): Promise<boolean> {
  if (!('media' in content) || !('url' in content.media)) return false;
  const instance = await deps.instances.at(instanceId, instanceVersion);
  return instance !== undefined && !deps.instances.connect(instance).context.capabilities.ordersMedia;
}

async function sent(deps: Core, next: NextMessage, receipt: SendReceipt): Promise<void> {
  // WhatsApp may answer from another number than was typed (Brazil's ninth digit); both lead to the contact.
  const { remoteJid: jid, keyId = null, dbId = null } = receipt;
  await markSent(deps.db, {
    ...{ id: next.outboxId, instanceId: next.instanceId, keyId, dbId },
    alias: jid === undefined ? null : { jid, key: addressKey(jid) },
    hold: await mayBeOvertaken(deps, next),
  });
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

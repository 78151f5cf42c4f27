import type { ChannelErrorInfo, PermanentReason } from '../../../activities/ports/channel-error.js';
import type { NextMessage, Setback } from '../../../activities/ports/sends.js';
import { describeError } from '../../errors.js';
import { adaptOptions } from '../../channels/forms/adapt-parts.js';
import { simplerForm, withoutFile } from '../../channels/forms/simpler-form.js';
import { snakeCase } from '../../foreign/snake-case.js';
import { setInstanceStatus } from '../../store/accounts/instance-health.js';
import { storeOutbound, readOutbound } from '../../store/messages/outbox.js';
import {
  degrade,
  failRest,
  markFailed,
  markUnknown,
  noteTry,
  releaseClaim,
} from '../../store/messages/outbox-sends.js';
import type { OutboundRow } from '../../store/messages/outbox.js';
import type { ClaimOf, StoredError } from '../../store/messages/outbox-sends.js';
import type { InstanceRow, InstanceStatus } from '../../store/rows.js';
import { readSession, writeLastError } from '../../store/sessions/sessions.js';
import { recordOf } from '../sessions/apply-command.js';
import type { Core } from '../core.js';
import { outboundRow, outboundType } from './outbound-rows.js';
import { replaceByTemplate } from './reopen.js';

/** How many refusals for now a message survives. A channel that cannot be reached has refused nothing. */
const MAX_TRIES = 8;
/** What a proxy answers for a gateway that is down, or a server while it starts: not a refusal of the message. */
const NOT_REACHED = [502, 503];
const INTERNAL = 'internal error';
const BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 60_000;
/** How long to wait when the channel is down or refuses the credentials. */
const STOPPED_MS = 10_000;
/** How long to wait, while the instance is being deleted, before looking for what is left of it. */
const ENDING_MS = 1_000;
/** After these the rest of the answer would fail in the same way, so it is not tried. */
const OF_THE_CONTACT: readonly PermanentReason[] = [
  'notOnWhatsApp',
  'windowClosed',
  'optedOut',
  'recipientBlocked',
  'policy',
  'accountConfig',
  'expired',
];

/** Decides what a channel's error means for the message. */
export async function handleFailure(
  deps: Core,
  next: NextMessage,
  error: ChannelErrorInfo,
): Promise<Setback> {
  const row = await readKnown(deps, next);
  const instance = await deps.instances.find(next.instanceId);
  if (row === undefined) return { type: 'next' };
  // It is being deleted: the end of the session is coming and takes the message with it.
  if (instance === undefined) return { type: 'again', delayMs: ENDING_MS };
  switch (error.class) {
    case 'Retryable':
      return retry(deps, row, instance, error);
    case 'ChannelDown':
      await noteStatus(deps, next, instance, 'disconnected', 'the channel says that it is not connected');
      return retry(deps, row, instance, { ...error, retryAfterMs: error.retryAfterMs ?? STOPPED_MS });
    case 'Auth':
      await noteStatus(deps, next, instance, 'auth_failed', 'the provider refuses the credentials');
      await releaseClaim(deps.db, row, { restart: true });
      return { type: 'again', delayMs: STOPPED_MS };
    case 'UnknownOutcome':
      await markUnknown(deps.db, row);
      return { type: 'next' };
    case 'Permanent':
      return permanent(deps, row, instance, error);
  }
}

/** A refusal under settings that have been changed since says nothing about the present ones. */
async function noteStatus(
  deps: Core,
  { instanceVersion }: NextMessage,
  { id, updatedAt }: InstanceRow,
  ...[status, detail]: [InstanceStatus, string]
): Promise<void> {
  if (updatedAt.getTime() === instanceVersion) await setInstanceStatus(deps.db, id, status, detail);
}

/** The message and its last claim, as the attempt knows them. */
export function claimOf({ outboxId, claims }: NextMessage): ClaimOf {
  return { id: outboxId, attempts: claims };
}

/** The message as it is now, with its claims as the attempt knows them: what is noted holds only if no other followed. */
async function readKnown(deps: Core, next: NextMessage): Promise<OutboundRow | undefined> {
  const row = await readOutbound(deps.db, next.outboxId);
  return row && { ...row, ...claimOf(next) };
}

/**
 * An unknown outcome is repeated once, with the same ids; a second one is a failure. On channels that honour our ids a
 * repetition does no harm, so there it is repeated for as long as the message may live.
 */
export async function giveUpWaiting(deps: Core, next: NextMessage): Promise<'repeat' | 'failed'> {
  if (next.unknowns < 2 || (await isHarmlessRepetition(deps, next))) return 'repeat';
  const row = await readKnown(deps, next);
  if (row !== undefined) await giveUp(deps, row, { class: 'Permanent', reason: 'unknown' });
  return 'failed';
}

async function isHarmlessRepetition(deps: Core, next: NextMessage): Promise<boolean> {
  const instance = await deps.instances.find(next.instanceId);
  if (instance === undefined) return false;
  const { channel, context } = deps.instances.connect(instance);
  const noted = await noteTry(deps.db, claimOf(next), { refused: false });
  const livesMs = context.settings.message_ttl_seconds * 1_000;
  return noted !== undefined && channel.resendSafe?.(context) === true && noted.tryingForMs < livesMs;
}

/**
 * Gives up a message after a fault of ours: nobody knows what became of it, and a repetition would meet the fault
 * again.
 */
export async function abandon(deps: Core, next: NextMessage, error: unknown): Promise<void> {
  const { outboxId } = next;
  deps.log.error({ ...describeError(error), outboxId }, 'a message is given up for a fault of ours');
  const row = await readKnown(deps, next);
  if (row !== undefined) await giveUp(deps, row, { class: 'Permanent', reason: 'unknown' }, INTERNAL);
}

async function retry(
  deps: Core,
  row: OutboundRow,
  instance: InstanceRow,
  error: ChannelErrorInfo,
): Promise<Setback> {
  const down = error.class === 'ChannelDown';
  // A disconnected or unreachable channel is waited for, however often it is tried. Only refusals count.
  const answered = error.httpStatus !== undefined && !NOT_REACHED.includes(error.httpStatus);
  const noted = await noteTry(deps.db, row, { refused: answered && !down });
  if (noted === undefined) return { type: 'next' };
  const { refused, tryingForMs } = noted;
  const growing = Math.max(BACK_OFF_MS * 2 ** refused, tryingForMs / 2);
  const backOffMs = Math.random() * Math.min(MAX_BACK_OFF_MS, growing);
  const { settings } = deps.instances.connect(instance).context;
  const leftMs = settings.message_ttl_seconds * 1_000 - tryingForMs;
  if (leftMs <= 0 || refused >= MAX_TRIES) {
    await giveUp(deps, row, { ...error, class: 'Permanent', reason: 'expired' });
    return { type: 'next' };
  }
  await releaseClaim(deps.db, row, { restart: false });
  // Never sooner than the provider asked for, except for one last try before its time to live is over.
  return { type: 'again', delayMs: Math.min(leftMs, error.retryAfterMs ?? backOffMs) };
}

/**
 * A file of a flow that the channel refuses is sent as a link. What the channel cannot show is sent in a simpler form.
 */
async function permanent(
  deps: Core,
  row: OutboundRow,
  instance: InstanceRow,
  error: ChannelErrorInfo,
): Promise<Setback> {
  const degradable =
    error.reason === 'unsupported' || (error.reason === 'mediaInvalid' && row.sender === 'bot');
  const simpler = error.reason === 'unsupported' ? simplerForm : withoutFile;
  if (degradable && (await simplify(deps, row, instance, simpler))) return { type: 'next' };
  if (error.reason === 'windowClosed' && (await reopen(deps, row, instance, error))) return { type: 'next' };
  await giveUp(deps, row, error);
  return { type: 'next' };
}

async function simplify(
  deps: Core,
  row: OutboundRow,
  instance: InstanceRow,
  simpler: typeof simplerForm,
): Promise<boolean> {
  const { context } = deps.instances.connect(instance);
  const [first, ...rest] = simpler(row.content, context.capabilities, adaptOptions(context.settings)) ?? [];
  const session = row.sessionId === null ? undefined : await readSession(deps.db, row.sessionId);
  if (first === undefined || session === undefined) return false;
  return deps.db.transaction(async (tx) => {
    if (!(await degrade(tx, row, first, outboundType(first)))) return false;
    for (const [index, content] of rest.entries()) {
      const place = row.bubbleNo === null ? {} : { turnNo: row.turnNo, bubbleNo: row.bubbleNo + index + 1 };
      const ownWorkflow = row.bubbleNo === null;
      await storeOutbound(
        tx,
        outboundRow(session, { sender: row.sender, content, fate: 'pending', ownWorkflow, ...place }),
      );
    }
    await recordOf(tx, session, 'message.degraded', {
      message: row.id,
      type: row.content.type,
      to: first.type,
    });
    return true;
  });
}

async function reopen(
  deps: Core,
  row: OutboundRow,
  instance: InstanceRow,
  error: ChannelErrorInfo,
): Promise<boolean> {
  const connection = deps.instances.connect(instance);
  return deps.db.transaction(async (tx) => {
    const session = row.sessionId === null ? undefined : await readSession(tx, row.sessionId);
    if (session === undefined) return false;
    return replaceByTemplate(tx, row, { session, connection, error: toStored(error) });
  });
}

async function giveUp(deps: Core, row: OutboundRow, error: ChannelErrorInfo, why?: string): Promise<void> {
  const stored = toStored(error);
  await deps.db.transaction(async (tx) => {
    if (!(await markFailed(tx, row, stored)) || row.sessionId === null) return;
    const session = await readSession(tx, row.sessionId);
    if (session === undefined) return;
    const stops = error.reason !== undefined && OF_THE_CONTACT.includes(error.reason) && row.turnNo !== null;
    const rest = stops ? await failRest(tx, row, stored) : [];
    for (const message of [row.id, ...rest]) {
      await recordOf(tx, session, 'message.failed', { message, reason: stored.reason, code: stored.code });
    }
    await writeLastError(tx, session.id, {
      at: new Date().toISOString(),
      source: error.reason === 'mediaInvalid' ? 'media' : 'channel',
      status: error.httpStatus ?? null,
      message: why ?? stored.reason ?? stored.class,
    });
  });
}

/** An error as the transcript shows it: class and reason in snake_case, code and message as the provider gave them. */
export function toStored(error: ChannelErrorInfo): StoredError {
  return {
    class: snakeCase(error.class),
    reason: error.reason === undefined ? null : snakeCase(error.reason),
    code: error.providerCode === undefined ? null : String(error.providerCode),
    message: error.providerMessage ?? null,
  };
}

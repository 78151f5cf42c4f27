import type { OutboundContent } from '../../../activities/ports/messages.js';
import { adapt } from '../../channels/forms/adapt.js';
import { adaptOptions } from '../../channels/forms/adapt-parts.js';
import type { Tx } from '../../store/db.js';
import { storeOutbound } from '../../store/messages/outbox.js';
import type { NewOutbound } from '../../store/messages/outbox.js';
import type { SessionRow } from '../../store/rows.js';
import { findTaggedMessage, type TagMatch } from '../../store/sessions/botpress-reads.js';
import { readFinal } from '../../store/sessions/session-final.js';
import { touchOutbound } from '../../store/sessions/sessions.js';
import { findTranscriptItem } from '../../store/messages/transcript.js';
import { change } from '../after-commit.js';
import type { AfterCommit } from '../after-commit.js';
import type { MessageResult, SendRequest, Scope } from '../api.js';
import { applyCommand, recordOf, told } from '../sessions/apply-command.js';
import { lockBoth } from './control.js';
import type { Core } from '../core.js';
import { outboundRow } from '../sends/outbound-rows.js';

/**
 * Stores a message of an operator or program and starts the workflow that sends it. With `takeover` the person is in
 * charge from then on: waiting bubbles of the bot are dropped in the same transaction.
 */
export async function sendMessage(
  deps: Core,
  scope: Scope,
  sessionId: string,
  request: SendRequest,
): Promise<MessageResult> {
  return change(deps, async (tx, after) => {
    const locked = await lockBoth(tx, scope, sessionId);
    if (locked === undefined) return { ok: false, reason: 'not_found' };
    const { session } = locked;
    const found = await findTagged(tx, session.id, request.unlessTagged);
    if (found) return found;
    if (session.status === 'closed' && request.sender !== 'api') return { ok: false, reason: 'closed' };
    if (request.takeover)
      await applyCommand(
        tx,
        session,
        { type: 'operate' },
        { by: 'operator', actor: scope.actor, isTold: true, nowMs: Date.now() },
      );
    const contents = await partsFor(deps, session, [request.content, ...(request.more ?? [])]);
    const rows = await store(tx, after, session, { request, contents, actor: scope.actor });
    after.tell(locked.contact.id, request.takeover ? 'pause' : 'message');
    if (request.takeover) after.untilQuiet(sessionId);
    return resultOf(tx, sessionId, rows);
  });
}

/** The message that get-or-create finds, if any. */
export async function findTagged(
  tx: Tx,
  sessionId: string,
  match: TagMatch | undefined,
): Promise<MessageResult | undefined> {
  const message = match && (await findTaggedMessage(tx, sessionId, match));
  const session = message && (await readFinal(tx, sessionId));
  return session && { ok: true, message, session, found: true };
}

async function store(
  tx: Tx,
  after: AfterCommit,
  session: SessionRow,
  { request, contents, actor }: { request: SendRequest; contents: OutboundContent[]; actor: Scope['actor'] },
): Promise<NewOutbound[]> {
  const delayMs = Math.max(0, (request.scheduledAt?.getTime() ?? 0) - Date.now());
  // Without a channel nobody sends it: it counts as sent, at once or when its time has come.
  const isSent = session.channel === 'api' && delayMs === 0;
  const rows = contents.map((content, index) =>
    outboundRow(session, rowSpec(request, { content, index, isSent })),
  );
  await storeOutbound(tx, ...rows);
  if (delayMs === 0) await touchOutbound(tx, session.id);
  if (request.sender === 'operator')
    await recordOf(tx, session, 'operator.message', { message: rows[0]?.id ?? '', ...told(actor) });
  if (!isSent) for (const row of rows) after.send(row.id, delayMs);
  return rows;
}

function rowSpec(request: SendRequest, part: { content: OutboundContent; index: number; isSent: boolean }) {
  return {
    sender: request.sender,
    content: part.content,
    fate: part.isSent ? ('sent' as const) : ('pending' as const),
    replyTo: part.index === 0 ? (request.replyTo ?? null) : null,
    userId: request.userId ?? null,
    tags: request.tags ?? null,
    botpress:
      request.botpress === undefined || part.index === 0 ? (request.botpress ?? null) : { continues: true },
    scheduledAt: request.scheduledAt ?? null,
    ownWorkflow: !part.isSent,
  };
}

/** The contents in forms that the instance's channel can show. */
async function partsFor(
  deps: Core,
  session: SessionRow,
  contents: OutboundContent[],
): Promise<OutboundContent[]> {
  const instance = session.channel === 'api' ? undefined : await deps.instances.find(session.instanceId);
  if (instance === undefined) return contents;
  const { context } = deps.instances.connect(instance);
  const options = adaptOptions(context.settings);
  return contents.flatMap((content) => {
    const parts = adapt(content, context.capabilities, options);
    return parts.length === 0 ? [content] : parts;
  });
}

async function resultOf(tx: Tx, sessionId: string, rows: NewOutbound[]): Promise<MessageResult> {
  const session = await readFinal(tx, sessionId);
  const first = await findTranscriptItem(tx, rows[0]?.id ?? '');
  if (session === undefined || first === undefined) return { ok: false, reason: 'not_found' };
  return { ok: true, message: first.item, session };
}

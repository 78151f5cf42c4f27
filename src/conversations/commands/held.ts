import { gateIsOpen } from '../../../workflows/axes.js';
import { dropHeldBubble, firstHeld, isHeld, releaseHeldBubble } from '../../store/messages/held.js';
import { dropBubbles } from '../../store/messages/outbox-sends.js';
import { dropAnswers } from '../../store/sessions/turns.js';
import type { Tx } from '../../store/db.js';
import { change } from '../after-commit.js';
import type { AfterCommit } from '../after-commit.js';
import type { DropHeldResult, HeldBubbleRequest, HeldBubbleResult, HeldRefusal, Scope } from '../api.js';
import type { Core } from '../core.js';
import { recordOf, told } from '../sessions/apply-command.js';
import type { Locked } from '../sessions/end-session.js';
import { isMuted } from '../sessions/held-back.js';
import { lockBoth } from './control.js';

/** Drops what a silent bot would still say. The session stays as it is, and the flow waits where it was. */
export async function dropHeld(deps: Core, scope: Scope, sessionId: string): Promise<DropHeldResult> {
  return change(deps, async (tx, after) => {
    const locked = await lockSilent(tx, scope, sessionId);
    if ('reason' in locked) return locked;
    const { contact, session } = locked;
    const dropped = await dropBubbles(tx, sessionId);
    await dropAnswers(tx, sessionId);
    if (dropped > 0) await recordOf(tx, session, 'held.dropped', { count: dropped, ...told(scope.actor) });
    after.tell(contact.id, 'pause');
    return { ok: true, dropped };
  });
}

/**
 * Sends or drops one bubble that a silent bot holds back; the session stays as it is. The contact reads an answer in its
 * order or not at all, so only the first bubble that is held can be sent, while any of them can be dropped.
 */
export async function settleHeldBubble(
  deps: Core,
  scope: Scope,
  sessionId: string,
  request: HeldBubbleRequest,
): Promise<HeldBubbleResult> {
  return change(deps, async (tx, after) => {
    const locked = await lockSilent(tx, scope, sessionId);
    if ('reason' in locked) return locked;
    return request.action === 'send'
      ? sendFirst(tx, after, locked, { message: request.message, scope })
      : dropOne(tx, after, locked, { message: request.message, scope });
  });
}

interface Asked {
  message: string;
  scope: Scope;
}

/** The bubble gets a workflow of its own, which passes no gate. A takeover or an end still drops it until it leaves. */
async function sendFirst(
  tx: Tx,
  after: AfterCommit,
  { session }: Locked,
  { message, scope }: Asked,
): Promise<HeldBubbleResult> {
  const first = await firstHeld(tx, session.id);
  if (first !== message && (await isHeld(tx, session.id, message))) return { ok: false, reason: 'not_first' };
  if (!(await releaseHeldBubble(tx, session.id, message))) return { ok: false, reason: 'not_held' };
  await recordOf(tx, session, 'held.sent', { message, ...told(scope.actor) });
  after.send(message, 0);
  return { ok: true };
}

async function dropOne(
  tx: Tx,
  after: AfterCommit,
  { contact, session }: Locked,
  { message, scope }: Asked,
): Promise<HeldBubbleResult> {
  if (!(await dropHeldBubble(tx, session.id, message))) return { ok: false, reason: 'not_held' };
  await recordOf(tx, session, 'held.dropped', { count: 1, message, ...told(scope.actor) });
  // What waits for its turn to be over can go on, if this was the last one.
  after.tell(contact.id, 'pause');
  return { ok: true };
}

/** A session whose bot is silent, locked; or why nothing is held back in it. */
async function lockSilent(tx: Tx, scope: Scope, sessionId: string): Promise<Locked | HeldRefusal> {
  const locked = await lockBoth(tx, scope, sessionId);
  if (locked === undefined) return { ok: false, reason: 'not_found' };
  const { contact, session } = locked;
  if (session.status === 'closed') return { ok: false, reason: 'closed' };
  const isQuiet = contact.silenced || isMuted(contact, Date.now());
  return gateIsOpen(session) && !isQuiet ? { ok: false, reason: 'speaking' } : locked;
}

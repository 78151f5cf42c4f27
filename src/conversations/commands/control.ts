import { gateIsOpen, transition } from '../../../workflows/axes.js';
import type { Axes, Command, Transition } from '../../../workflows/axes.js';
import { lockContact, raiseOpening } from '../../store/contacts/contacts.js';
import type { SignalName } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import { readFinal } from '../../store/sessions/session-final.js';
import {
  lockActiveSession,
  lockSession,
  readSessionOwner,
  reopenSession,
  writeAxes,
} from '../../store/sessions/sessions.js';
import { clearFlow, dropPauseDue, setPauseDue } from '../../store/sessions/flow-state.js';
import { isAnswering } from '../../store/sessions/work-left.js';
import type { Actor } from '../../store/rows.js';
import { change } from '../after-commit.js';
import type { AfterCommit } from '../after-commit.js';
import type { ControlRequest, ControlResult, Scope } from '../api.js';
import { applyOutcome, axesOf, recordOf, told } from '../sessions/apply-command.js';
import { contactOfPhone } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';
import type { Locked } from '../sessions/end-session.js';

/** Applies a control request in PostgreSQL, signals, waits for a send in progress, and answers from the row. */
export async function control(
  deps: Core,
  scope: Scope,
  sessionId: string,
  request: ControlRequest,
): Promise<ControlResult> {
  return change(deps, (tx, after) => controlIn(tx, after, { scope, sessionId, request }));
}

/** Ends the active session of a phone number's contact; 0 when there is none. */
export async function closeByPhone(
  deps: Core,
  scope: Scope,
  instanceId: string,
  phone: string,
): Promise<number> {
  const contactId = await contactOfPhone(deps.db, instanceId, phone);
  if (contactId === undefined) return 0;
  const sessionId = await deps.db.transaction(async (tx) => {
    await lockContact(tx, contactId);
    return (await lockActiveSession(tx, contactId))?.id;
  });
  if (sessionId === undefined) return 0;
  const { ok } = await control(deps, scope, sessionId, { type: 'close', onlyActive: true });
  return ok ? 1 : 0;
}

/** Ends a session if it is active, and deletes it with its transcript. */
export async function remove(deps: Core, scope: Scope, sessionId: string): Promise<boolean> {
  return change(deps, async (tx, after) => {
    const locked = await lockBoth(tx, scope, sessionId);
    if (locked === undefined) return false;
    await endSession(tx, after, locked, { reason: 'closed_by_api', remove: true, actor: scope.actor });
    after.tell(locked.contact.id, 'close');
    return true;
  });
}

/** Locks contact, then session, which is the lock order. Undefined when the caller has no such session. */
export async function lockBoth(tx: Tx, scope: Scope, sessionId: string): Promise<Locked | undefined> {
  const owner = await readSessionOwner(tx, sessionId);
  if (owner === undefined || !isInScope(scope, owner)) return undefined;
  const contact = await lockContact(tx, owner.contactId);
  const session = await lockSession(tx, sessionId);
  return contact && session && { contact, session };
}

function isInScope(scope: Scope, owner: { workspaceId: string; instanceId: string }): boolean {
  if (owner.workspaceId !== scope.workspaceId) return false;
  return scope.instanceId === undefined || scope.instanceId === owner.instanceId;
}

async function controlIn(
  tx: Tx,
  after: AfterCommit,
  { scope, sessionId, request }: { scope: Scope; sessionId: string; request: ControlRequest },
): Promise<ControlResult> {
  const locked = await lockBoth(tx, scope, sessionId);
  if (locked === undefined) return { ok: false, reason: 'not_found' };
  const { contact, session } = locked;
  const { actor } = scope;
  const outcome = transition(axesOf(session), toCommand(request), Date.now());
  if (outcome.type === 'refused') return { ok: false, reason: outcome.reason };
  const changed = outcome.type === 'changed';
  if (changed && (await waitsForAnswer(tx, after, locked, { request, actor }))) return shown(tx, sessionId);
  if (request.type === 'close' && request.onlyActive && !changed) return { ok: false, reason: 'closed' };
  await apply(tx, after, locked, { request, outcome, actor });
  const givenUp = await dropPauseDue(tx, sessionId);
  if (changed || givenUp) after.tell(contact.id, signalOf(request));
  // The bot may not answer now, so the reply waits for a send in progress.
  if (!gateIsOpen(changed ? outcome.axes : session)) after.untilQuiet(sessionId);
  return shown(tx, sessionId);
}

/** Notes a pause that waits for the current answer. Any later request replaces it. */
async function waitsForAnswer(
  tx: Tx,
  after: AfterCommit,
  { contact, session }: Locked,
  { request, actor }: { request: ControlRequest; actor: Actor | undefined },
): Promise<boolean> {
  if (request.type !== 'pause' || request.afterAnswer !== true) return false;
  if (!gateIsOpen(session) || !(await isAnswering(tx, session.id))) return false;
  await setPauseDue(tx, session.id, { minutes: request.minutes ?? null, actor: actor ?? null });
  after.tell(contact.id, 'pause');
  return true;
}

/** The answer to a change: the session in its new state. */
export async function shown(tx: Tx, sessionId: string): Promise<ControlResult> {
  const session = await readFinal(tx, sessionId);
  return session === undefined ? { ok: false, reason: 'not_found' } : { ok: true, session };
}

async function apply(
  tx: Tx,
  after: AfterCommit,
  locked: Locked,
  { request, outcome, actor }: { request: ControlRequest; outcome: Transition; actor: Actor | undefined },
): Promise<void> {
  const segment = request.type === 'set' ? request.segment : undefined;
  if (outcome.type === 'changed' && outcome.ended)
    return endSession(tx, after, locked, { reason: 'closed_by_api', outcome, segment, actor });
  if (outcome.type === 'changed' && outcome.reopened)
    return reopen(tx, after, locked, { axes: outcome.axes, segment, actor });
  return applyOutcome(tx, locked.session, outcome, {
    by: request.type === 'set' ? 'chat_mode' : 'api',
    actor,
    segment,
  });
}

/**
 * Reopens a session. Its old flow is forgotten, so the contact's next message starts a new run. Ends another active
 * session first.
 */
async function reopen(
  tx: Tx,
  after: AfterCommit,
  { contact, session }: Locked,
  { axes, segment, actor }: { axes: Axes; segment?: string; actor: Actor | undefined },
): Promise<void> {
  const active = await lockActiveSession(tx, contact.id);
  if (active) await endSession(tx, after, { contact, session: active }, { reason: 'replaced', actor });
  await writeAxes(tx, session.id, axes, { closeReason: null, segment });
  await reopenSession(tx, session.id, await raiseOpening(tx, contact.id));
  await clearFlow(tx, session.id);
  await recordOf(tx, session, 'session.started', {
    ...{ trigger: 'api', typebot: session.typebotId, again: 'reopened' },
    ...told(actor),
  });
}

function toCommand(request: ControlRequest): Command {
  switch (request.type) {
    case 'close':
      return { type: 'close', reason: 'closed_by_api' };
    case 'set':
      return { type: 'set', resolution: request.resolution, chatMode: request.chatMode };
    case 'pause':
    case 'resume':
    case 'open':
      return request;
  }
}

function signalOf(request: ControlRequest): SignalName {
  switch (request.type) {
    case 'open':
      return 'resume';
    case 'set':
      return request.resolution === 'closed' ? 'close' : request.chatMode === 'bot' ? 'resume' : 'pause';
    case 'pause':
    case 'resume':
    case 'close':
      return request.type;
  }
}

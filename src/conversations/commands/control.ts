import { gateIsOpen, transition } from '../../../workflows/axes.js';
import type { Command } from '../../../workflows/axes.js';
import { lockContact, raiseOpening } from '../../store/contacts/contacts.js';
import type { SignalName } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import type { ContactRow, SessionRow, SessionView } from '../../store/rows.js';
import { readFinal } from '../../store/sessions/session-final.js';
import {
  clearFlow,
  lockActiveSession,
  lockSession,
  readSessionOwner,
  reopenSession,
  writeAxes,
} from '../../store/sessions/sessions.js';
import type { ControlRequest, ControlResult, Scope } from '../api.js';
import { applyCommand, axesOf, recordOf } from '../sessions/apply-command.js';
import { contactOfPhone } from '../arrivals/contact-for.js';
import type { Core } from '../core.js';
import { endSession } from '../sessions/end-session.js';
import { removeHidden, untilQuiet } from '../sessions/settle.js';
import { noteFor, tellAll } from '../tell.js';
import type { Tell } from '../tell.js';

interface Applied {
  result: ControlResult;
  tell?: Tell;
  hidden: string[];
  contactId: string;
  /** The bot may not answer now: the reply waits for a send under way. */
  silent: boolean;
}

/** Applies a control request in PostgreSQL, signals, waits for a send under way, and answers from the row. */
export async function control(
  core: Core,
  scope: Scope,
  sessionId: string,
  request: ControlRequest,
): Promise<ControlResult> {
  const applied = await core.db.transaction((tx) => applyControl(tx, scope, sessionId, request));
  await finishControl(core, applied, sessionId);
  return applied.result;
}

/** Ends the active session of a phone's contact; 0 when there is none. */
export async function closeByPhone(
  core: Core,
  scope: Scope,
  instanceId: string,
  phone: string,
): Promise<number> {
  const contactId = await contactOfPhone(core.db, instanceId, phone);
  if (contactId === undefined) return 0;
  const sessionId = await core.db.transaction(async (tx) => {
    await lockContact(tx, contactId);
    return (await lockActiveSession(tx, contactId))?.id;
  });
  if (sessionId === undefined) return 0;
  const { ok } = await control(core, scope, sessionId, { type: 'close', onlyActive: true });
  return ok ? 1 : 0;
}

/** Ends a session where it is active, and deletes it with its transcript. */
export async function remove(core: Core, scope: Scope, sessionId: string): Promise<boolean> {
  const applied = await core.db.transaction(async (tx) => {
    const found = await lockBoth(tx, scope, sessionId);
    if (found === undefined) return undefined;
    const { contact, session } = found;
    await endSession(tx, contact, session, { reason: 'closed_by_api', remove: true });
    return { tell: await noteFor(tx, contact.id, 'close'), contactId: contact.id };
  });
  if (applied === undefined) return false;
  await tellAll(core, [applied.tell]);
  await removeHidden(core, [sessionId], applied.contactId);
  return true;
}

async function finishControl(core: Core, applied: Applied, sessionId: string): Promise<void> {
  await tellAll(core, [applied.tell]);
  if (applied.silent) await untilQuiet(core, sessionId);
  await removeHidden(core, applied.hidden, applied.contactId);
}

/** Contact first, then session: the lock order. Undefined when the session is not there for this caller. */
export async function lockBoth(
  tx: Tx,
  scope: Scope,
  sessionId: string,
): Promise<{ contact: ContactRow; session: SessionRow } | undefined> {
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

async function applyControl(
  tx: Tx,
  scope: Scope,
  sessionId: string,
  request: ControlRequest,
): Promise<Applied> {
  const found = await lockBoth(tx, scope, sessionId);
  if (found === undefined) return refused('not_found', '');
  const { contact, session } = found;
  const command = toCommand(request);
  const segment = request.type === 'set' ? request.segment : undefined;
  const nowMs = Date.now();
  const outcome = transition(axesOf(session), command, nowMs);
  if (outcome.type === 'refused') {
    return refused(outcome.reason, contact.id);
  }
  if (request.type === 'close' && request.onlyActive && outcome.type === 'same') {
    return refused('closed', contact.id);
  }
  let hidden: string[] = [];
  if (outcome.type === 'changed' && outcome.ended) {
    const ended = await endSession(tx, contact, session, { reason: 'closed_by_api', command, segment });
    if (ended.hidden) hidden = [session.id];
  } else if (outcome.type === 'changed' && outcome.reopened) {
    hidden = await reopen(tx, contact, session, { command, segment });
  } else {
    const by = request.type === 'set' ? 'chat_mode' : 'api';
    await applyCommand(tx, session, command, { by, nowMs, segment });
  }
  const tell = outcome.type === 'same' ? undefined : await noteFor(tx, contact.id, signalOf(request));
  const result = await view(tx, sessionId);
  const silent = !gateIsOpen(outcome.type === 'changed' ? outcome.axes : axesOf(session));
  return { result, tell, hidden, contactId: contact.id, silent };
}

function refused(reason: 'not_found' | 'closed' | 'resolved', contactId: string): Applied {
  return { result: { ok: false, reason }, hidden: [], contactId, silent: false };
}

async function view(tx: Tx, sessionId: string): Promise<ControlResult> {
  const session: SessionView | undefined = await readFinal(tx, sessionId);
  return session === undefined ? { ok: false, reason: 'not_found' } : { ok: true, session };
}

/**
 * The old flow is gone: the next message of the contact starts a new run. Ends another active session first;
 * resolves to that one's id when it is hidden now and to be deleted.
 */
async function reopen(
  tx: Tx,
  contact: ContactRow,
  session: SessionRow,
  { command, segment }: { command: Command; segment?: string },
): Promise<string[]> {
  const active = await lockActiveSession(tx, contact.id);
  const ended = active && (await endSession(tx, contact, active, { reason: 'replaced' }));
  const hidden = active && ended?.hidden ? [active.id] : [];
  const outcome = transition(axesOf(session), command, 0);
  if (outcome.type !== 'changed') return hidden;
  await writeAxes(tx, session.id, outcome.axes, { closeReason: null, segment });
  await reopenSession(tx, session.id, await raiseOpening(tx, contact.id));
  await clearFlow(tx, session.id);
  await recordOf(tx, session, 'session.started', { trigger: 'api', typebot: session.typebotId });
  return hidden;
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

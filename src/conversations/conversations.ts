import { annotateSession } from '../store/sessions/sessions.js';
import { findSession } from '../store/sessions/session-reads.js';
import type { SessionView } from '../store/rows.js';
import type { Conversations, Scope } from './api.js';
import { botReply } from './commands/bot-reply.js';
import type { CommitBell } from './commands/bot-reply.js';
import { contactMessage } from './commands/contact-message.js';
import { closeByPhone, control, remove } from './commands/control.js';
import type { Core } from './core.js';
import { deleteTarget } from './commands/deletions.js';
import { edit } from './commands/edit.js';
import { evaluate } from './commands/evaluate.js';
import { dropHeld, settleHeldBubble } from './commands/held.js';
import { mute } from './commands/mute.js';
import { restart } from './commands/restart.js';
import { sendMessage } from './commands/send-message.js';
import { silence } from './commands/silence.js';
import { start } from './commands/start.js';
import { xray } from './commands/xray.js';

/** The one implementation of `Conversations`, over PostgreSQL and best-effort signals. */
export function createConversations(deps: Core, bell: CommitBell): Conversations {
  return {
    control: (scope, sessionId, request) => control(deps, scope, sessionId, request),
    closeByPhone: (scope, instanceId, phone) => closeByPhone(deps, scope, instanceId, phone),
    start: (request) => start(deps, request),
    restart: (scope, sessionId, request) => restart(deps, scope, sessionId, request),
    edit: (scope, sessionId, request) => edit(deps, scope, sessionId, request),
    dropHeld: (scope, sessionId) => dropHeld(deps, scope, sessionId),
    settleHeldBubble: (scope, sessionId, request) => settleHeldBubble(deps, scope, sessionId, request),
    annotate: (scope, sessionId, change) => annotate(deps, scope, sessionId, change),
    contactMessage: (scope, sessionId, message) => contactMessage(deps, scope, sessionId, message),
    botReply: (sessionId, inboxId, timeoutMs) => botReply(deps, bell, { sessionId, inboxId, timeoutMs }),
    sendMessage: (scope, sessionId, request) => sendMessage(deps, scope, sessionId, request),
    mute: (contact, minutes, actor) => mute(deps, contact, { minutes, actor }),
    silence: (instanceId, silent, actor) => silence(deps, instanceId, { silent, actor }),
    remove: (scope, sessionId) => remove(deps, scope, sessionId),
    evaluate: (request) => evaluate(deps, request),
    xray: (request) => xray(deps, request),
    deleteTypebot: (id) => deleteTarget(deps, 'typebot', id),
    deleteInstance: (id) => deleteTarget(deps, 'instance', id),
    deleteWorkspace: (id) => deleteTarget(deps, 'workspace', id),
  };
}

async function annotate(
  deps: Core,
  scope: Scope,
  sessionId: string,
  change: { tags?: Record<string, string | null>; currentTaskId?: string | null },
): Promise<SessionView | null> {
  if ((await findSession(deps.db, scope, sessionId)) === undefined) return null;
  const entries = Object.entries(change.tags ?? {});
  await annotateSession(deps.db, sessionId, {
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)) as Record<string, string>,
    remove: entries.filter(([, value]) => value === null).map(([key]) => key),
    task: change.currentTaskId ?? null,
    hasTask: change.currentTaskId !== undefined,
  });
  return (await findSession(deps.db, scope, sessionId)) ?? null;
}

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
import { evaluate } from './commands/evaluate.js';
import { mute } from './commands/mute.js';
import { sendMessage } from './commands/send-message.js';
import { start } from './commands/start.js';

/** The one implementation of `Conversations`, over PostgreSQL and best-effort signals. */
export function createConversations(core: Core, bell: CommitBell): Conversations {
  return {
    control: (scope, sessionId, request) => control(core, scope, sessionId, request),
    closeByPhone: (scope, instanceId, phone) => closeByPhone(core, scope, instanceId, phone),
    start: (request) => start(core, request),
    annotate: (scope, sessionId, change) => annotate(core, scope, sessionId, change),
    contactMessage: (scope, sessionId, message) => contactMessage(core, scope, sessionId, message),
    botReply: (sessionId, inboxId, timeoutMs) => botReply(core, bell, { sessionId, inboxId, timeoutMs }),
    sendMessage: (scope, sessionId, request) => sendMessage(core, scope, sessionId, request),
    mute: (contact, minutes, actor) => mute(core, contact, { minutes, actor }),
    remove: (scope, sessionId) => remove(core, scope, sessionId),
    evaluate: (request) => evaluate(core, request),
    deleteTypebot: (id) => deleteTarget(core, 'typebot', id),
    deleteInstance: (id) => deleteTarget(core, 'instance', id),
    deleteWorkspace: (id) => deleteTarget(core, 'workspace', id),
  };
}

async function annotate(
  core: Core,
  scope: Scope,
  sessionId: string,
  change: { tags?: Record<string, string | null>; currentTaskId?: string | null },
): Promise<SessionView | null> {
  if ((await findSession(core.db, scope, sessionId)) === undefined) return null;
  const entries = Object.entries(change.tags ?? {});
  await annotateSession(core.db, sessionId, {
    set: Object.fromEntries(entries.filter(([, value]) => value !== null)) as Record<string, string>,
    remove: entries.filter(([, value]) => value === null).map(([key]) => key),
    task: change.currentTaskId ?? null,
    hasTask: change.currentTaskId !== undefined,
  });
  return (await findSession(core.db, scope, sessionId)) ?? null;
}

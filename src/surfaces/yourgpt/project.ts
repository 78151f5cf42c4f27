import type { Conversations } from '../../conversations/api.js';
import { AppError } from '../../errors.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import type { Schema } from '../../http/input/schema.js';
import { reply, type DocumentedAnswers } from '../../http/surface.js';
import type { Answer } from '../../http/answer.js';
import type { Queryable } from '../../store/db.js';
import type { SessionView, TypebotRow } from '../../store/rows.js';
import { findSessionByUid } from '../../store/sessions/session-reads.js';
import { findOwnTypebot } from '../own-typebot.js';
import { errorReplySchema } from './reply-schema.js';
import type { MediaUrl } from './translate.js';

/** What the YourGPT routes depend on. */
export interface YourgptDeps {
  auth: Auth;
  db: Queryable;
  conversations: Conversations;
  mediaUrl: MediaUrl;
  /** How long `sendMessage` waits for the bot's answer: 20 s. */
  replyTimeoutMs: number;
}

/** The documented answers of a call that succeeds with this body. */
export function answers(schema: Schema<unknown>): DocumentedAnswers {
  const refused = (description: string) => ({ description, schema: errorReplySchema });
  return {
    200: { description: 'Done', schema },
    400: refused('A field, the session or its state does not fit'),
    401: refused('No valid credential'),
    403: refused('The project or widget is not the caller’s'),
    413: refused('More than 1 MiB'),
    429: refused('Too many requests'),
  };
}

/** The envelope of every successful answer. */
export function success(message: string, data: unknown): Answer {
  return reply(200, { type: 'RXSUCCESS', message, data });
}

/** Why a session refuses a change, in YourGPT's words. */
export const refusals = {
  not_found: () => new AppError('invalid_request', 'Session not found'),
  closed: () => new AppError('invalid_request', 'Session is closed'),
  resolved: () => new AppError('invalid_request', 'chat_mode cannot be set when state is resolved'),
};

/** Throws AppError `forbidden` unless the project is the caller's workspace. */
export function requireProject(who: Principal, projectUid: string | undefined): void {
  if (projectUid !== undefined && projectUid.toLowerCase() !== who.workspaceId) {
    throw new AppError('forbidden', 'Access denied');
  }
}

/** The configuration that a `widget_uid` names. Throws AppError `forbidden` for an unknown or foreign one. */
export async function requireWidget(db: Queryable, who: Principal, widgetUid: string): Promise<TypebotRow> {
  const typebot = await findOwnTypebot(db, who, widgetUid);
  if (typebot === undefined) throw new AppError('forbidden', 'Access denied');
  return typebot;
}

/** The session that a `session_uid` names. One the caller may not see is not found, as an unknown one is. */
export async function requireSession(
  db: Queryable,
  who: Principal,
  sessionUid: string,
): Promise<SessionView> {
  const session = await findSessionByUid(db, who, sessionUid);
  if (session === undefined) throw refusals.not_found();
  return session;
}

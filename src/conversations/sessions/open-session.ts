import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { raiseOpening } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import type { Actor, ContactRow, SessionRow, TypebotRow } from '../../store/rows.js';
import { insertSession, lockSession, readCreationMs } from '../../store/sessions/sessions.js';
import { recordOf, told } from './apply-command.js';

export interface Opening {
  /** For the timeline: a trigger type, `manual`, or `api`. */
  trigger: string;
  /** For sessions without a person behind them: the contact has this id too. */
  id?: string;
  sessionUid?: string;
  pushName?: string;
  tags?: Record<string, string>;
  botpressChannel?: string;
  actor?: Actor;
}

/**
 * 13 digits of the session's creation time in milliseconds and 4 more, as YourGPT's ids look, for a session inserted in the
 * same transaction. A clash is met by repeating that.
 */
export async function newSessionUid(tx: Tx): Promise<string> {
  return `${await readCreationMs(tx)}${String(randomInt(10_000)).padStart(4, '0')}`;
}

/** Inserts an opened session. Only transactions under the contact's lock open one, and never over an active one. */
export async function openSession(
  tx: Tx,
  contact: ContactRow,
  typebot: TypebotRow,
  opening: Opening,
): Promise<SessionRow> {
  const id = opening.id ?? randomUUID();
  await insertSession(tx, {
    id,
    sessionUid: opening.sessionUid ?? (await newSessionUid(tx)),
    workspaceId: typebot.workspaceId,
    instanceId: typebot.instanceId,
    typebotId: typebot.id,
    contactId: contact.id,
    publicId: typebot.publicId,
    remoteJid: contact.remoteJid,
    pushName: opening.pushName ?? contact.pushName,
    channel: contact.kind,
    botpressChannel: opening.botpressChannel ?? null,
    tags: opening.tags ?? {},
    opening: await raiseOpening(tx, contact.id),
    settingsVersion: typebot.settingsVersion,
    callbackToken: randomBytes(24).toString('base64url'),
  });
  const session = await lockSession(tx, id);
  if (session === undefined) throw new Error('openSession: the new row is gone');
  await recordOf(tx, session, 'session.started', {
    trigger: opening.trigger,
    typebot: typebot.id,
    ...told(opening.actor),
  });
  return session;
}

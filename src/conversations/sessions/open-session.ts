import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { raiseOpening } from '../../store/contacts/contacts.js';
import type { Tx } from '../../store/db.js';
import type { Actor, ContactRow, SessionRow } from '../../store/rows.js';
import type { StartingTypebot } from '../../store/sessions/arrivals.js';
import { insertSession, lockSession, readCreationMs } from '../../store/sessions/sessions.js';
import { recordOf, told } from './apply-command.js';

/** What the caller chooses about a new session. */
export interface Opening {
  /** For the timeline: a trigger type, `manual`, or `api`. */
  trigger: string;
  /** Only for sessions with nobody behind them, whose contact has this id too. */
  id?: string;
  sessionUid?: string;
  pushName?: string;
  tags?: Record<string, string>;
  botpressChannel?: string;
  /** For the audit: somebody started a known session's flow again. */
  again?: true;
  actor?: Actor;
}

/**
 * The number of a session inserted in the same transaction: 13 digits of its creation time in milliseconds and 4 random
 * ones, as YourGPT's ids look. After a clash the transaction is repeated.
 */
export async function newSessionUid(tx: Tx): Promise<string> {
  return `${await readCreationMs(tx)}${String(randomInt(10_000)).padStart(4, '0')}`;
}

/** Inserts an opened session. Call only under the contact's lock, and only when none is active. */
export async function openSession(
  tx: Tx,
  contact: ContactRow,
  typebot: Omit<StartingTypebot, 'enabled' | 'settings'>,
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
    ...(opening.again ? { again: 'restarted' } : {}),
    ...told(opening.actor),
  });
  return session;
}

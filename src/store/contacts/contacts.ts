import type { Queryable, Tx } from '../db.js';
import type { ContactRow } from '../rows.js';

/** Columns of a `ContactRow`. */
const COLUMNS = `c.id, c.row_id AS "rowId", c.instance_id AS "instanceId", c.kind, c.remote_jid AS "remoteJid",
  c.reply_jid AS "replyJid", c.wa_id AS "waId", c.bsuid, c.push_name AS "pushName", c.is_group AS "isGroup", c.opening,
  c.inbox_no AS "inboxNo", c.muted_until AS "mutedUntil", c.cooldown_until AS "cooldownUntil",
  c.quiet_since AS "quietSince",
  EXISTS (SELECT FROM instances n WHERE n.id = c.instance_id AND n.silenced_at IS NOT NULL) AS silenced,
  c.ended_typebot_id AS "endedTypebotId", c.ended_at AS "endedAt", c.signal_no AS "signalNo"`;

/** The contacts that have any of these address keys. */
export async function findContactIds(db: Queryable, instanceId: string, keys: string[]): Promise<string[]> {
  const { rows } = await db.query<{ contactId: string }>(
    `SELECT DISTINCT contact_id AS "contactId" FROM contact_addresses
      WHERE instance_id = $1 AND address_key = ANY($2)`,
    [instanceId, keys],
  );
  return rows.map((row) => row.contactId);
}

/**
 * Notes the id of a message, which alone guards against a second delivery, and locks the contacts behind its addresses.
 * A known id locks nothing and returns no contacts.
 */
export async function admitMessage(
  tx: Tx,
  message: { instanceId: string; id: string; keys: string[] },
): Promise<{ isNew: boolean; contacts: ContactRow[] }> {
  type Found = ContactRow & { isNew: boolean };
  const { rows } = await tx.query<Found | { id: null; isNew: boolean }>(
    `WITH seen AS (
       INSERT INTO seen_messages (instance_id, direction, message_id) VALUES ($1, 'in', $2)
       ON CONFLICT DO NOTHING RETURNING message_id),
     c AS (
       SELECT * FROM contacts WHERE EXISTS (SELECT FROM seen) AND id IN (
         SELECT contact_id FROM contact_addresses WHERE instance_id = $1 AND address_key = ANY($3))
        ORDER BY id FOR NO KEY UPDATE)
     SELECT EXISTS (SELECT FROM seen) AS "isNew", ${COLUMNS} FROM (SELECT) one LEFT JOIN c ON true`,
    [message.instanceId, message.id, message.keys],
  );
  return { isNew: rows[0]?.isNew === true, contacts: rows.filter((row): row is Found => row.id !== null) };
}

/** Locks contacts, in id order. Every transaction that changes a conversation does this first. */
export async function lockContacts(tx: Tx, ids: string[]): Promise<ContactRow[]> {
  const { rows } = await tx.query<ContactRow>(
    `SELECT ${COLUMNS} FROM contacts c WHERE c.id = ANY($1) ORDER BY c.id FOR NO KEY UPDATE`,
    [ids],
  );
  return rows;
}

/** Locks one contact; undefined when it is gone. */
export async function lockContact(tx: Tx, id: string): Promise<ContactRow | undefined> {
  return (await lockContacts(tx, [id]))[0];
}

/** One contact; undefined when it is gone. */
export async function readContact(db: Queryable, id: string): Promise<ContactRow | undefined> {
  const { rows } = await db.query<ContactRow>(`SELECT ${COLUMNS} FROM contacts c WHERE c.id = $1`, [id]);
  return rows[0];
}

/** A contact to create. Replies go to `remoteJid` until a message shows another address. */
export interface NewContact {
  id: string;
  instanceId: string;
  kind: 'whatsapp' | 'api';
  remoteJid: string;
  isGroup: boolean;
}

/** Stores a contact, without its addresses. */
export async function insertContact(tx: Tx, contact: NewContact): Promise<void> {
  await tx.query(
    `INSERT INTO contacts (id, instance_id, kind, remote_jid, reply_jid, is_group) VALUES ($1, $2, $3, $4, $4, $5)`,
    [contact.id, contact.instanceId, contact.kind, contact.remoteJid, contact.isGroup],
  );
}

/** Adds addresses. They go in key order, so that two transactions cannot deadlock; known ones are kept. */
export async function insertAddresses(
  tx: Tx,
  contact: { instanceId: string; contactId: string },
  addresses: { key: string; jid: string }[],
): Promise<void> {
  const sorted = [...addresses].sort((a, b) => (a.key < b.key ? -1 : 1));
  await tx.query(
    `INSERT INTO contact_addresses (instance_id, contact_id, address_key, jid)
     SELECT $1, $2, a.key, a.jid FROM unnest($3::text[], $4::text[]) AS a (key, jid)
     ON CONFLICT DO NOTHING`,
    [contact.instanceId, contact.contactId, sorted.map((a) => a.key), sorted.map((a) => a.jid)],
  );
}

/** Updates what a message tells about its sender. Absent values change nothing. */
export async function touchContact(
  tx: Tx,
  id: string,
  seen: { replyJid?: string; pushName?: string; waId?: string; bsuid?: string },
): Promise<void> {
  await tx.query(
    `UPDATE contacts SET reply_jid = coalesce($2, reply_jid), push_name = coalesce($3, push_name),
       wa_id = coalesce($4, wa_id), bsuid = coalesce($5, bsuid) WHERE id = $1`,
    [id, seen.replyJid ?? null, seen.pushName ?? null, seen.waId ?? null, seen.bsuid ?? null],
  );
}

/** Counts another opening of a session of the contact; resolves to its number. */
export async function raiseOpening(tx: Tx, contactId: string): Promise<number> {
  const { rows } = await tx.query<{ opening: number }>(
    'UPDATE contacts SET opening = opening + 1 WHERE id = $1 RETURNING opening',
    [contactId],
  );
  return rows[0]?.opening ?? 0;
}

/** Mutes the contact for some minutes; 0 lifts the mute. Resolves to its end, or null. */
export async function setMute(tx: Tx, contactId: string, minutes: number): Promise<Date | null> {
  const { rows } = await tx.query<{ mutedUntil: Date | null }>(
    `UPDATE contacts SET muted_until = CASE WHEN $2 = 0 THEN NULL ELSE now() + make_interval(mins => $2) END
      WHERE id = $1 RETURNING muted_until AS "mutedUntil"`,
    [contactId, minutes],
  );
  return rows[0]?.mutedUntil ?? null;
}

/** Starts the contact's cooldown, in which no message opens a session; resolves to its end. */
export async function setCooldown(
  tx: Tx,
  contactId: string,
  minutes: number,
): Promise<Pick<ContactRow, 'cooldownUntil'>> {
  const { rows } = await tx.query<Pick<ContactRow, 'cooldownUntil'>>(
    `UPDATE contacts SET cooldown_until = now() + make_interval(mins => $2) WHERE id = $1
     RETURNING cooldown_until AS "cooldownUntil"`,
    [contactId, minutes],
  );
  return rows[0] ?? { cooldownUntil: null };
}

/**
 * Notes that the flow of a session ended by itself, and when sending its last bubble began (null when it said nothing).
 * Only somebody who writes after that moment may have read it.
 */
export async function noteEnding(
  tx: Tx,
  { id, contactId, typebotId }: { id: string; contactId: string; typebotId: string },
): Promise<Pick<ContactRow, 'endedTypebotId' | 'endedAt'>> {
  const { rows } = await tx.query<Pick<ContactRow, 'endedTypebotId' | 'endedAt'>>(
    `UPDATE contacts SET ended_typebot_id = $3,
       ended_at = (SELECT max(claimed_at) FROM outbox WHERE session_id = $1 AND turn_no IS NOT NULL AND sent_at IS NOT NULL)
      WHERE id = $2 RETURNING ended_typebot_id AS "endedTypebotId", ended_at AS "endedAt"`,
    [id, contactId, typebotId],
  );
  return rows[0] ?? { endedTypebotId: null, endedAt: null };
}

/** Restarts the count of turns in a minute. */
export async function forgetTurns(tx: Tx, contactId: string): Promise<void> {
  await tx.query('UPDATE contacts SET turns_since = NULL WHERE id = $1', [contactId]);
}

/** Notes that a person wrote without an open session, from when the quiet minutes of each typebot count. */
export async function setQuietSince(tx: Tx, contactId: string): Promise<void> {
  await tx.query('UPDATE contacts SET quiet_since = now() WHERE id = $1', [contactId]);
}

/** Names of the conversation workflow's signals, each of which carries a snapshot. */
export type SignalName = 'message' | 'pause' | 'resume' | 'close' | 'restart' | 'muted';

/** The contact that a workflow belongs to, with the names by which people know it. */
export interface Addressee {
  id: string;
  instanceId: string;
  remoteJid: string;
  instanceName: string;
  /** That of the active session's typebot; null without a session. */
  publicId: string | null;
}

/** Raises the clock without a note: for activities, whose result carries the snapshot. */
export async function raiseClock(tx: Tx, contactId: string): Promise<void> {
  await tx.query('UPDATE contacts SET signal_no = signal_no + 1 WHERE id = $1', [contactId]);
}

/** Notes that the workflow knows everything up to `clock`. */
export async function markSignalled(db: Queryable, contactId: string, clock: number): Promise<void> {
  await db.query(
    `UPDATE contacts SET
       relay_next_at = CASE WHEN signal_no = $2 THEN NULL ELSE relay_next_at END,
       relay_attempts = CASE WHEN signal_no = $2 THEN 0 ELSE relay_attempts END
      WHERE id = $1`,
    [contactId, clock],
  );
}

/** A contact that the relay must signal. */
export interface RelayLease {
  contactId: string;
  instanceId: string;
  signal: SignalName;
}

/**
 * Leases contacts whose workflow has not heard of the latest change. The time of the next try is set before this one.
 */
export async function leaseContacts(db: Queryable, limit: number): Promise<RelayLease[]> {
  const { rows } = await db.query<RelayLease>(
    `UPDATE contacts c SET relay_attempts = relay_attempts + 1,
       relay_next_at = now() + least(interval '1 second' * 2 ^ least(relay_attempts, 3), interval '6 seconds')
      WHERE c.id IN (SELECT id FROM contacts WHERE relay_next_at <= now()
                      ORDER BY relay_next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
      RETURNING c.id AS "contactId", c.instance_id AS "instanceId", c.signal_name AS signal`,
    [limit],
  );
  return rows;
}

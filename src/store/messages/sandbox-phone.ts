import type { Queryable } from '../db.js';

/** The state of a contact's newest session, as the sandbox phone shows it. */
export interface PhoneSession {
  id: string;
  status: string;
  chatMode: string;
  closeReason: string | null;
  typebot: string;
  /** The bot is working on an answer or sending one. */
  busy: boolean;
}

/** A message on the sandbox phone, in either direction. Embedded file bytes are left out. */
export interface PhoneMessage {
  id: string;
  direction: 'in' | 'out';
  sender: string;
  /** Provider message id, by which the phone recognises its own messages. */
  keyId: string | null;
  content: unknown;
  /** Of an inbound message: the bot has read it. */
  read: boolean;
  at: Date;
}

/** The contact that the sandbox phone plays. Undefined before its first message, and on every other channel. */
export async function findPhoneContact(
  db: Queryable,
  instanceId: string,
  jid: string,
): Promise<string | undefined> {
  const { rows } = await db.query<{ contactId: string }>(
    `SELECT a.contact_id AS "contactId" FROM contact_addresses a
     JOIN instances i ON i.id = a.instance_id AND i.channel_type = 'sandbox'
     WHERE a.instance_id = $1 AND a.jid = $2`,
    [instanceId, jid],
  );
  return rows[0]?.contactId;
}

/** The contact's newest session that is not hidden. */
export async function newestPhoneSession(
  db: Queryable,
  contactId: string,
): Promise<PhoneSession | undefined> {
  const { rows } = await db.query<PhoneSession>(
    `SELECT s.id, s.status, s.chat_mode AS "chatMode", s.close_reason AS "closeReason", s.public_id AS typebot,
       EXISTS (SELECT FROM turns t WHERE t.session_id = s.id AND t.state = 'begun')
       OR EXISTS (SELECT FROM outbox o WHERE o.session_id = s.id AND o.sender = 'bot' AND o.state IN ('pending', 'sending'))
         AS busy
     FROM sessions s WHERE s.contact_id = $1 AND s.hidden_at IS NULL ORDER BY s.created_at DESC LIMIT 1`,
    [contactId],
  );
  return rows[0];
}

/** The last 200 messages of a contact, oldest first; outgoing ones once the channel has taken them. */
export async function phoneMessages(db: Queryable, contactId: string): Promise<PhoneMessage[]> {
  const { rows } = await db.query<PhoneMessage>(
    `SELECT id, direction, sender, "keyId", content, read, at FROM (
       SELECT id, 'in' AS direction, sender, provider_message_id AS "keyId", content #- '{media,fetch}' AS content,
         fate = 'taken' AS read, created_at AS at
       FROM inbox WHERE contact_id = $1 AND sender = 'contact'
       UNION ALL
       SELECT id, 'out', sender, provider_message_id, content, false, coalesce(sent_at, created_at)
       FROM outbox WHERE contact_id = $1 AND state = 'sent'
       ORDER BY at DESC LIMIT 200
     ) AS newest ORDER BY at`,
    [contactId],
  );
  return rows;
}

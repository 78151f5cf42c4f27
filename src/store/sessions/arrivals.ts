import { settingsOf } from '../accounts/typebot-settings.js';
import type { Tx } from '../db.js';
import type { SessionRow, TypebotRow } from '../rows.js';
import { SESSION_COLUMNS } from './sessions.js';

/** The part of a typebot that decides whether it starts, and that a new session needs. */
export type StartingTypebot = Pick<
  TypebotRow,
  'id' | 'workspaceId' | 'instanceId' | 'publicId' | 'enabled' | 'settings' | 'settingsVersion'
>;

const TYPEBOT = `jsonb_build_object('id', t.id, 'workspaceId', t.workspace_id, 'instanceId', t.instance_id,
         'publicId', t.public_id, 'enabled', t.enabled, 'settings', ${settingsOf('t.settings')}, 'settingsVersion', t.settings_version)`;

/** A message whose contact is locked. */
export interface Entering {
  instanceId: string;
  contactId: string;
  /** Comparison keys of every address in the message. */
  keys: string[];
  /** What it says about its sender. Absent values change nothing. */
  seen: { replyJid?: string; pushName?: string; waId?: string; bsuid?: string };
}

/** The state that a message finds. */
export interface Entered {
  /**
   * The contacts that the addresses lead to now that the contact is locked, and how many of the addresses are known.
   */
  owners: string[];
  known: number;
  /** Configurations of the instance in evaluation order. */
  typebots: StartingTypebot[];
  /** The contact's active session, locked. */
  session: SessionRow | undefined;
}

type Row = Omit<Entered, 'session'> & (SessionRow | { id: null });

/** Notes what a message says about its sender and reads the state it finds, in one statement. */
export async function enter(tx: Tx, { instanceId, contactId, keys, seen }: Entering): Promise<Entered> {
  const { rows } = await tx.query<Row>(
    `WITH known AS (
       SELECT contact_id FROM contact_addresses WHERE instance_id = $1 AND address_key = ANY($2)),
     touched AS (
       UPDATE contacts SET reply_jid = coalesce($4, reply_jid), push_name = coalesce($5, push_name),
         wa_id = coalesce($6, wa_id), bsuid = coalesce($7, bsuid) WHERE id = $3),
     s AS (
       SELECT * FROM sessions WHERE contact_id = $3 AND status IN ('opened', 'paused') FOR NO KEY UPDATE)
     SELECT ARRAY(SELECT DISTINCT contact_id::text FROM known) AS owners, (SELECT count(*)::int FROM known) AS known,
       (SELECT coalesce(jsonb_agg(${TYPEBOT} ORDER BY t.priority DESC, t.created_at, t.id), '[]')
          FROM typebots t WHERE t.instance_id = $1 AND NOT t.ending) AS typebots,
       ${SESSION_COLUMNS}
      FROM (SELECT) one LEFT JOIN s ON true`,
    [
      instanceId,
      keys,
      contactId,
      seen.replyJid ?? null,
      seen.pushName ?? null,
      seen.waId ?? null,
      seen.bsuid ?? null,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('enter: no row was read');
  const { owners, known, typebots, ...session } = row;
  return { owners, known, typebots, session: session.id === null ? undefined : session };
}

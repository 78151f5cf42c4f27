import type { Queryable } from '../db.js';
import type { Place } from '../rows.js';

/** A contact that is muted now. */
export interface MutedContact {
  rowId: number;
  remoteJid: string;
  pushName: string;
  /** Digits; null for an address that has no phone number. */
  phone: string | null;
  mutedUntil: Date;
}

/** The muted contacts of an instance, those whose mute ends first before the others. */
export async function listMuted(
  db: Queryable,
  instanceId: string,
  { limit, after }: { limit: number; after?: Place },
): Promise<MutedContact[]> {
  const { rows } = await db.query<MutedContact>(
    `SELECT row_id AS "rowId", remote_jid AS "remoteJid", push_name AS "pushName", muted_until AS "mutedUntil",
         CASE WHEN remote_jid LIKE '%@s.whatsapp.net' THEN split_part(remote_jid, '@', 1) ELSE wa_id END AS phone
       FROM contacts WHERE instance_id = $1 AND muted_until > now()
        AND ($2::timestamptz IS NULL OR (muted_until, row_id) > ($2, $3::bigint))
      ORDER BY muted_until, row_id LIMIT $4`,
    [instanceId, after?.at ?? null, after?.rowId ?? null, limit],
  );
  return rows;
}

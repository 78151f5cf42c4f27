import type { Tx } from '../db.js';

/** How long after its header, or its last file, a file still belongs to an album. */
const ALBUM_OPEN = `interval '1 minute'`;
/** How long a turn waits for the next file of an album before it goes on without it. */
const NEXT_OF_ALBUM_MS = 8_000;
/** How long after a file another one is waited for, where the question takes several. */
const NEXT_ANSWER_MS = 3_000;

/** Contents that an album is made of. */
export const ALBUM_CONTENTS: readonly string[] = ['image', 'video'];

/** Of a session `s`: its question takes several files. */
export const TAKES_FILES = `coalesce(s.open_input->'question' @> '{"kind":"file","multiple":true}', false)`;

/**
 * Of a contact `c` and its session `s`: for how many milliseconds after the last waiting message more is waited for, which
 * belongs into the same turn.
 */
export const GATHER_MS = `coalesce((
  SELECT greatest(CASE WHEN c.album_left > 0 AND i.album_id = c.album_id THEN ${NEXT_OF_ALBUM_MS} ELSE 0 END,
                  CASE WHEN ${TAKES_FILES} AND i.content ? 'media' THEN ${NEXT_ANSWER_MS} ELSE 0 END)
    FROM inbox i WHERE i.session_id = s.id AND i.fate = 'waiting' ORDER BY i.number DESC LIMIT 1), 0)`;

/** The header of an album: so many files are to come. Webhooks overtake each other, so that some may be here already. */
export async function openAlbum(
  tx: Tx,
  contactId: string,
  album: { id: string; files: number; sentAtMs: number },
): Promise<void> {
  await tx.query(
    `WITH early AS (
       UPDATE inbox i SET album_id = $2 FROM sessions s
        WHERE s.contact_id = $1 AND s.status IN ('opened', 'paused') AND i.session_id = s.id AND i.sender = 'contact'
          AND i.content_type = ANY ($5) AND i.album_id IS NULL AND i.provider_timestamp >= $4
        RETURNING i.id)
     UPDATE contacts SET album_id = $2, album_left = greatest(0, $3 - (SELECT count(*) FROM early)),
       album_until = now() + ${ALBUM_OPEN} WHERE id = $1`,
    [contactId, album.id, album.files, new Date(album.sentAtMs), ALBUM_CONTENTS],
  );
}

/** A picture or video came: the album it is the next file of, if one is open. */
export async function takeAlbumFile(tx: Tx, contactId: string): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE contacts SET album_left = album_left - 1, album_until = now() + ${ALBUM_OPEN}
      WHERE id = $1 AND album_left > 0 AND album_until > now() RETURNING album_id AS id`,
    [contactId],
  );
  return rows[0]?.id ?? null;
}

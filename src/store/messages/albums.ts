import type { Tx } from '../db.js';

/** How long after an album's header, or its last file, another file still belongs to it. */
const ALBUM_OPEN = `interval '1 minute'`;
/** How long a turn waits for the next file of an album before it goes on without it. */
const NEXT_OF_ALBUM_MS = 8_000;
/** How long after a file another one is awaited, when the question takes several or nobody said how many there are. */
const NEXT_ANSWER_MS = 3_000;
/** `album_left` of an album that does not say how many files it has. */
const UNCOUNTED = -1;

/** Contents that an album consists of. */
export const ALBUM_CONTENTS: readonly string[] = ['image', 'video'];

/** SQL on a session `s`: its question takes several files. */
export const TAKES_FILES = `coalesce(s.open_input->'question' @> '{"kind":"file","multiple":true}', false)`;

/**
 * SQL on a contact `c` and its session `s`: how many milliseconds after the last waiting message to wait for more that
 * belongs in the same turn.
 */
export const GATHER_MS = `coalesce((
  SELECT greatest(CASE WHEN i.album_id IS DISTINCT FROM c.album_id THEN 0 WHEN c.album_left > 0 THEN ${NEXT_OF_ALBUM_MS}
                       WHEN c.album_left = ${UNCOUNTED} THEN ${NEXT_ANSWER_MS} ELSE 0 END,
                  CASE WHEN ${TAKES_FILES} AND i.content ? 'media' THEN ${NEXT_ANSWER_MS} ELSE 0 END)
    FROM inbox i WHERE i.session_id = s.id AND i.fate = 'waiting' ORDER BY i.number DESC LIMIT 1), 0)`;

/**
 * Notes the header of an album, which says how many files follow, or null. Webhooks overtake each other, so some files
 * may be here already.
 */
export async function openAlbum(
  tx: Tx,
  contactId: string,
  album: { id: string; files: number | null; sentAtMs: number },
): Promise<void> {
  await tx.query(
    `WITH early AS (
       UPDATE inbox i SET album_id = $2 FROM sessions s
        WHERE s.contact_id = $1 AND s.status IN ('opened', 'paused') AND i.session_id = s.id AND i.sender = 'contact'
          AND i.content_type = ANY ($5) AND i.album_id IS NULL AND i.provider_timestamp >= $4
        RETURNING i.id)
     UPDATE contacts SET album_id = $2,
       album_left = CASE WHEN $3::int IS NULL THEN ${UNCOUNTED} ELSE greatest(0, $3 - (SELECT count(*) FROM early)) END,
       album_until = now() + ${ALBUM_OPEN} WHERE id = $1`,
    [contactId, album.id, album.files, new Date(album.sentAtMs), ALBUM_CONTENTS],
  );
}

/**
 * Counts a picture or video that arrived against the open album; resolves to the album's id, or null when none is open.
 */
export async function takeAlbumFile(tx: Tx, contactId: string): Promise<string | null> {
  const { rows } = await tx.query<{ id: string }>(
    `UPDATE contacts SET album_left = greatest(album_left - 1, ${UNCOUNTED}), album_until = now() + ${ALBUM_OPEN}
      WHERE id = $1 AND album_left <> 0 AND album_until > now() RETURNING album_id AS id`,
    [contactId],
  );
  return rows[0]?.id ?? null;
}

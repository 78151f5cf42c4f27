import type { Queryable } from '../db.js';

/** A file that somebody sent. Its bytes are in the configured storage under `storageKey`. */
export interface MediaRow {
  id: string;
  instanceId: string;
  sessionId: string | null;
  /** Unguessable part of the long-lived address that flows get. */
  token: string;
  storageKey: string;
  /** Lower-case, without parameters. */
  mimeType: string;
  fileName: string | null;
  /** Bytes. */
  size: number;
  /** Hex. */
  sha256: string;
  /** What was heard in the audio; empty = nothing; null = not transcribed yet. */
  transcript: string | null;
}

const COLUMNS = `id, instance_id AS "instanceId", session_id AS "sessionId", token, storage_key AS "storageKey",
  mime_type AS "mimeType", file_name AS "fileName", size, sha256, transcript`;

/** Stores the row of a file before its bytes are written, so that there are never bytes that nothing would delete. */
export async function insertMedia(db: Queryable, media: Omit<MediaRow, 'transcript'>): Promise<void> {
  await db.query(
    `INSERT INTO media (id, instance_id, session_id, token, storage_key, mime_type, file_name, size, sha256)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [
      media.id,
      media.instanceId,
      media.sessionId,
      media.token,
      media.storageKey,
      media.mimeType,
      media.fileName,
      media.size,
      media.sha256,
    ],
  );
}

/** One file by its id (a UUID). */
export async function findMedia(db: Queryable, id: string): Promise<MediaRow | undefined> {
  const { rows } = await db.query<MediaRow>(`SELECT ${COLUMNS} FROM media WHERE id = $1`, [id]);
  return rows[0];
}

/** One file by the token of its long-lived address. */
export async function findMediaByToken(db: Queryable, token: string): Promise<MediaRow | undefined> {
  const { rows } = await db.query<MediaRow>(`SELECT ${COLUMNS} FROM media WHERE token = $1`, [token]);
  return rows[0];
}

/** What was heard in the same audio earlier, on the same instance. Undefined when it was never transcribed. */
export async function findTranscript(
  db: Queryable,
  audio: { instanceId: string; sha256: string },
): Promise<string | undefined> {
  const { rows } = await db.query<{ transcript: string }>(
    `SELECT transcript FROM media WHERE instance_id = $1 AND sha256 = $2 AND transcript IS NOT NULL LIMIT 1`,
    [audio.instanceId, audio.sha256],
  );
  return rows[0]?.transcript;
}

/** Stores what was heard; empty = nothing. */
export async function setTranscript(db: Queryable, id: string, transcript: string): Promise<void> {
  await db.query('UPDATE media SET transcript = $2 WHERE id = $1', [id, transcript]);
}

/** Moves the files of messages that were moved to this session. */
export async function followMessages(db: Queryable, sessionId: string): Promise<void> {
  await db.query(
    `UPDATE media m SET session_id = i.session_id FROM inbox i
      WHERE i.media_id = m.id AND i.session_id = $1 AND m.session_id IS DISTINCT FROM $1`,
    [sessionId],
  );
}

/** Deletes a file. The same transaction notes its bytes for deletion. */
export async function deleteMedia(db: Queryable, id: string): Promise<void> {
  await db.query('DELETE FROM media WHERE id = $1', [id]);
}

/** Deletes the files of a session with their transcripts. The same transaction notes their bytes for deletion. */
export async function deleteMediaOfSession(db: Queryable, sessionId: string): Promise<void> {
  await db.query('DELETE FROM media WHERE session_id = $1', [sessionId]);
}

/** Storage keys of bytes whose row is gone, oldest first. */
export async function listDeletedMediaBytes(db: Queryable, limit: number): Promise<string[]> {
  const { rows } = await db.query<{ key: string }>(
    'SELECT storage_key AS key FROM media_deletions ORDER BY created_at LIMIT $1',
    [limit],
  );
  return rows.map((row) => row.key);
}

/** Forgets bytes that the storage no longer has. */
export async function forgetDeletedMediaBytes(db: Queryable, storageKey: string): Promise<void> {
  await db.query('DELETE FROM media_deletions WHERE storage_key = $1', [storageKey]);
}

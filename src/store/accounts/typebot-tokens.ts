import type { Queryable } from '../db.js';
import type { KeyRing, SecretPlace } from '../secrets.js';

/** Encrypts a configuration's API token of Typebot's builder; null stays null. */
export function sealApiToken(ring: KeyRing, typebotId: string, token: string | null): Buffer | null {
  return token === null ? null : ring.encrypt(token, placeOf(typebotId));
}

/** The builder from which a flow's transcripts are read, and its token. Undefined unless both are set. */
export async function readBuilder(
  db: Queryable,
  ring: KeyRing,
  typebotId: string,
): Promise<{ apiUrl: string; token: string } | undefined> {
  const { rows } = await db.query<{ apiUrl: string; token: Buffer }>(
    `SELECT settings->>'typebot_api_url' AS "apiUrl", api_token AS token FROM typebots
      WHERE id = $1 AND NOT ending AND api_token IS NOT NULL AND settings->>'typebot_api_url' IS NOT NULL`,
    [typebotId],
  );
  const [row] = rows;
  return row && { apiUrl: row.apiUrl, token: ring.decrypt(row.token, placeOf(typebotId)) };
}

function placeOf(row: string): SecretPlace {
  return { column: 'typebots.api_token', row };
}

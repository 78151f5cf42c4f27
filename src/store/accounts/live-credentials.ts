import type { Queryable } from '../db.js';

/** A credential that was accepted, as something that it opened remembers it. */
export interface AcceptedCredential {
  workspaceId: string;
  /** The instance it is limited to. */
  instanceId?: string;
  /** The key, and the number of the value that was shown. Absent for a workspace's client or a console session. */
  keyId?: string;
  keyValueNo?: number;
  /** With a bearer token of the workspace's client: the number of the secret that it was issued for. */
  clientValueNo?: number;
  consoleSessionId?: string;
}

/**
 * A value of the key `k` is valid while no other has replaced it, and after that for as long as the rotation left it.
 * `valueNo` is SQL.
 */
const valueIsLive = (valueNo: string) =>
  `(k.value_no = ${valueNo} OR (k.value_no = ${valueNo} + 1 AND k.previous_until > now()))`;

/** SQL: the same of a secret of the client of the workspace `w`. */
export const clientIsLive = (valueNo: string): string =>
  `(w.client_value_no = ${valueNo} OR (w.client_value_no = ${valueNo} + 1 AND w.client_previous_until > now()))`;

/** SQL: whether the console session `s` is signed in, given its workspace `w`, instance `i` and key `k`, if any. */
export const SESSION_IS_LIVE = `(s.kind = 'session' AND s.expires_at > now() AND NOT w.ending
  AND (s.instance_id IS NULL OR NOT i.ending) AND (s.key_id IS NULL OR ${valueIsLive('s.key_value_no')})
  AND (s.client_value_no IS NULL OR ${clientIsLive('s.client_value_no')}))`;

/** SQL: the console sessions `s` with what `SESSION_IS_LIVE` needs. */
export const SESSIONS_WITH_OWNERS = `console_sessions s JOIN workspaces w ON w.id = s.workspace_id
  LEFT JOIN instances i ON i.id = s.instance_id LEFT JOIN api_keys k ON k.id = s.key_id`;

/** Which of these credentials would still be accepted, in the order given. Ids must be UUIDs. */
export async function whichAreLive(
  db: Queryable,
  credentials: readonly AcceptedCredential[],
): Promise<boolean[]> {
  const { rows } = await db.query<{ place: number }>(
    `SELECT c.place FROM jsonb_to_recordset($1::jsonb) AS c (place integer, "workspaceId" uuid, "instanceId" text,
        "keyId" uuid, "keyValueNo" integer, "clientValueNo" integer, "consoleSessionId" uuid)
      JOIN workspaces w ON w.id = c."workspaceId" AND NOT w.ending
      LEFT JOIN instances i ON i.id = c."instanceId"
     WHERE (c."instanceId" IS NULL OR NOT i.ending)
       AND (c."keyId" IS NULL OR EXISTS (
         SELECT FROM api_keys k WHERE k.id = c."keyId" AND k.workspace_id = w.id AND ${valueIsLive('c."keyValueNo"')}))
       AND (c."clientValueNo" IS NULL OR ${clientIsLive('c."clientValueNo"')})
       AND (c."consoleSessionId" IS NULL OR EXISTS (
         SELECT FROM ${SESSIONS_WITH_OWNERS} WHERE s.id = c."consoleSessionId" AND ${SESSION_IS_LIVE}))`,
    [JSON.stringify(credentials.map((credential, place) => ({ ...credential, place })))],
  );
  const live = new Set(rows.map(({ place }) => place));
  return credentials.map((_, place) => live.has(place));
}

import { randomUUID } from 'node:crypto';
import type { Queryable, Tx } from '../db.js';
import { toJson } from '../parameters.js';
import type { TypebotRow } from '../rows.js';
import { lockFindOrMake, type TagMatch } from '../sessions/botpress-reads.js';

/**
 * Somebody who talks to a bot: a user that a client of the Botpress surface made, or a contact of the bot's instance.
 */
export interface UserRow {
  id: string;
  tags: Record<string, string>;
  name: string | null;
  pictureUrl: string | null;
  /** Digits of a contact's number; null for anybody else. */
  phone: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** What is stored of a user; null = none. */
export type UserFields = Pick<UserRow, 'tags' | 'name' | 'pictureUrl'>;

/**
 * A change of a user. Tags are merged, and null removes one. Other members stay when absent and are cleared by `""` or
 * null.
 */
export interface UserChange {
  tags: Record<string, string | null>;
  name?: string | null;
  pictureUrl?: string | null;
}

/** The bot whose users are meant. */
export type BotOfUsers = Pick<TypebotRow, 'id' | 'instanceId'>;

/** SQL: the number of the contact `c` as it is shown. */
export const PHONE = `CASE WHEN c.kind <> 'whatsapp' OR c.is_group THEN NULL
  WHEN c.remote_jid LIKE '%@s.whatsapp.net' THEN split_part(c.remote_jid, '@', 1) ELSE c.wa_id END`;

/** SQL: a user, from its own row `u` and its contact `c`, one of which may be missing. */
export const USER_COLUMNS = `coalesce(c.id, u.id) AS id, coalesce(u.tags, '{}') AS tags,
  coalesce(u.name, nullif(c.push_name, '')) AS name, u.picture_url AS "pictureUrl",
  coalesce(c.created_at, u.created_at) AS "createdAt", coalesce(u.updated_at, c.created_at) AS "updatedAt",
  ${PHONE} AS phone`;

/** SQL: the row `u`, if any, is not of a contact that was forgotten and has not written to the bot `$1` since. */
export const IS_KNOWN = `(u.forgotten_at IS NULL OR EXISTS (SELECT FROM sessions s
  WHERE s.contact_id = u.id AND s.typebot_id = $1 AND greatest(s.created_at, s.last_inbound_at) > u.forgotten_at))`;

/** A user as this bot knows it. `id` must be a UUID. */
export async function findUser(db: Queryable, bot: BotOfUsers, id: string): Promise<UserRow | undefined> {
  const { rows } = await db.query<UserRow>(
    `SELECT ${USER_COLUMNS}
     FROM (SELECT $1::uuid AS typebot_id, $2::uuid AS id) wanted
     LEFT JOIN botpress_users u ON u.typebot_id = wanted.typebot_id AND u.id = wanted.id
     LEFT JOIN contacts c ON c.id = wanted.id AND c.instance_id = $3
     WHERE (u.id IS NOT NULL OR c.id IS NOT NULL) AND ${IS_KNOWN}`,
    [bot.id, id, bot.instanceId],
  );
  return rows[0];
}

/** Stores a new user. */
export async function insertUser(db: Queryable, bot: BotOfUsers, fields: UserFields): Promise<UserRow> {
  const { rows } = await db.query<UserRow>(
    `INSERT INTO botpress_users (typebot_id, id, tags, name, picture_url) VALUES ($1, $2, $3, $4, $5)
     RETURNING id, tags, name, picture_url AS "pictureUrl", NULL AS phone, created_at AS "createdAt",
       updated_at AS "updatedAt"`,
    [bot.id, randomUUID(), toJson(fields.tags), fields.name, fields.pictureUrl],
  );
  const [made] = rows;
  if (made === undefined) throw new Error('insertUser: nothing was returned');
  return made;
}

/** The newest user with matching tags, or a new one. Concurrent callers get the same user. */
export async function findOrMakeUser(
  tx: Tx,
  bot: BotOfUsers,
  { match, wanted }: { match: TagMatch; wanted: UserFields },
): Promise<{ user: UserRow; found: boolean }> {
  await lockFindOrMake(tx, bot.id);
  const { rows } = await tx.query<{ id: string }>(
    `SELECT id FROM botpress_users
      WHERE typebot_id = $1 AND forgotten_at IS NULL AND tags @> $2::jsonb AND NOT tags ?| $3::text[]
        AND (NOT $4 OR tags = $2::jsonb)
      ORDER BY created_at DESC, id LIMIT 1`,
    [bot.id, toJson(match.tags), match.absentTags, match.exactTags],
  );
  const found = rows[0] && (await findUser(tx, bot, rows[0].id));
  return found ? { user: found, found: true } : { user: await insertUser(tx, bot, wanted), found: false };
}

/** Writes a change. A contact gets a row of its own with the first one. A change without effect keeps `updatedAt`. */
export async function saveUser(
  db: Queryable,
  bot: BotOfUsers,
  id: string,
  change: UserChange,
): Promise<void> {
  await db.query(
    `INSERT INTO botpress_users AS u (typebot_id, id, tags, name, picture_url)
     VALUES ($1, $2, jsonb_strip_nulls($3::jsonb), nullif($5, ''), nullif($7, ''))
     ON CONFLICT (typebot_id, id) DO UPDATE SET
       tags = jsonb_strip_nulls(u.tags || $3::jsonb),
       name = CASE WHEN $4 THEN nullif($5, '') ELSE u.name END,
       picture_url = CASE WHEN $6 THEN nullif($7, '') ELSE u.picture_url END, forgotten_at = NULL,
       updated_at = greatest(now(), u.updated_at + interval '1 millisecond')
     WHERE (u.tags, u.name, u.picture_url) IS DISTINCT FROM (
       jsonb_strip_nulls(u.tags || $3::jsonb), CASE WHEN $4 THEN nullif($5, '') ELSE u.name END,
       CASE WHEN $6 THEN nullif($7, '') ELSE u.picture_url END)`,
    [
      bot.id,
      id,
      toJson(change.tags),
      change.name !== undefined,
      change.name ?? null,
      change.pictureUrl !== undefined,
      change.pictureUrl ?? null,
    ],
  );
}

/**
 * Deletes a user that a client made. Of a contact it deletes what this bot knows: tags, name, picture, and the result
 * that its next run of the flow would go on with. The contact stays, as do its conversations and everybody's messages.
 */
export async function deleteUser(tx: Tx, bot: BotOfUsers, id: string): Promise<void> {
  await tx.query(
    `INSERT INTO botpress_users (typebot_id, id, forgotten_at)
       SELECT $1, c.id, clock_timestamp() FROM contacts c WHERE c.id = $2 AND c.instance_id = $3
     ON CONFLICT (typebot_id, id) DO UPDATE SET tags = '{}', name = NULL, picture_url = NULL,
       created_at = excluded.created_at, updated_at = excluded.updated_at, forgotten_at = excluded.forgotten_at`,
    [bot.id, id, bot.instanceId],
  );
  await tx.query('DELETE FROM botpress_users WHERE typebot_id = $1 AND id = $2 AND forgotten_at IS NULL', [
    bot.id,
    id,
  ]);
  await tx.query('DELETE FROM typebot_results WHERE typebot_id = $1 AND contact_id = $2', [bot.id, id]);
}

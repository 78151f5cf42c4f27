import { randomBytes, randomUUID } from 'node:crypto';
import type { Db } from '../../src/store/db.js';

export interface Place {
  workspaceId: string;
  instanceId: string;
}

/** A workspace with one sandbox instance, as rows. */
export async function seedInstance(db: Db): Promise<Place> {
  const place = { workspaceId: randomUUID(), instanceId: instanceId() };
  await db.query(
    'INSERT INTO workspaces (id, name, client_token, client_secret_hash) VALUES ($1, $2, $3, $4)',
    [place.workspaceId, 'Test', randomUUID(), Buffer.alloc(32)],
  );
  await seedAnotherInstance(db, place);
  return place;
}

/** One more instance row in a workspace. */
export async function seedAnotherInstance(db: Db, place: Place): Promise<void> {
  await db.query(
    `INSERT INTO instances (id, workspace_id, name, channel_type, channel_settings, status)
     VALUES ($1, $2, 'Test', 'sandbox', '{}', 'connected')`,
    [place.instanceId, place.workspaceId],
  );
}

export function instanceId(): string {
  return `VZ${randomBytes(13).toString('hex').toUpperCase()}`;
}

/** An opened session with the typebot and contact it needs. */
export async function seedSession(db: Db, place: Place): Promise<string> {
  const [sessionId, typebotId, contactId] = [randomUUID(), randomUUID(), randomUUID()];
  await db.query(
    `INSERT INTO typebots (id, workspace_id, instance_id, public_id, enabled, priority, settings)
     VALUES ($1, $2, $3, 'bot', true, 0, '{}')`,
    [typebotId, place.workspaceId, place.instanceId],
  );
  await db.query('INSERT INTO contacts (id, instance_id, remote_jid, reply_jid) VALUES ($1, $2, $3, $3)', [
    contactId,
    place.instanceId,
    `${contactId}@generic`,
  ]);
  await db.query(
    `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
       channel, status, chat_mode, resolution, opening, settings_version)
     VALUES ($1, $2, $3, $4, $5, $6, 'bot', $7, 'whatsapp', 'opened', 'bot', 'pending', 1, 1)`,
    [
      sessionId,
      randomUUID(),
      place.workspaceId,
      place.instanceId,
      typebotId,
      contactId,
      `${contactId}@generic`,
    ],
  );
  return sessionId;
}

/** A subscription row whose secret nobody can read. */
export async function seedSubscription(
  db: Db,
  row: { workspaceId: string; instanceId: string | null; events: string[]; enabled?: boolean; url?: string },
): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO subscriptions (id, workspace_id, instance_id, url, events, secret, enabled)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      id,
      row.workspaceId,
      row.instanceId,
      row.url ?? 'http://127.0.0.1:9/',
      row.events,
      Buffer.from('sealed'),
      row.enabled ?? true,
    ],
  );
  return id;
}

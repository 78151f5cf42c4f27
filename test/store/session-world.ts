import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import type { OutboundContent } from '../../activities/ports/messages.js';
import type { NextMessage, SendRecords } from '../../activities/ports/sends.js';
import { defaultCapabilities } from '../../src/channels/forms/capabilities.js';
import type { Core } from '../../src/conversations/core.js';
import { createSendRecords } from '../../src/conversations/sends/records.js';
import { typebotDefaults } from '../../src/surfaces/native/typebots/defaults.js';
import { createLogger } from '../../src/logger.js';
import { openDb } from '../../src/store/db.js';
import type { Db } from '../../src/store/db.js';
import { readOutbound } from '../../src/store/messages/outbox.js';
import type { OutboundRow } from '../../src/store/messages/outbox.js';
import { databaseForThisTest } from '../support/postgres.js';

/** What matters of a stored message. */
export interface Stored {
  sender?: 'bot' | 'operator' | 'api';
  turn?: number | null;
  bubble?: number;
  content?: OutboundContent;
  state?: 'pending' | 'sending' | 'unknown';
  /** How often it was claimed. */
  claims?: number;
  error?: object;
}

const template: OutboundContent = { type: 'template', name: 'again', language: 'en' };

/** One contact of one number, in an open session, and the records through which messages are sent to the contact. */
export async function sessionWorld() {
  const db = openDb((await databaseForThisTest()).url);
  onTestFinished(() => db.close());
  const contact = randomUUID();
  const session = randomUUID();
  await storePlace(db, { contact, session });
  const core = coreOf(db);
  return {
    db,
    core,
    contact,
    session,
    records: createSendRecords(core),
    store: (message: Stored = {}) => storeMessage(db, { contact, session }, message),
    read: async (id: string): Promise<OutboundRow> => {
      const row = await readOutbound(db, id);
      if (row === undefined) throw new Error('the message is gone');
      return row;
    },
    /** Everything that is stored about messages and told of them. */
    everything: async () => {
      const { rows } = await db.query(
        `SELECT to_jsonb(o) AS row FROM outbox o UNION ALL SELECT to_jsonb(e) FROM session_events e`,
      );
      return rows;
    },
  };
}

/** A message with a turn or with its own workflow, as an attempt sees it that looks now. */
export async function look(records: SendRecords, id: string, session: string): Promise<NextMessage> {
  const next = (await records.nextOfTurn(session, 1)) ?? (await records.nextOutgoing(id));
  if (next === undefined || next === 'sent') throw new Error('nothing to send');
  return next;
}

async function storePlace(db: Db, { contact, session }: { contact: string; session: string }) {
  const [workspace, typebot] = [randomUUID(), randomUUID()];
  const settings = { ...typebotDefaults({ locale: 'en', timeZone: 'UTC' }), unknown_message: 'Pardon?' };
  await db.transaction(async (tx) => {
    await tx.query(
      `INSERT INTO workspaces (id, name, client_token, client_secret_hash) VALUES ($1, 'w', 't', '\\x00')`,
      [workspace],
    );
    await tx.query(
      `INSERT INTO instances (id, workspace_id, name, channel_type, channel_settings, status)
       VALUES ('i', $1, 'n', 'sandbox', '{}', 'connected')`,
      [workspace],
    );
    await tx.query(
      `INSERT INTO typebots (id, workspace_id, instance_id, public_id, enabled, priority, settings)
       VALUES ($1, $2, 'i', 'bot', true, 0, $3)`,
      [typebot, workspace, JSON.stringify(settings)],
    );
    await tx.query(
      `INSERT INTO contacts (id, instance_id, remote_jid, reply_jid) VALUES ($1, 'i', '1@s.whatsapp.net', '1@s.whatsapp.net')`,
      [contact],
    );
    await tx.query(
      `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid,
         channel, status, chat_mode, resolution, opening, turn_no, settings_version)
       VALUES ($1, '1', $2, 'i', $3, $4, 'bot', '1@s.whatsapp.net', 'whatsapp', 'opened', 'bot', 'pending', 1, 2, 1)`,
      [session, workspace, typebot, contact],
    );
  });
}

function coreOf(db: Db): Core {
  const find = async () => {
    const { rows } = await db.query<{ updatedAt: Date }>('SELECT updated_at AS "updatedAt" FROM instances');
    return { id: 'i', status: 'connected', ...rows[0] };
  };
  const connected = {
    channel: { reopenTemplate: () => template },
    context: {
      settings: { message_ttl_seconds: 60, timeout_ms: 1_000 },
      capabilities: { ...defaultCapabilities.sandbox, maxText: 20 },
    },
  };
  const instances = { find, at: find, connect: () => connected };
  return { db, instances, log: createLogger({ level: 'silent', name: 'test' }) } as unknown as Core;
}

async function storeMessage(
  db: Db,
  { contact, session }: { contact: string; session: string },
  { sender = 'bot', turn = 1, content = { type: 'text', text: 'hello' }, state = 'pending', ...more }: Stored,
): Promise<string> {
  const id = randomUUID();
  await db.query(
    `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content,
       outbound_id, state, attempts, claim_ends_at, error)
     VALUES ($1, 'i', $2, $3, $4, $5, $6, $7, $8, gen_random_uuid()::text, $9, $10, now() + interval '1 hour', $11)`,
    [
      ...[id, contact, session, sender, turn, more.bubble ?? 100, content.type, JSON.stringify(content)],
      ...[state, more.claims ?? 0, more.error === undefined ? null : JSON.stringify(more.error)],
    ],
  );
  return id;
}

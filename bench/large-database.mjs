// A database of its own with many sessions and messages, made by SQL, and an API process on it.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import pg from 'pg';
import { migrate } from '../dist/src/store/migrate.js';
import { until } from './killable-parley.mjs';
import { caller } from './stand-ins.mjs';

const root = path.resolve(import.meta.dirname, '..');

/** Tables that get many rows: without their indexes while they are filled. */
const FILLED = ['contacts', 'contact_addresses', 'sessions', 'turns', 'inbox', 'outbox', 'session_events'];

/** Starts both; `fill` makes the rows. `stop` ends the process and drops the database. */
export async function startLarge(world, { sessions }) {
  const name = 'bench_large';
  await world.db.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await world.db.query(`CREATE DATABASE ${name}`);
  const url = Object.assign(new URL(world.connection.database_url), { pathname: `/${name}` }).href;
  await migrate(url);
  const db = new pg.Pool({ connectionString: url, max: 4 });
  // It is dropped at the end.
  db.on('error', () => undefined);
  const api = await startApi(world, url);
  const stop = async () => {
    api.stop();
    await db.end();
    await world.db.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  };
  try {
    const owners = await makeOwners(api.request);
    await fill(db, { ...owners, sessions });
    return { ...owners, db, apiUrl: api.url, request: api.request, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startApi(world, databaseUrl) {
  const adminKey = randomBytes(24).toString('hex');
  const port = 20_000 + Math.floor(Math.random() * 20_000);
  const env = {
    ...process.env,
    ...{ DATABASE_URL: databaseUrl, TEMPORAL_ADDRESS: world.connection.temporal_address, PORT: String(port) },
    ...{ PARLEY_ADMIN_KEY: adminKey, PARLEY_ENCRYPTION_KEYS: randomBytes(32).toString('base64') },
    ...{ PARLEY_ALLOW_PRIVATE_HOSTS: '127.0.0.0/8', PARLEY_RATE_LIMIT: '0', PARLEY_LOG_LEVEL: 'warn' },
    ...{ PARLEY_MEDIA_DIR: path.join(world.product.folder, 'large-media') },
  };
  const args = [path.join(root, 'dist/src/main.js'), 'api'];
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const apiUrl = `http://127.0.0.1:${port}`;
  await until(
    () =>
      fetch(`${apiUrl}/health`).then(
        () => true,
        () => false,
      ),
    'the start of the API',
    30_000,
  );
  const admin = caller({ api_url: apiUrl, api_key: '' }, { authorization: `Bearer ${adminKey}` });
  const workspace = await admin('POST', '/workspaces', { name: 'Bench' });
  const { key } = await admin('POST', `/workspaces/${workspace.id}/keys`, { name: 'bench' });
  const request = (method, route, body, headers) =>
    caller({ api_url: apiUrl, api_key: key }, headers)(method, route, body);
  return { url: apiUrl, request, stop: () => child.kill() };
}

async function makeOwners(call) {
  const channel = {
    type: 'generic',
    inbound_secrets: ['secret-of-the-benchmark'],
    outbound_url: 'http://127.0.0.1:9',
  };
  const made = await call('POST', '/instances', {
    name: 'bench',
    channel: { ...channel, outbound_secrets: ['secret-of-the-benchmark'] },
  });
  const bots = [];
  for (const publicId of ['one', 'two', 'three', 'four'])
    bots.push(
      (
        await call('POST', `/instances/${made.id}/typebots`, {
          typebot_url: 'http://127.0.0.1:9',
          public_id: publicId,
          trigger_type: 'all',
        })
      ).typebot_id,
    );
  return { instanceId: made.id, typebotIds: bots };
}

/** Five messages each way in a session, three sessions of a contact, the last 2 % of them active, over a year. */
async function fill(db, { instanceId, typebotIds, sessions }) {
  const client = await db.connect();
  try {
    await client.query('SET session_replication_role = replica');
    await client.query(`SET maintenance_work_mem = '512MB'`);
    const { rows: indexes } = await client.query(
      `SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY ($1) AND indexname NOT IN (
         SELECT conname FROM pg_constraint)`,
      [FILLED],
    );
    for (const { indexname } of indexes) await client.query(`DROP INDEX ${indexname}`);
    for (const statement of fillStatements({ instanceId, typebotIds, sessions }))
      await client.query(statement);
    for (const { indexdef } of indexes) await client.query(indexdef);
    await client.query('ANALYZE');
  } finally {
    await client.query('RESET session_replication_role');
    client.release();
  }
}

const id = (kind, number) => `('00000000-0000-4000-8${kind}00-' || lpad(to_hex(${number}), 12, '0'))::uuid`;
const oneOf = (words, number) =>
  `(ARRAY[${words.map((word) => `'${word}'`).join(', ')}])[1 + (${number}) % ${words.length}]`;
const FIRST = [
  'Ana',
  'José',
  'Maria',
  'João',
  'Luíza',
  'Pedro',
  'Beatriz',
  'Rafael',
  'Camila',
  'Thiago',
  'Zoë',
];
const LAST = [
  'Silva',
  'Souza',
  'Conceição',
  'Pereira',
  'Araújo',
  'Lima',
  'Gonçalves',
  'Rocha',
  'Müller',
  'Nunes',
  'Prado',
  'Teles',
  'Vaz',
];

function fillStatements({ instanceId, typebotIds, sessions }) {
  const contacts = Math.ceil(sessions / 3);
  const typebots = typebotIds.map((one) => `'${one}'`).join(', ');
  const jid = `'4479' || (10000000 + n) || '@s.whatsapp.net'`;
  const name = `${oneOf(FIRST, 'n')} || ' ' || ${oneOf(LAST, 'n')} || ' ' || n`;
  const begun = `now() - (${sessions} - n) * (interval '365 days' / ${sessions})`;
  const contactOf = (number) => `(${number} % ${contacts} + 1)`;
  const session = `n, ${id('a', 'n')} AS id, ${id('c', contactOf('n'))} AS contact_id, n > ${sessions} * 0.98 AS active, ${begun} AS at`;
  return [
    `INSERT INTO contacts (id, instance_id, remote_jid, reply_jid, push_name, opening, inbox_no)
     SELECT ${id('c', 'n')}, '${instanceId}', ${jid}, ${jid}, ${name}, 3, 15 FROM generate_series(1, ${contacts}) AS n`,
    `INSERT INTO contact_addresses (instance_id, address_key, jid, contact_id)
     SELECT instance_id, remote_jid, remote_jid, id FROM contacts`,
    `INSERT INTO sessions (id, session_uid, workspace_id, instance_id, typebot_id, contact_id, public_id, remote_jid, push_name,
       channel, status, chat_mode, resolution, close_reason, tags, opening, turn_no, settings_version, created_at, updated_at,
       last_inbound_at, last_message_at, opened_at)
     SELECT s.id, (10000000000000000 + s.n)::text, i.workspace_id, i.id, (ARRAY[${typebots}]::uuid[])[1 + s.n % ${typebotIds.length}], c.id, 'one',
       c.remote_jid, c.push_name, 'whatsapp', CASE WHEN active THEN 'opened' ELSE 'closed' END,
       CASE WHEN s.n % 7 = 0 THEN 'operator' ELSE 'bot' END, CASE WHEN active THEN 'pending' ELSE 'closed' END,
       CASE WHEN active THEN NULL ELSE 'completed' END, jsonb_build_object('plan', 'p' || s.n % 49), 1, 5, 1,
       at, at + interval '9 minutes', at + interval '8 minutes', at + interval '9 minutes', at
      FROM (SELECT ${session} FROM generate_series(1, ${sessions}) AS n) s JOIN contacts c ON c.id = s.contact_id
        JOIN instances i ON i.id = c.instance_id ORDER BY s.n`,
    `INSERT INTO turns (session_id, number, opening, state, begun_at, answered_at, bubbles)
     SELECT id, t, 1, 'answered', at, at, 1 FROM (SELECT ${session} FROM generate_series(1, ${sessions}) AS n) s, generate_series(1, 5) AS t`,
    `INSERT INTO inbox (id, number, instance_id, contact_id, session_id, fate, sender, origin, provider_message_id, content_type,
       content, text, turn_no, created_at, arrived_at)
     SELECT ${id('b', 'n * 5 + t')}, n * 5 + t, '${instanceId}', contact_id, id, 'taken', 'contact', 'channel', 'in' || (n * 5 + t), 'text',
       jsonb_build_object('contentType', 'text', 'text', 'message ' || t), 'message ' || t, t, at + t * interval '1 minute', at
      FROM (SELECT ${session} FROM generate_series(1, ${sessions}) AS n) s, generate_series(1, 5) AS t`,
    `INSERT INTO outbox (id, instance_id, contact_id, session_id, sender, turn_no, bubble_no, content_type, content, text, state,
       delivery, outbound_id, provider_message_id, created_at, sent_at)
     SELECT ${id('d', 'n * 5 + t')}, '${instanceId}', contact_id, id, 'bot', t, 100, 'text',
       jsonb_build_object('type', 'text', 'text', 'answer ' || t), 'answer ' || t, 'sent', 'read', 'out' || (n * 5 + t),
       'sent' || (n * 5 + t), at + t * interval '70 seconds', at
      FROM (SELECT ${session} FROM generate_series(1, ${sessions}) AS n) s, generate_series(1, 5) AS t`,
    `INSERT INTO session_events (workspace_id, instance_id, session_id, type, at)
     SELECT i.workspace_id, i.id, s.id, ${oneOf(['session.started', 'turn.completed', 'turn.completed', 'session.closed'], 't')}, at
      FROM (SELECT ${session} FROM generate_series(1, ${sessions}) AS n) s, generate_series(1, 4) AS t, instances i`,
  ];
}

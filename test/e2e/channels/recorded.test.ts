import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  channelSettings,
  loadFixtures,
  mismatches,
  rawBodyOf,
  type Fixture,
  type Json,
} from '../../channels/fixtures.js';
import { hmacHex } from '../../../src/channels/provider/signatures.js';
import { startParley, type Parley } from '../../support/parley.js';

/**
 * The recorded webhooks of every provider, posted to the product itself: what becomes of them is read from the store.
 * No worker runs: a conversation stands still where the webhook left it.
 */
const OUTBOUND_ID = 'out_01JGFJJZ00TESTOUTBOUND0001';
const CLIENT_ID = '01JGFJJZ00TESTCLIENTID0001';
const CHANNEL_TYPES: Record<string, string> = { meta: 'cloud-api' };
const providers = ['meta', 'evolution', 'waha', 'codechat', 'generic', 'zapi', 'vzaps', 'twilio'];

let parley: Parley;
let stop: () => Promise<void>;

beforeAll(async () => {
  ({ parley, stop } = await startParley({ startWorker: false }));
});
afterAll(() => stop());
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 1_767_225_602_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The provider's signature over the body, where the case leaves it out (fixtures README). */
function signature(provider: string, rawBody: string): Record<string, string> {
  if (provider === 'meta') {
    return { 'x-hub-signature-256': `sha256=${hmacHex('sha256', 'app-secret', Buffer.from(rawBody))}` };
  }
  if (provider === 'waha') {
    return {
      'x-webhook-hmac': hmacHex('sha512', 'my-secret-key', Buffer.from(rawBody)),
      'x-webhook-hmac-algorithm': 'sha512',
    };
  }
  return {};
}

interface Connected {
  id: string;
  post(step: Json): Promise<{ status: number; body: Json }>;
  row(statement: string): Promise<Json>;
  rows(statement: string): Promise<Json[]>;
}

/** An instance with the settings of `_channel.json` and a typebot that takes everything. */
async function connected(provider: string, authorization?: string): Promise<Connected> {
  const settings = channelSettings(provider);
  if (provider === 'evolution' && authorization === undefined) delete settings['jwt_key'];
  const type = CHANNEL_TYPES[provider] ?? provider;
  const made = await parley.call('POST', '/instances', { name: 'Shop', channel: { type, ...settings } });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const id: string = made.body.id;
  const typebot = { typebot_url: parley.typebot.url, public_id: 'branch-pub', trigger_type: 'all' };
  await parley.call('POST', `/instances/${id}/typebots`, {
    ...typebot,
    stop_bot_from_me: true,
    keep_open: true,
  });
  for (const message of [OUTBOUND_ID, CLIENT_ID]) {
    await parley.db.query(
      `INSERT INTO seen_messages (instance_id, direction, message_id) VALUES ($1, 'out', $2)`,
      [id, message],
    );
  }
  const rows = async (statement: string) => (await parley.db.query<Json>(statement, [id])).rows;
  return {
    id,
    rows,
    row: async (statement) => (await rows(statement))[0],
    post: (step) => post(provider, id, step),
  };
}

async function post(provider: string, id: string, step: Json) {
  vi.setSystemTime(step.now);
  const { request } = step;
  const [path, query] = request.path.split('?');
  const rest = path
    .split('/')
    .slice(4)
    .map((segment: string) => `/${segment}`);
  const search = query ?? (request.query ? new URLSearchParams(request.query).toString() : undefined);
  const rawBody = rawBodyOf(request);
  const headers = { ...signature(provider, rawBody), ...request.headers };
  const address = `/webhooks/${id}${rest.join('')}${search === undefined ? '' : `?${search}`}`;
  return parley.call(request.method, address, rawBody, headers);
}

const INBOX = `SELECT i.*, s.status AS session_status FROM inbox i LEFT JOIN sessions s ON s.id = i.session_id
  WHERE i.instance_id = $1 ORDER BY i.row_id`;
const SESSIONS = 'SELECT * FROM sessions WHERE instance_id = $1 ORDER BY row_id';

/** Whether the store shows what a decision stands for, without an open session before. */
async function check(instance: Connected, decisions: Json[], events: Json[]): Promise<void> {
  const rows = await instance.rows(INBOX);
  const recorded = decisions.filter(({ decision }) =>
    ['deliver', 'transcribe', 'startOnly'].includes(decision),
  );
  expect(rows.map((row) => row.fate)).toEqual(recorded.map(() => 'waiting'));
  for (const [index, { botText, replyId }] of recorded.entries()) {
    expect(rows[index].text).toBe(botText ?? '');
    if (replyId !== undefined) expect(rows[index].content.id).toBe(replyId);
  }
  const people = decisions.filter(({ decision }) => decision === 'humanAgent');
  const quiet = await instance.rows(
    'SELECT 1 FROM contacts WHERE instance_id = $1 AND quiet_since IS NOT NULL',
  );
  expect(quiet).toHaveLength(people.length);
  const connection = events.findLast((event) => event.kind === 'connection');
  if (connection === undefined) return;
  const words: Json = {
    open: 'connected',
    connecting: 'connecting',
    close: 'disconnected',
    loggedOut: 'logged_out',
  };
  const { status } = await instance.row('SELECT status FROM instances WHERE id = $1');
  expect(status).toBe(words[connection.state]);
}

/** Contract 4.4 and 2 stand over the recorded decision: nothing differs but what the generic channel answers. */
function answerOf(fixture: Fixture): Json {
  if (fixture.case !== 'in-historical') return fixture['expect'].response ?? {};
  const [result] = fixture['expect'].response.body.results;
  return { ...fixture['expect'].response, body: { results: [{ ...result, outcome: 'ignored' }] } };
}

describe.each(providers)('recorded webhooks of %s', (provider) => {
  const cases = loadFixtures(provider).filter(
    ({ kind, confidence }) => kind === 'webhook' && confidence !== 'unconfirmed',
  );
  test.each(cases.map((fixture) => [fixture.case, fixture] as const))('%s', async (_name, fixture) => {
    const instance = await connected(provider, fixture['request'].headers.authorization);
    const answer = await instance.post({
      request: fixture['request'],
      now: fixture['now'] ?? 1_767_225_602_000,
    });
    const { expect: expected } = fixture;
    expect(answer.status).toBe(expected.status);
    const { body } = answerOf(fixture);
    if (body !== undefined) expect(mismatches(answer.body, body)).toEqual([]);
    if (expected.status === 200) await check(instance, expected.dispatch ?? [], expected.events ?? []);
    else expect(await instance.rows(SESSIONS)).toEqual([]);
    await parley.call('DELETE', `/instances/${instance.id}`);
  });
});

/** The store as it is after the send of a sequence. */
async function noteSend(instance: Connected, { outbound, response }: Json): Promise<void> {
  const { body } = response;
  const keyId = body.messages?.[0].id ?? body.key?.id ?? body.keyId;
  const contact = randomUUID();
  await parley.db.query(
    `INSERT INTO contacts (id, instance_id, kind, remote_jid, reply_jid, is_group) VALUES ($1, $2, 'whatsapp', $3, $3, false)`,
    [contact, instance.id, `${outbound.to.waId}@s.whatsapp.net`],
  );
  await parley.db.query(
    `INSERT INTO outbox (id, instance_id, contact_id, sender, content_type, content, text, state, delivery, outbound_id,
       client_message_id, provider_message_id) VALUES ($1, $2, $3, 'bot', 'text', $4, $5, 'sent', 'sent', $6, $7, $8)`,
    [
      ...[randomUUID(), instance.id, contact, JSON.stringify(outbound.content), outbound.content.text],
      ...[outbound.outboundId, outbound.clientMessageId ?? null, keyId],
    ],
  );
  await parley.db.query(
    `INSERT INTO seen_messages (instance_id, direction, message_id) VALUES ($1, 'out', $2)
    ON CONFLICT DO NOTHING`,
    [instance.id, keyId],
  );
}

const sequences = providers.flatMap((provider) =>
  loadFixtures(provider)
    .filter(({ kind }) => kind === 'sequence')
    .map((fixture) => [`${provider}/${fixture.case}`, provider, fixture] as const),
);

test.each(sequences)('recorded sequence %s', async (_name, provider, fixture) => {
  const instance = await connected(provider);
  const { expect: expected } = fixture;
  const decisions: Json[] = [];
  for (const step of fixture['steps']) {
    if (step.type === 'send') {
      await noteSend(instance, step);
      continue;
    }
    const answer = await instance.post(step);
    expect(answer.status).toBe(200);
    decisions.push(...(expected.dispatch?.[decisions.length] ?? []));
    const delivered = decisions.filter(({ decision }) => decision === 'deliver');
    expect((await instance.rows(INBOX)).map(({ text }) => text)).toEqual(
      delivered.map(({ botText }) => botText),
    );
  }
  const people = 'SELECT 1 FROM contacts WHERE instance_id = $1 AND quiet_since IS NOT NULL';
  expect(await instance.rows(people)).toEqual([]);
  const sent = await instance.row('SELECT delivery FROM outbox WHERE instance_id = $1');
  if (expected.finalStatus !== undefined) expect(sent.delivery).toBe(expected.finalStatus.status);
  // The recorded outbound id is the same in every sequence.
  await parley.db.query('DELETE FROM outbox WHERE instance_id = $1', [instance.id]);
});

// A whole Parley (`dev`) whose parts can be killed, with a stand-in for Typebot and one for WhatsApp that the benchmark
// can look into.
import { execFile, spawn } from 'node:child_process';
import { createHmac, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const root = path.resolve(import.meta.dirname, '..');
const SECRET = 'secret-of-the-benchmark';

/** What identifies each part among the launcher's children. */
const MARKS = {
  worker: 'main.js worker',
  api: 'api-process.js',
  temporal: 'start-dev',
  postgres: '/postgres -D',
};
export const parts = Object.keys(MARKS);

/** Calls `look` until it returns something; throws after `limitMs`. */
export async function until(look, what, limitMs = 120_000) {
  const endsMs = Date.now() + limitMs;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > endsMs) throw new Error(`${what} did not happen within ${limitMs} ms`);
    await sleep(20);
  }
}

async function listen(handle) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => handle(request, body, response));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

function json(response, value, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

const bubble = (text, id = randomUUID()) => ({
  id,
  type: 'text',
  content: { type: 'richText', richText: [{ type: 'p', children: [{ text }] }] },
});

/**
 * A viewer that answers each reply with five bubbles that name it, and the next question. A call without a message is
 * refused and changes nothing, as in Typebot.
 */
export async function startViewer() {
  const steps = new Map();
  const viewer = { calls: [], taken: [], parallel: 0, mostParallel: 0, delayMs: 0 };
  const question = (id) => ({ id: `i${steps.get(id)}`, type: 'text input', options: {} });
  const { url, close } = await listen(async (request, body, response) => {
    const session = /sessions\/([^/]+)\/continueChat/.exec(request.url)?.[1];
    if (session === undefined && !request.url.endsWith('/startChat')) return json(response, { status: 'ok' });
    const id = session ?? randomUUID();
    const message = JSON.parse(body).message;
    const said = typeof message === 'string' ? message : message?.text;
    viewer.calls.push(said ?? null);
    viewer.mostParallel = Math.max(viewer.mostParallel, (viewer.parallel += 1));
    await sleep(viewer.delayMs);
    viewer.parallel -= 1;
    if (session !== undefined && said === undefined)
      return json(response, { messages: [bubble('Again?', `i${steps.get(id)}`)], input: question(id) });
    steps.set(id, (steps.get(id) ?? 0) + 1);
    if (session !== undefined) viewer.taken.push(said);
    const messages =
      session === undefined ? [bubble('Hello')] : [1, 2, 3, 4, 5].map((n) => bubble(`${said} / ${n}`));
    json(response, {
      sessionId: id,
      resultId: id,
      typebot: { id: 't', version: '6.1', theme: {}, settings: {} },
      messages,
      input: question(id),
    });
  });
  return Object.assign(viewer, { url, close });
}

/** The system behind the generic channel; it shows each idempotency key only once. */
export async function startReceiver() {
  const receiver = { requests: [], shown: [] };
  const { url, close } = await listen((request, body, response) => {
    const key = request.headers['idempotency-key'];
    const message = JSON.parse(body);
    if (message.type !== 'message') return json(response, {});
    const text = message.content.text ?? message.content.body;
    const first = !receiver.requests.some((known) => known.key === key);
    receiver.requests.push({ key, to: message.to.contactId });
    if (first) receiver.shown.push({ to: message.to.contactId, text });
    json(response, { keyId: `k-${key}` });
  });
  return Object.assign(receiver, { url, close });
}

/** A data folder that other system users may enter: run by root, PostgreSQL has another user. */
export async function newFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), 'parley-kill-'));
  await chmod(folder, 0o755);
  return folder;
}

/**
 * Starts `dev` on the given data folder, or on a new one, which `stop` removes again. `kill(part, signal)` sends a
 * signal, by default SIGKILL, to one of its children.
 */
export async function startProduct(given) {
  const folder = given ?? (await newFolder());
  await rm(path.join(folder, 'connection.json'), { force: true });
  const launcher = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...process.env, PORT: '18280', PARLEY_DATA_DIR: folder, PARLEY_LOG_LEVEL: 'warn' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const ended = once(launcher, 'exit');
  const file = path.join(folder, 'connection.json');
  const read = () => {
    if (launcher.exitCode !== null) throw new Error('the launcher ended while starting');
    return readFile(file, 'utf8').catch(() => '');
  };
  const connection = JSON.parse(await until(read, 'the start', 180_000));
  const pid = async (part) => {
    const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'pid=,ppid=,args=']);
    const rows = stdout.split('\n').map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
    const [, found] =
      rows.find(([, , parent, args]) => Number(parent) === launcher.pid && args.includes(MARKS[part])) ?? [];
    if (found === undefined) throw new Error(`${part} is not running`);
    return Number(found);
  };
  const kill = async (part, signal = 'SIGKILL') => process.kill(await pid(part), signal);
  const stop = async () => {
    launcher.kill('SIGTERM');
    await ended;
    if (given === undefined) await rm(folder, { recursive: true, force: true });
  };
  return { connection, folder, pid, kill, stop };
}

/** Creates an instance with a bot on `viewer` and a channel to `receiver`. */
export async function makeInstance({ connection }, viewer, receiver, settings) {
  const call = async (method, url, body) => {
    const headers = { 'content-type': 'application/json', 'api-key': connection.api_key };
    const response = await fetch(`${connection.api_url}${url}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  const { id } = await call('POST', '/instances', {
    name: 'Kill matrix',
    channel: {
      ...{
        type: 'generic',
        inbound_secrets: [SECRET],
        outbound_url: receiver.url,
        outbound_secrets: [SECRET],
      },
      timeout_ms: 3_000,
    },
  });
  await call('POST', `/instances/${id}/typebots`, {
    ...{ typebot_url: viewer.url, public_id: 'bench', trigger_type: 'all', keep_open: true },
    max_turns_per_minute: 0,
    ...settings,
  });
  return sameInstance({ connection }, id);
}

/** The same instance after a restart of the product, which may have another port now. */
export function sameInstance({ connection }, id) {
  return { id, says: (phone, text) => post(connection, id, phone, text) };
}

/** Repeats a webhook until it is acknowledged, like a provider. */
async function post(connection, instanceId, phone, text) {
  const keyId = randomUUID();
  await until(async () => {
    const sentAt = Math.floor(Date.now() / 1_000);
    const message = {
      keyId,
      contact: { id: phone, name: 'Ana' },
      timestamp: sentAt,
      content: { contentType: 'text', text },
    };
    const body = JSON.stringify({ version: 1, sentAt, events: [{ id: keyId, type: 'message', message }] });
    const headers = {
      'content-type': 'application/json',
      'x-parley-timestamp': String(sentAt),
      'x-parley-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    };
    const answer = await fetch(`${connection.api_url}/webhooks/${instanceId}`, {
      method: 'POST',
      headers,
      body,
    }).catch(() => undefined);
    return answer?.ok;
  }, 'the acknowledgement');
}

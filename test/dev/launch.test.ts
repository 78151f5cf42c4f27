import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readEnv } from '../../src/config.js';
import { commandOf } from '../../src/dev/processes.js';
import { onlyLauncher } from '../support/only-launcher.js';

const root = path.resolve(import.meta.dirname, '../..');
const startLimitMs = 120_000;

const connectionSchema = z.strictObject({
  api_url: z.string(),
  admin_key: z.string(),
  workspace_id: z.uuid(),
  api_key: z.string(),
  instance_id: z.string().regex(/^VZ[A-Z0-9]{26}$/),
  instance_token: z.string(),
  temporal_address: z.string(),
  temporal_ui_url: z.string(),
  database_url: z.string(),
  pid: z.number(),
});
type Connection = z.infer<typeof connectionSchema>;

let dataDir: string;
let launcher: Launcher;
let first: Connection;

interface Launcher {
  process: ChildProcess;
  output(): string;
  ended: Promise<unknown>;
}

// The namespace counts for the embedded server too; a key for another server must not keep it from being reached.
const temporal = { TEMPORAL_NAMESPACE: 'launched', TEMPORAL_API_KEY: 'of-another-server' };

function start(more: Record<string, string> = {}): Launcher {
  const child = spawn(process.execPath, ['scripts/start.mjs'], {
    cwd: root,
    env: { ...readEnv(), PORT: '18080', PARLEY_DATA_DIR: dataDir, ...temporal, ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return { process: child, output: () => output, ended: once(child, 'exit') };
}

const connectionFile = () => path.join(dataDir, 'connection.json');
const exists = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

async function ready(one: Launcher): Promise<Connection> {
  const settled = () => one.output().includes('Parley is ready') || one.process.exitCode !== null;
  await vi.waitUntil(settled, { timeout: startLimitMs, interval: 100 });
  expect(one.output()).toContain('Parley is ready');
  return connectionSchema.parse(JSON.parse(await readFile(connectionFile(), 'utf8')));
}

const healthy = (connection: Connection) =>
  fetch(`${connection.api_url}/healthz`).then(
    (response) => response.ok,
    () => false,
  );

/** Command lines of the launcher's own children, by process id. */
async function childrenOf(parent: number | undefined): Promise<Map<number, string>> {
  const list = spawn('ps', ['-ww', '-eo', 'pid=,ppid=,args='], { stdio: ['ignore', 'pipe', 'ignore'] });
  let listing = '';
  list.stdout.on('data', (chunk: Buffer) => (listing += chunk.toString()));
  await once(list, 'close');
  const rows = listing.split('\n').map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
  const own = rows.filter(([, , ppid]) => Number(ppid) === parent);
  return new Map(own.map(([, pid, , args = '']) => [Number(pid), args]));
}

/** A server that has taken the port; rejects while another has it. */
async function occupied(port: number) {
  const server = createServer().listen(port);
  await once(server, 'listening');
  return server;
}

/** Sends as a contact and resolves with the texts of the bot, once there is one that holds `expected`. */
async function converse(connection: Connection, phone: string, text: string, expected: string) {
  const keyId = `K-${phone}-${text}`;
  const sent = await fetch(`${connection.api_url}/webhooks/${connection.instance_id}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      messages: [
        {
          keyId,
          from: { phone, name: 'Ana' },
          timestamp: Date.now(),
          content: { contentType: 'text', text },
        },
      ],
    }),
  });
  expect(sent.status).toBe(200);
  const state = `${connection.api_url}/sandbox/state?instance=${connection.instance_id}&phone=${phone}`;
  const shown = async () => JSON.stringify(await fetch(state).then((response) => response.json()));
  await expect.poll(shown, { interval: 100 }).toContain(expected);
}

onlyLauncher();
beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'parley-launch-'));
  await chmod(dataDir, 0o755);
  launcher = start();
  first = await ready(launcher);
}, startLimitMs + 10_000);

afterAll(async () => {
  launcher.process.kill('SIGTERM');
  await launcher.ended;
  await rm(dataDir, { recursive: true });
});

test('when it is ready, connection.json leads to everything and only its owner can read it', async () => {
  expect((await stat(connectionFile())).mode & 0o777).toBe(0o600);
  expect((await stat(path.join(dataDir, 'secrets.json'))).mode & 0o777).toBe(0o600);
  for (const entry of await readdir(dataDir, { recursive: true })) {
    expect([entry, (await stat(path.join(dataDir, entry))).mode & 0o077]).toEqual([entry, 0]);
  }
  expect(await healthy(first)).toBe(true);
  const sessions = await fetch(`${first.api_url}/instances/${first.instance_id}/typebots/sessions`, {
    headers: { authorization: `Bearer ${first.api_key}` },
  });
  expect(sessions.status).toBe(200);
  expect((await fetch(first.temporal_ui_url)).ok).toBe(true);
  expect((await fetch(`${first.api_url}/sandbox/`)).ok).toBe(true);
  expect(first.pid).toBe(launcher.process.pid);
  for (const shown of [first.api_url, `${first.api_url}/docs`, `${first.api_url}/sandbox`, first.api_key]) {
    expect(launcher.output()).toContain(shown);
  }
});

test('the seeded instance talks with the demo flow', async () => {
  await converse(first, '5511900000001', 'hello', 'How are you today?');
  await converse(first, '5511900000001', '1', 'What shall we cook?');
});

test('a second start on the same data says so and leaves the first alone', async () => {
  const second = start();
  await second.ended;
  expect(second.process.exitCode).toBe(1);
  expect(second.output()).toContain(`already running on ${dataDir} (process ${launcher.process.pid})`);
  expect(second.output()).not.toContain('    at ');
  expect(await exists(connectionFile())).toBe(true);
  expect(await healthy(first)).toBe(true);
});

test('any part that is killed is started again, and the conversation goes on', async () => {
  await converse(first, '5511900000002', 'hello', 'How are you today?');
  const children = [...(await childrenOf(launcher.process.pid))];
  for (const mark of ['/postgres -D', 'start-dev', 'api-process.js', 'main.js worker']) {
    const [pid] = children.find(([, args]) => args.includes(mark)) ?? [];
    if (pid === undefined) throw new Error(`${mark} is not running`);
    process.kill(pid, 'SIGKILL');
  }
  const again = () => launcher.output().split('is running again').length - 1;
  await expect.poll(again, { timeout: 60_000, interval: 100 }).toBe(4);
  await expect.poll(() => healthy(first)).toBe(true);
  await converse(first, '5511900000002', 'Great', 'What shall we cook?');
});

test('after SIGTERM everything is gone, and the same command continues with the same data and keys', async () => {
  await converse(first, '5511900000003', 'hello', 'How are you today?');
  const children = await childrenOf(launcher.process.pid);
  process.kill(first.pid, 'SIGTERM');
  await launcher.ended;
  expect(launcher.process.exitCode).toBe(0);
  expect(await exists(connectionFile())).toBe(false);
  expect(children.size).toBe(4);
  for (const pid of children.keys()) expect(await commandOf(pid)).toBeUndefined();
  expect(await healthy(first)).toBe(false);
  launcher = start();
  const second = await ready(launcher);
  expect({ ...second, pid: first.pid }).toEqual(first);
  await converse(second, '5511900000003', 'Great', 'What shall we cook?');
});

test('after kill -9 of the launcher the same command continues, on free ports where others are busy', async () => {
  const before = connectionSchema.parse(JSON.parse(await readFile(connectionFile(), 'utf8')));
  launcher.process.kill('SIGKILL');
  await launcher.ended;
  // The parts notice that the launcher is gone and let go of the port one after another.
  const squatter = await vi.waitFor(() => occupied(18080), { timeout: startLimitMs });
  launcher = start();
  const after = await ready(launcher);
  expect(new URL(after.api_url).port).not.toBe('18080');
  expect(after.workspace_id).toBe(before.workspace_id);
  await converse(after, '5511900000001', '2', 'For how many people');
  squatter.close();
  expect(await commandOf(before.pid)).toBeUndefined();
});

test('when the terminal is closed everything stops in order', async () => {
  const children = await childrenOf(launcher.process.pid);
  launcher.process.stdout?.destroy();
  launcher.process.kill('SIGHUP');
  await launcher.ended;
  expect(launcher.process.exitCode).toBe(0);
  expect(await exists(connectionFile())).toBe(false);
  for (const pid of children.keys()) expect(await commandOf(pid)).toBeUndefined();
});

test.each([
  [
    'DATABASE_URL',
    'postgres://user:hunter2@127.0.0.1:1/parley',
    /^PostgreSQL at 127\.0\.0\.1:1 \(DATABASE_URL\) cannot be used: /m,
  ],
  ['TEMPORAL_CLI_PATH', '/nowhere', /^TEMPORAL_CLI_PATH is \/nowhere, /m],
  ['PARLEY_DATA_DIR', '/etc/hosts', /^The data folder \/etc\/hosts \(PARLEY_DATA_DIR\) cannot be used: /m],
])(
  '%s that leads nowhere ends it with one sentence, and nothing stays behind',
  async (name, value, sentence) => {
    const dataDir = await mkdtemp(path.join(tmpdir(), 'parley-launch-'));
    await chmod(dataDir, 0o755);
    const refused = start({ PARLEY_DATA_DIR: dataDir, [name]: value });
    await refused.ended;
    expect(refused.process.exitCode).toBe(1);
    expect(refused.output()).toMatch(sentence);
    expect(refused.output()).not.toMatch(/hunter2|^ {4}at /m);
    expect(await exists(path.join(dataDir, 'launcher.lock'))).toBe(false);
    await rm(dataDir, { recursive: true });
  },
);

test('a configuration that cannot be used ends it with every problem and no stack', async () => {
  const wrong = start({ PORT: 'eighty', PARLEY_DEFAULT_LOCALE: 'fr' });
  await wrong.ended;
  expect(wrong.process.exitCode).toBe(1);
  expect(wrong.output()).toContain('PORT must be a whole number');
  expect(wrong.output()).toContain('PARLEY_DEFAULT_LOCALE must be one of');
  expect(wrong.output()).not.toContain('    at ');
});

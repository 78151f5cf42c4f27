import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll } from 'vitest';
import { readEnv } from '../../src/config.js';
import type { Connection } from '../../src/dev/connection-file.js';
import { onlyLauncher } from './only-launcher.js';
import { signed, until } from './parley.js';
import { startReceiver } from './receiver.js';
import type { SharedReceiver } from './receiver.js';
import { startTypebotStandIn } from './typebot/stand-in.js';
import type { SharedTypebot } from './typebot/stand-in.js';

const root = path.resolve(import.meta.dirname, '../..');

/** What identifies each part among the launcher's children. */
const MARKS = {
  worker: 'main.js worker',
  api: 'api-process.js',
  temporal: 'start-dev',
  postgres: '/postgres -D',
};
export type Part = keyof typeof MARKS;

/** A built Parley in processes that a test may kill. */
export interface Killable {
  connection: Connection;
  typebot: SharedTypebot;
  receiver: SharedReceiver;
  /** Sends a signal, by default SIGKILL, to one part. The launcher restarts a part that dies. */
  kill(part: Part, signal?: NodeJS.Signals): Promise<void>;
  /** Kills the launcher, and thereby everything, and runs the same command again. */
  killAndStartAgain(): Promise<void>;
  /**
   * A contact of a new instance with a bot of these settings. With `phone`, the same person may use several instances.
   */
  contact(settings: Record<string, unknown>, phone?: string): Promise<KillableContact>;
}

export interface KillableContact {
  /** Repeats the message until it is acknowledged, like a provider. */
  says(text: string): Promise<void>;
  /** As `says`, with any content, and optionally with an id chosen by the test. */
  sends(content: Record<string, unknown>, keyId?: string): Promise<void>;
  phone: string;
  heard(): string[];
  /** Waits until the contact has received `count` messages. */
  hears(count: number): Promise<string[]>;
  /** Calls a control route of the newest session; resolves to the status of the answer. */
  control(what: 'pause' | 'resume'): Promise<number>;
}

/** Starts Parley before the tests of a file and stops it after them. */
export function useKillable(flows: Parameters<typeof startTypebotStandIn>[0]): Killable {
  const killable: Partial<Killable> = {};
  const parts: { folder?: string; launcher?: ChildProcess } = {};
  const start = async () => {
    const env = { ...readEnv(), PORT: '18180', PARLEY_DATA_DIR: parts.folder, PARLEY_LOG_LEVEL: 'warn' };
    const launcher = spawn(process.execPath, ['scripts/start.mjs'], { cwd: root, env, stdio: 'ignore' });
    parts.launcher = launcher;
    const file = path.join(parts.folder ?? '', 'connection.json');
    const read = async () => {
      const connection = JSON.parse(await readFile(file, 'utf8')) as Connection;
      if (connection.pid !== launcher.pid) throw new Error('this is the file of the launcher before');
      return connection;
    };
    killable.connection = await until(read, 110_000);
  };
  onlyLauncher();
  beforeAll(async () => {
    parts.folder = await mkdtemp(path.join(tmpdir(), 'parley-killable-'));
    await chmod(parts.folder, 0o755);
    [killable.typebot, killable.receiver] = await Promise.all([startTypebotStandIn(flows), startReceiver()]);
    await start();
  });
  afterAll(async () => {
    await end(parts.launcher, 'SIGTERM');
    await Promise.all([killable.typebot?.close(), killable.receiver?.close()]);
    await rm(parts.folder ?? '', { recursive: true, force: true });
  });
  killable.kill = async (part, signal = 'SIGKILL') => {
    process.kill(await pidOf(part, parts.launcher?.pid), signal);
  };
  killable.killAndStartAgain = async () => {
    await end(parts.launcher, 'SIGKILL');
    await start();
  };
  killable.contact = (settings, phone) => makeContact(killable as Killable, settings, phone);
  return killable as Killable;
}

async function end(launcher: ChildProcess | undefined, signal: NodeJS.Signals): Promise<void> {
  if (launcher === undefined || launcher.exitCode !== null) return;
  const ended = once(launcher, 'exit');
  launcher.kill(signal);
  await ended;
}

async function pidOf(part: Part, launcherPid: number | undefined): Promise<number> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'pid=,ppid=,args=']);
  const rows = stdout.split('\n').map((line) => /^ *(\d+) +(\d+) (.*)$/.exec(line) ?? []);
  const own = rows.find(
    ([, , parent, args = '']) => Number(parent) === launcherPid && args.includes(MARKS[part]),
  );
  if (own === undefined) throw new Error(`${part} is not running`);
  return Number(own[1]);
}

const SECRET = 'inbound-secret-of-the-tests';
let nextPhone = 551160000000 + Math.floor(Math.random() * 1_000_000);

async function makeContact(
  parley: Killable,
  settings: Record<string, unknown>,
  phone = String((nextPhone += 1)),
): Promise<KillableContact> {
  const { connection, typebot, receiver } = parley;
  const call = async (method: string, url: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json', 'api-key': connection.api_key };
    // The API may still be down from the test before.
    return until(
      () => fetch(`${connection.api_url}${url}`, { method, headers, body: JSON.stringify(body) }),
      60_000,
    );
  };
  const channel = {
    ...{ type: 'generic', inbound_secrets: [SECRET], outbound_url: receiver.url, timeout_ms: 3_000 },
    outbound_secrets: [receiver.secret],
  };
  const made = (await (await call('POST', '/instances', { name: 'Shop', channel })).json()) as { id: string };
  const base = `/instances/${made.id}/typebots`;
  await call('POST', base, { typebot_url: typebot.url, trigger_type: 'all', keep_open: true, ...settings });
  const heard = () => receiver.texts(phone);
  const sends = async (content: Record<string, unknown>, keyId = `m-${randomUUID()}`) => {
    const timestamp = Math.floor(Date.now() / 1_000);
    const message = { keyId, contact: { id: phone, name: 'Ana' }, timestamp, content };
    await until(async () => {
      const [body, headers] = signed({ events: [{ id: keyId, type: 'message', message }] }, SECRET);
      const answer = await fetch(`${connection.api_url}/webhooks/${made.id}`, {
        method: 'POST',
        body,
        headers,
      });
      if (answer.status !== 200) throw new Error(`answered ${answer.status}`);
    });
  };
  return {
    phone,
    heard,
    sends,
    says: (text) => sends({ contentType: 'text', text }),
    hears: (count) =>
      until(() => {
        const texts = heard();
        if (texts.length < count) throw new Error(`heard ${JSON.stringify(texts)}, not ${count}`);
        return texts;
      }, 90_000),
    control: async (what) => {
      const list = await call('GET', `${base}/sessions?phone=${phone}`);
      const [session] = (await list.json()) as { id: string }[];
      return (await call('POST', `${base}/sessions/${session?.id}/${what}`, {})).status;
    },
  };
}

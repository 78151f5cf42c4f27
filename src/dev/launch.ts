import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { parseLaunchConfig, readEnv, type Environment, type LaunchSettings } from '../config.js';
import { untilStopped } from '../shutdown.js';
import { refuseDatabase, refuseStart, StartRefused } from '../start-refused.js';
import { migrate } from '../store/migrate.js';
import { removeConnectionFile, writeConnectionFile, type Connection } from './connection-file.js';
import { consoleLink } from './console-link.js';
import { startDemoTypebot } from './demo-typebot/server.js';
import { freePort } from './free-port.js';
import { keptSecrets } from './kept-secrets.js';
import { acquireLock } from './lock-file.js';
import { createPartStack, StoppedWhileStarting, type PartStack } from './part-stack.js';
import { startDatabase, startProcesses, startTemporal, type Launch, type TemporalPlace } from './parts.js';
import type { Progress } from './processes.js';
import { seed } from './seed.js';
import type { Supervised } from './supervise.js';

/**
 * `npm start`: runs everything on this machine until SIGINT, SIGTERM or SIGHUP; resolves to the exit code. Refuses to
 * run twice on one data folder. If a part fails to start, the parts started before it are stopped again.
 */
export async function launch(): Promise<number> {
  const environment = readEnv();
  // Only this user may read what this process and its children write: keys, transcripts, histories.
  process.umask(0o077);
  const settings = parseLaunchConfig(environment);
  const dataDir = path.resolve(settings.config.dataDir);
  // After its terminal was closed, writing fails; this must not prevent the parts from being stopped.
  process.stdout.on('error', () => undefined);
  const stack = createPartStack();
  const starting = start({ environment, settings, dataDir, stack });
  const stop = async () => {
    stack.close();
    await starting.catch(() => undefined);
    await stack.stop();
  };
  const stopped = untilStopped({ parts: [{ name: 'Parley', stop }], logger: terminalLog, graceMs: 100_000 });
  try {
    await starting;
  } catch (error) {
    if (error instanceof StoppedWhileStarting) return stopped;
    await stack.stop();
    throw error;
  }
  return stopped;
}

const progress: Progress = (line) => void process.stdout.write(`${line}\n`);

const terminalLog = {
  info: (_fields: object, sentence: string) => progress(`Parley: ${sentence}`),
  error: (fields: object, sentence: string) => progress(`Parley: ${sentence} ${JSON.stringify(fields)}`),
};

interface LaunchParts {
  environment: Environment;
  settings: LaunchSettings;
  dataDir: string;
  stack: PartStack;
}

async function start(request: LaunchParts): Promise<void> {
  const { settings, dataDir, stack } = request;
  await makeDataFolder(dataDir).catch(
    refuseStart(`The data folder ${dataDir} (PARLEY_DATA_DIR) cannot be used`),
  );
  await lockDataFolder(dataDir, stack);
  await removeConnectionFile(dataDir);
  await stack.add('connection.json', { stop: () => removeConnectionFile(dataDir) });
  const secrets = await keptSecrets(dataDir, settings);
  const connection = await startParts({ ...request, secrets, progress });
  await writeConnectionFile(dataDir, connection);
  progress(banner(connection, dataDir, await consoleLink(connection)));
}

/**
 * Only for this user. Run by root, PostgreSQL has another user, who must be able to enter, but not to list, the folder.
 */
async function makeDataFolder(dataDir: string): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  await chmod(dataDir, process.getuid?.() === 0 ? 0o711 : 0o700);
}

async function lockDataFolder(dataDir: string, stack: PartStack): Promise<void> {
  const lock = await acquireLock(path.join(dataDir, 'launcher.lock')).catch(
    refuseStart(`The data folder ${dataDir} (PARLEY_DATA_DIR) cannot be used`),
  );
  if (!lock.held) {
    throw new StartRefused(
      `Parley is already running on ${dataDir} (process ${lock.heldByPid}). ` +
        'Stop it first, or set PARLEY_DATA_DIR to another folder.',
    );
  }
  await stack.add('lock', { stop: () => lock.release() });
}

async function startParts(launch: Launch): Promise<Connection> {
  const [databaseUrl, temporal] = await both(startDatabase(launch), startTemporal(launch));
  const applied = await migrate(databaseUrl).catch(refuseDatabase(databaseUrl));
  if (applied.length > 0) progress(`Brought the database up to date (${applied.length} migrations)`);
  const demoPort = await freePort(8090);
  await launch.stack.add('demo Typebot', await startDemoTypebot({ port: demoPort, folder: launch.dataDir }));
  const port = await freePort(launch.settings.config.port, 'everywhere');
  const apiUrl = `http://localhost:${port}`;
  const env = childEnvironment(launch, { databaseUrl, temporal, port });
  restartWhenTold(await startProcesses(launch, env));
  const { adminKey } = launch.secrets;
  const demoTypebotUrl = `http://127.0.0.1:${demoPort}`;
  const seeded = await seed({ dataDir: launch.dataDir, apiUrl, adminKey, demoTypebotUrl });
  return {
    api_url: apiUrl,
    admin_key: adminKey,
    workspace_id: seeded.workspaceId,
    api_key: seeded.apiKey,
    instance_id: seeded.instanceId,
    instance_token: seeded.instanceToken,
    temporal_address: temporal.address,
    temporal_ui_url: temporal.uiUrl,
    database_url: databaseUrl,
    pid: process.pid,
  };
}

/** `npm run dev` sends this message after a new build. */
function restartWhenTold(processes: Supervised[]): void {
  process.on('message', (message) => {
    if (message === 'restart') for (const child of processes) void child.restart();
  });
}

// Waits for both even if one fails: nothing may still be starting when the others are stopped.
async function both<A, B>(first: Promise<A>, second: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([first, second]);
  return Promise.all([first, second]);
}

function childEnvironment(
  launch: Launch,
  found: { databaseUrl: string; temporal: TemporalPlace; port: number },
): Environment {
  const given = launch.environment;
  return {
    ...(launch.settings.temporalAddress ? given : withoutTemporal(given)),
    TEMPORAL_NAMESPACE: launch.settings.temporalNamespace,
    PORT: String(found.port),
    DATABASE_URL: found.databaseUrl,
    TEMPORAL_ADDRESS: found.temporal.address,
    PARLEY_TEMPORAL_UI: given.PARLEY_TEMPORAL_UI || (found.temporal.uiUrl ?? ''),
    PARLEY_ADMIN_KEY: launch.secrets.adminKey,
    PARLEY_ENCRYPTION_KEYS: launch.secrets.encryptionKeys,
    PARLEY_PUBLIC_URL: given.PARLEY_PUBLIC_URL || `http://localhost:${found.port}`,
    PARLEY_ALLOW_PRIVATE_HOSTS: given.PARLEY_ALLOW_PRIVATE_HOSTS || '127.0.0.0/8,::1',
    PARLEY_DATA_DIR: launch.dataDir,
  };
}

/** Without settings for another Temporal server, such as TLS and API key, which do not fit the embedded one. */
function withoutTemporal(environment: Environment): Environment {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !name.startsWith('TEMPORAL_')));
}

function banner(connection: Connection, dataDir: string, consoleUrl: string): string {
  const lines = [
    ['Console', consoleUrl],
    ['API', connection.api_url],
    ['API reference', `${connection.api_url}/docs`],
    ['Sandbox phone', `${connection.api_url}/sandbox`],
    ['Temporal', connection.temporal_ui_url ?? connection.temporal_address],
    ['API key', connection.api_key],
    ['Instance', connection.instance_id],
    ['Data, logs, keys', dataDir],
  ].map(([name = '', value = '']) => `  ${name.padEnd(18)}${value}`);
  return [
    '',
    'Parley is ready. Open the sandbox phone and say hello; watch it in the console.',
    '',
    ...lines,
    '',
    'Stop with Ctrl-C.',
    '',
  ].join('\n');
}

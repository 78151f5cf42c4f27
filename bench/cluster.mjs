// A Temporal server of the kind that runs in production: all four services over PostgreSQL instead of SQLite, with the
// schemas that Temporal's own tool makes and the settings of `deploy/temporal`. It ends with the benchmark.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { Connection } from '@temporalio/client';
import { build } from '../scripts/build.mjs';
import { newFolder, until } from './killable-parley.mjs';

const root = path.resolve(import.meta.dirname, '..');
const NAMESPACE = 'default';
const PASSWORD = 'temporal';
const SERVICES = ['frontend', 'history', 'matching', 'worker'];

/**
 * Starts it with the programs `server` and `sql` in `folder`, as `go install` builds them. Resolves to its address, the
 * process ids of its parts, and `stop`, which removes its data.
 */
export async function startCluster({ folder, shards }) {
  const programs = await find(folder);
  await build(() => undefined);
  const { startPostgres } = await import('../dist/src/dev/postgres.js');
  const { freePort } = await import('../dist/src/dev/free-port.js');
  const data = await newFolder();
  const database = {
    directory: path.join(data, 'postgres'),
    port: await freePort(25_432),
    password: PASSWORD,
  };
  const postgres = await startPostgres(database);
  const started = [() => rm(data, { recursive: true, force: true }), () => postgres.stop()];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    await makeSchemas(programs.sql, database.port);
    const ports = {};
    for (const [index, name] of SERVICES.entries()) {
      ports[name] = await freePort(27_200 + index * 100);
      ports[`${name} members`] = await freePort(27_600 + index * 100);
    }
    await writeSettings(path.join(data, 'config'), { database, ports, shards });
    const server = startServer(programs.server, data);
    started.push(server.stop);
    const address = `127.0.0.1:${ports.frontend}`;
    await makeNamespace(address, server);
    return { address, pids: { temporal: server.pid, "Temporal's PostgreSQL": postgres.pid }, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function find(folder) {
  const programs = Object.fromEntries(['server', 'sql'].map((name) => [name, path.resolve(folder, name)]));
  for (const file of Object.values(programs))
    await access(file).catch(() => {
      throw new Error(`${file} is missing; docs/capacity.md says how Go builds it`);
    });
  return programs;
}

async function makeSchemas(tool, port) {
  const run = (database, ...args) => {
    const where = ['--plugin', 'postgres12', '--ep', '127.0.0.1', '-p', String(port), '-u', 'parley'];
    const env = { ...process.env, SQL_PASSWORD: PASSWORD };
    return promisify(execFile)(tool, [...where, '--db', database, ...args], { env });
  };
  for (const [database, schema] of [
    ['temporal', 'temporal'],
    ['temporal_visibility', 'visibility'],
  ]) {
    await run(database, 'create-database');
    await run(database, 'setup-schema', '-v', '0.0');
    await run(database, 'update-schema', '--schema-name', `postgresql/v12/${schema}`);
  }
}

/** The server reads YAML, of which JSON is a part. */
async function writeSettings(folder, { database, ports, shards }) {
  const store = (name, connections) => ({
    sql: {
      ...{ pluginName: 'postgres12', databaseName: name, connectAddr: `127.0.0.1:${database.port}` },
      ...{ connectProtocol: 'tcp', user: 'parley', password: PASSWORD },
      ...{ maxConns: connections, maxIdleConns: connections, maxConnLifetime: '1h' },
    },
  });
  const service = (name) => ({
    rpc: { grpcPort: ports[name], membershipPort: ports[`${name} members`], bindOnLocalHost: true },
  });
  const frontend = `127.0.0.1:${ports.frontend}`;
  const active = { enabled: true, initialFailoverVersion: 1, rpcName: 'frontend', rpcAddress: frontend };
  const off = { history: { state: 'disabled' }, visibility: { state: 'disabled' } };
  const settings = {
    log: { stdout: true, level: 'error' },
    persistence: {
      ...{ defaultStore: 'main', visibilityStore: 'visibility', numHistoryShards: shards },
      datastores: { main: store('temporal', 20), visibility: store('temporal_visibility', 10) },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(SERVICES.map((name) => [name, service(name)])),
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active', clusterInformation: { active } },
    },
    ...{ dcRedirectionPolicy: { policy: 'noop' }, archival: off, namespaceDefaults: { archival: off } },
    dynamicConfigClient: {
      ...{ filepath: path.join(root, 'deploy/temporal/dynamic-config.yaml'), pollInterval: '10s' },
    },
    publicClient: { hostPort: frontend },
  };
  await mkdir(folder);
  await writeFile(path.join(folder, 'bench.yaml'), JSON.stringify(settings));
}

function startServer(program, data) {
  const child = spawn(program, ['--root', data, '--env', 'bench', '--allow-no-auth', 'start'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let words = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => (words = (words + chunk).slice(-2_000)));
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  const ensureRuns = () => {
    if (child.exitCode !== null) throw new Error(`Temporal ended while starting: ${words}`);
  };
  return { pid: child.pid, stop, ensureRuns };
}

/** With the search attributes, which the product makes too; here they are known before the first conversation. */
async function makeNamespace(address, server) {
  const { searchAttributeNames } = await import('../dist/src/temporal/provision.js');
  const connection = Connection.lazy({ address });
  const { workflowService, operatorService } = connection;
  const answers = (call) => async () => {
    server.ensureRuns();
    const calling = connection.withDeadline(Date.now() + 2_000, call);
    return calling.then(
      () => true,
      () => false,
    );
  };
  await until(
    answers(() => workflowService.getSystemInfo({})),
    'the start of Temporal',
    120_000,
  );
  await workflowService.registerNamespace({
    ...{ namespace: NAMESPACE, workflowExecutionRetentionPeriod: { seconds: 259_200 } },
  });
  const searchAttributes = Object.fromEntries(searchAttributeNames.map((name) => [name, 2]));
  await until(
    answers(() => operatorService.addSearchAttributes({ namespace: NAMESPACE, searchAttributes })),
    'the search attributes',
    120_000,
  );
  const query = searchAttributeNames.map((name) => `${name} = 'none'`).join(' OR ');
  await until(
    answers(() => workflowService.countWorkflowExecutions({ namespace: NAMESPACE, query })),
    'the first query',
    120_000,
  );
  await connection.close();
}

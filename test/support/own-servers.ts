import { mkdtemp, rm, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readEnv } from '../../src/config.js';
import { ensureDatabase, postgresUrl, startPostgres } from '../../src/dev/postgres.js';
import { findTemporalBinary } from '../../src/dev/temporal-binary.js';
import { startTemporalServer } from '../../src/dev/temporal-server.js';
import { migrate } from '../../src/store/migrate.js';
import { lastingPort } from './lasting-port.js';

/** A server that a test may stop and start again on the same port. */
export interface OwnServer {
  /** Address (Temporal) or URL (PostgreSQL). */
  address: string;
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Deletes its data; only while it is stopped. */
  forget(): Promise<void>;
}

/** Starts a separate Temporal server. The caller must stop it and forget its data. */
export async function ownTemporal(): Promise<OwnServer> {
  const folder = await ownFolder('temporal');
  const binary = await findTemporalBinary({ environment: readEnv(), progress: () => undefined });
  const port = await lastingPort();
  const options = { ...binary, directory: path.join(folder, 'data'), port, namespace: 'default' };
  let server = await startTemporalServer(options);
  return {
    address: `127.0.0.1:${port}`,
    start: async () => {
      server = await startTemporalServer(options);
    },
    stop: () => server.stop(),
    forget: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Starts a separate, migrated PostgreSQL. The caller must stop it and forget its data. */
export async function ownPostgres(): Promise<OwnServer> {
  const folder = await ownFolder('postgres');
  const port = await lastingPort();
  const options = { directory: path.join(folder, 'data'), port, password: 'own-server', volatile: true };
  let server = await startPostgres(options);
  await ensureDatabase(options, 'parley');
  const address = postgresUrl(options, 'parley');
  await migrate(address);
  return {
    address,
    start: async () => {
      server = await startPostgres(options);
    },
    stop: () => server.stop(),
    forget: () => rm(folder, { recursive: true, force: true }),
  };
}

async function ownFolder(name: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), `parley-own-${name}-`));
  // PostgreSQL runs under another account when the tests run as root.
  await chmod(folder, 0o755);
  return folder;
}

import { createApi, createWorker, type ApiExtras } from './app.js';
import { parseConfig, parseMigrateConfig, readEnv } from './config.js';
import { createLogger } from './logger.js';
import { untilStopped } from './shutdown.js';
import { refuseDatabase } from './start-refused.js';
import { migrate } from './store/migrate.js';
import { installRuntime } from './temporal/runtime.js';

/** Runs the API until the process is asked to stop; resolves with the exit code. `extras` are the launcher's. */
export async function runApi(extras: ApiExtras = {}): Promise<number> {
  const settings = parseConfig(readEnv());
  const logger = createLogger({ level: settings.config.logLevel, name: 'api' });
  const api = await createApi(settings, { logger, ...extras });
  logger.info({ port: api.port }, 'listening');
  tellLauncher();
  return untilStopped({ parts: [{ name: 'api', stop: () => api.stop() }], logger, graceMs: 15_000 });
}

/** Runs a Temporal worker until the process is asked to stop; resolves with the exit code. */
export async function runWorker(): Promise<number> {
  const settings = parseConfig(readEnv());
  const logger = createLogger({ level: settings.config.logLevel, name: 'worker' });
  installRuntime(logger);
  const worker = await createWorker(settings, { logger });
  const failed = worker.run().then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => {
      logger.fatal({ err: error }, 'the worker broke down');
      return 1;
    },
  );
  tellLauncher();
  const parts = [{ name: 'worker', stop: () => worker.stop() }];
  return Promise.race([failed, untilStopped({ parts, logger, graceMs: 45_000 })]);
}

/** Brings the database up to date; resolves with the exit code. */
export async function runMigrate(): Promise<number> {
  const { databaseUrl } = parseMigrateConfig(readEnv());
  const logger = createLogger({ level: 'info', name: 'migrate' });
  const applied = await migrate(databaseUrl).catch(refuseDatabase(databaseUrl));
  logger.info({ applied }, 'the database is up to date');
  return 0;
}

function tellLauncher(): void {
  process.send?.('ready');
}

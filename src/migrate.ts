import { parseMigrateConfig, readEnv } from './config.js';
import { createLogger } from './logger.js';
import { refuseDatabase } from './start-refused.js';
import { migrate } from './store/migrate.js';

/** Brings the database up to date; resolves with the exit code. */
export async function runMigrate(): Promise<number> {
  const { databaseUrl } = parseMigrateConfig(readEnv());
  const logger = createLogger({ level: 'info', name: 'migrate' });
  const applied = await migrate(databaseUrl).catch(refuseDatabase(databaseUrl));
  logger.info({ applied }, 'the database is up to date');
  return 0;
}

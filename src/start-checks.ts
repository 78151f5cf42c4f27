import { describeError } from './errors.js';
import type { Settings } from './config.js';
import type { Logger } from './logger.js';
import type { MediaStorage } from './media/storage.js';
import { refuseDatabase, refuseStart, StartRefused } from './start-refused.js';
import type { Db } from './store/db.js';
import { createReadiness } from './store/readiness.js';
import type { KeyRing } from './store/secrets.js';

/** What the checks look at. */
export interface StartCheckDeps {
  settings: Settings;
  db: Db;
  keyRing: KeyRing;
  storage: MediaStorage;
  log: Logger;
}

/**
 * Refuses a start that waiting cannot help: a password or database that PostgreSQL does not know, secrets under keys
 * that are missing, a place for files that cannot be written. Problems that may pass (a server that is down, a schema
 * that is being brought up to date) are logged and shown by `/readyz`. Throws `StartRefused`.
 */
export async function checkParts(deps: StartCheckDeps): Promise<void> {
  await Promise.all([checkDatabase(deps), checkStorage(deps)]);
}

async function checkDatabase({ db, keyRing, log, settings }: StartCheckDeps): Promise<void> {
  const state = await createReadiness(db, keyRing)();
  if (state === 'other_keys') {
    throw new StartRefused(
      'Secrets are stored under a key that is not in PARLEY_ENCRYPTION_KEYS: give the key they were written with, after the newest',
    );
  }
  if (state === 'down') await db.query('SELECT 1').catch(refuseForGood(settings.secrets.databaseUrl));
  if (state !== 'up') log.warn({ database: state }, 'the database cannot be used yet');
}

/** Passes on only a wrong user, password or database (SQLSTATE 28… and 3D…). */
function refuseForGood(databaseUrl: string): (error: unknown) => void {
  return (error) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (/^(28|3D)/.test(code)) refuseDatabase(databaseUrl)(error);
  };
}

async function checkStorage({ storage, log, settings: { config } }: StartCheckDeps): Promise<void> {
  try {
    await storage.check();
  } catch (error) {
    const place =
      config.media.type === 'folder'
        ? `${config.media.folder} (PARLEY_MEDIA_DIR)`
        : `${config.media.bucket} (PARLEY_S3_BUCKET)`;
    if (config.media.type === 'folder' || isRefusal(error))
      refuseStart(`Files cannot be kept in ${place}`)(error);
    log.warn(describeError(error), 'the storage of files does not answer yet');
  }
}

/** The object storage answered with a refusal. */
function isRefusal(error: unknown): boolean {
  const metadata = error instanceof Error && '$metadata' in error ? error.$metadata : undefined;
  const status =
    metadata instanceof Object && 'httpStatusCode' in metadata ? Number(metadata.httpStatusCode) : 0;
  return status >= 400 && status < 500;
}

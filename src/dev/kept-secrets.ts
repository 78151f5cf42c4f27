import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readStrings, writePrivateJson } from './private-file.js';

/** Secrets that `npm start` generates the first time and keeps for later starts. */
export interface KeptSecrets {
  adminKey: string;
  /** In the form of PARLEY_ENCRYPTION_KEYS. */
  encryptionKeys: string;
  /** Password of the embedded PostgreSQL. */
  databasePassword: string;
}

/**
 * Reads the secrets of a data folder and generates missing ones (file mode 0600). Given ones win and are not stored.
 */
export async function keptSecrets(
  dataDir: string,
  given: { adminKey?: string; encryptionKeys?: string },
): Promise<KeptSecrets> {
  const file = path.join(dataDir, 'secrets.json');
  const known = await readStrings(file);
  const kept = {
    adminKey: known.adminKey ?? `parley_admin_${randomBytes(24).toString('base64url')}`,
    encryptionKeys: known.encryptionKeys ?? randomBytes(32).toString('base64'),
    databasePassword: known.databasePassword ?? randomBytes(18).toString('base64url'),
  };
  if (Object.keys(known).length < Object.keys(kept).length) await writePrivateJson(file, kept);
  return {
    ...kept,
    adminKey: given.adminKey ?? kept.adminKey,
    encryptionKeys: given.encryptionKeys ?? kept.encryptionKeys,
  };
}

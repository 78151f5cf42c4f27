import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { readStrings, writePrivateJson } from './private-file.js';

/** What `npm start` makes at its first start and keeps for all later ones. */
export interface KeptSecrets {
  adminKey: string;
  /** As PARLEY_ENCRYPTION_KEYS takes it. */
  encryptionKeys: string;
  /** Of the embedded PostgreSQL. */
  databasePassword: string;
}

/** Reads the secrets of a data folder, making what is missing (file mode 0600). What the caller gives wins, unkept. */
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

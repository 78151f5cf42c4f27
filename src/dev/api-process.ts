import path from 'node:path';
import { parseConfig, readEnv } from '../config.js';
import { runApi } from '../run.js';
import { openDb } from '../store/db.js';
import { sandboxPhone } from './phone/routes.js';
import { readStrings } from './private-file.js';

// The API as the launcher runs it: with the sandbox phone, which no other process has.
const { config, secrets } = parseConfig(readEnv());
const phone = sandboxPhone({
  db: openDb(secrets.databaseUrl, { maxConnections: 2 }),
  instanceId: async () => (await readStrings(path.join(config.dataDir, 'seed.json'))).instanceId ?? '',
});
process.exit(await runApi({ extraRoutes: phone }));

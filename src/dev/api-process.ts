import path from 'node:path';
import { runApi } from '../api.js';
import { parseConfig, readEnv } from '../config.js';
import { explainStart } from '../start-refused.js';
import { openDb } from '../store/db.js';
import { sandboxPhone } from './phone/routes.js';
import { readStrings } from './private-file.js';

// The API as `npm start` runs it: with the sandbox phone, which exists only there.
const { config, secrets } = parseConfig(readEnv());
const phone = sandboxPhone({
  db: openDb(secrets.databaseUrl, { maxConnections: 2 }),
  instanceId: async () => (await readStrings(path.join(config.dataDir, 'seed.json'))).instanceId ?? '',
});
const code = await runApi({ extraRoutes: phone, openSandbox: true }).catch((error: unknown) => {
  process.stderr.write(`${explainStart(error)}\n`);
  return 1;
});
process.exit(code);

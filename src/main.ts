import { explainStart } from './start-refused.js';

const usage = 'Usage: node dist/src/main.js api | worker | migrate | dev\n';

// Each command loads only what it needs: a worker no Express, an API no Temporal worker and no embedded servers.
const commands: Record<string, () => Promise<number>> = {
  api: async () => (await import('./api.js')).runApi(),
  worker: async () => (await import('./worker.js')).runWorker(),
  migrate: async () => (await import('./migrate.js')).runMigrate(),
  dev: async () => (await import('./dev/launch.js')).launch(),
};

async function main(name: string | undefined): Promise<number> {
  const command = commands[name ?? ''];
  if (!command) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    return await command();
  } catch (error) {
    process.stderr.write(`${explainStart(error)}\n`);
    return 1;
  }
}

process.exit(await main(process.argv[2]));

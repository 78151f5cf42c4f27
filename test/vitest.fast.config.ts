import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

const folder = import.meta.dirname;

/** What needs PostgreSQL, Temporal, a browser or the built product, or waits for time limits by the minute. */
const needsServers =
  /\binject\(|\bplaywright-core\b|\b(?:spawn|fork)\(|src\/dev\/(?:postgres|temporal-server|temporal-binary|launch)\.js|docker|createScripts\(|dist\/console/;

/** Whether a test, or anything of `test/` that it imports, needs a server. */
function isSlow(file: string, seen = new Set<string>()): boolean {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, 'utf8');
  if (needsServers.test(text)) return true;
  const imports = [...text.matchAll(/from '(\.[^']+)\.js'/g)].map(([, name = '']) =>
    path.resolve(path.dirname(file), `${name}.ts`),
  );
  return imports.some((next) => next.startsWith(`${folder}/`) && isSlow(next, seen));
}

const tests = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.test.ts'),
);

/** Every test that needs no server, browser or build; the others are in `vitest.config.ts` alone. */
export default defineConfig({
  test: {
    root: path.resolve(folder, '..'),
    include: tests.filter((name) => !isSlow(path.join(folder, name))).map((name) => `test/${name}`),
    pool: 'forks',
    execArgv: ['--import', `${folder}/support/typescript-threads.mjs`],
    testTimeout: 60_000,
    // A state is waited for as long as a busy machine may take: one second would be a test of the machine.
    expect: { poll: { timeout: 40_000, interval: 20 } },
  },
});

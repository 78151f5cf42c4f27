import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    globalSetup: ['test/support/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    // Most tests wait for a server most of the time.
    maxWorkers: 2 * availableParallelism(),
    execArgv: ['--import', `${import.meta.dirname}/support/typescript-threads.mjs`],
    testTimeout: 240_000,
    hookTimeout: 240_000,
    teardownTimeout: 30_000,
    // A state is waited for as long as a busy machine may take: one second would be a test of the machine.
    expect: { poll: { timeout: 90_000, interval: 20 } },
  },
});

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    globalSetup: ['test/support/global-setup.ts'],
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    testTimeout: 60_000,
    // Real servers share the machine with whatever else runs there: a state that was not reached in time is looked for
    // once more. A test that needs this shows in the report.
    retry: 1,
    hookTimeout: 120_000,
    teardownTimeout: 30_000,
  },
});

import { defineConfig, mergeConfig } from 'vitest/config';
import tests from '../vitest.config.js';

// Takes the pictures of docs/images: npx vitest run --config test/pictures/vitest.config.ts
export default mergeConfig(
  { ...tests, test: { ...tests.test, include: [] } },
  defineConfig({ test: { include: ['test/pictures/take*.ts'] } }),
);

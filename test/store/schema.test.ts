import { expect, test } from 'vitest';
import { databaseForThisTest } from '../support/postgres.js';
import { dumpSchema } from './schema-dump.js';

test('src/store/schema.sql is what the migrations make (rewrite it with `npm run schema`)', async () => {
  const { url } = await databaseForThisTest();
  await expect(await dumpSchema(url)).toMatchFileSnapshot('../../src/store/schema.sql');
});

import pg from 'pg';
import { afterAll, beforeAll, inject } from 'vitest';

/**
 * Lets the tests of this file run while no other file that calls this does. Each of them starts a launcher, and
 * launchers look for free ports from the same numbers on: a second one would take the port of a part that is down.
 */
export function onlyLauncher(): void {
  let lock: pg.Client | undefined;
  beforeAll(async () => {
    lock = new pg.Client({ connectionString: inject('adminDatabaseUrl') });
    await lock.connect();
    await lock.query(`SELECT pg_advisory_lock(hashtext('only one launcher'))`);
  }, 900_000);
  afterAll(() => lock?.end());
}

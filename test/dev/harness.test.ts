import pg from 'pg';
import { expect, test } from 'vitest';
import { databaseForThisTest } from '../support/postgres.js';
import { connectTemporal } from '../support/temporal.js';

test('every test gets a database of its own', async () => {
  const [first, second] = await Promise.all([databaseForThisTest(), databaseForThisTest()]);
  const client = new pg.Client({ connectionString: first.url });
  await client.connect();
  await client.query('CREATE TABLE only_here (id int)');
  await client.end();
  const other = new pg.Client({ connectionString: second.url });
  await other.connect();
  await expect(other.query('SELECT * FROM only_here')).rejects.toThrow('does not exist');
  await other.end();
});

test('the Temporal server of the run knows the search attributes of a conversation', async () => {
  const { client, close } = await connectTemporal();
  const { customAttributes } = await client.connection.operatorService.listSearchAttributes({
    namespace: 'default',
  });
  expect(Object.keys(customAttributes ?? {})).toEqual(
    expect.arrayContaining(['ParleyInstance', 'ParleyStatus', 'ParleyTypebot', 'ParleyContact']),
  );
  await close();
});

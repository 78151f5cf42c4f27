// The least a webhook can cost: Express, its JSON parser, one INSERT, 200. Prints its port. Needs DATABASE_URL.
import express from 'express';
import pg from 'pg';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query(
  'CREATE TABLE IF NOT EXISTS bench_bare (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body jsonb)',
);

const app = express();
app.post('/webhook', express.json(), async (request, response) => {
  await pool.query({
    name: 'insert',
    text: 'INSERT INTO bench_bare (body) VALUES ($1)',
    values: [JSON.stringify(request.body)],
  });
  response.json({ ok: true });
});
const server = app.listen(0, '127.0.0.1', () => process.stdout.write(`${server.address().port}\n`));

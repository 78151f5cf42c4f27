// Measures the longest time for which one HTTP request blocks the API's event loop, by the API's own metric. Every
// operation gets its largest and worst bodies, and so does a signed webhook. Starts its own product. Prints all rows
// above the limit and the longest ten; exits with 1 if there are rows above the limit.
// Usage: node bench/loop-blocks-http.mjs [words of the name]
import { httpCases } from './loop-blocks/over-http.mjs';
import { startProduct, startViewer } from './killable-parley.mjs';
import { caller } from './stand-ins.mjs';

const LIMIT_MS = 100;
/** prom-client samples the delay every ten milliseconds, so this much is not caused by the request. */
const PRECISION_MS = 10;
const wanted = process.argv.slice(2);

process.env.PARLEY_RATE_LIMIT = '0';
process.env.PARLEY_MAX_KEYS = '0';
process.env.PARLEY_MAX_INSTANCES = '0';
process.env.PARLEY_MAX_TYPEBOTS = '0';
process.env.PARLEY_MAX_SUBSCRIPTIONS = '0';
const viewer = await startViewer();
const product = await startProduct();
const { api_url: api, api_key: key } = product.connection;
const rows = [];
const statuses = {};
try {
  for (const { name, make } of await httpCases(caller(product.connection), viewer.url)) {
    if (wanted.every((word) => name.includes(word))) rows.push({ name, ms: await longest(make) });
  }
} finally {
  await product.stop();
  viewer.close();
}

const longestFirst = rows.toSorted((a, b) => b.ms - a.ms);
for (const [at, row] of longestFirst.entries()) if (at < 10 || row.ms > LIMIT_MS) print(row);
process.stdout.write(`${rows.length} requests; answers by status ${JSON.stringify(statuses)}\n`);
process.exitCode = longestFirst.some(({ ms }) => ms > LIMIT_MS) ? 1 : 0;

function print({ name, ms }) {
  process.stdout.write(`${ms.toFixed(1).padStart(9)} ms  ${ms > LIMIT_MS ? 'TOO LONG ' : ''}${name}\n`);
}

/** The shortest of three tries counts, because a long block may be due to garbage collection. */
async function longest(make) {
  const first = await block(make());
  if (first <= LIMIT_MS) return first;
  return Math.min(first, await block(make()), await block(make()));
}

async function block({ method, url, body, headers }) {
  await delayMs();
  const response = await fetch(api + url, {
    method,
    headers: { 'api-key': key, 'content-type': 'application/json', ...headers },
    body,
  });
  await response.arrayBuffer();
  statuses[response.status] = (statuses[response.status] ?? 0) + 1;
  return Math.max(0, (await delayMs()) - PRECISION_MS);
}

/** The longest delay of the API's event loop since the last call. */
async function delayMs() {
  const text = await (await fetch(`${api}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]) * 1_000;
}

// (b) The answer to a webhook, beside Express with one INSERT. A long debounce keeps turns out of the way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { columns, inTurn, median, perSecond, ratio, rounded } from '../figures.mjs';
import { newPhone } from '../stand-ins.mjs';

export const title = 'Webhook answered (ms), and requests a second in 20 lanes';

async function startBare(databaseUrl) {
  const file = fileURLToPath(new URL('../bare-server.mjs', import.meta.url));
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(child.stdout, 'data');
  const body = JSON.stringify({ version: 1, events: [{ id: 'x'.repeat(36), type: 'message', text: 'hi' }] });
  const post = async () => {
    const beganMs = performance.now();
    const headers = { 'content-type': 'application/json' };
    const url = `http://127.0.0.1:${Number(String(port))}/webhook`;
    await (await fetch(url, { method: 'POST', headers, body })).text();
    return performance.now() - beganMs;
  };
  return { post, stop: () => child.kill() };
}

/** Posts with pauses, in which what follows an answer is done: at full speed it is counted in requests a second. */
async function several(count, post) {
  const times = [];
  for (let done = 0; done < count; done += 1) {
    times.push(await post());
    await sleep(40);
  }
  return times;
}

export async function run(world, { rounds, posts, seconds }) {
  const bare = await startBare(world.connection.database_url);
  const instance = await world.instance({ debounce_ms: 60_000 });
  const phones = Array.from({ length: 20 }, newPhone);
  let next = 0;
  const post = () => world.post(instance, phones[(next += 1) % phones.length]);
  for (const one of [bare.post, post]) await several(40, one);
  const times = await inTurn(rounds, {
    bare: () => several(posts, bare.post),
    parley: () => several(posts, post),
  });
  const rates = await inTurn(rounds, {
    bare: () => perSecond(20, seconds / rounds, bare.post),
    parley: () => perSecond(20, seconds / rounds, (lane) => world.post(instance, phones[lane])),
  });
  bare.stop();
  await world.call('DELETE', `/instances/${instance}`);
  return [
    {
      what: 'Express + INSERT',
      ...columns('ack', times.bare.flat()),
      'requests/s': rounded(median(rates.bare)),
    },
    { what: 'Parley', ...columns('ack', times.parley.flat()), 'requests/s': rounded(median(rates.parley)) },
    {
      what: 'ratio',
      'ack p50': ratio(times.parley.map(median), times.bare.map(median)),
      'requests/s': ratio(rates.parley, rates.bare),
    },
  ];
}

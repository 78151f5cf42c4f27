import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Db } from '../../src/store/db.js';
import { startApi } from './api.js';
import type { Api } from './api.js';
import { countAll, keyedPaths, keyedPosts, makeIds, untried } from './keyed-posts.js';

/**
 * A database whose process dies right after one of its commits: nothing that it asks for afterwards is done, and the
 * answer is lost. `restart` brings it back.
 */
function mortal(real: Db) {
  let commitsLeft = Infinity;
  let dead = false;
  const run = async <T>(work: () => Promise<T>, commits: boolean): Promise<T> => {
    if (dead) throw new Error('the process is dead');
    const result = await work();
    if (!commits) return result;
    commitsLeft -= 1;
    // Work side by side may commit after the death, too late to tell anybody.
    dead = commitsLeft <= 0;
    if (dead) throw new Error('the process died');
    return result;
  };
  const db: Db = {
    ...real,
    query: (text, values) => run(() => real.query(text, values), !/^\s*SELECT/i.test(text)),
    transaction: (work) => run(() => real.transaction(work), true),
  };
  return {
    db,
    dieAfterCommit: (nth: number) => {
      commitsLeft = nth;
    },
    /** Whether it died. */
    restart: () => {
      const died = dead;
      [dead, commitsLeft] = [false, Infinity];
      return died;
    },
  };
}

let api: Api;
let life: ReturnType<typeof mortal>;

beforeAll(async () => {
  api = await startApi({ overDb: (real) => (life = mortal(real)).db });
});
afterAll(() => api.close());

/** What the request adds, when the process dies after its nth commit and the caller repeats it. */
async function dyingAfter(nth: number, path: string) {
  const { key, ...ids } = await makeIds(api);
  const { path: target, json, headers } = keyedPosts[path]?.(ids) ?? { path };
  const keyed = { 'idempotency-key': randomUUID(), ...headers };
  const post = () => api.call('POST', target, { key, json, headers: keyed, undocumented: true });
  const before = await countAll(api);
  life.dieAfterCommit(nth);
  const first = await post();
  const died = life.restart();
  const repeated = died ? await post() : first;
  const after = await countAll(api);
  const added = Object.fromEntries(
    Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]),
  );
  const again = await post();
  expect(await countAll(api)).toEqual(after);
  expect(again).toMatchObject({ status: repeated.status, body: repeated.body });
  return { died, added, status: repeated.status };
}

test.for(Object.keys(keyedPosts))(
  'POST %s is done once, at whichever commit the process dies',
  async (path) => {
    const undisturbed = await dyingAfter(Infinity, path);
    expect(undisturbed.status).toBeLessThan(300);
    for (let nth = 1; ; nth += 1) {
      const { died, added, status } = await dyingAfter(nth, path);
      expect({ nth, status, added }).toEqual({ nth, status: undisturbed.status, added: undisturbed.added });
      if (!died) break;
    }
  },
);

test('every POST that documents an Idempotency-Key is in this table', async () => {
  expect(await keyedPaths(api)).toEqual([...Object.keys(keyedPosts), ...untried].toSorted());
});

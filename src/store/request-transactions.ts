import { AsyncLocalStorage } from 'node:async_hooks';
import type { Db, Tx } from './db.js';

/** Lets everything that a request does be one transaction, whoever does it. */
export interface RequestTransactions {
  /**
   * The same database. Inside `inOne` its statements and transactions are part of the request's transaction, and
   * `onCommit` waits for the end of that; elsewhere nothing is different.
   */
  db: Db;
  /**
   * Runs `work` in one transaction, repeated as every `transaction`, then what it left to `onCommit`. `work` must wait
   * for nothing but PostgreSQL: the transaction's locks are held meanwhile.
   */
  inOne<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
}

interface Shared {
  /** Undefined once it has ended: what runs on after the request uses the database itself. */
  tx: Tx | undefined;
  later: (() => Promise<void>)[];
}

/** Nothing is shared yet. */
export function requestTransactions(db: Db): RequestTransactions {
  const current = new AsyncLocalStorage<Shared>();
  const sharedTx = () => current.getStore()?.tx;
  return {
    db: {
      query: (text, values) => (sharedTx() ?? db).query(text, values),
      transaction: (work) => {
        const tx = sharedTx();
        return tx === undefined ? db.transaction(work) : work(tx);
      },
      onCommit: async (work) => {
        const shared = current.getStore();
        if (shared?.tx === undefined) await db.onCommit(work);
        else shared.later.push(work);
      },
      connect: () => db.connect(),
      close: () => db.close(),
    },
    inOne: async (work) => {
      const { result, later } = await db.transaction((tx) => share(current, tx, work));
      for (const next of later) await next();
      return result;
    },
  };
}

async function share<T>(current: AsyncLocalStorage<Shared>, tx: Tx, work: (tx: Tx) => Promise<T>) {
  const shared: Shared = { tx, later: [] };
  try {
    return { result: await current.run(shared, () => work(tx)), later: shared.later };
  } finally {
    shared.tx = undefined;
  }
}

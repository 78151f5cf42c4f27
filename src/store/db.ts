import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Trouble } from '../../activities/ports/turns.js';
import { isOutdatedPlan, toStatement } from './statements.js';

/** Runs one statement with values. Columns come back under the names written in the statement. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** A transaction; valid until the callback of `transaction` returns. */
export type Tx = Queryable & { readonly inTransaction: true };

/** The database, through a pool of connections. `query` is a transaction by itself, repeated as `transaction` is. */
export interface Db extends Queryable {
  /**
   * Runs `work` in one READ COMMITTED transaction. Repeats it, at most five times, after a serialization failure, a
   * deadlock, a row that another transaction made or removed meanwhile, or a changed schema.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /**
   * For what must not begin before a change is committed: runs `work` at once, or once the transaction that a whole
   * request shares is committed (see `requestTransactions`).
   */
  onCommit(work: () => Promise<void>): Promise<void>;
  /** A connection reserved for LISTEN; the caller releases it. */
  connect(): Promise<pg.PoolClient>;
  close(): Promise<void>;
}

/** Thrown inside a transaction whose state has changed under it, so that all of it is repeated. */
export class RepeatTransaction extends Error {}

const REPEATABLE = new Set(['40001', '40P01', '23503', '23505']);
const MAX_ATTEMPTS = 5;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** How a process uses PostgreSQL. */
export interface DbOptions {
  maxConnections?: number;
  /**
   * The longest that one statement may take, in milliseconds; 0 = no limit. PostgreSQL cancels it then. When PostgreSQL
   * does not answer at all, as after a silent failover, the connection is given up a little later.
   */
  statementMs?: number;
  /**
   * How long a transaction may hold its locks without a statement, in milliseconds; 0 = no limit. PostgreSQL ends it
   * then. Otherwise a process whose host or network is gone keeps its rows locked until TCP gives up, hours later.
   */
  idleInTransactionMs?: number;
  /** How long a statement may wait for a lock, in milliseconds; 0 = as long as it may run. */
  lockMs?: number;
  /** Called when an idle connection is lost. */
  onError?: (error: Error) => void;
}

const STATEMENT_MS = 30_000;
/** A transaction waits for nothing but PostgreSQL, so only a frozen or disconnected process takes this long. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** PostgreSQL's own limit must come first, because its answer says which limit it was. */
const UNHEARD_MS = 2_000;

/** Opens a pool. Nothing connects before the first statement. */
export function openDb(databaseUrl: string, options: DbOptions = {}): Db {
  const pools = leavable(() => openPool(databaseUrl, options));
  return {
    query: (text, values) =>
      repeat(() => pools.leaveIfUnheard((pool) => pool.query(toStatement(text, values)))),
    transaction: (work) => repeat(() => pools.leaveIfUnheard((pool) => once(pool, work))),
    onCommit: (work) => work(),
    connect: () => pools.current().connect(),
    close: () => pools.current().end(),
  };
}

function openPool(databaseUrl: string, options: DbOptions): pg.Pool {
  const { maxConnections = 20, statementMs = STATEMENT_MS, lockMs = 0 } = options;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: maxConnections,
    connectionTimeoutMillis: 5_000,
    statement_timeout: statementMs,
    lock_timeout: lockMs,
    idle_in_transaction_session_timeout: options.idleInTransactionMs ?? IDLE_IN_TRANSACTION_MS,
    query_timeout: statementMs === 0 ? undefined : statementMs + UNHEARD_MS,
    // Detects a peer that vanished, on idle connections too, about ten seconds after this delay.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  pool.on('error', (error) => options.onError?.(error));
  return pool;
}

/**
 * Replaces the whole pool when one of its connections turns out to be dead. The others are as old and most likely dead
 * too, and each would cost its user a full statement timeout to find out.
 */
function leavable(open: () => pg.Pool) {
  let pool = open();
  const leave = (dead: pg.Pool) => {
    if (dead !== pool) return;
    pool = open();
    // Connections in use end with their work. Failing to close a dead one does not matter.
    dead.end().catch(() => undefined);
  };
  return {
    current: () => pool,
    leaveIfUnheard: async <T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> => {
      const used = pool;
      try {
        return await work(used);
      } catch (error) {
        if (isUnheard(error)) leave(used);
        throw error;
      }
    },
  };
}

async function repeat<T>(run: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await run();
    } catch (error) {
      if (attempt >= MAX_ATTEMPTS || !isRepeatable(error)) throw error;
    }
  }
}

async function once<T>(pool: pg.Pool, work: (tx: Tx) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let lost: Error | undefined;
  // A connection lost between two statements emits `error`, which ends the process when nobody listens.
  const onLost = (error: Error) => {
    lost ??= error;
  };
  client.on('error', onLost);
  try {
    await client.query('BEGIN');
    const result = await work({
      inTransaction: true,
      query: (text, values) => client.query(toStatement(text, values)),
    });
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // The driver's own error does not say that the connection was lost.
    if (lost !== undefined) throw lost;
    // A server that does not answer cannot be told to roll back.
    if (isUnheard(error)) lost = error;
    else await client.query('ROLLBACK').catch(onLost);
    throw error;
  } finally {
    client.off('error', onLost);
    client.release(lost);
  }
}

function isRepeatable(error: unknown): boolean {
  if (error instanceof RepeatTransaction || isOutdatedPlan(error)) return true;
  return error instanceof pg.DatabaseError && error.code !== undefined && REPEATABLE.has(error.code);
}

/**
 * SQLSTATEs that mean PostgreSQL cannot be used for now: no connection (08), a transaction ended because its process
 * was silent (25P03), login refused (28), no such database (3D), out of resources (53), starting or stopping (57P),
 * tables or columns missing because the schema is not up to date (42P01, 42703).
 */
const UNAVAILABLE = /^(08|25P03$|28|3D|53|57P|42P01$|42703$)/;

/** Whether PostgreSQL cannot be used or reached now (see `UNAVAILABLE`), so that the caller should try again later. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return UNAVAILABLE.test(error.code ?? '');
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN'].includes(code))
    return true;
  return (
    isUnheard(error) ||
    (error instanceof Error &&
      /Connection terminated|timeout exceeded when trying to connect/i.test(error.message))
  );
}

/** A lock was not free in time; see `DbOptions.lockMs`. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '55P03';
}

/** The driver waited for an answer in vain. */
function isUnheard(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/**
 * Rolled back for another transaction's sake, or no lock or no result in time: the SQLSTATE classes that mean "not
 * now".
 */
const PASSING = /^(40|55|57)/;

/** What an error means for the work that met it; see `Trouble`. */
export function troubleOf(error: unknown): Trouble {
  if (isUnavailable(error)) return 'outage';
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  return error instanceof RepeatTransaction || PASSING.test(code) ? 'passing' : 'fault';
}

const PERSIST_MS = 60_000;
const PERSIST_PAUSE_MS = 250;

/**
 * For work whose loss cannot be made up, such as storing the answer to a call that cannot be repeated: repeats `work`
 * for up to a minute while PostgreSQL is unavailable. `work` must be repeatable.
 */
export async function persistently<T>(work: () => Promise<T>): Promise<T> {
  for (const endsMs = Date.now() + PERSIST_MS; ;) {
    try {
      return await work();
    } catch (error) {
      if (!isUnavailable(error) || Date.now() > endsMs) throw error;
    }
    await sleep(PERSIST_PAUSE_MS);
  }
}

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Trouble } from '../../activities/ports/turns.js';
import { isOutdatedPlan, toStatement } from './statements.js';

/** Runs one statement with values. Column names come back as written in the statement. */
export interface Queryable {
  query<Row extends pg.QueryResultRow>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ rows: Row[]; rowCount: number | null }>;
}

/** A transaction handle; valid until the callback of `transaction` returns. */
export type Tx = Queryable & { readonly inTransaction: true };

export interface Db extends Queryable {
  /**
   * Runs `work` in one READ COMMITTED transaction. Repeats it, at most five times, when PostgreSQL asks for that:
   * serialization failure, deadlock, a row that another transaction made or removed meanwhile, or a schema that changed.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Reserved connection for LISTEN; the caller releases it. */
  connect(): Promise<pg.PoolClient>;
  close(): Promise<void>;
}

/** Thrown inside a transaction that met a state it must look at anew: the whole of it is repeated. */
export class RepeatTransaction extends Error {}

const REPEATABLE = new Set(['40001', '40P01', '23503', '23505']);
const MAX_ATTEMPTS = 5;

pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** How a process uses PostgreSQL. */
export interface DbOptions {
  maxConnections?: number;
  /**
   * The longest one statement may take, in milliseconds; 0 = no limit. PostgreSQL ends it then. Where even that is not
   * heard, as after a silent failover, the connection is given up a little later.
   */
  statementMs?: number;
  /**
   * How long a transaction may hold its locks without a statement, in milliseconds; 0 = for ever. PostgreSQL ends it then:
   * a process whose host or network is gone would otherwise keep its rows locked until TCP gives up, after hours.
   */
  idleInTransactionMs?: number;
  /** How long a statement waits for a lock, in milliseconds; 0 = as long as it may run. */
  lockMs?: number;
  /** Called when a connection that nobody used was lost. */
  onError?: (error: Error) => void;
}

const STATEMENT_MS = 30_000;
/** No transaction waits for anything but PostgreSQL: only a process that is frozen or cut off takes so long. */
const IDLE_IN_TRANSACTION_MS = 10_000;
/** PostgreSQL's own time limit comes first: its answer says which it was. */
const UNHEARD_MS = 2_000;

/** Opens a pool; nothing is connected before the first statement. */
export function openDb(databaseUrl: string, options: DbOptions = {}): Db {
  const pools = leavable(() => openPool(databaseUrl, options));
  return {
    query: (text, values) =>
      planned(() => pools.leaveIfUnheard((pool) => pool.query(toStatement(text, values)))),
    transaction: (work) => repeat(() => pools.leaveIfUnheard((pool) => once(pool, work))),
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
    // A peer that is gone without a word is noticed on idle connections too, some ten seconds after this.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  pool.on('error', (error) => options.onError?.(error));
  return pool;
}

/**
 * A pool that is left for a new one when a connection of it turns out to be dead. Those beside it are as old and most
 * likely as dead: whoever took them one after the other would wait for the time limit of a statement with each.
 */
function leavable(open: () => pg.Pool) {
  let pool = open();
  const leave = (dead: pg.Pool) => {
    if (dead !== pool) return;
    pool = open();
    // Connections in use end with their work. That a dead one cannot be closed is of no interest.
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

async function planned<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!isOutdatedPlan(error)) throw error;
    return run();
  }
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
  // A connection that is lost between two statements tells nobody else, and would end the process.
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
    // The driver's own words for a lost connection do not say that it was one.
    if (lost !== undefined) throw lost;
    // Nothing more can be said to a server that does not answer.
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
 * What PostgreSQL says when it cannot be used as it is, by SQLSTATE: no connection (08), a transaction ended because its
 * process was not heard of (25P03), no entry (28), no such database (3D), no resources (53), going down or starting (57P),
 * tables or columns of a schema that was not brought up to date.
 */
const UNAVAILABLE = /^(08|25P03$|28|3D|53|57P|42P01$|42703$)/;

/** PostgreSQL cannot be used now (see `UNAVAILABLE`, or not reached at all): the caller should try again later. */
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

/** The driver waited for an answer in vain. */
function isUnheard(error: unknown): error is Error {
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Rolled back for another transaction's sake, no lock or no end in time: of SQLSTATE, the classes for 'not now'. */
const PASSING = /^(40|55|57)/;

/** What an error means for work that met it; see `Trouble`. */
export function troubleOf(error: unknown): Trouble {
  if (isUnavailable(error)) return 'outage';
  const code = error instanceof pg.DatabaseError ? (error.code ?? '') : '';
  return error instanceof RepeatTransaction || PASSING.test(code) ? 'passing' : 'fault';
}

const PERSIST_MS = 60_000;
const PERSIST_PAUSE_MS = 250;

/**
 * For what must not be forgotten, such as the answer to a call that cannot be made again: repeats `work`, which must
 * bear that, while PostgreSQL is unavailable, for a minute.
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

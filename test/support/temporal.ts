import { Client, Connection } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { inject } from 'vitest';
import './quiet-runtime.js';

/** A client of the run's Temporal server, namespace `default`. */
export async function connectTemporal(): Promise<{ client: Client; close(): Promise<void> }> {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  return { client: new Client({ connection }), close: () => connection.close() };
}

/** A connection for workers of the run's Temporal server. */
export function connectWorker(): Promise<NativeConnection> {
  return NativeConnection.connect({ address: inject('temporalAddress') });
}

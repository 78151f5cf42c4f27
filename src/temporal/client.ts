import { Client, Connection } from '@temporalio/client';
import type { Secrets } from '../config.js';

export interface TemporalClient {
  client: Client;
  connection: Connection;
  /** Whether Temporal answers now, within a second. Never throws. */
  isUp(): Promise<boolean>;
  close(): Promise<void>;
}

/** Opens nothing before the first call: the API starts and serves while Temporal is down. */
export function createTemporalClient({ connectionOptions, namespace }: Secrets['temporal']): TemporalClient {
  const connection = Connection.lazy(connectionOptions);
  const client = new Client({ connection, namespace });
  return {
    client,
    connection,
    isUp: async () => {
      try {
        await connection.withDeadline(Date.now() + 1_000, () => connection.workflowService.getSystemInfo({}));
        return true;
      } catch {
        return false;
      }
    },
    close: () => connection.close(),
  };
}

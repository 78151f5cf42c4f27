import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { Secrets } from '../config.js';

const ANSWER_MS = 1_000;
/** The status `NOT_FOUND` of gRPC. */
const NOT_FOUND = 5;

export type TemporalState = 'up' | 'down' | 'no_namespace';

export interface TemporalClient {
  client: Client;
  connection: Connection;
  /** Whether Temporal answers now, within a second, and has the namespace. Never throws. */
  state(): Promise<TemporalState>;
  close(): Promise<void>;
}

/**
 * Opens nothing before the first call: the API starts and serves while Temporal is down. `tracing` wraps every call that
 * starts or signals.
 */
export function createTemporalClient(
  { connectionOptions, namespace }: Secrets['temporal'],
  tracing?: WorkflowClientInterceptor,
): TemporalClient {
  const connection = Connection.lazy(connectionOptions);
  const interceptors = { workflow: tracing === undefined ? [] : [tracing] };
  const client = new Client({ connection, namespace, interceptors });
  return {
    client,
    connection,
    state: async () => {
      try {
        await connection.withDeadline(Date.now() + ANSWER_MS, () =>
          connection.workflowService.describeNamespace({ namespace }),
        );
        return 'up';
      } catch (error) {
        return isGrpcServiceError(error) && error.code === NOT_FOUND ? 'no_namespace' : 'down';
      }
    },
    close: () => connection.close(),
  };
}

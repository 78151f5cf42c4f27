import { Client, Connection, isGrpcServiceError } from '@temporalio/client';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import type { Secrets } from '../config.js';

const ANSWER_MS = 1_000;
/** The status `NOT_FOUND` of gRPC. */
const NOT_FOUND = 5;

/** `no_namespace`: Temporal answers, but the configured namespace does not exist. */
export type TemporalState = 'up' | 'down' | 'no_namespace';

/** The connection to Temporal of one process. */
export interface TemporalClient {
  client: Client;
  connection: Connection;
  /** Whether Temporal answers within a second and has the namespace. Never rejects. */
  state(): Promise<TemporalState>;
  close(): Promise<void>;
}

/**
 * Connects at the first call, so that the API starts and serves even while Temporal is down. `tracing` wraps every call
 * that starts or signals a workflow.
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

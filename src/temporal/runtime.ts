import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { LogLevel } from '@temporalio/worker';
import type { Logger } from '../logger.js';

const WORDS: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'debug',
  WARN: 'warn',
  ERROR: 'error',
};

/**
 * Makes the Temporal SDK use Parley's logger and leave the process's signals alone, because Parley stops its parts in
 * its own order. With `metricsPort`, the SDK's metrics are at `http://127.0.0.1:<port>/metrics`. To be called once per
 * process, before the first worker.
 */
export function installRuntime(log: Logger, metricsPort?: number): void {
  const logger = new DefaultLogger('INFO', ({ level, message, meta }) => {
    const { sdkComponent: sdk, workflowId, activityType, attempt, sessionId, turn, error: err } = { ...meta };
    log[WORDS[level]]({ sdk, workflowId, activityType, attempt, sessionId, turn, err }, message);
  });
  const logging = { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } as const;
  const metrics =
    metricsPort === undefined
      ? undefined
      : { prometheus: { bindAddress: `127.0.0.1:${metricsPort}`, useSecondsForDurations: true } };
  Runtime.install({ logger, shutdownSignals: [], telemetryOptions: { logging, metrics } });
}

import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Secrets } from '../config.js';
import type { Traces } from '../tracing/tracing.js';
import { tellNothingForeign } from './told-failures.js';

export interface WorkerParts {
  temporal: Secrets['temporal'];
  taskQueue: string;
  /** Bundle made at build time. */
  workflowBundlePath?: string;
  activities: object;
  traces?: Pick<Traces, 'activity' | 'sinks'>;
}

export interface RunningWorker {
  /** Resolves when the worker has stopped, rejects when it broke down. */
  run(): Promise<void>;
  /** Whether it polls for tasks. */
  isRunning(): boolean;
  /** Lets what is under way end, then stops. Safe to call twice. */
  stop(): Promise<void>;
}

/** `dist/workflow-bundle.js`, beside the compiled program. */
const BUNDLE = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
/** The same workflows with the interceptors that make spans. */
const TRACED_BUNDLE = fileURLToPath(new URL('../../workflow-bundle-traced.js', import.meta.url));

/** Connects at once; throws when Temporal does not answer or has no such namespace. */
export async function createTemporalWorker(parts: WorkerParts): Promise<RunningWorker> {
  const { traces } = parts;
  const connection = await NativeConnection.connect(parts.temporal.connectionOptions);
  const worker = await Worker.create({
    connection,
    namespace: parts.temporal.namespace,
    taskQueue: parts.taskQueue,
    workflowBundle: { codePath: parts.workflowBundlePath ?? (traces ? TRACED_BUNDLE : BUNDLE) },
    activities: parts.activities,
    // A span shows what a history shows: the cleaned error.
    interceptors: { activity: [...(traces ? [traces.activity] : []), tellNothingForeign] },
    sinks: traces?.sinks,
    maxCachedWorkflows: 600,
    maxConcurrentActivityTaskExecutions: 200,
    // A dead worker holds its sticky queue for so long: the next one takes over soon.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    shutdownGraceTime: '20 seconds',
    shutdownForceTime: '30 seconds',
  });
  let running: Promise<void> | undefined;
  return {
    run: () => {
      running = worker.run().finally(() => connection.close());
      return running;
    },
    isRunning: () => worker.getState() === 'RUNNING',
    stop: async () => {
      if (worker.getState() === 'RUNNING') worker.shutdown();
      await running;
    },
  };
}

import { fileURLToPath } from 'node:url';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { Secrets } from '../config.js';
import type { Traces } from '../tracing/tracing.js';
import { tellNothingForeign } from './told-failures.js';

/** What `createTemporalWorker` needs. */
export interface WorkerDeps {
  temporal: Secrets['temporal'];
  taskQueue: string;
  /** Default: the bundle made at build time. */
  workflowBundlePath?: string;
  activities: object;
  traces?: Pick<Traces, 'activity' | 'sinks'>;
}

/** A connected Temporal worker. */
export interface RunningWorker {
  /** Polls for tasks. Resolves when the worker has stopped, rejects when it failed. */
  run(): Promise<void>;
  /** Whether it polls for tasks. */
  isRunning(): boolean;
  /** Lets running tasks end, then stops. May be called twice. */
  stop(): Promise<void>;
}

/**
 * How long one step of a run may hold the workflow thread, by the clock. Temporal's SDK does not document this option. Its
 * own 5 s pass when the process is frozen or starved in the middle of a step, and Node 20 then ends the whole process
 * ("async hook stack has become corrupted"), with all its calls and sends.
 */
const STEP_LIMIT: object = { isolateExecutionTimeout: '10 minutes' };

/** `dist/workflow-bundle.js`, next to the compiled program. */
const BUNDLE = fileURLToPath(new URL('../../workflow-bundle.js', import.meta.url));
/** The same workflows with the interceptors that create spans. */
const TRACED_BUNDLE = fileURLToPath(new URL('../../workflow-bundle-traced.js', import.meta.url));

/** Connects at once. Rejects when Temporal does not answer or does not have the namespace. */
export async function createTemporalWorker(deps: WorkerDeps): Promise<RunningWorker> {
  const { traces } = deps;
  const connection = await NativeConnection.connect(deps.temporal.connectionOptions);
  const worker = await Worker.create({
    connection,
    namespace: deps.temporal.namespace,
    taskQueue: deps.taskQueue,
    workflowBundle: { codePath: deps.workflowBundlePath ?? (traces ? TRACED_BUNDLE : BUNDLE) },
    activities: deps.activities,
    // The span's interceptor comes first (outermost), so that it sees the cleaned error too.
    interceptors: { activity: [...(traces ? [traces.activity] : []), tellNothingForeign] },
    sinks: traces?.sinks,
    maxCachedWorkflows: 600,
    // One thread works on all of them. More at once would not be quicker, and a worker that has just started would
    // begin all the runs it takes over and finish each so late that its task timed out.
    maxConcurrentWorkflowTaskExecutions: 8,
    // Half of the pollers ask for runs that this worker has not cached, such as those of a worker that has stopped.
    nonStickyToStickyPollRatio: 0.5,
    maxConcurrentActivityTaskExecutions: 200,
    // Short, because the tasks of a dead worker wait this long in its sticky queue before another takes them.
    stickyQueueScheduleToStartTimeout: '3 seconds',
    shutdownGraceTime: '20 seconds',
    shutdownForceTime: '30 seconds',
    ...STEP_LIMIT,
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

import { createDeliveryActivities } from '../activities/deliver-event.js';
import { createActivities } from '../activities/index.js';
import type { ActivityDeps } from '../activities/index.js';
import type { TypebotPort } from '../activities/ports/typebot.js';
import { parseConfig, readEnv } from './config.js';
import type { Settings } from './config.js';
import { endBatch } from './conversations/commands/deletions.js';
import { createRelay } from './conversations/relay.js';
import { createChannelPort, createPresence } from './conversations/sends/channel-port.js';
import { createSendRecords } from './conversations/sends/records.js';
import { requestChange } from './conversations/sessions/change.js';
import { keepMedia } from './conversations/turns/keep-media.js';
import { createTurnMedia } from './conversations/turns/media.js';
import { createTurnRecords } from './conversations/turns/records.js';
import { reconcile, sweep } from './conversations/upkeep.js';
import { sweepEvents } from './events-out/sweep-events.js';
import { createLogger } from './logger.js';
import { createProcessRegistry } from './metrics.js';
import { createTranscribeOnce } from './media/transcribe-once.js';
import { closeParts, createParts } from './parts.js';
import type { Parts, ProcessDeps } from './parts.js';
import { tellLauncher, untilStopped } from './shutdown.js';
import { checkParts } from './start-checks.js';
import { refuseStart } from './start-refused.js';
import { createReadiness } from './store/readiness.js';
import { keepProvisioned } from './temporal/provision.js';
import { installRuntime } from './temporal/runtime.js';
import { createTemporalWorker } from './temporal/worker.js';
import { startWorkerServer } from './temporal/worker-server.js';
import type { WorkerServer } from './temporal/worker-server.js';
import { startTracing, tracesToStop } from './tracing/tracing.js';
import { createTranscriber } from './transcription/openai.js';
import { createTypebot } from './typebot/index.js';
import { createScripts } from './typebot/script/scripts.js';
import type { Scripts } from './typebot/script/scripts.js';

/** A worker process that has been created and not yet run. */
export interface RunningWorkerProcess {
  /** Resolves once it has stopped, rejects when it breaks down. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Creates a Temporal worker with all activities, the relay, and the upkeep of Schedules and search attributes. Throws
 * `StartRefused` when Temporal cannot be used, and whenever `checkParts` does.
 */
export async function createWorker(
  settings: Settings,
  deps: ProcessDeps & { workflowBundlePath?: string },
): Promise<RunningWorkerProcess> {
  const parts = createParts(settings, deps);
  await checkParts(parts);
  const scripts = createScripts();
  const activities = {
    ...createActivities(activityDeps(parts, scripts)),
    ...createDeliveryActivities(parts.events.deliverOldest),
  };
  const { temporal } = settings.secrets;
  const { taskQueue } = parts;
  const { workflowBundlePath } = deps;
  const { traces } = deps;
  const worker = await createTemporalWorker({
    ...{ temporal, taskQueue, workflowBundlePath, activities, traces },
  }).catch(
    refuseStart(
      `Temporal at ${temporal.connectionOptions.address ?? 'localhost:7233'} (TEMPORAL_ADDRESS) cannot be used`,
    ),
  );
  const report = await startReport(parts, worker.isRunning);
  const relay = createRelay(parts.core);
  const provisioned = keepProvisioned(parts.temporal, parts.taskQueue, parts.log);
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    await provisioned.stop();
    await worker.stop();
    await scripts.stop();
    await relay.stop();
    await report?.stop();
    await closeParts(parts);
  };
  return {
    run: () => {
      relay.start();
      parts.events.start();
      return worker.run();
    },
    stop: () => (stopped ??= stop()),
  };
}

/** Serves probes and metrics, if a port is set for them. */
async function startReport(
  { settings, db, keyRing, temporal }: Parts,
  isRunning: () => boolean,
): Promise<WorkerServer | undefined> {
  const { workerPort: port, host } = settings.config;
  if (port === 0) return undefined;
  const lookAtDatabase = createReadiness(db, keyRing);
  const needs = async () => {
    const [database, engine] = await Promise.all([lookAtDatabase(), temporal.state()]);
    return { database, temporal: engine };
  };
  const sdkMetricsUrl = `http://127.0.0.1:${port + 1}/metrics`;
  const report = { registry: createProcessRegistry(), sdkMetricsUrl, isRunning, needs };
  return startWorkerServer(report, { port, host }).catch(
    refuseStart(`Port ${port} (PARLEY_WORKER_PORT) cannot be opened`),
  );
}

/** Runs a Temporal worker until the process is asked to stop; resolves to the exit code. */
export async function runWorker(): Promise<number> {
  const settings = parseConfig(readEnv());
  const logger = createLogger({ level: settings.config.logLevel, name: 'worker' });
  const { workerPort } = settings.config;
  installRuntime(logger, workerPort === 0 ? undefined : workerPort + 1);
  const traces = await startTracing(settings.config.tracing, 'worker');
  const worker = await createWorker(settings, { logger, traces });
  const failed = worker.run().then(
    () => new Promise<never>(() => undefined),
    (error: unknown) => {
      logger.fatal({ err: error }, 'the worker broke down');
      return 1;
    },
  );
  tellLauncher();
  const parts = [{ name: 'worker', stop: () => worker.stop() }, ...tracesToStop(traces)];
  return Promise.race([failed, untilStopped({ parts, logger, graceMs: 45_000 })]);
}

/** What the activities depend on, built from the parts of a worker process. */
function activityDeps(parts: Parts, scripts: Scripts): ActivityDeps {
  const { core, db, library, http, settings } = parts;
  const { config } = settings;
  const presence = createPresence(core);
  const typebot = createTypebot({ http, scripts, timeoutMs: config.typebot.timeoutMs });
  return {
    talk: {
      typebot,
      records: createTurnRecords(
        core,
        { publicUrl: config.publicUrl, typebot: config.typebot },
        parts.keyRing,
      ),
      media: turnMedia(parts, typebot),
      presence,
    },
    deliver: { records: createSendRecords(core), channel: createChannelPort(core), presence },
    requestChange: (request) => requestChange(core, request),
    endSessions: ({ endingId }) => endBatch(core, endingId),
    keepMedia: async ({ inboxId, lastTry }) => {
      await keepMedia(core, library, { inboxId, lastTry });
    },
    reconcile: () => reconcile(core, parts.temporal.client, parts.taskQueue),
    sweep: () => sweep(core, library, () => sweepEvents(db)),
  };
}

function turnMedia({ core, db, library, http, settings }: Parts, typebot: TypebotPort) {
  const { transcription } = settings.config;
  const apiKey = settings.secrets.transcriptionApiKey;
  return createTurnMedia({
    ...core,
    library,
    typebot,
    transcribe: createTranscribeOnce({ db, library, transcriber: createTranscriber({ http }) }),
    service: transcription === undefined ? undefined : { ...transcription, apiKey },
  });
}

import type { RequestHandler } from 'express';
import { createEvolutionReader } from './channels/evolution/typebots.js';
import { channelFor, channels } from './channels/index.js';
import { parseConfig, readEnv } from './config.js';
import type { Settings } from './config.js';
import { createAnswerAhead } from './conversations/arrivals/answer-ahead.js';
import type { AnswerAhead } from './conversations/arrivals/answer-ahead.js';
import { createInbound } from './conversations/arrivals/inbound.js';
import { createConversations } from './conversations/conversations.js';
import { createRelay } from './conversations/relay.js';
import { createAuth } from './http/access/auth.js';
import { createAudit } from './http/audit.js';
import { healthRoutes } from './http/health/health.js';
import { createKeyedAnswers } from './http/idempotency.js';
import { createHttpServer } from './http/server.js';
import type { HttpServer } from './http/server.js';
import { webhookRoutes } from './http/webhooks.js';
import { createLogger } from './logger.js';
import { mediaRoutes } from './media/routes.js';
import { createMetrics } from './metrics.js';
import { closeParts, createParts } from './parts.js';
import type { Parts, ProcessDeps } from './parts.js';
import { tellLauncher, untilStopped } from './shutdown.js';
import { checkParts } from './start-checks.js';
import { refuseStart } from './start-refused.js';
import { createReadiness } from './store/readiness.js';
import { requestTransactions } from './store/request-transactions.js';
import { startTracing, tracesToStop } from './tracing/tracing.js';
import { createFlowTrial } from './typebot/calls/try-flow.js';
import { apiSurfaces } from './surfaces/surfaces.js';

/** What only the launcher (`npm start`) adds to the API. */
export interface ApiExtras {
  extraRoutes?: RequestHandler;
  openSandbox?: boolean;
}

/** An API that is listening. */
export interface RunningApi {
  port: number;
  /** Stops accepting requests, lets the running ones finish, closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/** Requests and webhooks must be answered before their callers give up, whatever PostgreSQL does. */
const STATEMENT_MS = 8_000;

/**
 * Starts the API; resolves once it is listening. It can start without PostgreSQL, but not answer. Throws
 * `StartRefused`.
 */
export async function createApi(settings: Settings, deps: ProcessDeps & ApiExtras): Promise<RunningApi> {
  const parts = createParts(settings, { ...deps, statementMs: STATEMENT_MS });
  await checkParts(parts);
  const relay = createRelay(parts.core);
  // Loaded only when tracing is on.
  const spans = deps.traces && (await import('./http/request-spans.js')).requestSpans();
  const ahead = createAnswerAhead(parts.log);
  const server = createServer(parts, { extraRoutes: deps.extraRoutes, requestSpans: spans, ahead });
  const wanted = settings.config.port;
  const port = await server
    .listen(wanted, settings.config.host)
    .catch(refuseStart(`Port ${wanted} (PORT) cannot be opened`));
  parts.events.start();
  relay.start();
  let stopped: Promise<void> | undefined;
  const stop = async () => {
    // Streams never end by themselves, so the server would wait for them.
    await parts.events.streams.stop();
    await server.stop(10_000);
    await ahead.settled();
    await relay.stop();
    await closeParts(parts);
  };
  return { port, stop: () => (stopped ??= stop()) };
}

function createServer(
  parts: Parts,
  { extraRoutes, requestSpans, ahead }: ApiExtras & { requestSpans?: RequestHandler; ahead: AnswerAhead },
): HttpServer {
  const { config, secrets } = parts.settings;
  const { keyRing, log } = parts;
  const transactions = requestTransactions(parts.db);
  const { db } = transactions;
  const core = { ...parts.core, db };
  const metrics = createMetrics({ processMetrics: true });
  const auth = createAuth(db, keyRing, {
    adminKey: secrets.adminKey,
    tokenTtlSeconds: config.tokenTtlSeconds,
  });
  const conversations = createConversations(core, parts.events.watch.onEvent);
  const onUnmatched = (channel: string) => metrics.unmatched.inc({ channel });
  const inbound = createInbound({ ...core, onUnmatched }, ahead);
  const { connect } = core.instances;
  const directory = { types: Object.keys(channels), find: channelFor, connect };
  return createHttpServer({
    surfaces: apiSurfaces({
      config,
      db,
      keyRing,
      auth,
      conversations,
      inbound,
      directory,
      events: parts.events,
      library: parts.library,
      tryFlow: createFlowTrial(parts.http),
      readEvolution: createEvolutionReader(parts.http),
    }),
    health: healthRoutes({
      ...{ db, metrics, now: Date.now },
      checkDatabase: createReadiness(db, keyRing),
      checkTemporal: parts.temporal.state,
    }),
    webhooks: webhookRoutes({ db, keyRing, inbound, connect, metrics, log }),
    extras: [mediaRoutes(parts.library), ...(extraRoutes === undefined ? [] : [extraRoutes])],
    keyed: createKeyedAnswers(transactions, keyRing),
    audit: createAudit(db, log),
    rateLimitPerSecond: config.rateLimitPerSecond,
    info: { version: '0.1.0', publicUrl: config.publicUrl },
    metrics,
    logger: log,
    requestSpans,
  });
}

/** Runs the API until the process is asked to stop; resolves to the exit code. */
export async function runApi(extras: ApiExtras = {}): Promise<number> {
  const settings = parseConfig(readEnv());
  const logger = createLogger({ level: settings.config.logLevel, name: 'api' });
  const traces = await startTracing(settings.config.tracing, 'api');
  const api = await createApi(settings, { logger, traces, ...extras });
  logger.info({ port: api.port }, 'listening');
  tellLauncher();
  const parts = [{ name: 'api', stop: () => api.stop() }, ...tracesToStop(traces)];
  return untilStopped({ parts, logger, graceMs: 15_000 });
}

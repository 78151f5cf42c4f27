import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** Every metric that Parley publishes at `/metrics`. One per process. */
export interface Metrics {
  registry: Registry;
  /** Seconds to answer, by method, route pattern, channel of a webhook, and status. */
  httpSeconds: Histogram<'method' | 'route' | 'channel' | 'status'>;
  /** Events that webhooks brought, by channel and outcome (accepted, duplicate, ignored). */
  inboundEvents: Counter<'channel' | 'outcome'>;
  /** Elements of webhooks that are not events for Parley, by channel and reason. */
  inboundIgnored: Counter<'channel' | 'reason'>;
  /** Notices unknown to Parley, by channel and the provider's name for their type, see `labelWords`. */
  inboundNotices: Counter<'channel' | 'type'>;
  /** Messages that no trigger matched, so that nothing started, by channel. */
  unmatched: Counter<'channel'>;
  /** Refused webhooks, by error code. */
  webhooksRefused: Counter<'code'>;
}

/**
 * Turns foreign words into label values: the first `max` that look like a name are kept, all others become `other`.
 * Otherwise anybody who sends webhooks could create series without end.
 */
export function labelWords(max: number): (word: string | undefined) => string {
  const known = new Set<string>();
  return (word = '') => {
    if (known.has(word)) return word;
    if (known.size >= max || !/^[A-Za-z][\w.-]{0,63}$/.test(word)) return 'other';
    known.add(word);
    return word;
  };
}

/** Metrics of the process itself: memory, CPU, event loop delay, garbage collection. */
export function createProcessRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/**
 * Creates a separate registry, so that two servers in one process do not mix. `processMetrics` adds those of the
 * process.
 */
export function createMetrics(options: { processMetrics: boolean }): Metrics {
  const registry = options.processMetrics ? createProcessRegistry() : new Registry();
  const registers = [registry];
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'parley_http_request_seconds',
      help: 'Time to answer an HTTP request',
      labelNames: ['method', 'route', 'channel', 'status'],
      buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
      registers,
    }),
    inboundEvents: new Counter({
      name: 'parley_inbound_events_total',
      help: 'Events handed over by webhooks',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    inboundIgnored: new Counter({
      name: 'parley_inbound_ignored_total',
      help: 'Elements of webhooks that are no event of ours',
      labelNames: ['channel', 'reason'],
      registers,
    }),
    inboundNotices: new Counter({
      name: 'parley_inbound_notices_total',
      help: 'Notices of types that nobody writes: recorded and ignored',
      labelNames: ['channel', 'type'],
      registers,
    }),
    unmatched: new Counter({
      name: 'parley_messages_unmatched_total',
      help: 'Messages that no trigger matched',
      labelNames: ['channel'],
      registers,
    }),
    webhooksRefused: new Counter({
      name: 'parley_webhooks_refused_total',
      help: 'Webhooks refused',
      labelNames: ['code'],
      registers,
    }),
  };
}

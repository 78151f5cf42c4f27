import {
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhenResult,
  BrokenCircuitError,
  bulkhead,
  BulkheadRejectedError,
  type BulkheadPolicy,
  type CircuitBreakerPolicy,
} from 'cockatiel';
import { TypebotFailure } from '../../../activities/ports/typebot-failure.js';

/** When a viewer's circuit opens and for how long. */
export interface BreakerOptions {
  /** Consecutive outages that open it. */
  failures: number;
  /** How long it stays open before one call may try again. */
  halfOpenAfterMs: number;
  /** Concurrent calls to one origin in this process. */
  parallel?: number;
}

/** Half of the activities that a worker runs at once. */
const PARALLEL = 100;
/** A rejected call is retried after this time plus a random share of it, so that retries do not arrive together. */
const CROWDED_MS = 1_500;

/** The outcome of one call. */
export type Settled<T> = { value: T } | { failure: TypebotFailure };

/** Runs a call under the circuit of its origin. Throws `TypebotFailure` only. */
export type Breaker = <T>(call: BreakerCall<T>) => Promise<T>;

/** One call and the host it goes to. */
export interface BreakerCall<T> {
  /** Scheme, host and port. */
  origin: string;
  run: () => Promise<Settled<T>>;
  /** A cheap health check, made before the first call after an outage. If it fails, the circuit stays open. */
  probe: () => Promise<Settled<unknown>>;
}

interface Circuit {
  policy: CircuitBreakerPolicy;
  places: BulkheadPolicy;
  /** Capacity of `places`. */
  parallel: number;
  openedAtMs: number;
}

/**
 * One circuit per viewer origin, opened by consecutive refused connections and time-outs. While it is open, calls fail
 * as `unreachable` with the time left. It closes after a successful probe, so that no conversation's call is put at
 * risk to find out. Calls beyond `parallel` fail as `crowded`, so that a hanging host cannot use up the whole worker
 * before its circuit opens.
 */
export function createBreaker(options: BreakerOptions): Breaker {
  const circuits = new Map<string, Circuit>();
  return async ({ origin, run, probe }) => {
    const circuit = circuits.get(origin) ?? newCircuit(options);
    remember(circuits, origin, circuit);
    try {
      return await circuit.places.execute(() => guarded(circuit, options, { run, probe }));
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? crowded() : error;
    }
  };
}

/** Circuits kept in one process. A forgotten host starts over with a closed circuit. */
const MAX_CIRCUITS = 1_000;

/** Forgets the least recently called host that has no call under way. */
function remember(circuits: Map<string, Circuit>, origin: string, circuit: Circuit): void {
  circuits.delete(origin);
  circuits.set(origin, circuit);
  if (circuits.size <= MAX_CIRCUITS) return;
  for (const [oldest, { places, parallel }] of circuits) {
    if (oldest === origin || places.executionSlots < parallel) continue;
    circuits.delete(oldest);
    return;
  }
}

async function guarded<T>(
  circuit: Circuit,
  options: BreakerOptions,
  { run, probe }: Pick<BreakerCall<T>, 'run' | 'probe'>,
): Promise<T> {
  if (circuit.policy.state !== CircuitState.Closed) {
    const seen = await throughCircuit(circuit, options, probe);
    // Only the probe was sent, so even its time-out leaves the chat session untouched.
    if ('failure' in seen) throw untouched(seen.failure);
  }
  const settled = await throughCircuit(circuit, options, run);
  if ('failure' in settled) throw settled.failure;
  return settled.value;
}

function crowded(): TypebotFailure {
  const retryAfterMs = CROWDED_MS * (1 + Math.random());
  return new TypebotFailure('crowded', { reason: 'too many calls of this host at once', retryAfterMs });
}

function newCircuit({ failures, halfOpenAfterMs, parallel = PARALLEL }: BreakerOptions): Circuit {
  const policy = circuitBreaker(handleWhenResult(isOutage), {
    breaker: new ConsecutiveBreaker(failures),
    halfOpenAfter: halfOpenAfterMs,
  });
  const circuit: Circuit = { policy, places: bulkhead(parallel), parallel, openedAtMs: 0 };
  policy.onBreak(() => {
    circuit.openedAtMs = Date.now();
  });
  return circuit;
}

async function throughCircuit<T>(
  circuit: Circuit,
  { halfOpenAfterMs }: BreakerOptions,
  run: () => Promise<Settled<T>>,
): Promise<Settled<T>> {
  try {
    return await circuit.policy.execute(run);
  } catch (error) {
    if (!(error instanceof BrokenCircuitError)) throw error;
    const retryAfterMs = Math.max(0, circuit.openedAtMs + halfOpenAfterMs - Date.now());
    return { failure: new TypebotFailure('unreachable', { reason: 'circuit open', retryAfterMs }) };
  }
}

function untouched({ detail: { reason, retryAfterMs } }: TypebotFailure): TypebotFailure {
  return new TypebotFailure('unreachable', { reason, retryAfterMs });
}

function isOutage(settled: unknown): boolean {
  if (typeof settled !== 'object' || settled === null || !('failure' in settled)) return false;
  const { failure } = settled;
  if (!(failure instanceof TypebotFailure)) return false;
  const { status, timedOut } = failure.detail;
  return status === undefined && (failure.kind === 'unreachable' || timedOut === true);
}

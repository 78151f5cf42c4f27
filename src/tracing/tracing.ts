import type { Traces } from './open-telemetry.js';

export type { Traces };

/** OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME: where spans are sent, and under which name. */
export interface TracingConfig {
  endpoint: string;
  serviceName?: string;
}

/**
 * Starts OpenTelemetry for this process. Undefined when tracing is not configured; its packages are then not loaded.
 */
export async function startTracing(
  config: TracingConfig | undefined,
  process: 'api' | 'worker',
): Promise<Traces | undefined> {
  if (config === undefined) return undefined;
  const { openTraces } = await import('./open-telemetry.js');
  return openTraces({ ...config, serviceName: config.serviceName ?? `parley-${process}` });
}

/** The tracer as the last part to stop, because stopping the others creates spans too. */
export function tracesToStop(traces: Traces | undefined): { name: string; stop(): Promise<void> }[] {
  return traces === undefined ? [] : [{ name: 'traces', stop: traces.stop }];
}

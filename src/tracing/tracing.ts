import type { Traces } from './open-telemetry.js';

export type { Traces };

/** Where spans are sent, and under which name; as OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_SERVICE_NAME say. */
export interface TracingConfig {
  endpoint: string;
  serviceName?: string;
}

/** Starts OpenTelemetry for this process. Undefined without a place to send spans to: then nothing of it is loaded. */
export async function startTracing(
  config: TracingConfig | undefined,
  process: 'api' | 'worker',
): Promise<Traces | undefined> {
  if (config === undefined) return undefined;
  const { openTraces } = await import('./open-telemetry.js');
  return openTraces({ ...config, serviceName: config.serviceName ?? `parley-${process}` });
}

/** As the last part of a process to stop: what the others end makes spans too. */
export function tracesToStop(traces: Traces | undefined): { name: string; stop(): Promise<void> }[] {
  return traces === undefined ? [] : [{ name: 'traces', stop: traces.stop }];
}

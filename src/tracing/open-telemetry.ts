import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';

/** What carries spans through Temporal: a request's to its signal, the signal's to the workflow and its activities. */
export type Traces = ReturnType<typeof openTraces>;

/**
 * Registers OpenTelemetry's tracer of this process. Spans leave in batches by OTLP over HTTP; headers, sampler and batch
 * sizes are read from the standard OTEL_… variables by the SDK. Call once.
 */
export function openTraces({ endpoint, serviceName }: { endpoint: string; serviceName: string }) {
  const exporter = new OTLPTraceExporter({ url: `${endpoint}/v1/traces` });
  const resource = new Resource({ 'service.name': serviceName });
  const processor = new BatchSpanProcessor(exporter);
  const provider = new NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  return {
    client: new OpenTelemetryWorkflowClientInterceptor(),
    activity: (...[context]: ConstructorParameters<typeof OpenTelemetryActivityInboundInterceptor>) => ({
      inbound: new OpenTelemetryActivityInboundInterceptor(context),
    }),
    sinks: { exporter: withIdsOnly(makeWorkflowExporter(processor, resource)) },
    /** Sends what is left. */
    stop: async () => {
      await provider.shutdown().catch(() => undefined);
      trace.disable();
    },
  };
}

type WorkflowExporter = ReturnType<typeof makeWorkflowExporter>;

/** The SDK writes all that it knows of a run into each of its spans, the contact's number too: ids are enough. */
function withIdsOnly({ export: { fn, ...sink } }: WorkflowExporter): WorkflowExporter {
  return {
    export: {
      ...sink,
      fn: ({ workflowId, runId, workflowType }, spans) =>
        fn({ workflowId, runId, workflowType } as Parameters<typeof fn>[0], spans),
    },
  };
}

import { trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { Resource } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { OpenTelemetryWorkflowClientInterceptor } from '@temporalio/interceptors-opentelemetry/lib/client/index.js';
import {
  makeWorkflowExporter,
  OpenTelemetryActivityInboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker/index.js';

/** Carries spans through Temporal: from a request to the signal it sends, and on to the workflow and its activities. */
export type Traces = ReturnType<typeof openTraces>;

/**
 * Registers the OpenTelemetry tracer of this process. Spans are sent in batches by OTLP over HTTP; the SDK reads
 * headers, sampler and batch sizes from the standard OTEL_… variables. To be called once.
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
    /** Sends the remaining spans. */
    stop: async () => {
      await provider.shutdown().catch(() => undefined);
      trace.disable();
    },
  };
}

type WorkflowExporter = ReturnType<typeof makeWorkflowExporter>;

/** Keeps only ids: the SDK would add everything it knows of a run to each span, including the contact's number. */
function withIdsOnly({ export: { fn, ...sink } }: WorkflowExporter): WorkflowExporter {
  return {
    export: {
      ...sink,
      fn: ({ workflowId, runId, workflowType }, spans) =>
        fn({ workflowId, runId, workflowType } as Parameters<typeof fn>[0], spans),
    },
  };
}

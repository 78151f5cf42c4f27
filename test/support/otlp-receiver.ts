import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
// The messages of OTLP in the version that the exporter writes.
import otlp from '@opentelemetry/otlp-transformer/build/src/generated/root.js';

/** One span as received by a collector. */
export interface ReceivedSpan {
  service: string;
  name: string;
  traceId: string;
  spanId: string;
  parentSpanId: string;
}

/** A collector's OTLP endpoint over HTTP. */
export interface OtlpReceiver {
  endpoint: string;
  spans: ReceivedSpan[];
  /** Everything that arrived, as raw bytes. */
  bytes(): Buffer;
  close(): Promise<void>;
}

interface WireSpan {
  name: string;
  traceId: Uint8Array;
  spanId: Uint8Array;
  /** Null for the root of a trace. */
  parentSpanId: Uint8Array | null;
}

interface WireRequest {
  resourceSpans: {
    resource: { attributes: { key: string; value: { stringValue: string } }[] };
    scopeSpans: { spans: WireSpan[] }[];
  }[];
}

const hex = (bytes: Uint8Array | null) => Buffer.from(bytes ?? []).toString('hex');

/** The type of the generated code, which has none. */
interface Generated {
  opentelemetry: {
    proto: {
      collector: { trace: { v1: { ExportTraceServiceRequest: { decode(body: Buffer): WireRequest } } } };
    };
  };
}

function spansOf(body: Buffer): ReceivedSpan[] {
  const { v1 } = (otlp as unknown as Generated).opentelemetry.proto.collector.trace;
  const { resourceSpans } = v1.ExportTraceServiceRequest.decode(body);
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) =>
      spans.map((span) => ({
        service: resource.attributes.find(({ key }) => key === 'service.name')?.value.stringValue ?? '',
        name: span.name,
        traceId: hex(span.traceId),
        spanId: hex(span.spanId),
        parentSpanId: hex(span.parentSpanId),
      })),
    ),
  );
}

export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const bodies: Buffer[] = [];
  const spans: ReceivedSpan[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      bodies.push(body);
      if (request.url === '/v1/traces') spans.push(...spansOf(body));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    bytes: () => Buffer.concat(bodies),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { RequestHandler } from 'express';
import { routeOf } from './request-log.js';

/**
 * One span per request, the parent of everything the request causes. It carries the pattern of the path, never the path
 * itself, which may hold phone numbers and secrets. A caller's `traceparent` is ignored: most callers are strangers.
 */
export function requestSpans(): RequestHandler {
  const tracer = trace.getTracer('parley-http');
  return (request, response, next) => {
    const { method } = request;
    const span = tracer.startSpan(method, { kind: SpanKind.SERVER });
    response.once('close', () => {
      const { route, channel } = routeOf(response);
      const status = response.writableFinished ? response.statusCode : 499;
      span.updateName(`${method} ${route}`);
      span.setAttributes({
        ...{ 'http.request.method': method, 'http.route': route, 'http.response.status_code': status },
        ...(channel === '' ? {} : { 'parley.channel': channel }),
      });
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    });
    context.with(trace.setSpan(context.active(), span), next);
  };
}

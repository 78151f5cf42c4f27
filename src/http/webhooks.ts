import { Router } from 'express';
import type { Request, Response } from 'express';
import type { InboundEvent } from '../../activities/ports/messages.js';
import type {
  Channel,
  ChannelContext,
  Parsed,
  WebhookAnswer,
  WebhookHead,
  WebhookRequest,
} from '../channels/channel.js';
import { unknownInstance } from '../channels/provider/signatures.js';
import { arrivalMs } from '../conversations/arrivals/arrival-clock.js';
import type { InboundPort } from '../conversations/arrivals/inbound.js';
import type { Logger } from '../logger.js';
import { labelWords } from '../metrics.js';
import type { Metrics } from '../metrics.js';
import { statusOfCode } from '../errors.js';
import type { AppError } from '../errors.js';
import type { Queryable } from '../store/db.js';
import { findInstance } from '../store/accounts/instances.js';
import type { InstanceRow } from '../store/rows.js';
import type { KeyRing } from '../store/secrets.js';
import { isInstanceId } from './access/instance-access.js';
import { faultOf, storable } from '../foreign/storable.js';
import { readRawBody } from './input/json-body.js';
import { admitRoute, nameRoute } from './request-log.js';

const WEBHOOKS = '/webhooks/{instanceId}';

/** Largest webhook body: providers send files inside it. */
export const MAX_WEBHOOK_BYTES = 8_388_608;

/** What the webhook routes depend on. */
export interface WebhookDeps {
  db: Queryable;
  keyRing: KeyRing;
  inbound: Pick<InboundPort, 'accept'>;
  /** The adapter of an instance, and the context that its calls need. */
  connect(instance: InstanceRow): { channel: Channel; context: ChannelContext };
  metrics: Pick<Metrics, 'inboundEvents' | 'inboundIgnored' | 'inboundNotices' | 'webhooksRefused'>;
  log?: Pick<Logger, 'warn'>;
}

interface Refusal {
  status: number;
  code: string;
  message: string;
}

const bodyRefusals = {
  too_large: { status: 413, code: 'too_large', message: 'the body is over 8 MiB' },
  content_type: { status: 415, code: 'unsupported_media_type', message: 'the body is compressed' },
  malformed: { status: 400, code: 'invalid_request', message: 'the body broke off' },
} satisfies Record<string, Refusal>;

/**
 * `POST` and, where the channel has a handshake, `GET /webhooks/{instanceId}[/…]`. The order of work: find the
 * instance, check path and headers, read the body, check the signature over its bytes, parse, commit, answer. A caller
 * without the secret never gets its body read. Nothing is cached, so changed settings apply from the next webhook on.
 * Without PostgreSQL the answer is 503 and nothing is acknowledged, so the provider sends it again.
 */
export function webhookRoutes(deps: WebhookDeps): Router {
  const router = Router({ caseSensitive: true });
  router.all('/webhooks/:instanceId{/*rest}', async (request, response) => {
    nameRoute(response, WEBHOOKS);
    const result = await receive(deps, request, response);
    if ('body' in result) response.status(result.status).type(result.contentType).send(result.body);
    else refuse(deps, response, result);
  });
  return router;
}

/** Errors on these paths are `{"error":{"code","message"}}` for every channel. */
export const webhookErrors = {
  basePath: '/webhooks',
  printError: (error: AppError) => ({
    status: statusOfCode[error.code],
    body: { error: { code: error.code, message: error.message } },
  }),
};

function refuse(deps: WebhookDeps, response: Response, { status, code, message }: Refusal): void {
  deps.metrics.webhooksRefused.inc({ code });
  response.status(status).json({ error: { code, message } });
}

async function receive(
  deps: WebhookDeps,
  request: Request,
  response: Response,
): Promise<WebhookAnswer | Refusal> {
  const arrivedMs = arrivalMs();
  const { instanceId } = request.params;
  const instance =
    typeof instanceId === 'string' && isInstanceId(instanceId)
      ? await findInstance(deps.db, deps.keyRing, instanceId)
      : undefined;
  if (instance === undefined) return unknownInstance;
  const { channel, context } = deps.connect(instance);
  const head = toHead(request, Math.floor(arrivedMs));
  if (request.method === 'GET') {
    return channel.handshake?.({ ...head, rawBody: Buffer.alloc(0) }, context) ?? unknownInstance;
  }
  if (request.method !== 'POST') return unknownInstance;
  const admitted = channel.admit(head, context);
  if (!admitted.ok) return admitted;
  const raw = await readRawBody(request, MAX_WEBHOOK_BYTES);
  if (!raw.ok) return bodyRefusals[raw.problem];
  const webhook = { ...head, rawBody: raw.bytes };
  const verdict = channel.verify?.(webhook, context) ?? admitted;
  if (!verdict.ok) return verdict;
  admitRoute(response, WEBHOOKS, channel.type);
  return accept(deps, instance, { channel, context, webhook, arrivedMs });
}

interface Admitted {
  channel: Channel;
  context: ChannelContext;
  webhook: WebhookRequest;
  arrivedMs: number;
}

async function accept(
  deps: WebhookDeps,
  instance: InstanceRow,
  { channel, context, webhook, arrivedMs }: Admitted,
): Promise<WebhookAnswer | Refusal> {
  const parsed = storableOf(channel.parse(webhook, context));
  if (parsed.problem !== undefined) return parsed.problem;
  const outcomes = await deps.inbound.accept(instance, parsed.events, arrivedMs);
  count(deps, channel.type, parsed, outcomes);
  noteStrange(deps, instance, parsed);
  return (
    channel.answer?.(parsed, outcomes) ?? {
      status: 200,
      contentType: 'application/json',
      body: '{"ok":true}',
    }
  );
}

function count(deps: WebhookDeps, channel: string, parsed: Parsed, outcomes: readonly string[]): void {
  for (const outcome of outcomes) deps.metrics.inboundEvents.inc({ channel, outcome });
  for (const type of unknownNotices(parsed.events)) {
    deps.metrics.inboundNotices.inc({ channel, type: noticeLabel(type) });
  }
  for (const { reason, count: times } of parsed.ignored) {
    deps.metrics.inboundIgnored.inc({ channel, reason }, times);
  }
}

/** A cap on the label's values, above the number of types that all providers have together. */
const noticeLabel = labelWords(100);

function unknownNotices(events: InboundEvent[]): (string | undefined)[] {
  const contents = events.flatMap((event) => (event.kind === 'message' ? [event.content] : []));
  return contents.flatMap((content) =>
    content.contentType === 'system' && content.systemType === 'other' ? [content.providerType] : [],
  );
}

const STRANGE: readonly string[] = ['foreignChannel', 'malformed', 'providerError'];

/** Logs what an operator may have to fix: webhooks of another number, or an error of the provider. */
function noteStrange(deps: WebhookDeps, instance: InstanceRow, { ignored }: Parsed): void {
  for (const { reason, count: elements } of ignored.filter((one) => STRANGE.includes(one.reason))) {
    deps.log?.warn({ instance: instance.id, reason, elements }, 'a webhook held what was not taken');
  }
}

function toHead(request: Request, receivedAt: number): WebhookHead {
  const { rest } = request.params;
  const start = request.originalUrl.indexOf('?');
  return {
    method: request.method === 'GET' ? 'GET' : 'POST',
    headers: Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [
        name,
        Array.isArray(value) ? value.join(', ') : value,
      ]),
    ),
    query: start < 0 ? '' : request.originalUrl.slice(start + 1),
    path: Array.isArray(rest) ? rest : [],
    receivedAt,
  };
}

/**
 * Drops events nested deeper than anything a provider sends and counts them as malformed. The rest of the batch is
 * kept.
 */
function storableOf(parsed: Parsed): Parsed {
  const events = parsed.events.map(storableEvent);
  const kept = events.filter((event) => event !== undefined);
  const lost = events.length - kept.length;
  if (lost === 0) return { ...parsed, events: kept };
  const ofPending = [...events];
  const results = parsed.results?.map((result) =>
    result.outcome === 'pending' && ofPending.shift() === undefined
      ? { id: result.id, outcome: 'rejected' as const, reason: 'malformed' }
      : result,
  );
  const ignored = [...parsed.ignored, { reason: 'malformed' as const, count: lost }];
  return { ...parsed, events: kept, ignored, ...(results && { results }) };
}

/** A NUL or half a surrogate pair is replaced, since refusing the message would lose it. */
function storableEvent(event: InboundEvent): InboundEvent | undefined {
  return faultOf(event) === 'size' ? undefined : storable(event);
}

/** Section of the document for paths that belong to no dialect. */
export const PLAIN_TAG = 'Webhooks and health';

const text = (description: string): Json => ({
  description,
  content: { 'text/plain': { schema: { type: 'string' } } },
});
const json = (description: string, schema: Json): Json => ({
  description,
  content: { 'application/json': { schema } },
});

const errorBody: Json = {
  type: 'object',
  required: ['error'],
  properties: {
    error: {
      type: 'object',
      required: ['code', 'message'],
      properties: { code: { type: 'string' }, message: { type: 'string' } },
    },
  },
};

const statusBody: Json = { type: 'object', required: ['status'], properties: { status: { type: 'string' } } };

const word = (...words: string[]): Json => ({ type: 'string', enum: words });
const readyBody: Json = {
  type: 'object',
  required: ['status', 'database', 'temporal'],
  properties: {
    status: word('ok', 'degraded', 'unavailable'),
    database: word('up', 'down', 'not_migrated', 'other_keys'),
    temporal: word('up', 'down', 'no_namespace'),
  },
};

const refusals = (...statuses: number[]): Json =>
  Object.fromEntries(statuses.map((status) => [status, json('Refused: the code says why', errorBody)]));

const instanceId: Json = {
  name: 'instanceId',
  in: 'path',
  required: true,
  description: 'Id of the instance.',
  schema: { type: 'string' },
};

function operation(operationId: string, summary: string, more: Json): Json {
  return { operationId, tags: [PLAIN_TAG], summary, security: [], parameters: [], ...more };
}

/** Paths that read raw bytes or do not answer JSON, and so have no schemas to be generated from. */
export const plainPaths: Readonly<Record<string, Json>> = {
  '/webhooks/{instanceId}': {
    post: operation('post_webhooks_instanceId', 'Take events of a provider', {
      description:
        'The body, at most 8 MiB, is the provider’s own. Where the channel has a url secret it is the next path segment.',
      parameters: [instanceId],
      requestBody: { content: { '*/*': {} } },
      responses: {
        200: { description: 'Everything is stored' },
        ...refusals(400, 401, 403, 404, 413, 415, 503),
      },
    }),
    get: operation('get_webhooks_instanceId', 'Answer the verification of the Cloud API', {
      parameters: [instanceId],
      responses: { 200: text('The challenge'), ...refusals(403, 404, 503) },
    }),
  },
  '/healthz': {
    get: operation('get_healthz', 'Say whether the process lives', {
      responses: { 200: json('It does', statusBody) },
    }),
  },
  '/readyz': {
    get: operation('get_readyz', 'Say whether the process can take requests', {
      description:
        'Without Temporal, or without its namespace, it is `degraded`: messages are accepted and delivered later.',
      responses: {
        200: json('`ok` or `degraded`', readyBody),
        503: json(
          'PostgreSQL does not answer, its schema is older than this program (`not_migrated`), or secrets are stored under a key that is not in PARLEY_ENCRYPTION_KEYS (`other_keys`)',
          readyBody,
        ),
      },
    }),
  },
  '/metrics': {
    get: operation('get_metrics', 'Measurements for Prometheus', {
      responses: { 200: text('The measurements') },
    }),
  },
};

/** An object of a JSON document. */
export type Json = Record<string, unknown>;

import { createHmac } from 'node:crypto';
import { bodiesOf } from './schemas.mjs';
import { fill, MiB, worstTexts } from './inputs.mjs';

/** Less some room for the rest of the body: a webhook may have 8 MiB, any other body 1 MiB, and each 100,000 values. */
const [LARGEST_WEBHOOK, MOST_VALUES] = [7.9 * MiB, 99_000];
const SECRET = 'secret-of-the-benchmark';
const READ_ONLY = new Set(['get', 'head']);

/** A schema with all references replaced; a recursive one ends with "anything". */
function resolved(document, schema, depth = 0) {
  if (typeof schema !== 'object' || schema === null) return schema;
  if (depth > 12) return {};
  if (Array.isArray(schema)) return schema.map((inner) => resolved(document, inner, depth + 1));
  if (typeof schema.$ref === 'string') {
    const found = schema.$ref
      .split('/')
      .slice(1)
      .reduce((value, name) => value[name], document);
    return resolved(document, found, depth + 1);
  }
  return Object.fromEntries(
    Object.entries(schema).map(([name, inner]) => [name, resolved(document, inner, depth + 1)]),
  );
}

/** Creates what the paths name: an instance with a bot and a conversation. */
async function furnished(call, viewerUrl) {
  const { id: instanceId } = await call('POST', '/instances', { name: 'Blocks' });
  const base = `/instances/${instanceId}/typebots`;
  const flow = { typebot_url: viewerUrl, public_id: 'bench', trigger_type: 'all', keep_open: true };
  const { typebot_id: typebotId } = await call('POST', base, flow);
  await call('POST', `${base}/sessions/start`, { public_id: 'bench', phone: '5531988887777', message: 'hi' });
  const [session] = await call('GET', `${base}/sessions`);
  return { instanceId, typebotId, phone: '5531988887777', session: session.id };
}

const filled = (path, known) =>
  path.replaceAll(
    /\{(\w+)\}/g,
    (_, name) => known[name] ?? (name === 'id' ? known.instanceId : known.session),
  );

/**
 * All operations of the OpenAPI document: those with a body with their largest and worst ones, all with long queries.
 */
function operationCases(document, known) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, operation]) => {
      const name = `${operation.tags?.[0]} ${method.toUpperCase()} ${path}`;
      const url = filled(path, known);
      const query = {
        name: `over HTTP: ${name}, a long query`,
        make: () => ({ method: method.toUpperCase(), url: `${url}?${fill('a=%41&', 7_000)}` }),
      };
      const schema = operation.requestBody?.content?.['application/json']?.schema;
      // The other operations need what this would delete.
      if (READ_ONLY.has(method) || schema === undefined) return method === 'delete' ? [] : [query];
      const bodies = Object.entries(bodiesOf(resolved(document, schema), MOST_VALUES));
      return bodies.map(([sort, make]) => ({
        name: `over HTTP: ${name}, ${sort}`,
        make: () => ({ method: method.toUpperCase(), url, body: JSON.stringify(make()).slice(0, MiB) }),
      }));
    }),
  );
}

/** Signed webhooks: one message with each kind of text, and as many messages as the limits allow. */
function webhookCases(instanceId) {
  const message = (keyId, text) => ({
    keyId,
    contact: { id: '5531977776666', name: text.slice(0, 100) },
    timestamp: Math.floor(Date.now() / 1_000),
    content: { contentType: 'text', text },
  });
  const event = (text, at = 0) => {
    const id = `${Date.now()}-${at}-${Math.random()}`;
    return { id, type: 'message', message: message(id, text) };
  };
  const long = Object.entries(worstTexts).map(([name, text]) => [name, () => [event(text(LARGEST_WEBHOOK))]]);
  const many = [
    ['100 events', () => Array.from({ length: 100 }, (_, at) => event('a', at))],
    ['5,000 events', () => Array.from({ length: 5_000 }, (_, at) => event('a', at))],
  ];
  return [...long, ...many].map(([name, events]) => ({
    name: `webhook over HTTP: ${name}`,
    make: () => signed(instanceId, { version: 1, sentAt: Math.floor(Date.now() / 1_000), events: events() }),
  }));
}

function signed(instanceId, value) {
  const body = JSON.stringify(value);
  return {
    method: 'POST',
    url: `/webhooks/${instanceId}`,
    body,
    headers: {
      'x-parley-timestamp': String(value.sentAt),
      'x-parley-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
    },
  };
}

/** An instance whose webhooks are signed with the benchmark's secret; nothing answers at its outbound URL. */
async function signedInstance(call) {
  const { id } = await call('POST', '/instances', {
    name: 'Signed',
    channel: {
      ...{ type: 'generic', inbound_secrets: [SECRET], outbound_secrets: [SECRET] },
      outbound_url: 'http://127.0.0.1:9/',
    },
  });
  return id;
}

/** All requests to a running product; `make()` returns one: `{method, url, body, headers}`. */
export async function httpCases(call, viewerUrl) {
  const document = await call('GET', '/openapi.json');
  const known = await furnished(call, viewerUrl);
  return [...operationCases(document, known), ...webhookCases(await signedInstance(call))];
}

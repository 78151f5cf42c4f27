// What benchmarks need besides a running product: a viewer, a gateway behind a generic channel, and calls to the API.
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';

const secret = 'secret-of-the-benchmark';

/** Reads connection.json in the product's data folder. */
export function readProduct(folder = '.parley') {
  return JSON.parse(readFileSync(`${folder}/connection.json`, 'utf8'));
}

export async function listen(handle) {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => handle(request, body, response));
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

export function json(response, value, status = 200) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** Resolves `wait(key)`, to the time, when `ring(key)` is called. */
export function bells() {
  const waiting = new Map();
  return {
    wait: (key) => new Promise((resolve) => waiting.set(key, resolve)),
    ring: (key) => waiting.get(key)?.(performance.now()),
  };
}

/** A text bubble of a viewer. */
export function bubble(id, text = 'Next?') {
  return { id, type: 'text', content: { type: 'richText', richText: [{ type: 'p', children: [{ text }] }] } };
}

/** Turns an answer into one of startChat. */
export function started(answer) {
  const typebot = { id: 't', version: '6.1', theme: {}, settings: {} };
  return { sessionId: randomUUID(), resultId: randomUUID(), typebot, ...answer };
}

/** Returns a function that calls the product's API with its key and these headers, and throws unless the answer is 2xx. */
export function caller(product, more = {}) {
  return async (method, path, body) => {
    const response = await fetch(product.api_url + path, {
      method,
      headers: {
        ...(product.api_key && { 'api-key': product.api_key }),
        'content-type': 'application/json',
        ...more,
      },
      body: method === 'GET' ? undefined : JSON.stringify(body ?? {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
}

/** Creates a generic instance with one typebot that answers everybody. */
export async function makeInstance(call, { gatewayUrl, viewerUrl, channel = {}, typebot = {} }) {
  const generic = {
    type: 'generic',
    inbound_secrets: [secret],
    outbound_url: gatewayUrl,
    outbound_secrets: [secret],
  };
  const { id } = await call('POST', '/instances', { name: 'bench', channel: { ...generic, ...channel } });
  const made = await call('POST', `/instances/${id}/typebots`, {
    typebot_url: viewerUrl,
    public_id: 'bench',
    trigger_type: 'all',
    max_turns_per_minute: 0,
    ...typebot,
  });
  return { id, typebotId: made.typebot_id };
}

/** Posts one signed text of a contact; resolves to the times of the request and of its answer. */
export async function say(product, instanceId, phone, text = 'hi') {
  const sentAt = Math.floor(Date.now() / 1000);
  const keyId = randomUUID();
  const message = {
    keyId,
    contact: { id: phone },
    timestamp: sentAt,
    content: { contentType: 'text', text },
  };
  const body = JSON.stringify({ version: 1, sentAt, events: [{ id: keyId, type: 'message', message }] });
  const signature = createHmac('sha256', secret).update(body).digest('hex');
  const began = performance.now();
  const response = await fetch(`${product.api_url}/webhooks/${instanceId}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'x-parley-timestamp': `${sentAt}`,
      'x-parley-signature': `sha256=${signature}`,
    },
    body,
  });
  await response.text();
  if (!response.ok) throw new Error(`webhook: ${response.status}`);
  return { began, ackMs: performance.now() - began };
}

/** A phone number that nobody has. */
export function newPhone() {
  return `5511${Math.floor(1e8 + Math.random() * 9e8)}`;
}

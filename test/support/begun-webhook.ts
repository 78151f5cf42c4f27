import { once } from 'node:events';
import { request } from 'node:http';
import { expect } from 'vitest';
import { signed } from './parley.js';
import type { TestContact, TestInstance } from './parley.js';

/** Begins a webhook request: the API has its headers. `finish` sends its body and waits for the answer. */
export async function beginWebhook(
  base: string,
  shop: TestInstance,
  { contact, text, timestamp }: { contact: TestContact; text: string; timestamp: number },
): Promise<{ finish(): Promise<void> }> {
  const keyId = `k-${contact.phone}-${text}`;
  const content = { contentType: 'text', text };
  const message = { keyId, contact: { id: contact.phone }, timestamp, content };
  const [body, headers] = signed({ events: [{ id: keyId, type: 'message', message }] });
  const sent = request(`${base}/webhooks/${shop.id}`, {
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body), expect: '100-continue' },
  });
  sent.flushHeaders();
  await once(sent, 'continue');
  return {
    finish: async () => {
      sent.end(body);
      const [response] = await once(sent, 'response');
      response.resume();
      expect(response.statusCode).toBe(200);
    },
  };
}

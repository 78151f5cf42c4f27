import { expect, it } from 'vitest';
import type { WebhookRequest } from '../../../src/channels/channel.js';
import { sandbox } from '../../../src/channels/sandbox/index.js';
import { createHttpClient } from '../../../src/guarded-http/client.js';
import { checked } from '../fixtures.js';

const receivedAt = 1_767_225_602_000;

function context(allowPrivate: string[] = []) {
  const parsed = sandbox.parseSettings({});
  if (!parsed.ok) throw new Error(parsed.errors.join());
  const capabilities = sandbox.capabilities(parsed.settings);
  const http = createHttpClient({ allowPrivate });
  return {
    instanceId: 'i',
    settings: parsed.settings,
    capabilities,
    http,
    webhookUrl: 'https://p.example/i',
  };
}

function post(body: string, path: string[] = []): WebhookRequest {
  return { method: 'POST', headers: {}, rawBody: Buffer.from(body), query: '', path, receivedAt };
}

function parse(body: string) {
  const known = context();
  const request = post(body, [known.settings.url_secret]);
  expect(checked(sandbox, request, known)).toEqual({ ok: true });
  return sandbox.parse(request, known);
}

it('has a webhook that nobody finds who was not told its secret', () => {
  const known = context();
  const unknown = { ok: false, status: 404, code: 'not_found', message: 'instance not found' };
  for (const path of [[], ['x'], [context().settings.url_secret], ['', known.settings.url_secret]])
    expect(checked(sandbox, post('{}', path), known)).toEqual(unknown);
  expect(sandbox.advice(known).url).toBe(`https://p.example/i/${known.settings.url_secret}`);
});

it('is taken without its secret under npm start, and with a wrong one nowhere', () => {
  const open = { ...context(), openSandbox: true };
  expect(checked(sandbox, post('{}'), open)).toEqual({ ok: true });
  expect(checked(sandbox, post('{}', [open.settings.url_secret]), open)).toEqual({ ok: true });
  expect(checked(sandbox, post('{}', ['wrong']), open)).toMatchObject({ status: 404 });
  expect(sandbox.advice(open).url).toBe('https://p.example/i');
});

it('reads the messages of the sandbox phone', () => {
  const from = { phone: '+5531988887777', name: 'Ana' };
  const tap = { contentType: 'buttonReply', id: 'a', title: 'Sim' };
  const messages = [
    { keyId: 'k1', from, text: 'oi' },
    { keyId: 'k2', from, timestamp: 1_767_225_600_000, content: tap },
    { keyId: 'k3', from },
    { keyId: 'k4', from: { phone: 'ana' }, text: 'oi' },
  ];
  const parsed = parse(JSON.stringify({ messages }));
  expect(parsed.events).toMatchObject([
    {
      keyId: 'k1',
      remoteJid: '5531988887777@s.whatsapp.net',
      pushName: 'Ana',
      messageTimestamp: receivedAt,
      content: { contentType: 'text', text: 'oi' },
    },
    { keyId: 'k2', messageTimestamp: 1_767_225_600_000, content: tap },
  ]);
  expect(parsed.ignored).toEqual([{ reason: 'malformed', count: 2 }]);
});

it('refuses a body that is not the envelope', () => {
  expect(parse('{}').problem).toMatchObject({ status: 400, code: 'invalid_body' });
  expect(parse('oi').problem).toMatchObject({ status: 400 });
});

it('sends to nobody: a message is sent under its own id', async () => {
  const to = { jid: '5531988887777@s.whatsapp.net' };
  const content = { type: 'text', text: 'oi' } as const;
  expect(await sandbox.send({ outboundId: 'out_1', attempt: 1, to, content }, context())).toEqual({
    keyId: 'out_1',
  });
});

it('takes a file that comes inside the message', async () => {
  const from = { phone: '5531988887777' };
  const content = {
    contentType: 'image',
    media: { mimeType: 'image/png', fetch: { via: 'inline', base64: 'b2s=' } },
  };
  const [event] = parse(JSON.stringify({ messages: [{ keyId: 'k', from, content }] })).events;
  expect(event).toMatchObject({ content });
});

it('fetches no file from a private address, because anybody can write to it', async () => {
  const media = {
    mimeType: 'image/png',
    fetch: { via: 'url', url: 'http://127.0.0.1:9/x', auth: 'none' },
  } as const;
  await expect(sandbox.fetchMedia(media, context(['127.0.0.1']), 100)).rejects.toMatchObject({
    info: { class: 'Permanent', reason: 'mediaInvalid' },
  });
});

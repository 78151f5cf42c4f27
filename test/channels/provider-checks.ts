import { createServer } from 'node:net';
import { afterEach, expect } from 'vitest';
import { type OutboundContent, type OutboundMessage } from '../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../activities/ports/channel-error.js';
import type { Channel, ChannelContext, WebhookRequest } from '../../src/channels/channel.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { channelSettings, loadFixtures, rawBodyOf, webhookRequest, type Json } from './fixtures.js';
import { localServer, type Answer, type LocalServer, type SeenRequest } from './local-server.js';
import { randomFrom, type Random } from './random.js';

export const nowMs = 1_767_225_602_000;

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/** A channel's context with its recorded settings, some changed; `http` reaches 127.0.0.1. */
export function contextWith<Settings>(
  folder: string,
  channel: Channel<Settings>,
  changes: Record<string, Json> = {},
): ChannelContext<Settings> {
  const parsed = channel.parseSettings({ ...channelSettings(folder), ...changes });
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  const http = createHttpClient({ allowPrivate: ['127.0.0.1'] });
  closers.push(() => http.close());
  return {
    instanceId: 'instance-1',
    settings: parsed.settings,
    capabilities: channel.capabilities(parsed.settings),
    http,
    webhookUrl: 'https://parley.example.com/webhooks/instance-1',
  };
}

/** A provider's stand-in and a context that points at it. `answer` gives status and JSON by request. */
export async function liveProvider<Settings>(
  folder: string,
  channel: Channel<Settings>,
  answer: (request: SeenRequest) => { status?: number; json?: Json } & Answer,
  changes: Record<string, Json> = {},
): Promise<{ server: LocalServer; context: ChannelContext<Settings> }> {
  const server = await localServer((request) => {
    const { json, ...rest } = answer(request);
    return json === undefined ? rest : { ...rest, body: JSON.stringify(json) };
  });
  closers.push(() => server.close());
  return { server, context: contextWith(folder, channel, { base_url: server.url, ...changes }) };
}

/** The address of a provider that takes a request and then says nothing, or hangs up. */
export async function deafProvider(behaviour: 'silent' | 'hangsUp'): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', () => behaviour === 'hangsUp' && socket.destroy());
    closers.push(async () => void socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => void server.close());
  const { port } = JSON.parse(JSON.stringify(server.address()));
  return `http://127.0.0.1:${port}`;
}

/** An address where nobody listens. */
export async function absentProvider(): Promise<string> {
  const server = await localServer(() => ({}));
  await server.close();
  return server.url;
}

/** A message to the contact of all tests. */
export function messageOf(content: OutboundContent, more: Partial<OutboundMessage> = {}): OutboundMessage {
  return {
    outboundId: 'out_01JGFJJZ00TESTOUTBOUND0001',
    attempt: 1,
    to: { jid: '553188887777@s.whatsapp.net', waId: '553188887777' },
    content,
    ...more,
  };
}

export const hello: OutboundMessage = messageOf({ type: 'text', text: 'Olá' });

/** What a call failed with. */
export async function failureOf(call: Promise<unknown>): Promise<ChannelErrorInfo> {
  const error: unknown = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof ChannelError) return error.info;
  throw new Error(`no ChannelError was thrown but ${String(error)}`);
}

/** How a send fails when the answer is this. */
export async function failureWith<Settings>(
  folder: string,
  channel: Channel<Settings>,
  answer: { status: number; json?: Json; headers?: Record<string, string> },
  changes: Record<string, Json> = {},
): Promise<ChannelErrorInfo> {
  const { context } = await liveProvider(folder, channel, () => answer, changes);
  return failureOf(channel.send(hello, context));
}

/** A webhook of the test instance. */
export function posted(body: Json, more: Partial<WebhookRequest> = {}): WebhookRequest {
  const rawBody = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { method: 'POST', headers: {}, rawBody, query: '', path: [], receivedAt: nowMs, ...more };
}

/** The body and headers of a recorded webhook, to be changed by a test. */
export function recorded(folder: string, name: string): { body: Json; headers: Record<string, string> } {
  const fixture = loadFixtures(folder).find((one) => one.case === name);
  if (!fixture) throw new Error(`no recorded case ${name}`);
  return structuredClone({ body: fixture['request'].body, headers: fixture['request'].headers });
}

/** Changes every recorded webhook of a folder at random, many times, and parses it: nothing may be thrown. */
export function parseMutations<Settings>(
  folder: string,
  channel: Channel<Settings>,
  context: ChannelContext<Settings>,
): void {
  const rounds = 15;
  const webhooks = loadFixtures(folder).filter((fixture) => fixture.kind === 'webhook');
  for (const [index, fixture] of webhooks.entries()) {
    for (let round = 0; round < rounds; round += 1) {
      const body = mutated(rawBodyOf(fixture['request']), randomFrom(index * rounds + round));
      const parsed = channel.parse(
        { ...webhookRequest({ request: fixture['request'] }), rawBody: Buffer.from(body) },
        context,
      );
      const copy = JSON.parse(JSON.stringify(parsed));
      expect(copy.events.length + copy.ignored.length, body).toBeGreaterThan(0);
    }
  }
}

const odd = [
  null,
  '',
  0,
  -1,
  1e300,
  true,
  [],
  {},
  'x'.repeat(99),
  '\u0000',
  { low: 1 },
  [[[]]],
  '@',
  '1@lid@',
];

function mutated(raw: string, random: Random): string {
  if (!raw.startsWith('{')) return raw.replace(/=[^&]*/, () => `=${random.pick(['', '%', 'x', '-1'])}`);
  if (random.below(10) === 0) return raw.slice(0, random.below(raw.length));
  const body = JSON.parse(raw);
  for (let change = 0; change < 3; change += 1) changeOne(body, random);
  return JSON.stringify(body);
}

function changeOne(node: Json, random: Random): void {
  const names = Object.keys(node);
  if (names.length === 0) return;
  const name = random.pick(names);
  const inner = node[name];
  const descend = typeof inner === 'object' && inner !== null && random.below(4) > 0;
  if (descend) changeOne(inner, random);
  else if (random.below(3) === 0) delete node[name];
  else node[name] = random.pick(odd);
}

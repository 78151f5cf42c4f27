import { readFileSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type InboundEvent, type OutboundMessage } from '../../activities/ports/messages.js';
import { ChannelError, type ChannelErrorInfo } from '../../activities/ports/channel-error.js';
import { botReading } from '../../src/conversations/arrivals/bot-text.js';
import type { Channel, ChannelContext, Parsed, Verdict, WebhookRequest } from '../../src/channels/channel.js';
import { dispatch, isRecordOnly } from '../../src/conversations/arrivals/dispatch.js';
import {
  HttpFailure,
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
} from '../../src/guarded-http/http.js';

/** A fixture file is plain JSON; what is read from it is looked at by the matching rules, never trusted by type. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

export interface Fixture {
  case: string;
  shows: string;
  confidence: 'documented' | 'computed' | 'unconfirmed';
  kind: string;
  [member: string]: Json;
}

export interface ProviderUnderTest<Settings> {
  /** Folder under test/fixtures/channels. */
  folder: string;
  channel: Channel<Settings>;
  /** Changes the settings made from `_channel.json` (already snake_case) for a case. */
  settingsFor?(base: Record<string, Json>, fixture: Fixture): Record<string, Json>;
  /** Headers a webhook case leaves out: the signature over the exact body. */
  sign?(rawBody: string, fixture: Fixture): Record<string, string>;
  /** By case name: makes the call and returns what `expect` describes; a text says why Parley never makes it. */
  api?: Record<string, string | ((context: ChannelContext<Settings>, fixture: Fixture) => Promise<unknown>)>;
  /** By case name: checks a signature or function vector. */
  vectors?: Record<string, (fixture: Fixture) => void | Promise<void>>;
  /** Classifies one row of an error table as the answer to a send. */
  errorRow?(row: Json): ChannelErrorInfo;
}

const folder = `${import.meta.dirname}/../fixtures/channels`;
const ownOutboundId = 'out_01JGFJJZ00TESTOUTBOUND0001';
const ownClientId = '01JGFJJZ00TESTCLIENTID0001';

/** Every case of a provider's folder, in the order of the file names. */
export function loadFixtures(provider: string): Fixture[] {
  return readdirSync(`${folder}/${provider}`)
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .sort()
    .map((name) => JSON.parse(readFileSync(`${folder}/${provider}/${name}`, 'utf8')));
}

/** `_channel.json` as the API takes it: snake_case, without id and kind. */
export function channelSettings(provider: string): Record<string, Json> {
  return snakeCased(without(readChannel(provider), 'id', 'kind'));
}

function without(object: Json, ...names: string[]): Json {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function readChannel(provider: string): Json {
  return JSON.parse(readFileSync(`${folder}/${provider}/_channel.json`, 'utf8'));
}

function snakeCased(value: Json): Json {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [snake(name), snakeCased(inner)]));
}

/** The context a case runs in: its settings, and an `HttpClient` that answers as the fixture says. */
export function contextOf<Settings>(
  provider: ProviderUnderTest<Settings>,
  fixture: Fixture,
): { context: ChannelContext<Settings>; requests: HttpRequest[] } {
  const { id, kind } = readChannel(provider.folder);
  const base = channelSettings(provider.folder);
  const parsed = provider.channel.parseSettings(provider.settingsFor?.(base, fixture) ?? base);
  if (!parsed.ok) throw new Error(parsed.errors.join('; '));
  const requests: HttpRequest[] = [];
  const context = {
    instanceId: id,
    settings: parsed.settings,
    capabilities: provider.channel.capabilities(parsed.settings),
    http: answering(fixture, requests),
    webhookUrl: `https://parley.example.com/hooks/${kind}/${id}`,
  };
  return { context, requests };
}

function answering(fixture: Fixture, requests: HttpRequest[]): HttpClient {
  const failures: Record<string, HttpFailure> = {
    connectRefused: new HttpFailure('before', 'ECONNREFUSED'),
    resetAfterWrite: new HttpFailure('after', 'ECONNRESET'),
    timeoutAfterWrite: new HttpFailure('after', 'TIMEOUT'),
  };
  return async (request) => {
    requests.push(request);
    if (fixture.network) throw failures[fixture.network];
    return responseOf(fixture.response ?? { status: 200, body: {} }, request.url);
  };
}

function responseOf(response: Json, url: string): HttpResponse {
  const { status, headers = {}, body, rawBody, bodyBase64 } = response;
  const text = rawBody ?? (body === undefined ? '' : JSON.stringify(body));
  const bytes = bodyBase64 ? Buffer.from(bodyBase64, 'base64') : Buffer.from(text);
  const type = headers['content-type'] ?? (body === undefined ? '' : 'application/json');
  return { status, headers: { ...headers, 'content-type': type }, body: new Uint8Array(bytes), url };
}

/** Where `actual` does not match `expected`, by the rules of fixtures/channels/README.md; empty when it matches. */
export function mismatches(actual: Json, expected: Json, at = '$'): string[] {
  if (expected === null) return actual === undefined || actual === null ? [] : [`${at} should be absent`];
  if (Array.isArray(expected)) return arrayMismatches(actual, expected, at);
  if (typeof expected === 'object') {
    return Object.entries(expected).flatMap(([name, value]) =>
      mismatches(actual?.[name], value, `${at}.${name}`),
    );
  }
  return Object.is(actual, expected)
    ? []
    : [`${at}: ${JSON.stringify(actual)} should be ${JSON.stringify(expected)}`];
}

function arrayMismatches(actual: Json, expected: Json[], at: string): string[] {
  if (!Array.isArray(actual) || actual.length !== expected.length) {
    return [`${at}: ${JSON.stringify(actual)} should have ${expected.length} items`];
  }
  return expected.flatMap((item, index) => mismatches(actual[index], item, `${at}[${index}]`));
}

/** The webhook request of a case or of a sequence step. */
export function webhookRequest(
  step: { request: Json; now?: number },
  signature: Record<string, string> = {},
): WebhookRequest {
  const { request } = step;
  const [path = '', pathQuery = ''] = request.path.split('?');
  const query = request.query ? new URLSearchParams(request.query).toString() : pathQuery;
  return {
    method: request.method,
    headers: { ...signature, ...request.headers },
    rawBody: Buffer.from(rawBodyOf(request)),
    query,
    path: path.split('/').slice(4),
    receivedAt: step.now ?? 1_767_225_602_000,
  };
}

/** The exact body of a webhook request. */
export function rawBodyOf(request: Json): string {
  if (request.rawBody !== undefined) return request.rawBody;
  if (request.form) return new URLSearchParams(request.form).toString();
  return request.body === undefined ? '' : JSON.stringify(request.body);
}

/** What the HTTP border asks of a channel before it parses: the head, then the signature. */
export function checked<Settings>(
  channel: Channel<Settings>,
  request: WebhookRequest,
  context: ChannelContext<Settings>,
): Verdict {
  const admitted = channel.admit(request, context);
  return admitted.ok ? (channel.verify?.(request, context) ?? admitted) : admitted;
}

/** What a webhook is answered with, as the HTTP border does it. */
export function receive<Settings>(
  channel: Channel<Settings>,
  request: WebhookRequest,
  context: ChannelContext<Settings>,
): { status: number; body: string; contentType: string; parsed: Parsed } {
  const nothing: Parsed = { events: [], ignored: [] };
  const refused = (status: number, code: string, message: string) => {
    return {
      status,
      body: JSON.stringify({ error: { code, message } }),
      contentType: 'application/json',
      parsed: nothing,
    };
  };
  const verdict = checked(channel, request, context);
  if (!verdict.ok) return refused(verdict.status, verdict.code, verdict.message);
  const parsed = channel.parse(request, context);
  if (parsed.problem) return refused(parsed.problem.status, parsed.problem.code, parsed.problem.message);
  const accepted = parsed.events.map(() => 'accepted' as const);
  const answer = channel.answer?.(parsed, accepted) ?? {
    status: 200,
    body: '{"ok":true}',
    contentType: 'application/json',
  };
  return { ...answer, parsed };
}

/** What an event is, in the words of the recordings. */
function dispatched(event: InboundEvent, receivedAt: number, settings: Json): Json {
  if (event.kind !== 'message') return { decision: event.kind };
  const { text: botText, replyId } = botReading(event.content);
  const isOurs = event.outboundId === ownOutboundId || event.keyId === ownClientId;
  if (isOurs && event.fromMe) return { decision: 'ownEcho', botText, replyId };
  const what = dispatch(event, { receivedAt, ignoreGroups: true, settings });
  const words: Partial<Record<typeof what, string>> = { foreignSend: 'ownEcho', contact: 'deliver' };
  const decision = isRecordOnly(what) ? 'recordOnly' : (words[what] ?? what);
  return { decision, reason: what === 'notice' ? undefined : what, botText, replyId };
}

/** What a recording says of an event, as far as the product tells events apart. */
function recordedDispatch(recorded: Json): Json {
  const { decision } = recorded;
  if (['transcribe', 'startOnly'].includes(decision)) return { ...recorded, decision: 'deliver' };
  return decision === 'recordOnly' ? recorded : without(recorded, 'reason');
}

function checkWebhook<Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) {
  const { context } = contextOf(provider, fixture);
  const signature = provider.sign?.(rawBodyOf(fixture.request), fixture) ?? {};
  const request = webhookRequest({ request: fixture.request, now: fixture.now }, signature);
  const answer = receive(provider.channel, request, context);
  const { expect: expected } = fixture;
  expect(answer.status).toBe(expected.status);
  expect(mismatches(answerParts(answer), expected.response ?? {})).toEqual([]);
  if (expected.status !== 200) return;
  const { events, ignored } = answer.parsed;
  expect(mismatches(events, expected.events)).toEqual([]);
  expect(mismatches(sorted(ignored), sorted(expected.ignored ?? []))).toEqual([]);
  const decisions = events.map((event) => dispatched(event, request.receivedAt, context.settings));
  expect(mismatches(decisions, (expected.dispatch ?? []).map(recordedDispatch))).toEqual([]);
}

function answerParts(answer: { body: string; contentType: string }) {
  const json = answer.contentType.includes('json') ? JSON.parse(answer.body) : undefined;
  return { body: json, rawBody: answer.body, headers: { 'content-type': answer.contentType.split(';')[0] } };
}

function sorted(ignored: Json[]): Json[] {
  return [...ignored].sort((a, b) => a.reason.localeCompare(b.reason));
}

function checkVerification<Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) {
  const { context } = contextOf(provider, fixture);
  const answer = provider.channel.handshake?.(webhookRequest({ request: fixture.request }), context);
  expect(answer?.status).toBe(fixture.expect.status);
  if (fixture.expect.response && answer) {
    expect(mismatches(answerParts(answer), fixture.expect.response)).toEqual([]);
  }
}

/** The normalised message of a send case; a phone or user id without a JID gets its JID. */
export function outboundOf(fixture: Fixture): OutboundMessage {
  const { to } = fixture.outbound;
  const jid = to.jid ?? (to.waId ? `${to.waId}@s.whatsapp.net` : `${to.bsuid}@bsuid`);
  return { ...fixture.outbound, attempt: fixture.attempt ?? 1, to: { ...to, jid } };
}

async function checkSend<Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) {
  const { context, requests } = contextOf(provider, fixture);
  vi.setSystemTime(fixture.now ?? 1_767_225_602_000);
  const outcome = await provider.channel.send(outboundOf(fixture), context).then(
    (receipt) => ({ result: 'sent', receipt }),
    (error: unknown) => ({ result: 'error', error: channelError(error) }),
  );
  expect(requests).toHaveLength(1);
  checkRequest(requests[0], fixture.request);
  if (fixture.expect.result !== 'requestOnly') expect(mismatches(outcome, fixture.expect)).toEqual([]);
}

function channelError(error: unknown): ChannelErrorInfo {
  if (error instanceof ChannelError) return error.info;
  throw error;
}

/** Compares a request that was made with the one a case describes. */
export function checkRequest(made: HttpRequest | undefined, expected: Json) {
  if (!made) throw new Error('no request was made');
  const url = new URL(made.url);
  const headers = Object.fromEntries(
    Object.entries(made.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const body = typeof made.body === 'string' ? made.body : undefined;
  const { body: json, form, rawBody, multipart, query, path, url: wholeUrl, ...rest } = expected;
  expect(mismatches({ method: made.method, headers }, rest)).toEqual([]);
  if (path !== undefined) expect(url.pathname).toBe(path);
  if (wholeUrl !== undefined) expect(made.url).toBe(wholeUrl);
  if (query) expect(mismatches(Object.fromEntries(url.searchParams), query)).toEqual([]);
  if (json !== undefined) expect(mismatches(JSON.parse(body ?? ''), json)).toEqual([]);
  if (form) expect(mismatches(Object.fromEntries(new URLSearchParams(body)), form)).toEqual([]);
  if (rawBody !== undefined) expect(body).toBe(rawBody);
  if (multipart) checkMultipart(made.body, multipart);
}

function checkMultipart(body: HttpRequest['body'], expected: Json) {
  if (!(body instanceof FormData)) throw new Error('the body is not multipart');
  const parts = [...body].map(([name, value]) => [
    name,
    value instanceof File ? { fileName: value.name, contentType: value.type } : value,
  ]);
  expect(mismatches(Object.fromEntries(parts), expected)).toEqual([]);
}

async function checkApi<Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) {
  const call = provider.api?.[fixture.case];
  if (typeof call !== 'function')
    throw new Error('the provider under test does not say how to make this call');
  const { context, requests } = contextOf(provider, fixture);
  const value = await call(context, fixture);
  checkRequest(requests[0], fixture.request);
  expect(mismatches(value, without(fixture.expect, 'result'))).toEqual([]);
}

function checkErrorTable<Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) {
  for (const row of fixture.rows) {
    const expected = without(row, 'code', 'note');
    expect(mismatches(provider.errorRow?.(row), expected), `code ${row.code}`).toEqual([]);
  }
}

async function checkVector<Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) {
  const check = provider.vectors?.[fixture.case];
  if (!check) throw new Error('the provider under test does not check this vector');
  await check(fixture);
}

const checks: Record<
  string,
  <Settings>(provider: ProviderUnderTest<Settings>, fixture: Fixture) => void | Promise<void>
> = {
  webhook: checkWebhook,
  verification: checkVerification,
  send: checkSend,
  api: checkApi,
  signal: checkApi,
  vector: checkVector,
  errorTable: checkErrorTable,
};

/**
 * One test per case of the provider's folder. Sequences need the store and are played elsewhere; unconfirmed cases
 * are hints and no tests, nor are calls that Parley never makes (`api` gives the reason).
 */
export function runChannelFixtures<Settings>(provider: ProviderUnderTest<Settings>) {
  describe(`recorded ${provider.folder} cases`, () => {
    beforeEach(() => {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.UTC(2026, 0, 1) });
    });
    afterEach(() => {
      vi.useRealTimers();
    });
    for (const fixture of loadFixtures(provider.folder)) {
      const check = checks[fixture.kind];
      const neverMade = typeof provider.api?.[fixture.case] === 'string';
      if (!check || neverMade || fixture.confidence === 'unconfirmed') continue;
      it(`${fixture.case}: ${fixture.shows}`, () => check(provider, fixture));
    }
  });
}

import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

// Each test knows the form of the JSON it looks at.
export type Json = any; // eslint-disable-line @typescript-eslint/no-explicit-any

/** One webhook, which the provider posts to `/webhooks/{id}` + `suffix`. */
export interface Webhook {
  suffix: string;
  headers: Record<string, string>;
  body: string;
}

export interface ProviderRequest {
  method: string;
  /** Without query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  /** JSON or form fields; undefined for anything else. */
  body: Json;
  raw: Buffer;
}

export interface ProviderAnswer {
  status?: number;
  headers?: Record<string, string>;
  json?: Json;
  bytes?: Uint8Array;
}

/** A message that the provider accepted. */
export interface Sent {
  keyId: string;
  /** Database id, if the provider has one. */
  dbId?: number;
  phone: string;
  form: string;
  /** Text, body or caption. */
  text: string;
  /** Buttons or rows. */
  options: { id: string; title: string }[];
  /** Parley's own id, if the provider is given it. */
  outboundId?: string;
  request: ProviderRequest;
}

export interface Trouble {
  answer?: ProviderAnswer;
  /** Accepts the message, then closes the connection without an answer. */
  reset?: boolean;
}

export type Word = 'sent' | 'delivered' | 'read' | 'failed';

/** What is particular to one provider, according to its documentation. */
export interface Dialect {
  type: string;
  /** Settings of the instance besides `base_url`. */
  settings: Json;
  /** The answer to a request with wrong credentials; undefined if they are right. */
  refusal(request: ProviderRequest): ProviderAnswer | undefined;
  /** The message in a send; undefined for other calls. With `keyId` if the caller chose it. */
  readSend(request: ProviderRequest): (Omit<Sent, 'keyId' | 'request'> & { keyId?: string }) | undefined;
  receipt(sent: Sent): ProviderAnswer;
  /** `typing`, `paused` or `read <ids>`; undefined for other calls. */
  readSignal(request: ProviderRequest): string | undefined;
  /** Answers other calls; undefined: 404. */
  other?(request: ProviderRequest): ProviderAnswer | undefined;
  newKeyId(): string;
}

/** A provider's API on 127.0.0.1. It records what it gets and answers as documented. */
export interface ProviderServer {
  url: string;
  dialect: Dialect;
  requests: ProviderRequest[];
  sends: Sent[];
  /** Number of sends that it accepted and has not answered yet. */
  answering: number;
  signals: string[];
  /** Files that it serves, by path. */
  files: Map<string, { bytes: Uint8Array; mimeType: string }>;
  /** Adds a failure for one of the next sends, in order. */
  fail(trouble: Trouble): void;
  /** Makes all sends fail like this; without an argument, ends it. */
  failAll(trouble?: Trouble): void;
  /** Runs after a send was accepted and before it is answered. */
  beforeAnswer?: (sent: Sent) => Promise<unknown>;
  close(): Promise<void>;
}

export async function startProvider(dialect: Dialect): Promise<ProviderServer> {
  const troubles: Trouble[] = [];
  let always: Trouble | undefined;
  const provider: ProviderServer = {
    url: '',
    dialect,
    requests: [],
    sends: [],
    answering: 0,
    signals: [],
    files: new Map(),
    fail: (trouble) => void troubles.push(trouble),
    failAll: (trouble) => {
      always = trouble;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  const respond = async (request: ProviderRequest): Promise<ProviderAnswer | 'reset'> => {
    provider.requests.push(request);
    const refusal = dialect.refusal(request);
    if (refusal !== undefined) return refusal;
    const draft = dialect.readSend(request);
    if (draft !== undefined) return take(draft, request);
    const signal = dialect.readSignal(request);
    if (signal !== undefined) {
      provider.signals.push(signal);
      return { json: { success: true } };
    }
    const file = provider.files.get(request.path);
    if (file !== undefined) return { bytes: file.bytes, headers: { 'content-type': file.mimeType } };
    return dialect.other?.(request) ?? { status: 404, json: { error: 'not found' } };
  };
  const take = async (
    draft: Omit<Sent, 'keyId' | 'request'> & { keyId?: string },
    request: ProviderRequest,
  ) => {
    const trouble = troubles.shift() ?? always;
    if (trouble?.answer !== undefined) return trouble.answer;
    const sent: Sent = { ...draft, keyId: draft.keyId ?? dialect.newKeyId(), request };
    provider.sends.push(sent);
    provider.answering += 1;
    await provider.beforeAnswer?.(sent);
    provider.answering -= 1;
    return trouble?.reset === true ? ('reset' as const) : dialect.receipt(sent);
  };
  const server = createServer((request, response) => {
    void readRequest(request)
      .then(respond)
      .then((answer) => write(response, answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return provider;
}

async function readRequest(request: IncomingMessage): Promise<ProviderRequest> {
  const raw = await buffer(request);
  const url = new URL(request.url ?? '/', 'http://provider');
  const type = request.headers['content-type'] ?? '';
  const body = type.startsWith('application/json')
    ? (JSON.parse(raw.toString() || 'null') as Json)
    : type.startsWith('application/x-www-form-urlencoded')
      ? Object.fromEntries(new URLSearchParams(raw.toString()))
      : undefined;
  const { method = '', headers } = request;
  return { method, path: decodeURIComponent(url.pathname), query: url.searchParams, headers, body, raw };
}

function write(response: ServerResponse, answer: ProviderAnswer | 'reset'): void {
  if (answer === 'reset') return void response.socket?.resetAndDestroy();
  const { status = 200, json, bytes, headers } = answer;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(bytes ?? JSON.stringify(json ?? {}));
}

/** An id like those of WhatsApp. */
export function whatsappId(): string {
  return `3EB0${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`;
}

export function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}

export function json(suffix: string, body: Json, headers: Record<string, string> = {}): Webhook {
  return {
    suffix,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
}

/** A file that a person sends. */
export interface InFile {
  bytes: Uint8Array;
  mimeType: string;
  seconds?: number;
}

/** Makes webhooks of one contact. Message ids are generated unless given. */
export interface Person {
  says(text: string, id?: string): Webhook;
  /** A tap on an option, or its number if the channel has no buttons. */
  picks(prompt: Sent, index: number): Webhook;
  /** A voice note; undefined if the provider's documentation shows none. */
  speaks?(file: InFile): Webhook;
}

/** One provider's stand-in, and the webhooks that it sends. */
export interface Provider {
  server: ProviderServer;
  /** Settings for `POST /instances`. */
  channel: Json;
  person(phone: string): Person;
  /** Status webhooks of a message; empty if the provider does not report this status. */
  status(sent: Sent, word: Word): Webhook[];
  /** The webhooks by which the provider reports a message that Parley sent. */
  echoes(sent: Sent): Webhook[];
  /** A message that a person sends to the contact from the phone's app. */
  appSays?(phone: string, text: string): Webhook;
  connection?(state: 'open' | 'close' | 'loggedOut'): Webhook;
  /** Called once with the webhook URL of the instance. */
  connected?(webhookUrl: string): void;
}

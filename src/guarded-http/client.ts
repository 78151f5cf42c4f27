import { Agent, request as undiciRequest, type Dispatcher } from 'undici';
import { within } from '../deadline.js';
import { HttpFailure, type HttpClient, type HttpRequest, type HttpResponse } from './http.js';
import {
  AddressRefused,
  allowNothing,
  bareHost,
  guardedLookup,
  isReachable,
  parseAllowList,
  type AllowList,
} from './private-addresses.js';
import { resettingConnector } from './resetting-connector.js';

const maxRedirects = 5;
const redirectStatuses = [301, 302, 303, 307, 308];
/** Besides content-type, the only headers kept on a redirect to another origin: any other may be a credential. */
const harmlessHeaders = ['accept', 'user-agent'];

interface Route {
  agent: Agent;
  allowed: AllowList;
}

interface Hop {
  method: HttpRequest['method'];
  url: URL;
  headers: Record<string, string>;
  body: string | Uint8Array | undefined;
}

/** Whether anything was sent to a server. */
interface Progress {
  written: boolean;
}

/**
 * Every request that a process makes, as `http.ts` describes it. `allowPrivate` holds the host names, addresses and
 * CIDRs of PARLEY_ALLOW_PRIVATE_HOSTS. `close` waits for requests under way and frees the sockets.
 */
export function createHttpClient(options: {
  allowPrivate: string[];
}): HttpClient & { close: () => Promise<void> } {
  const routes = {
    operator: route(parseAllowList(options.allowPrivate)),
    flow: route(allowNothing),
  };
  const send: HttpClient = (request) => exchange(request, routes[request.source]);
  const close = async () => {
    await Promise.all([routes.operator.agent.close(), routes.flow.agent.close()]);
  };
  return Object.assign(send, { close });
}

function route(allowed: AllowList): Route {
  const connect = resettingConnector({ lookup: guardedLookup(allowed) });
  // The deadline of a request covers all its phases, so undici's own limits are turned off.
  return { agent: new Agent({ connect, headersTimeout: 0, bodyTimeout: 0 }), allowed };
}

async function exchange(request: HttpRequest, via: Route): Promise<HttpResponse> {
  const progress: Progress = { written: false };
  try {
    return await within(
      request.timeoutMs,
      (signal) => followed({ ...request, signal }, via, progress),
      request.signal,
    );
  } catch (error) {
    throw failureOf(error, progress);
  }
}

async function followed(request: HttpRequest, via: Route, progress: Progress): Promise<HttpResponse> {
  let hop = await firstHop(request);
  for (let redirects = 0; ; redirects += 1) {
    const response = await oneHop(hop, request, { via, progress });
    const next = request.redirect === 'follow' ? nextHop(hop, response) : undefined;
    if (!next) return response;
    if (redirects === maxRedirects) throw new HttpFailure('after', 'TOO_MANY_REDIRECTS');
    hop = next;
  }
}

async function firstHop(request: HttpRequest): Promise<Hop> {
  const headers: Record<string, string> = { 'user-agent': 'Parley/1' };
  for (const [name, value] of Object.entries(request.headers ?? {})) headers[name.toLowerCase()] = value;
  const { method, body } = request;
  const url = readUrl(request.url);
  if (!(body instanceof FormData)) return { method, url, headers, body };
  const encoded = new Response(body);
  headers['content-type'] = encoded.headers.get('content-type') ?? 'multipart/form-data';
  return { method, url, headers, body: new Uint8Array(await encoded.arrayBuffer()) };
}

function readUrl(text: string, base?: URL): URL {
  if (!URL.canParse(text, base)) throw new HttpFailure('refused', 'BAD_URL');
  const url = new URL(text, base);
  if (!['http:', 'https:'].includes(url.protocol)) throw new HttpFailure('refused', 'BAD_SCHEME');
  return url;
}

async function oneHop(
  hop: Hop,
  limits: HttpRequest,
  { via, progress }: { via: Route; progress: Progress },
): Promise<HttpResponse> {
  const host = bareHost(hop.url.hostname);
  const isAddress = /^[\d.]+$|:/.test(host);
  if (isAddress && !via.allowed.hosts.has(host) && !isReachable(host, via.allowed))
    throw new AddressRefused();
  const response = await undiciRequest(hop.url, {
    dispatcher: via.agent.compose(marking(progress)),
    method: hop.method,
    headers: hop.headers,
    body: hop.body ?? null,
    signal: limits.signal ?? null,
  });
  return {
    status: response.statusCode,
    headers: flatHeaders(response.headers),
    body: await limited(response.body, limits.maxBytes),
    url: hop.url.href,
  };
}

/** Records when sending begins: from then on the server may have acted on the request. */
function marking(progress: Progress): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) =>
    dispatch(options, {
      onRequestStart(controller, context) {
        progress.written = true;
        handler.onRequestStart?.(controller, context);
      },
      onResponseStart: (...start) => handler.onResponseStart?.(...start),
      onResponseData: (...data) => handler.onResponseData?.(...data),
      onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
      onResponseError: (...failure) => handler.onResponseError?.(...failure),
    });
}

function flatHeaders(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat = Object.entries(headers).map(([name, value = '']) => [
    name.toLowerCase(),
    Array.isArray(value) ? value.join(', ') : value,
  ]);
  return Object.fromEntries(flat);
}

async function limited(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) throw new HttpFailure('tooLarge', 'TOO_LARGE');
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** The request that a redirect leads to; undefined when the answer is no redirect. */
function nextHop(hop: Hop, response: HttpResponse): Hop | undefined {
  const location = response.headers['location'];
  if (!redirectStatuses.includes(response.status) || !location) return undefined;
  const url = readUrl(location, hop.url);
  const becomesGet = response.status === 303 || (response.status < 303 && hop.method === 'POST');
  const kept = becomesGet ? { method: 'GET' as const, body: undefined } : hop;
  const dropped = url.origin === hop.url.origin ? [] : Object.keys(hop.headers).filter(isCredential);
  if (becomesGet) dropped.push('content-type');
  const headers = Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped.includes(name)));
  return { method: kept.method, body: kept.body, url, headers };
}

function isCredential(header: string): boolean {
  return !harmlessHeaders.includes(header) && header !== 'content-type';
}

function failureOf(error: unknown, progress: Progress): HttpFailure {
  if (error instanceof HttpFailure) return error;
  if (error instanceof AddressRefused) return new HttpFailure('refused', 'PRIVATE_ADDRESS');
  return new HttpFailure(progress.written ? 'after' : 'before', causeCode(error));
}

/** Only a code, because the messages of network errors may hold addresses. */
function causeCode(error: unknown): string {
  if (!(error instanceof Error)) return 'UNKNOWN';
  if (error.name === 'TimeoutError') return 'TIMEOUT';
  if (error.name === 'AbortError') return 'ABORTED';
  return 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
}

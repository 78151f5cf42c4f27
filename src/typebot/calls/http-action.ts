import type { AutomaticAction } from '../../../activities/ports/typebot.js';
import { HttpFailure, type HttpClient, type HttpRequest } from '../../guarded-http/http.js';
import { readJson } from '../../foreign/read-json.js';

type HttpAction = Extract<AutomaticAction, { type: 'http' }>;

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 1024 * 1024;
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
/** Headers that the connection sets itself, or that could steer a request past the address guard. */
const OWN_HEADERS = /^(host|content-length|connection|transfer-encoding|upgrade|expect)$/i;

/** The outcome of a request that a flow asked for. */
export interface HttpActionResult {
  /** `{"statusCode":…,"data":…}` as Typebot expects it. */
  text: string;
  statusCode: number;
}

/**
 * Makes the HTTP request that a block leaves to its client. Private addresses are refused, because the address comes
 * from the flow. Never throws: a failure is reported to the flow as status 500.
 */
export async function runHttpAction(action: HttpAction, http: HttpClient): Promise<HttpActionResult> {
  const request = toRequest(action);
  if (!request) return reply(500, 'method not supported');
  try {
    const response = await http(request);
    const data = readJson(response.body);
    return data === undefined ? reply(500, 'the answer is not JSON') : reply(response.status, data);
  } catch (error) {
    return reply(500, error instanceof HttpFailure ? error.message : 'request failed');
  }
}

function reply(statusCode: number, data: unknown): HttpActionResult {
  return { text: JSON.stringify({ statusCode, data }), statusCode };
}

function toRequest({ url, method, headers, body }: HttpAction): HttpRequest | undefined {
  const known = METHODS.find((name) => name === method.toUpperCase());
  if (!known) return undefined;
  const kept = Object.entries(headers).filter(([name]) => !OWN_HEADERS.test(name));
  const hasBody = known !== 'GET' && body !== undefined && body !== null;
  return {
    method: known,
    url,
    headers: { ...(hasBody ? { 'content-type': 'application/json' } : {}), ...lowerCased(kept) },
    body: hasBody ? (typeof body === 'string' ? body : JSON.stringify(body)) : undefined,
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    source: 'flow',
    redirect: 'follow',
  };
}

function lowerCased(headers: [string, string][]): Record<string, string> {
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

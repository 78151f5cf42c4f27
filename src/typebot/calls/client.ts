import { type ChatMessage, type TypebotTarget } from '../../../activities/ports/typebot.js';
import { TypebotFailure } from '../../../activities/ports/typebot-failure.js';
import { readJson } from '../../foreign/read-json.js';
import type { HttpClient, HttpRequest, HttpResponse } from '../../guarded-http/http.js';
import { createBreaker, type Breaker, type BreakerOptions, type Settled } from './breaker.js';
import { failureOfRequest, failureOfResponse, type ChatCall } from './failure.js';
import { readAnswer, type TypebotAnswer } from '../wire.js';
import { readUploadTarget } from './wire.js';
import { withoutEndSlashes } from '../../foreign/trim-end.js';

/** Larger answers are refused. A 3 MB image inlined as base64 fits. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024;
const PROBE_TIMEOUT_MS = 5_000;
/** Short, because a conversation waits for these best-effort calls. */
const SIDE_CALL_TIMEOUT_MS = 15_000;
const DEFAULT_BREAKER: BreakerOptions = { failures: 5, halfOpenAfterMs: 5_000 };

/** How the viewer is reached. */
export interface ClientOptions {
  http: HttpClient;
  /** PARLEY_TYPEBOT_TIMEOUT_MS: limit of one chat call, from connecting to the last byte. */
  timeoutMs: number;
  breaker?: BreakerOptions;
}

/** `POST /v1/typebots/{publicId}/startChat`. */
export interface StartCall extends TypebotTarget {
  prefilledVariables: Record<string, string>;
  resultId?: string;
  signal?: AbortSignal;
}

/** `POST /v1/sessions/{sessionId}/continueChat`. */
export interface ContinueCall extends TypebotTarget {
  typebotSessionId: string;
  /** Undefined: continue without a message. */
  message?: ChatMessage;
  signal?: AbortSignal;
}

/** One file to put into Typebot's own storage. */
export interface UploadCall extends TypebotTarget {
  typebotSessionId: string;
  blockId: string;
  fileName: string;
  mimeType: string;
  bytes: Uint8Array;
}

/** One line of Typebot's result log. */
export interface ClientLog {
  description: string;
  details?: string;
}

/** The chat API of a viewer (Typebot 3.18). Chat calls throw `TypebotFailure` only; the others never throw. */
export interface TypebotClient {
  startChat(call: StartCall): Promise<TypebotAnswer>;
  continueChat(call: ContinueCall): Promise<TypebotAnswer>;
  /** The file's address in Typebot's store; undefined when the store cannot take it. */
  upload(call: UploadCall): Promise<string | undefined>;
  /** A line in the result log that the bot's author sees. */
  clientLog(call: ContinueCall, log: ClientLog): Promise<void>;
}

/** Sends no `Origin` header: a bot with a list of allowed origins would refuse it. */
export function createClient({ http, timeoutMs, breaker = DEFAULT_BREAKER }: ClientOptions): TypebotClient {
  const deps: ClientDeps = { http, timeoutMs, guard: createBreaker(breaker) };
  return {
    startChat: (call) =>
      chat(deps, call, {
        kind: 'start',
        path: `/v1/typebots/${encodeURIComponent(call.publicId)}/startChat`,
        body: startBody(call),
      }),
    continueChat: (call) =>
      chat(deps, call, {
        kind: 'continue',
        path: `/v1/sessions/${encodeURIComponent(call.typebotSessionId)}/continueChat`,
        body: { message: toWireMessage(call.message), textBubbleContentFormat: 'richText' },
      }),
    upload: (call) => upload(http, call),
    clientLog: async (call, log) => {
      const path = `/v2/sessions/${encodeURIComponent(call.typebotSessionId)}/clientLogs`;
      await attempt(http, postJson(call, path, { clientLogs: [{ status: 'error', ...log }] }));
    },
  };
}

interface ClientDeps {
  http: HttpClient;
  timeoutMs: number;
  guard: Breaker;
}

interface ChatRequest {
  kind: ChatCall;
  path: string;
  body: unknown;
}

function startBody({ prefilledVariables, resultId }: StartCall) {
  return {
    isStreamEnabled: false,
    resultId,
    prefilledVariables: Object.keys(prefilledVariables).length > 0 ? prefilledVariables : undefined,
    textBubbleContentFormat: 'richText',
  };
}

/** A plain text is sent as a string, which every version of the API understands. */
function toWireMessage(message: ChatMessage | undefined): ChatMessage | string | undefined {
  const isBare = message?.type === 'text' && !message.attachedFileUrls && !message.metadata;
  return isBare ? message.text : message;
}

async function chat(
  { http, timeoutMs, guard }: ClientDeps,
  call: StartCall | ContinueCall,
  { kind, path, body }: ChatRequest,
): Promise<TypebotAnswer> {
  const origin = originOf(call);
  const request = { ...postJson(call, path, body), timeoutMs, signal: call.signal };
  const response = await guard({
    origin,
    run: () => attempt(http, request),
    probe: () => attempt(http, probeRequest(call)),
  });
  const answer = response.status < 300 ? readAnswer(readJson(response.body)) : undefined;
  if (!answer) throw failureOfResponse(kind, response);
  return answer;
}

async function attempt(http: HttpClient, request: HttpRequest): Promise<Settled<HttpResponse>> {
  try {
    return { value: await http(request) };
  } catch (error) {
    return { failure: failureOfRequest(error) };
  }
}

function originOf({ typebotUrl }: TypebotTarget): string {
  if (!URL.canParse(typebotUrl)) throw new TypebotFailure('refused', { reason: 'invalid typebot URL' });
  return new URL(typebotUrl).origin;
}

/** `typebotUrl` may end in slashes and have a path prefix. */
function apiUrl({ typebotUrl }: TypebotTarget, path: string): string {
  return `${withoutEndSlashes(typebotUrl)}/api${path}`;
}

/** A POST to the viewer's API with the time-out of a side call. */
export function postJson(target: TypebotTarget, path: string, body: unknown): HttpRequest {
  return {
    method: 'POST',
    url: apiUrl(target, path),
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: SIDE_CALL_TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    source: 'operator',
  };
}

function probeRequest(target: TypebotTarget): HttpRequest {
  return {
    method: 'GET',
    url: apiUrl(target, '/healthz'),
    timeoutMs: PROBE_TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    source: 'operator',
  };
}

async function upload(http: HttpClient, call: UploadCall): Promise<string | undefined> {
  const asked = await attempt(http, postJson(call, '/v3/generate-upload-url', uploadBody(call)));
  if ('failure' in asked || asked.value.status >= 300) return undefined;
  const target = readUploadTarget(readJson(asked.value.body));
  if (!target) return undefined;
  const put = await attempt(http, {
    method: 'PUT',
    url: target.presignedUrl,
    headers: { 'content-type': target.fileType ?? call.mimeType },
    body: call.bytes,
    timeoutMs: SIDE_CALL_TIMEOUT_MS,
    maxBytes: MAX_ANSWER_BYTES,
    source: 'operator',
  });
  return 'value' in put && put.value.status < 300 ? target.fileUrl : undefined;
}

function uploadBody({ typebotSessionId, blockId, fileName, mimeType, bytes }: UploadCall) {
  return {
    sessionId: typebotSessionId,
    blockId,
    fileName,
    fileType: mimeType,
    fileSize: bytes.byteLength,
  };
}

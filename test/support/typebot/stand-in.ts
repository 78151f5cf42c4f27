import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createTranscripts } from './transcripts.js';
import { engineReads, type EngineInput, type EngineMessage } from './engine.js';

type Json = Record<string, unknown>;

/** One answer of a flow, without `sessionId` and `resultId`, which the stand-in adds. */
export interface StandInAnswer extends Json {
  messages: unknown[];
  input?: EngineInput;
  clientSideActions?: Json[];
}

/**
 * A flow: its answers in order. Each is given when the one before got a reply that the engine accepts. `branch`
 * replaces the next answer for some replies; `stored` is the value that the engine stores.
 */
export interface StandInFlow {
  answers: StandInAnswer[];
  branch?: (stored: string | null, step: number) => StandInAnswer | undefined;
  /** Bubbles that answer a refused reply, in place of the standard retry bubble. */
  invalidReply?: (text: string) => unknown[];
  /** Text of the retry bubble; default `Invalid message. Please, try again.` */
  invalidMessage?: string;
  /** The answer of startChat instead, for closed bots and the like. */
  startError?: { status: number; body: unknown };
}

/** What happens to the next matching call instead of, or besides, its normal answer. */
export interface StandInFailure {
  /** Only calls for this contact match: a late call of another test takes nothing. */
  of?: Addressed;
  call?: 'start' | 'continue' | 'transcript';
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Closes the connection without an answer. */
  reset?: boolean;
  /** Waits before answering. If nothing else is given, the normal answer follows. */
  delayMs?: number;
  /** Answers only when this has settled. If nothing else is given, the normal answer follows. */
  until?: Promise<unknown>;
  /** The call takes effect, and only its answer is replaced. */
  afterWork?: boolean;
}

/** A contact: `phone` is what stands before the `@` of its JID. */
export interface Addressed {
  phone: string;
}

/** A viewer that many contacts share. What a test sees or breaks of it belongs to one: others' calls may come late. */
export type SharedTypebot = Omit<TypebotStandIn, 'calls' | 'replies' | 'fail'> & {
  fail(failure: StandInFailure & { of: Addressed }): void;
};

/** One request that the stand-in received. */
export interface StandInCall {
  /** The contact that the call is made for, as `Addressed.phone`; empty: none was told. */
  of: string;
  kind: 'start' | 'continue' | 'transcript' | 'other';
  path: string;
  headers: Record<string, string | string[] | undefined>;
  body: Json;
  sessionId?: string;
}

/** A startChat or continueChat call and the text that came with it; null: without one. */
export type ChatCall = ['start' | 'continue', string | null];

export interface TypebotStandIn {
  /** Root of the viewer, for a typebot's `url`; includes `prefix` of the options. */
  url: string;
  /** All calls. In a product, calls of other contacts come in between: see `callsOf`. */
  calls: StandInCall[];
  /** The calls for this contact. A late call of another test is not among them. */
  callsOf(contact: Addressed): StandInCall[];
  /** Returns what looks up the chat calls for this contact from now on, in order. */
  watch(contact: Addressed): () => ChatCall[];
  /** Messages of the continueChat calls for this contact, in order; null: without a message. */
  repliesOf(contact: Addressed): EngineMessage[];
  /** Messages of all continueChat calls, in order; null: without a message. */
  replies(): EngineMessage[];
  /** Publishes or replaces a flow. Existing sessions keep theirs. */
  publish(publicId: string, flow: StandInFlow): void;
  /** Queues a failure for the next matching call; several are used one after another. */
  fail(failure: StandInFailure): void;
  /** Makes existing sessions answer 500 for good, as when their bot was deleted and imported again. */
  breakSessions(): void;
  /** Forgets all sessions, like a clean-up of the host: continueChat answers 404. */
  forgetSessions(): void;
  /** The highest number of concurrent calls of one session so far. It must stay 1. */
  mostParallel(): number;
  close(): Promise<void>;
}

/** The answer to an exception in the engine. */
const BROKEN: StandInFailure = {
  status: 500,
  body: { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500, message: 'Internal server error' },
};

interface Session {
  flow: StandInFlow;
  step: number;
  current: StandInAnswer;
  parallel: number;
}

/** The response in a recording of test/fixtures/typebot, by the beginning of its file name. */
export function recorded(name: string): StandInAnswer {
  const url = new URL(`../../fixtures/typebot/${name}.json`, import.meta.url);
  const file = JSON.parse(readFileSync(url, 'utf8')) as { response: StandInAnswer };
  return file.response;
}

const walk = (...names: string[]): StandInFlow => ({ answers: names.map(recorded) });

/** The recorded bots by public id. */
export function recordedFlows(): Record<string, StandInFlow> {
  const pick = recorded('132-after-updateTypebot');
  const branchQuestion: StandInAnswer = {
    messages: [textBubble('b_pick', 'Pick')],
    input: {
      id: 'i_pick',
      type: 'choice input',
      items: [
        { id: 'it_sales', content: 'Sales' },
        { id: 'it_support', content: 'Support' },
        { id: 'it_none', content: 'No edge' },
      ],
      options: {},
    },
  };
  return {
    'bubbles-pub': walk('01-startChat-bubbles-richText', '03-continueChat-end-of-flow'),
    'inputs-pub': walk(
      '10-inputs-start-text',
      '11-inputs-text',
      '14-inputs-num',
      '16-inputs-mail',
      '18-inputs-url',
      '21-inputs-date',
      '23-inputs-range',
      '25-inputs-time',
      '27-inputs-phone',
      '32-inputs-ch',
      '33-inputs-chv',
      '35-inputs-chm',
      '36-inputs-chs',
      '37-inputs-chd',
      '39-inputs-pc',
      '40-inputs-pcm',
      '42-inputs-rate',
      '44-inputs-file',
      '46-inputs-file2-skip',
      '48-inputs-card',
    ),
    'actions-pub': walk(
      '60-actions-start',
      '61-actions-moment',
      '62-actions-device',
      '63-actions-setvar-custom',
      '64-actions-http',
      '65-actions-pause',
      '66-actions-webhook',
      '67-actions-embed',
      '68-actions-cal',
      '69-actions-final',
    ),
    'branch-pub': {
      answers: [branchQuestion, pick],
      branch: (stored) =>
        stored === 'Sales'
          ? recorded('126-branch-Sales')
          : stored === 'Support'
            ? { messages: [textBubble('b_support', 'Support here')] }
            : recorded('126-branch-No_edge'),
    },
    'startinput-pub': {
      answers: [
        { messages: [], input: { id: 'i_name', type: 'text input', options: { variableId: 'v_Name' } } },
        recorded('110-startinput-with-message'),
        recorded('127-duplicate-reply-consumed-as-next-answer'),
      ],
      branch: (stored, step) =>
        step === 1
          ? {
              messages: [textBubble('b_hello', `Hello ${stored ?? ''}`)],
              input: { id: 'i_two', type: 'text input', options: {} },
            }
          : undefined,
    },
    'sysmsg-pub': {
      answers: [
        recorded('108-sysmsg-start'),
        recorded('122-choice-by-item-id'),
        recorded('123-empty-string-on-text'),
      ],
      invalidMessage: "Je n'ai pas compris",
      branch: (stored, step) =>
        step === 1
          ? {
              messages: [textBubble('x3', `You chose ${stored ?? ''}`)],
              input: { id: 'x4', type: 'text input', options: {} },
            }
          : undefined,
    },
    'events-pub': {
      answers: [
        {
          messages: [textBubble('ev1', 'Your email?')],
          input: { id: 'i_em', type: 'email input', options: {} },
        },
        { messages: [textBubble('ev2', 'thanks')], input: { id: 'i_ev', type: 'text input', options: {} } },
        { messages: [] },
      ],
      invalidReply: (text) => [textBubble('evi', `Invalid: ${text}`)],
    },
    'remember-pub': walk('133-remember-restart-same-result', '69-actions-final'),
    'noinput-pub': walk('105-noinput'),
    'err-pub': walk('107-server-errors-in-flow', '69-actions-final'),
    'closed-pub': failing('81-closed'),
    'quarantined-pub': failing('85-quarantined'),
    'unpub-pub': failing('84-unpublished'),
    'pay2-pub': failing('103-pay-no-creds'),
    'pay-pub': failing('104-pay-unknown-creds'),
  };
}

function failing(name: string): StandInFlow {
  const body = recorded(name);
  return { answers: [], startError: { status: Number(body.status), body } };
}

/** A text bubble with one plain paragraph. */
export function textBubble(id: string, text: string) {
  return {
    id,
    type: 'text',
    content: { type: 'richText', richText: [{ type: 'p', children: [{ text }] }] },
  };
}

/**
 * Starts a viewer on 127.0.0.1 that runs flows: the recorded ones and those given.
 *
 * ```ts
 * const typebot = await startTypebotStandIn({ flows: { 'my-pub': { answers: [ … ] } } });
 * // instance's typebot: { url: typebot.url, typebot: 'inputs-pub' }
 * typebot.fail({ call: 'continue', status: 500, body: { defined: false, code: 'INTERNAL_SERVER_ERROR', … } });
 * expect(typebot.replies()).toEqual(['hello']);
 * await typebot.close();
 * ```
 *
 * Replies are accepted or refused by the engine's rules (`engine.ts`). A flow that has ended answers 404. A
 * session that waits for an action or an embed takes the next call as its result. `prefix` puts the API below a path,
 * like a proxy.
 */
export async function startTypebotStandIn(
  options: { flows?: Record<string, StandInFlow>; prefix?: string } = {},
): Promise<TypebotStandIn> {
  const flows: Record<string, StandInFlow> = { ...recordedFlows(), ...options.flows };
  const prefix = options.prefix ?? '';
  const sessions = new Map<string, Session>();
  const calls: StandInCall[] = [];
  const failures: StandInFailure[] = [];
  const broken = new Set<string>();
  const transcripts = createTranscripts();
  /** Ids of sessions and results, and the contact that each was begun for. */
  const owners = new Map<string, string>();
  const parallel = { most: 0 };
  let serial = 0;

  const answerOf = (call: StandInCall): { status: number; body: unknown } => {
    if (call.kind === 'start') return start(call);
    if (call.kind === 'continue') return proceed(call);
    if (call.kind === 'transcript') return transcripts.answer(call.path, call.headers.authorization);
    if (call.path === '/api/healthz') return { status: 200, body: { status: 'ok' } };
    if (call.path.endsWith('/clientLogs'))
      return { status: 200, body: { message: 'Logs successfully saved.' } };
    if (call.path === '/api/v3/generate-upload-url') return uploadUrl(call);
    if (call.path.startsWith('/api/uploads/')) return { status: 204, body: undefined };
    return { status: 404, body: 'Not found' };
  };

  const start = (call: StandInCall) => {
    const publicId = decodeURIComponent(call.path.split('/')[4] ?? '');
    const flow = flows[publicId];
    if (!flow) return { status: 404, body: recorded('80-unknown-publicId') };
    if (flow.startError) return flow.startError;
    if (call.body.isOnlyRegistering === true) return { status: 200, body: recorded('113-onlyRegistering') };
    serial += 1;
    const sessionId = `session-${serial}`;
    const first = flow.answers[0] ?? { messages: [] };
    const session: Session = { flow, step: 0, current: first, parallel: 0 };
    sessions.set(sessionId, session);
    owners.set(sessionId, call.of);
    endIfOver(sessionId, first);
    const resultId = flow.answers.some(({ input }) => input)
      ? (call.body.resultId ?? `result-${serial}`)
      : undefined;
    const typebot = (first.typebot ?? {
      id: `${publicId}-id`,
      version: '6.1',
      theme: {},
      settings: {},
    }) as Json;
    if (typeof resultId === 'string') {
      owners.set(resultId, call.of);
      transcripts.begin(String(typebot.id), resultId, sessionId);
    }
    transcripts.says(sessionId, first.messages);
    return { status: 200, body: { ...first, sessionId, resultId, typebot } };
  };

  const proceed = (call: StandInCall) => {
    const session = sessions.get(call.sessionId ?? '');
    if (!session || !call.sessionId) return { status: 404, body: recorded('04-continueChat-after-end-404') };
    return { status: 200, body: reply(call.sessionId, session, call.body.message as EngineMessage) };
  };

  const reply = (sessionId: string, session: Session, message: EngineMessage): StandInAnswer => {
    const { input } = session.current;
    const stored = input ? engineReads(input, message) : textOf(message);
    if (input && stored === undefined) return refusal(session.flow, input, message);
    session.step += 1;
    if (input && stored !== null) transcripts.hears(sessionId, stored ?? '');
    const next = session.flow.branch?.(stored ?? null, session.step) ?? session.flow.answers[session.step];
    session.current = next ?? { messages: [] };
    transcripts.says(sessionId, session.current.messages);
    endIfOver(sessionId, session.current);
    const { sessionId: _session, resultId: _result, typebot: _typebot, ...rest } = session.current;
    void [_session, _result, _typebot];
    delete rest.lastMessageNewFormat;
    const changed = input && stored !== null && stored !== textOf(message);
    return { ...rest, ...(changed ? { lastMessageNewFormat: stored } : {}), messages: rest.messages };
  };

  const endIfOver = (sessionId: string, answer: StandInAnswer) => {
    if (!isWaiting(answer)) sessions.delete(sessionId);
  };

  const uploadUrl = (call: StandInCall) => {
    if (!sessions.has(String(call.body.sessionId)))
      return { status: 400, body: recorded('144-upload-unknown-session') };
    return {
      status: 200,
      body: {
        presignedUrl: `${url}/api/uploads/token`,
        formData: {},
        fileType: call.body.fileType,
        fileUrl: `https://files.example.com/${String(call.body.fileName)}`,
      },
    };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const read = await readCall(request, prefix);
    const call: StandInCall = { ...read, of: addressIn(read.body) ?? owners.get(idIn(read)) ?? '' };
    calls.push(call);
    const session = sessions.get(call.sessionId ?? '');
    if (session) {
      session.parallel += 1;
      parallel.most = Math.max(parallel.most, session.parallel);
    }
    const index = failures.findIndex((failure) => matches(failure, call));
    const ofSession = call.kind === 'continue' && broken.has(call.sessionId ?? '') ? BROKEN : undefined;
    const failure = ofSession ?? (index >= 0 ? failures.splice(index, 1)[0] : undefined);
    try {
      await play(response, failure, () => answerOf(call));
    } finally {
      if (session) session.parallel -= 1;
    }
  };

  const callsOf = ({ phone }: Addressed) => calls.filter(({ of }) => of === phone);

  const server = createServer((request, response) => {
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`;
  return {
    url,
    calls,
    callsOf,
    watch: (contact) => {
      const from = callsOf(contact).length;
      return () => callsOf(contact).slice(from).flatMap(toChatCall);
    },
    replies: () => repliesAmong(calls),
    repliesOf: (contact) => repliesAmong(callsOf(contact)),
    publish: (publicId, flow) => void (flows[publicId] = flow),
    fail: (failure) => void failures.push(failure),
    breakSessions: () => [...sessions.keys()].forEach((id) => broken.add(id)),
    forgetSessions: () => sessions.clear(),
    mostParallel: () => parallel.most,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function repliesAmong(calls: StandInCall[]): EngineMessage[] {
  return calls.flatMap(({ kind, body }) =>
    kind === 'continue' ? [(body.message ?? null) as EngineMessage] : [],
  );
}

function toChatCall({ kind, body }: StandInCall): ChatCall[] {
  return kind === 'start' || kind === 'continue' ? [[kind, textOf(body.message as EngineMessage)]] : [];
}

function matches({ of, call: kind }: StandInFailure, call: StandInCall): boolean {
  if (of !== undefined && of.phone !== call.of) return false;
  return kind === undefined ? call.kind === 'start' || call.kind === 'continue' : kind === call.kind;
}

/** The contact that a startChat names among its variables. */
function addressIn({ prefilledVariables }: Json): string | undefined {
  const jid = (prefilledVariables as { keyRemoteJid?: string } | undefined)?.keyRemoteJid;
  return jid?.split('@')[0];
}

/** The session or result that any other call is about. */
function idIn({ path, body }: Pick<StandInCall, 'path' | 'body'>): string {
  return /\/(?:sessions|results)\/([^/]+)/.exec(path)?.[1] ?? String(body.sessionId);
}

function isWaiting({ input, clientSideActions, messages }: StandInAnswer): boolean {
  if (input || clientSideActions?.some(({ expectsDedicatedReply }) => expectsDedicatedReply)) return true;
  const last = messages.at(-1) as { type?: string; content?: { waitForEvent?: { isEnabled?: boolean } } };
  return last?.type === 'custom-embed' || last?.content?.waitForEvent?.isEnabled === true;
}

function refusal(flow: StandInFlow, input: EngineInput, message: EngineMessage): StandInAnswer {
  const retry = input.options?.retryMessageContent ?? flow.invalidMessage;
  const text = typeof retry === 'string' ? retry : 'Invalid message. Please, try again.';
  const custom = flow.invalidReply?.(textOf(message) ?? '');
  return custom
    ? { messages: custom, input, clientSideActions: [], logs: [] }
    : { messages: [textBubble(input.id, text)], input };
}

function textOf(message: EngineMessage): string | null {
  if (message === null || message === undefined) return null;
  return typeof message === 'string' ? message : (message.text ?? message.url ?? null);
}

async function readCall(request: IncomingMessage, prefix: string): Promise<Omit<StandInCall, 'of'>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString('utf8');
  const path = (request.url ?? '').slice(prefix.length);
  const sessionId = /^\/api\/v1\/sessions\/([^/]+)\/continueChat$/.exec(path)?.[1];
  const isStart = /^\/api\/v1\/typebots\/[^/]+\/startChat$/.test(path);
  const isTranscript = /^\/api\/v1\/typebots\/[^/]+\/results\/[^/]+\/transcript$/.test(path);
  const isJson = text.startsWith('{');
  return {
    kind: isStart ? 'start' : sessionId ? 'continue' : isTranscript ? 'transcript' : 'other',
    path,
    headers: request.headers,
    body: isJson ? (JSON.parse(text) as Json) : {},
    sessionId,
  };
}

async function play(
  response: ServerResponse,
  failure: StandInFailure | undefined,
  work: () => { status: number; body: unknown },
): Promise<void> {
  const isOnlyDelay = failure && !failure.reset && failure.status === undefined;
  const answer = !failure || failure.afterWork || isOnlyDelay ? work() : { status: 500, body: {} };
  await failure?.until;
  if (failure?.delayMs) await new Promise((resolve) => setTimeout(resolve, failure.delayMs).unref());
  if (failure?.reset) {
    response.socket?.resetAndDestroy();
    return;
  }
  const status = failure?.status ?? answer.status;
  const body = failure?.status !== undefined ? (failure.body ?? '') : answer.body;
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/plain;charset=UTF-8' : 'application/json',
    ...failure?.headers,
  });
  response.end(isText || body === undefined ? body : JSON.stringify(body));
}

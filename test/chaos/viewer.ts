import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { engineReads } from '../support/typebot/engine.js';
import type { EngineInput, EngineMessage } from '../support/typebot/engine.js';
import { textBubble } from '../support/typebot/stand-in.js';
import type { Answer } from './judge.js';
import type { Chance } from './chance.js';

/** Bubble with which the stand-in answers a call without a message, and a reply that the question does not accept. */
export const AGAIN = 'again?';
/**
 * Suffixes of the options of a choice: each option is the token of the message that asked for it, with one of these.
 */
export const OPTIONS = ['a', 'b', 'c'] as const;

export interface Viewer {
  url: string;
  /** Answers to all accepted replies, in the order in which they were processed. */
  answers: Answer[];
  of(contact: string): Answer[];
  /** Highest number of simultaneous calls of one session; must not exceed 1. */
  mostParallel(): number;
  /** From now on this share of calls (0 to 1) fails or is late. */
  trouble(share: number): void;
  /** From now on all calls are refused with this status; undefined ends it. */
  refuse(status: number | undefined): void;
  close(): Promise<void>;
}

interface Session {
  contact: string;
  input: EngineInput;
  /** Token of the message that led to the open question. */
  asked: string;
  parallel: number;
}

/**
 * Stand-in for Typebot, with a flow that begins without a bubble and answers each reply with bubbles that repeat it:
 * `<said> / 1`, `<said> / 2`, … The reply determines how many (`n3`) and what comes next (`pick`: a choice, `file`: a
 * file, `bye`: the end of the flow).
 */
export async function startViewer(chance: Chance): Promise<Viewer> {
  const sessions = new Map<string, Session>();
  const answers: Answer[] = [];
  const byContact = new Map<string, Answer[]>();
  const state = { share: 0, refusal: undefined as number | undefined, most: 0, failed: new Set<string>() };

  const start = (body: Record<string, unknown>) => {
    const id = randomUUID();
    const session = { contact: phoneOf(body), input: textInput(), asked: '', parallel: 0 };
    sessions.set(id, session);
    const typebot = { id: 'chaos', version: '6.1', theme: {}, settings: {} };
    return { sessionId: id, resultId: id, typebot, messages: [], input: session.input };
  };

  const proceed = (id: string, session: Session, message: EngineMessage) => {
    const stored = engineReads(session.input, message);
    if (stored === undefined || stored === null)
      return { messages: [textBubble(session.input.id, AGAIN)], input: session.input };
    const said =
      session.input.type === 'file input' ? `${session.asked}f n1` : stored.replaceAll('\n', ' + ');
    const count = Number(/ n(\d)/.exec(said)?.[1] ?? 1);
    const bubbles = Array.from({ length: count }, (_, index) => `${said} / ${index + 1}`);
    const ends = said.includes(' bye');
    const answer = { said, bubbles, ends };
    answers.push(answer);
    byContact.set(session.contact, [...(byContact.get(session.contact) ?? []), answer]);
    const messages = bubbles.map((text) => textBubble(randomUUID(), text));
    if (ends) {
      sessions.delete(id);
      return { messages };
    }
    session.asked = said.split(' ')[0] ?? '';
    session.input = nextInput(said, session.asked);
    return { messages, input: session.input };
  };

  const work = (path: string, body: Record<string, unknown>): [number, unknown] => {
    if (path.endsWith('/startChat')) return [200, start(body)];
    const id = sessionOf(path);
    if (id === undefined) return [200, { status: 'ok' }];
    const session = sessions.get(id);
    if (!session)
      return [404, { defined: false, code: 'NOT_FOUND', status: 404, message: 'Session not found.' }];
    return [200, proceed(id, session, body['message'] as EngineMessage)];
  };

  /** Fails before or after the work, or is late; never fails twice in a row for one session, or one contact's start. */
  const troubled = async (id: string, run: () => [number, unknown], response: ServerResponse) => {
    const isHit = chance.next() < state.share;
    const kind = !state.failed.delete(id) && isHit ? chance.pick(KINDS) : 'none';
    if (kind !== 'none' && kind !== 'late') state.failed.add(id);
    if (kind === 'late') await sleep(chance.between(200, 1_500));
    if (kind === 'error')
      return json(response, 500, { defined: false, code: 'INTERNAL_SERVER_ERROR', status: 500 });
    if (kind === 'reset before') return void response.socket?.resetAndDestroy();
    const answer = run();
    if (kind === 'reset after') return void response.socket?.resetAndDestroy();
    json(response, ...answer);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await readBody(request);
    const path = request.url ?? '';
    if (state.refusal !== undefined) return json(response, state.refusal, {});
    const session = sessions.get(sessionOf(path) ?? '');
    if (session) state.most = Math.max(state.most, (session.parallel += 1));
    await troubled(sessionOf(path) ?? phoneOf(body), () => work(path, body), response);
    if (session) session.parallel -= 1;
  };

  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    of: (contact) => byContact.get(contact) ?? [],
    mostParallel: () => state.most,
    trouble: (share) => void (state.share = share),
    refuse: (status) => void (state.refusal = status),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const KINDS = ['error', 'reset before', 'reset after', 'late', 'late'] as const;

const sessionOf = (path: string) => /\/sessions\/([^/]+)\/continueChat$/.exec(path)?.[1];

const phoneOf = (body: Record<string, unknown>) =>
  (body['prefilledVariables'] as Record<string, string> | undefined)?.['phone'] ?? '';

const textInput = (): EngineInput => ({ id: randomUUID(), type: 'text input', options: {} });

function nextInput(said: string, asked: string): EngineInput {
  if (said.includes(' file')) return { id: randomUUID(), type: 'file input', options: { isRequired: true } };
  if (!said.includes(' pick')) return textInput();
  const items = OPTIONS.map((letter) => ({ id: randomUUID(), content: `${asked}${letter} n1` }));
  return { id: randomUUID(), type: 'choice input', options: {}, items };
}

/** The body of a request as an object; empty if it is not one. */
export async function readBody(request: IncomingMessage): Promise<Record<string, unknown>> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  const text = Buffer.concat(pieces).toString();
  return text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {};
}

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One message as the generic channel posted it. */
export interface Received {
  id: string;
  to: { contactId: string; phone?: string };
  content: { type: string; [member: string]: unknown };
  attempt: number;
  idempotencyKey: string;
  at: number;
}

/** How the next message is answered instead of 200. */
export interface ReceiverFailure {
  /** Only a message to this contact takes it: a late message of another test does not. */
  to?: { phone: string };
  status?: number;
  headers?: Record<string, string>;
  body?: unknown;
  /** Accepts the message, then closes the connection without an answer. */
  reset?: boolean;
  delayMs?: number;
  /** Answers only when this has settled. */
  until?: Promise<unknown>;
}

export interface Receiver {
  url: string;
  secret: string;
  /** Messages in order of arrival, without repetitions of an idempotency key. */
  messages: Received[];
  /** All requests with messages, including repetitions. */
  requests: Received[];
  /** Typing and read marks of this contact. */
  signalsTo(contact: { phone: string }): Presence[];
  sentTo(contactId: string): Received[];
  /** The requests with messages to this contact, including repetitions. */
  requestsTo(contact: { phone: string }): Received[];
  texts(contactId?: string): string[];
  /** The highest number of messages so far that were unanswered at the same time. */
  mostAtOnce(): number;
  fail(failure: ReceiverFailure): void;
  /** Answers everything like this; without an argument, ends it. */
  failAll(failure?: ReceiverFailure): void;
  close(): Promise<void>;
}

/** Typing, or a read mark, as the generic channel posts it. */
interface Presence {
  type: string;
  state?: string;
  keyIds?: string[];
}

/** A receiver that many contacts share. What a test breaks of it belongs to one: others' messages may come late. */
export type SharedReceiver = Omit<Receiver, 'requests' | 'fail'> & {
  fail(failure: ReceiverFailure & { to: { phone: string } }): void;
};

interface Posted {
  id: string;
  type: string;
  to: Received['to'];
  content: Received['content'];
  signal: Presence;
  attempt: number;
}

/** Starts a stand-in for the system behind a generic channel. It checks signatures and honours the Idempotency-Key. */
export async function startReceiver(): Promise<Receiver> {
  const secret = 'outbound-secret-of-the-tests';
  const failures: ReceiverFailure[] = [];
  let always: ReceiverFailure | undefined;
  const messages: Received[] = [];
  const requests: Received[] = [];
  const signals: { to: Received['to']; signal: Presence }[] = [];
  const waiting = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const signature = `sha256=${createHmac('sha256', secret).update(raw).digest('hex')}`;
      if (request.headers['x-parley-signature'] !== signature) return void response.writeHead(401).end();
      const body = JSON.parse(raw.toString()) as Posted;
      if (body.type !== 'message') {
        signals.push({ to: body.to, signal: body.signal });
        return void response.writeHead(200).end('{}');
      }
      const key = String(request.headers['idempotency-key']);
      const message = { ...body, idempotencyKey: key, at: Date.now() };
      const index = failures.findIndex((failure) => !failure.to || failure.to.phone === body.to.contactId);
      const failure = index < 0 ? always : failures.splice(index, 1)[0];
      requests.push(message);
      waiting.now += 1;
      waiting.most = Math.max(waiting.most, waiting.now);
      response.once('close', () => (waiting.now -= 1));
      const answer = () => {
        const refused = failure?.status !== undefined && failure.status >= 300;
        if (!refused && !messages.some((known) => known.idempotencyKey === key)) messages.push(message);
        if (failure?.reset === true) return void request.socket.destroy();
        response.writeHead(failure?.status ?? 200, {
          'content-type': 'application/json',
          ...failure?.headers,
        });
        response.end(JSON.stringify(failure?.body ?? { keyId: `srv-${body.id}` }));
      };
      if (failure?.until !== undefined) void failure.until.then(answer);
      else if (failure?.delayMs === undefined) answer();
      else setTimeout(answer, failure.delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/out`,
    secret,
    messages,
    requests,
    signalsTo: ({ phone }) => signals.filter(({ to }) => to.contactId === phone).map(({ signal }) => signal),
    requestsTo: ({ phone }) => requests.filter(({ to }) => to.contactId === phone),
    sentTo: (contactId) => messages.filter(({ to }) => to.contactId === contactId),
    texts: (contactId) =>
      messages.filter((message) => contactId === undefined || message.to.contactId === contactId).map(textOf),
    mostAtOnce: () => waiting.most,
    fail: (failure) => failures.push(failure),
    failAll: (failure) => {
      always = failure;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The main text of a message. */
function textOf({ content }: Received): string {
  return String(content.text ?? content.body ?? content.caption ?? `[${content.type}]`);
}

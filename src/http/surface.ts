import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import type { AppError } from '../errors.js';
import { identify, requireRights } from './access/access.js';
import type { Access } from './access/access.js';
import type { AuditAction } from '../store/accounts/audit.js';
import { finish } from './answer.js';
import type { Answer } from './answer.js';
import { auditEntry } from './audit.js';
import type { Audit, Auditor } from './audit.js';
import { hashOf, idempotencyDoc, readIdempotencyKey } from './idempotency.js';
import type { KeyedAnswers } from './idempotency.js';
import { readBody } from './input/json-body.js';
import type { BodyType } from './input/json-body.js';
import { bodyFields, queryFields, readParam, readQuery } from './input/request-input.js';
import type { Schema } from './input/schema.js';
import type { KeyedRequest } from '../store/accounts/idempotent-answers.js';
import type { Json } from './openapi/plain-paths.js';
import { admitCaller } from './request-log.js';

/** The methods a route can have. HEAD is answered as GET. */
export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

type PathName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | PathName<Rest>
  : never;

/** What is known about a request before its body is read. */
export interface Addressed<Path extends string, Who> {
  who: Who;
  headers: IncomingHttpHeaders;
  /** A path parameter, decoded. */
  param(name: PathName<Path>): string;
}

/** What a handler gets; everything in it has been checked. */
export interface RouteRequest<Path extends string, Who, Context, Body, Query> extends Addressed<Path, Who> {
  /** What `guard` returned. */
  context: Context;
  body: Body;
  query: Query;
  /** Aborted when the caller disconnects. */
  signal: AbortSignal;
  /** Does a part of the work once under the request's `Idempotency-Key`, if it has one. The result is kept as JSON. */
  once<T>(part: string, work: () => Promise<T>): Promise<T>;
}

/** Every documented answer of a route, by status: a description and, for those with a body, its schema. */
export type DocumentedAnswers = Record<number, { description: string; schema?: Schema<unknown> }>;

/** A route as a surface declares it. */
export interface RouteSpec<Path extends string, Who, Context, Body, Query> {
  method: HttpMethod;
  /** OpenAPI form, from the root: `/instances/{id}/typebots`. List literal segments before parameters. */
  path: Path;
  summary: string;
  description?: string;
  access: Access<Who>;
  /** Checks between the credential and the body. Throws AppError. */
  guard?(request: Addressed<Path, Who>): Context | Promise<Context>;
  /** Without it, a body is not read. */
  body?: Schema<Body>;
  query?: Schema<Query>;
  /** Request headers to name in the OpenAPI document. */
  headerDocs?: Record<string, { description: string; required: boolean }>;
  /**
   * How a POST honours `Idempotency-Key`. `transaction` (the default): the handler and the key are one transaction, so
   * the handler waits for nothing but PostgreSQL; see `Answer.afterwards`. `parts`: each part that the handler gives to
   * `once` is a transaction. `none`: it changes nothing, and a repetition may be answered anew.
   */
  idempotency?: 'transaction' | 'parts' | 'none';
  /** What the audit calls it, for a route that changes something other than a session. */
  audit?: AuditAction;
  answers: DocumentedAnswers;
  handle(request: RouteRequest<Path, Who, Context, Body, Query>): Promise<Answer>;
}

/** A route as the server and the OpenAPI document see it. */
export interface Route {
  method: HttpMethod;
  path: string;
  summary: string;
  description: string | undefined;
  security: 'key' | 'admin' | 'none';
  body: Schema<unknown> | undefined;
  query: Schema<unknown> | undefined;
  headerDocs: Record<string, { description: string; required: boolean }>;
  answers: DocumentedAnswers;
  run(request: Request, tools: RouteTools): Promise<Answer>;
}

/** What the server provides to every route. */
export interface RouteTools {
  bodyTypes: readonly BodyType[];
  /** Throws AppError `rate_limited`. */
  limit(key: string): Promise<void>;
  keyed: KeyedAnswers;
  audit: Audit;
}

/** One API dialect. */
export interface Surface {
  /** Name in `/docs/{name}/openapi.json`. */
  name: string;
  title: string;
  /** Every path below this prefix, known or not, belongs to this surface. `''` takes the paths no other surface has. */
  basePath: string;
  bodyTypes: readonly BodyType[];
  /** Answer to a known path with another method: 405 on Botpress, 404 elsewhere. */
  wrongMethod: 404 | 405;
  routes: readonly Route[];
  /** Schemas that its bodies and answers refer to by name in the OpenAPI document. */
  components?: Record<string, Json>;
  /** Left out of the OpenAPI documents: another surface documents these routes. */
  undocumented?: true;
  /** The error in the words and shape of this dialect. The server adds `Retry-After`. */
  printError(error: AppError): { status: number; body: unknown };
}

/** A JSON answer. */
export function reply(status: number, body: unknown): Answer {
  return { status, body };
}

/**
 * Makes a route. Its steps, in this order: credential, rate limit, rights, guard, body, fields, idempotency key, handler. Every refusal
 * is an AppError, which the surface prints.
 */
export function route<Path extends string, Who, Context = undefined, Body = undefined, Query = undefined>(
  spec: RouteSpec<Path, Who, Context, Body, Query>,
): Route {
  return {
    method: spec.method,
    path: spec.path,
    summary: spec.summary,
    description: spec.description,
    security: spec.access.security,
    body: spec.body,
    query: spec.query,
    headerDocs: { ...(hasKeys(spec) ? idempotencyDoc : {}), ...spec.headerDocs },
    answers: hasKeys(spec) ? { 409: keyConflict(spec.answers), ...spec.answers } : spec.answers,
    run: (request, tools) => run(spec, request, tools),
  };
}

type HasKeys<Who> = Pick<RouteSpec<string, Who, unknown, unknown, unknown>, 'method' | 'idempotency'> & {
  access: Access<Who>;
};

function hasKeys<Who>({ method, access, idempotency }: HasKeys<Who>): boolean {
  return method === 'POST' && access.security !== 'none' && idempotency !== 'none';
}

/** In the shape of the dialect, whose errors all look alike. */
function keyConflict(answers: DocumentedAnswers): DocumentedAnswers[number] {
  const [refusal] = Object.entries(answers).filter(([status]) => Number(status) >= 400);
  return {
    ...refusal?.[1],
    description: 'The Idempotency-Key was used for another request, or its request is under way',
  };
}

async function run<Path extends string, Who, Context, Body, Query>(
  spec: RouteSpec<Path, Who, Context, Body, Query>,
  request: Request,
  tools: RouteTools,
): Promise<Answer> {
  const who = await identify(spec.access, request.headers, () => readQuery(request));
  if (request.res) admitCaller(request.res);
  const limitKey = spec.access.limitKey(who);
  if (limitKey !== undefined) await tools.limit(limitKey);
  requireRights(spec.access, who, spec.audit);
  const addressed = { who, headers: request.headers, param: (name: string) => readParam(request, name) };
  // Types are asserted here because TypeScript cannot see that a route without a guard, body or query schema gets
  // undefined.
  const context = (await spec.guard?.(addressed)) as Context;
  const rawBody = spec.body && (await readBody(request, tools.bodyTypes));
  const body = spec.body && rawBody && bodyFields(spec.body, rawBody);
  const query = spec.query && queryFields(spec.query, readQuery(request));
  const signal = abortedWith(request);
  const keyed = keyedRequest(spec, who, request, body);
  const handle = () =>
    spec.handle({
      ...addressed,
      ...{ context, body: body as Body, query: query as Query, signal },
      once: partsOf(tools.keyed, keyed),
    });
  const note = async (answer: Answer) => {
    const done = { auditor: spec.access.auditor(who), answer, param: addressed.param };
    await noteChange(spec, tools.audit, done);
    return answer;
  };
  if (keyed === undefined) return finish(await note(await handle()));
  return spec.idempotency === 'parts'
    ? inParts(tools.keyed, keyed, { handle, note })
    : tools.keyed.once(keyed, async () => note(await handle()));
}

/** The request as its caller's `Idempotency-Key` names it; undefined without one. */
function keyedRequest<Who>(
  spec: HasKeys<Who>,
  who: Who,
  request: Request,
  body: unknown,
): KeyedRequest | undefined {
  const scope = hasKeys(spec) ? spec.access.keyScope(who) : undefined;
  const key = scope === undefined ? undefined : readIdempotencyKey(request.headers);
  if (scope === undefined || key === undefined) return undefined;
  return { scope, key, requestHash: hashOf([request.originalUrl, body ?? null]) };
}

/** A repetition goes on with the parts that are missing. */
async function inParts(
  keyed: KeyedAnswers,
  request: KeyedRequest,
  { handle, note }: { handle(): Promise<Answer>; note(answer: Answer): Promise<Answer> },
): Promise<Answer> {
  const known = await keyed.find(request);
  if (known !== undefined) return known;
  const answer = await handle();
  return keyed.once(request, () => note(answer));
}

/** Each part has a key of its own below the request's. */
function partsOf(keyed: KeyedAnswers, request: KeyedRequest | undefined) {
  return async <T>(part: string, work: () => Promise<T>): Promise<T> => {
    if (request === undefined) return work();
    const { scope, key, requestHash } = request;
    const own = { scope: `${scope} ${key}`, key: part, requestHash };
    const answer = await keyed.once(own, async () => reply(200, await work()));
    // It is what `work` made, or that read from its JSON.
    return ('stream' in answer ? undefined : answer.body) as T;
  };
}

async function noteChange(
  { audit: action, path }: { audit?: AuditAction; path: string },
  audit: Audit,
  done: { auditor: Auditor | undefined; answer: Answer; param(name: string): string },
): Promise<void> {
  if (action === undefined || done.auditor === undefined) return;
  const entry = auditEntry({ action, path }, done.auditor, done);
  if (entry !== undefined) await audit(entry);
}

function abortedWith(request: Request): AbortSignal {
  const gone = new AbortController();
  request.res?.once('close', () => gone.abort());
  return gone.signal;
}

import type { IncomingHttpHeaders } from 'node:http';
import type { Request } from 'express';
import type { AppError } from '../errors.js';
import { identify, requireManager } from './access/access.js';
import type { Access } from './access/access.js';
import type { AuditAction } from '../store/accounts/audit.js';
import type { Answer } from './answer.js';
import { auditEntry } from './audit.js';
import type { Audit, Auditor } from './audit.js';
import { hashOf, idempotencyDoc, readIdempotencyKey } from './idempotency.js';
import type { AnswerOnce } from './idempotency.js';
import { readBody } from './input/json-body.js';
import type { BodyType } from './input/json-body.js';
import { bodyFields, queryFields, readParam, readQuery } from './input/request-input.js';
import type { Schema } from './input/schema.js';
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
  /** The handler honours `Idempotency-Key` itself, within its own transaction. */
  ownsIdempotency?: true;
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
  answerOnce: AnswerOnce;
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
 * Makes a route. Its steps, in this order: credential, rate limit, what guests may not do, guard, body, fields, idempotency key, handler. Every
 * refusal is an AppError, which the surface prints.
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

function hasKeys<Who>({ method, access }: { method: HttpMethod; access: Access<Who> }): boolean {
  return method === 'POST' && access.security !== 'none';
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
  requireManager(spec.access, who, spec.audit);
  const addressed = { who, headers: request.headers, param: (name: string) => readParam(request, name) };
  // Types are asserted here because TypeScript cannot see that a route without a guard, body or query schema gets
  // undefined.
  const context = (await spec.guard?.(addressed)) as Context;
  const rawBody = spec.body && (await readBody(request, tools.bodyTypes));
  const body = spec.body && rawBody && bodyFields(spec.body, rawBody);
  const query = spec.query && queryFields(spec.query, readQuery(request));
  const signal = abortedWith(request);
  const handle = async () => {
    const answer = await spec.handle({
      ...addressed,
      ...{ context, body: body as Body, query: query as Query, signal },
    });
    await noteChange(spec, tools.audit, {
      auditor: spec.access.auditor(who),
      answer,
      param: addressed.param,
    });
    return answer;
  };
  const scope = spec.ownsIdempotency || !hasKeys(spec) ? undefined : spec.access.keyScope(who);
  const key = scope === undefined ? undefined : readIdempotencyKey(request.headers);
  if (scope === undefined || key === undefined) return handle();
  return tools.answerOnce({ scope, key, requestHash: hashOf([request.originalUrl, body ?? null]) }, handle);
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

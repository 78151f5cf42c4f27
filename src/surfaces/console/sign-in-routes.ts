import { randomUUID } from 'node:crypto';
import { AppError } from '../../errors.js';
import { keyAccess, openAccess, refusedChanges } from '../../http/access/access.js';
import type { Access } from '../../http/access/access.js';
import { acceptClient } from '../../http/access/auth.js';
import type { Auth, Principal } from '../../http/access/auth.js';
import type { Answer } from '../../http/answer.js';
import { reply, route } from '../../http/surface.js';
import type { Route } from '../../http/surface.js';
import {
  deleteConsoleSession,
  insertConsoleSession,
  redeemConsoleCode,
} from '../../store/accounts/console-sessions.js';
import type { ConsoleSessionOwner, ConsoleSessionRow } from '../../store/accounts/console-sessions.js';
import { findWorkspace } from '../../store/accounts/workspaces.js';
import type { Queryable } from '../../store/db.js';
import { hashSecret, newSecret } from '../../store/secrets.js';
import { nativeErrors } from '../native/surface.js';
import { okSchema } from '../native/schema.js';
import { COOKIE_PATH, isOwnPage, principalOf, sessionOf, setCookie } from './cookie-auth.js';
import { linkSchema, newLinkSchema, signedInSchema, signInSchema } from './schema.js';
import type { SignIn } from './schema.js';

/** What signing in depends on. `auth` knows keys, not cookies. */
export interface SignInDeps {
  db: Queryable;
  auth: Auth;
  /** PARLEY_PUBLIC_URL. */
  publicUrl: string;
}

/** A working day: people sign in again the next day. */
const SESSION_SECONDS = 12 * 60 * 60;
const PATH = `${COOKIE_PATH}/session`;

/** Signing in and out, and asking who is signed in. */
export function signInRoutes(deps: SignInDeps): Route[] {
  const access = ownPageAccess(deps);
  const whoRoute = route({
    method: 'GET',
    path: PATH,
    summary: 'Say who is signed in to the console; null when nobody is',
    access,
    answers: { 200: { description: 'Who it is', schema: signedInSchema.nullable() }, ...nativeErrors() },
    handle: async ({ headers }) => {
      const session = await sessionOf(deps.db, headers);
      return reply(200, session === undefined ? null : await signedIn(deps, session));
    },
  });
  const inRoute = route({
    method: 'POST',
    path: PATH,
    summary: 'Sign a browser in to the console',
    access,
    body: signInSchema,
    answers: { 201: { description: 'Signed in', schema: signedInSchema }, ...nativeErrors(400) },
    handle: async ({ body }) => signIn(deps, body),
  });
  const outRoute = route({
    method: 'DELETE',
    path: PATH,
    summary: 'Sign out of the console',
    access,
    answers: { 200: { description: 'Signed out', schema: okSchema }, ...nativeErrors() },
    handle: async ({ headers }) => {
      const session = await sessionOf(deps.db, headers);
      if (session) await deleteConsoleSession(deps.db, session.id);
      const headersOut = { 'Set-Cookie': setCookie('', 0, deps.publicUrl) };
      return { status: 200, body: { status: 'ok' }, headers: headersOut };
    },
  });
  return [whoRoute, inRoute, outRoute];
}

/** `POST /console/sign-in-links`: a program that holds a key lets a person look without handing the key over. */
export function signInLinkRoute(deps: SignInDeps): Route {
  return route({
    method: 'POST',
    path: '/console/sign-in-links',
    audit: 'console_link.created',
    summary: 'Make a link that opens the console for one browser, once',
    description:
      'The browser sees what the key sees, for twelve hours at most, and no longer than the value of the key is valid. Without `may_manage` it can do everything with conversations, typebots and the settings of numbers, but leaves no access behind.',
    access: keyAccess(deps.auth),
    body: newLinkSchema,
    answers: { 201: { description: 'The link', schema: linkSchema }, ...nativeErrors(400, 413) },
    handle: async ({ who, body }) => {
      const code = newSecret('oc');
      const owner = { ...ownerOf(who), mayManage: body.may_manage };
      const { expiresAt } = await insertConsoleSession(deps.db, owner, {
        id: randomUUID(),
        kind: 'code',
        hash: hashSecret(code),
        seconds: body.minutes * 60,
      });
      const url = `${deps.publicUrl}/console#code=${code}`;
      return reply(201, { url, expires_at: expiresAt.toISOString() });
    },
  });
}

/** Any visitor of the console's own page, signed in or not. */
function ownPageAccess({ publicUrl }: SignInDeps): Access<null> {
  return {
    ...openAccess(),
    authenticate: (headers) =>
      Promise.resolve(
        isOwnPage(headers, publicUrl) ? { ok: true, principal: null } : { ok: false, reason: 'forbidden' },
      ),
  };
}

async function signIn(deps: SignInDeps, given: SignIn): Promise<Answer> {
  const secret = newSecret('cs');
  const wanted = { hash: hashSecret(secret), seconds: SESSION_SECONDS };
  const session = await openSession(deps, given, wanted);
  if (session === undefined) throw new AppError('unauthorized', 'invalid credentials');
  const headers = { 'Set-Cookie': setCookie(secret, SESSION_SECONDS, deps.publicUrl) };
  return { status: 201, body: await signedIn(deps, session), headers };
}

async function openSession(
  { db, auth }: SignInDeps,
  given: SignIn,
  wanted: { hash: Buffer; seconds: number },
): Promise<ConsoleSessionRow | undefined> {
  if ('code' in given) return redeemConsoleCode(db, hashSecret(given.code), wanted);
  const owner = 'api_key' in given ? await byKey(auth, given.api_key) : await byClient(db, given);
  return owner && insertConsoleSession(db, owner, { id: randomUUID(), kind: 'session', ...wanted });
}

async function byKey(auth: Auth, key: string): Promise<ConsoleSessionOwner | undefined> {
  const result = await auth.authenticate({ 'api-key': key });
  return result.ok ? ownerOf(result.principal) : undefined;
}

async function byClient(
  db: Queryable,
  given: { client_token: string; client_secret: string },
): Promise<ConsoleSessionOwner | undefined> {
  const client = await acceptClient(db, given.client_token, given.client_secret);
  if (client === undefined) return undefined;
  const clientValueNo = client.valueNo;
  return { workspaceId: client.workspace.id, instanceId: null, key: null, clientValueNo, mayManage: true };
}

function ownerOf(who: Principal): ConsoleSessionOwner {
  const { workspaceId, instanceId = null, keyId, keyValueNo: valueNo, clientValueNo = null } = who;
  const key = valueNo === undefined ? null : { id: keyId, valueNo };
  return { workspaceId, instanceId, key, clientValueNo, mayManage: who.isGuest !== true };
}

async function signedIn({ db }: SignInDeps, session: ConsoleSessionRow) {
  const workspace = await findWorkspace(db, session.workspaceId);
  if (workspace === undefined) throw new AppError('unauthorized', 'not signed in');
  return {
    workspace: { id: workspace.id, name: workspace.name },
    instance_id: session.instanceId,
    may_manage: session.mayManage,
    refused_changes: refusedChanges(principalOf(session)),
    expires_at: session.expiresAt.toISOString(),
  };
}

import type { IncomingHttpHeaders } from 'node:http';
import { jwtVerify, SignJWT } from 'jose';
import type { Scope } from '../../conversations/api.js';
import { findApiKeyByHash, touchApiKey } from '../../store/accounts/api-keys.js';
import type { Queryable } from '../../store/db.js';
import { hashSecret, matchesHash } from '../../store/secrets.js';
import type { KeyRing } from '../../store/secrets.js';
import { findWorkspaceByClientToken, isClientLive } from '../../store/accounts/workspaces.js';
import type { WorkspaceRow } from '../../store/rows.js';

/** An authenticated caller. `keyId` names the credential in the log; it is not secret. */
export interface Principal extends Scope {
  keyId: string;
  /** With a key: which of its values was shown, since what was opened with a value ends with it. */
  keyValueNo?: number;
  /** With a bearer token of the workspace's client: when it expires, in milliseconds since 1970. */
  expiresAtMs?: number;
  /** With such a token: for which of the client's secrets it was issued, since it ends with that secret. */
  clientValueNo?: number;
  /** Signed in by a link that only lets somebody look and step in; see `NEEDS`. */
  isGuest?: true;
}

/** The console session behind a caller; null when a key or token was shown. */
export function consoleSessionOf({ keyId }: Principal): string | null {
  return /^console:(.+)$/.exec(keyId)?.[1] ?? null;
}

/** `unauthorized` is answered 401, `forbidden` 403. */
export type AuthResult<Who = Principal> =
  { ok: true; principal: Who } | { ok: false; reason: 'unauthorized' | 'forbidden' };

/** Who may use provisioning: the administrator, or a workspace key for the keys of its own workspace. */
export type Provisioner = { type: 'admin'; keyId: string } | { type: 'workspace'; principal: Principal };

/** The one auth module of all surfaces. It reads the request's headers and never depends on the surface. */
export interface Auth {
  /**
   * Tries every kind of credential in a fixed order; the first one present decides. The admin key is not valid here.
   */
  authenticate(headers: IncomingHttpHeaders): Promise<AuthResult>;
  /** As `authenticate`, and also accepts `Authorization: Bearer <admin key>`. */
  authenticateProvisioner(headers: IncomingHttpHeaders): Promise<AuthResult<Provisioner>>;
  /** `POST /token`: undefined when the pair is wrong. `expiresIn` in seconds. */
  issueToken(
    clientToken: string,
    clientSecret: string,
  ): Promise<{ accessToken: string; expiresIn: number } | undefined>;
}

/** Configuration of the auth module. */
export interface AuthSettings {
  /** Undefined = only workspace keys can use provisioning. */
  adminKey: string | undefined;
  /** PARLEY_TOKEN_TTL_SECONDS, at least 1. */
  tokenTtlSeconds: number;
}

type Form =
  | { type: 'none' }
  | { type: 'key'; token: string | undefined; mayBeJwt: boolean }
  | { type: 'pair'; instanceToken: string | undefined; clientToken: string | undefined };

const ISSUER = 'parley';
const unauthorized = { ok: false, reason: 'unauthorized' } as const;

/**
 * Looks up every credential on each request, so a revoked key is refused at once. Throws only when PostgreSQL fails.
 */
export function createAuth(db: Queryable, keyRing: KeyRing, settings: AuthSettings): Auth {
  const jwtKeys = keyRing.derive('jwt');
  const authenticate = (headers: IncomingHttpHeaders) => byForm(db, jwtKeys, presentForm(headers));
  return {
    authenticate,
    authenticateProvisioner: async (headers) => {
      const form = presentForm(headers);
      const bearer = form.type === 'key' && form.mayBeJwt ? form.token : undefined;
      if (bearer !== undefined && isAdminKey(bearer, settings.adminKey)) {
        return { ok: true, principal: { type: 'admin', keyId: 'admin' } };
      }
      const result = await byForm(db, jwtKeys, form);
      return result.ok ? { ok: true, principal: { type: 'workspace', principal: result.principal } } : result;
    },
    issueToken: async (clientToken, clientSecret) => {
      const client = await acceptClient(db, clientToken, clientSecret);
      if (client === undefined) return undefined;
      const accessToken = await signToken(jwtKeys, client, settings.tokenTtlSeconds);
      return { accessToken, expiresIn: settings.tokenTtlSeconds };
    },
  };
}

/** A workspace whose client token and secret were shown, and which of its secrets it was. */
export interface AcceptedClient {
  workspace: WorkspaceRow;
  valueNo: number;
}

/** Undefined for a wrong pair, and for a secret whose time is over. */
export async function acceptClient(
  db: Queryable,
  clientToken: string,
  clientSecret: string,
): Promise<AcceptedClient | undefined> {
  const client = await findWorkspaceByClientToken(db, clientToken);
  const secret = client?.secrets.find(({ hash }) => matchesHash(clientSecret, hash));
  return client && secret && { workspace: client.workspace, valueNo: secret.valueNo };
}

function isAdminKey(given: string, adminKey: string | undefined): boolean {
  return adminKey !== undefined && matchesHash(given, hashSecret(adminKey));
}

/** The first kind of credential present, even if it is malformed. */
function presentForm(headers: IncomingHttpHeaders): Form {
  const apiKey = header(headers, 'api-key');
  if (apiKey !== undefined) return { type: 'key', token: apiKey, mayBeJwt: false };
  if (headers.authorization !== undefined) {
    return { type: 'key', token: /^bearer ([^\s]+)$/i.exec(headers.authorization)?.[1], mayBeJwt: true };
  }
  const codechatKey = header(headers, 'apikey');
  if (codechatKey !== undefined) return { type: 'key', token: codechatKey, mayBeJwt: false };
  const instanceToken = header(headers, 'x-instance-token');
  const clientToken = header(headers, 'x-client-token');
  if (instanceToken === undefined && clientToken === undefined) return { type: 'none' };
  return { type: 'pair', instanceToken, clientToken };
}

function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(', ') : value;
}

async function byForm(db: Queryable, jwtKeys: Uint8Array[], form: Form): Promise<AuthResult> {
  switch (form.type) {
    case 'none':
      return unauthorized;
    case 'key':
      if (form.token === undefined) return unauthorized;
      return form.mayBeJwt && form.token.includes('.')
        ? byJwt(db, jwtKeys, form.token)
        : byKey(db, form.token);
    case 'pair':
      return byPair(db, form.instanceToken, form.clientToken);
  }
}

async function byKey(db: Queryable, token: string): Promise<AuthResult> {
  const key = await findApiKeyByHash(db, hashSecret(token));
  if (key === undefined) return unauthorized;
  // The caller does not wait for this note. If it fails, the next request makes it.
  if (isDue(key.lastUsedAt)) touchApiKey(db, key.id).catch(() => undefined);
  const scope = { workspaceId: key.workspaceId, keyId: key.id, keyValueNo: key.valueNo };
  return { ok: true, principal: key.instanceId === null ? scope : { ...scope, instanceId: key.instanceId } };
}

const USED_EVERY_MS = 60_000;

function isDue(lastUsedAt: Date | null): boolean {
  return lastUsedAt === null || Date.now() > lastUsedAt.getTime() + USED_EVERY_MS;
}

async function byPair(
  db: Queryable,
  instanceToken: string | undefined,
  clientToken: string | undefined,
): Promise<AuthResult> {
  if (!instanceToken || !clientToken) return unauthorized;
  const result = await byKey(db, instanceToken);
  const client = await findWorkspaceByClientToken(db, clientToken);
  if (!result.ok || result.principal.instanceId === undefined || !client) return unauthorized;
  return result.principal.workspaceId === client.workspace.id ? result : { ok: false, reason: 'forbidden' };
}

async function byJwt(db: Queryable, jwtKeys: Uint8Array[], token: string): Promise<AuthResult> {
  for (const key of jwtKeys) {
    const verified = await jwtVerify(token, key, { algorithms: ['HS256'], issuer: ISSUER }).catch(() => null);
    const { sub: workspaceId, exp = 0, secret_no: clientValueNo } = verified?.payload ?? {};
    if (workspaceId === undefined || typeof clientValueNo !== 'number') continue;
    if (!(await isClientLive(db, workspaceId, clientValueNo))) return unauthorized;
    const keyId = `jwt:${workspaceId}`;
    return { ok: true, principal: { workspaceId, keyId, expiresAtMs: exp * 1_000, clientValueNo } };
  }
  return unauthorized;
}

function signToken(
  jwtKeys: Uint8Array[],
  { workspace, valueNo }: AcceptedClient,
  ttlSeconds: number,
): Promise<string> {
  const [key] = jwtKeys;
  if (key === undefined) throw new Error('the key ring is empty');
  return new SignJWT({ secret_no: valueNo })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setSubject(workspace.id)
    .setIssuedAt()
    .setExpirationTime(`${ttlSeconds}s`)
    .sign(key);
}

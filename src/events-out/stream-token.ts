import { jwtVerify, SignJWT } from 'jose';
import type { JWTPayload } from 'jose';
import type { Principal } from '../http/access/auth.js';
import { whichAreLive } from '../store/accounts/live-credentials.js';
import type { AcceptedCredential } from '../store/accounts/live-credentials.js';
import type { Queryable } from '../store/db.js';
import type { KeyRing } from '../store/secrets.js';

/**
 * Short-lived tokens for `GET /events?access_token=`, as a browser cannot send a header there. Valid for nothing else.
 */
export interface StreamTokens {
  /** `expiresIn` in seconds. */
  issue(who: Principal): Promise<{ accessToken: string; expiresIn: number }>;
  /** Undefined for a token that is unknown or expired, or whose credential is not accepted any more. */
  verify(token: string): Promise<Principal | undefined>;
  /** Which of the credentials behind open streams are still accepted, in the order given. */
  areLive(callers: readonly Principal[]): Promise<boolean[]>;
}

const ISSUER = 'parley';
const AUDIENCE = 'events';

/** Signs with a key derived for this purpose, so that no other route accepts these tokens. `ttlSeconds`: at least 1. */
export function createStreamTokens(
  db: Queryable,
  secrets: Pick<KeyRing, 'derive'>,
  ttlSeconds: number,
): StreamTokens {
  const keys = secrets.derive('stream-token');
  const areLive = async (callers: readonly Principal[]) => {
    const stored = await whichAreLive(db, callers.map(toCredential));
    return callers.map(
      ({ expiresAtMs = Infinity }, place) => stored[place] === true && expiresAtMs > Date.now(),
    );
  };
  return {
    issue: async (who) => ({ accessToken: await sign(keys, who, ttlSeconds), expiresIn: ttlSeconds }),
    verify: async (token) => {
      const who = await readToken(keys, token);
      const [isLive] = who === undefined ? [] : await areLive([who]);
      return isLive === true ? who : undefined;
    },
    areLive,
  };
}

function toCredential({ workspaceId, instanceId, keyId, ...values }: Principal): AcceptedCredential {
  const [kind, id] = keyId.split(':');
  if (kind === 'console') return { workspaceId, instanceId, consoleSessionId: id };
  // Secrets are numbered from 1, so a token that names none opens nothing.
  if (kind === 'jwt') return { workspaceId, clientValueNo: values.clientValueNo ?? 0 };
  return { workspaceId, instanceId, keyId, keyValueNo: values.keyValueNo };
}

function sign(keys: Uint8Array[], who: Principal, ttlSeconds: number): Promise<string> {
  const [key] = keys;
  if (key === undefined) throw new Error('the key ring is empty');
  return new SignJWT({
    key_id: who.keyId,
    key_value_no: who.keyValueNo,
    client_value_no: who.clientValueNo,
    instance_id: who.instanceId,
    credential_expires_at_ms: who.expiresAtMs,
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(who.workspaceId)
    .setExpirationTime(`${ttlSeconds}s`)
    .sign(key);
}

async function readToken(keys: Uint8Array[], token: string): Promise<Principal | undefined> {
  for (const key of keys) {
    const options = { algorithms: ['HS256'], issuer: ISSUER, audience: AUDIENCE };
    const verified = await jwtVerify(token, key, options).catch(() => undefined);
    const who = toPrincipal(verified?.payload ?? {});
    if (who !== undefined) return who;
  }
  return undefined;
}

function toPrincipal(claims: JWTPayload): Principal | undefined {
  const { sub: workspaceId, key_id: keyId } = claims;
  if (workspaceId === undefined || typeof keyId !== 'string') return undefined;
  const number = (claim: unknown) => (typeof claim === 'number' ? claim : undefined);
  return {
    workspaceId,
    keyId,
    instanceId: typeof claims.instance_id === 'string' ? claims.instance_id : undefined,
    keyValueNo: number(claims.key_value_no),
    clientValueNo: number(claims.client_value_no),
    expiresAtMs: number(claims.credential_expires_at_ms),
  };
}

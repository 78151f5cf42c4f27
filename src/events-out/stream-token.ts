import { jwtVerify, SignJWT } from 'jose';
import type { Principal } from '../http/access/auth.js';
import { isCredentialLive } from '../store/accounts/api-keys.js';
import { isConsoleSessionLive } from '../store/accounts/console-sessions.js';
import type { Queryable } from '../store/db.js';
import type { KeyRing } from '../store/secrets.js';

/**
 * Short-lived tokens for `GET /events?access_token=`, as a browser cannot send a header there. Valid for nothing else.
 */
export interface StreamTokens {
  /** `expiresIn` in seconds. */
  issue(who: Principal): Promise<{ accessToken: string; expiresIn: number }>;
  /** Undefined for a token that is unknown or expired, or whose credential was revoked. */
  verify(token: string): Promise<Principal | undefined>;
  /** Whether the credential behind an open stream is still valid. */
  isLive(who: Principal): Promise<boolean>;
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
  const isLive = (who: Principal) => {
    const [kind, id = ''] = who.keyId.split(':');
    if (kind === 'console') return isConsoleSessionLive(db, id);
    // A JWT has no key that could be revoked, so it is valid as long as its workspace exists.
    const keyId = kind === 'jwt' ? undefined : who.keyId;
    return isCredentialLive(db, { workspaceId: who.workspaceId, keyId });
  };
  return {
    issue: async (who) => ({ accessToken: await sign(keys, who, ttlSeconds), expiresIn: ttlSeconds }),
    verify: async (token) => {
      const who = await readToken(keys, token);
      return who !== undefined && (await isLive(who)) ? who : undefined;
    },
    isLive,
  };
}

function sign(keys: Uint8Array[], who: Principal, ttlSeconds: number): Promise<string> {
  const [key] = keys;
  if (key === undefined) throw new Error('the key ring is empty');
  return new SignJWT({ key_id: who.keyId, instance_id: who.instanceId })
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
    const { sub, key_id: keyId, instance_id: instanceId } = verified?.payload ?? {};
    if (sub === undefined || typeof keyId !== 'string') continue;
    const who = { workspaceId: sub, keyId };
    return typeof instanceId === 'string' ? { ...who, instanceId } : who;
  }
  return undefined;
}

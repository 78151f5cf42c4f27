import { AppError } from '../errors.js';

type Members = Record<string, unknown>;

/** One object of settings, before and after a change. */
export interface SettingsChange {
  /** How the API prefixes the name of a member: `channel.`. */
  prefix: string;
  secretMembers: readonly string[];
  stored: Members;
  /** As the caller sent it. */
  given: Members;
  /** As it would be stored. */
  changed: Members;
}

/**
 * A secret may only be sent to the origin it was given for. Whoever changes an address to another origin must give the
 * secrets again; otherwise anybody who may change settings could have the stored secrets sent to a server of their own.
 * Throws AppError `invalid_body`.
 */
export function requireSecretsAgain({ prefix, secretMembers, stored, given, changed }: SettingsChange): void {
  const moved = movedAddress(stored, changed);
  if (moved === undefined) return;
  const kept = secretMembers.filter((secret) => stored[secret] !== undefined && !(secret in given));
  if (kept.length === 0) return;
  const secrets = kept.map((secret) => `${prefix}${secret}`).join(', ');
  throw new AppError('invalid_body', `${prefix}${moved} has another origin: ${secrets} must be given again`);
}

/** The first member whose address has an origin that none of the stored addresses had. */
export function movedAddress(stored: Members, changed: Members): string | undefined {
  const known = new Set(Object.values(stored).map(originOf));
  return Object.keys(changed).find((name) => {
    const origin = originOf(changed[name]);
    return origin !== undefined && !known.has(origin);
  });
}

function originOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || !/^https?:/i.test(value) || !URL.canParse(value)) return undefined;
  return new URL(value).origin;
}

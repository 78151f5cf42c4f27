import { AppError } from '../../errors.js';
import { requirePhone } from '../../http/input/phone.js';
import type { Queryable } from '../../store/db.js';
import type { TypebotRow } from '../../store/rows.js';
import type { TagMatch } from '../../store/sessions/botpress-reads.js';

/** The tag that binds a conversation to a contact. Only read from requests, never stored. */
export const USER_PHONE = 'userPhone';

/** Who writes tags, and to which bot's conversations. */
export interface TagWriter {
  typebot: TypebotRow;
  byIntegration: boolean;
}

/** Throws AppError `invalid_body` for the first key that the writer may not write, naming it. */
export function checkTagKeys(keys: string[], writer: TagWriter): void {
  const { declared_tags: declared, open_tags: open } = writer.typebot.settings;
  checkIntegrationKeys(keys, writer);
  for (const key of keys) {
    if (key === USER_PHONE) throw new AppError('invalid_body', `tag ${key} cannot be set here`);
    if (key.includes(':') || open || declared.includes(key)) continue;
    throw new AppError('invalid_body', `tag ${key} is not declared`);
  }
}

/**
 * Throws AppError `invalid_body` for a key with a colon, unless an integration writes it. Tags of users need no
 * declaration.
 */
export function checkIntegrationKeys(
  keys: string[],
  { byIntegration }: Pick<TagWriter, 'byIntegration'>,
): void {
  const foreign = byIntegration ? undefined : keys.find((key) => key.includes(':'));
  if (foreign !== undefined) throw new AppError('invalid_body', `tag ${foreign} belongs to an integration`);
}

/**
 * How an existing object is found by its tags: all must be equal and no others set, or only the `listed` ones count.
 */
export function toTagMatch(tags: Record<string, string>, listed: readonly string[] | undefined): TagMatch {
  const compared = Object.entries(tags).filter(([key]) => listed?.includes(key) ?? true);
  return {
    tags: Object.fromEntries(compared),
    absentTags: listed?.filter((key) => !Object.hasOwn(tags, key)) ?? [],
    exactTags: listed === undefined,
  };
}

/** Requested tags in the form of a merge, in which null removes a key. `""` removes it too. */
export function toTagChange(tags: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, value === '' ? null : value]));
}

/** The tags that have a value: `""` and null mean "not set". */
export function toSetTags(tags: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => (value === null || value === '' ? [] : [[key, value]])),
  );
}

/**
 * Takes `userPhone` out of the tags and returns its digits, if it was set. Throws AppError `code` when it is no phone
 * number.
 */
export async function splitUserPhone(
  { db, instanceId }: { db: Queryable; instanceId: string },
  tags: Record<string, string>,
  code: 'invalid_body' | 'invalid_query',
): Promise<{ phone: string | undefined; tags: Record<string, string> }> {
  const { [USER_PHONE]: written, ...others } = tags;
  const refuse = (problem: string) => new AppError(code, `${USER_PHONE} ${problem}`);
  const phone = written === undefined ? undefined : await requirePhone(db, instanceId, written, refuse);
  return { phone, tags: others };
}

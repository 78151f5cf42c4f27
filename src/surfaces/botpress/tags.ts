import { AppError } from '../../errors.js';
import { requirePhone } from '../../http/input/phone.js';
import type { Queryable } from '../../store/db.js';
import type { TypebotRow } from '../../store/rows.js';
import type { TagMatch } from '../../store/sessions/botpress-reads.js';

/** The tag that binds a conversation to a contact; input only, never stored. */
export const USER_PHONE = 'userPhone';

/** Who writes tags, and to which bot's conversations. */
export interface TagWriter {
  typebot: TypebotRow;
  byIntegration: boolean;
}

/** Throws for the first key that the writer may not write, naming it. */
export function checkTagKeys(keys: string[], writer: TagWriter): void {
  const { declared_tags: declared, open_tags: open } = writer.typebot.settings;
  checkIntegrationKeys(keys, writer);
  for (const key of keys) {
    if (key === USER_PHONE) throw new AppError('invalid_body', `tag ${key} cannot be set here`);
    if (key.includes(':') || open || declared.includes(key)) continue;
    throw new AppError('invalid_body', `tag ${key} is not declared`);
  }
}

/** Throws for the first key with a colon that no integration writes. Tags of users need no declaration. */
export function checkIntegrationKeys(
  keys: string[],
  { byIntegration }: Pick<TagWriter, 'byIntegration'>,
): void {
  const foreign = byIntegration ? undefined : keys.find((key) => key.includes(':'));
  if (foreign !== undefined) throw new AppError('invalid_body', `tag ${foreign} belongs to an integration`);
}

/** How something with these tags is found: by all of them and no others, or by the `listed` ones alone. */
export function toTagMatch(tags: Record<string, string>, listed: readonly string[] | undefined): TagMatch {
  const compared = Object.entries(tags).filter(([key]) => listed?.includes(key) ?? true);
  return {
    tags: Object.fromEntries(compared),
    absentTags: listed?.filter((key) => !Object.hasOwn(tags, key)) ?? [],
    exactTags: listed === undefined,
  };
}

/** Wanted values in the form of a merge: `""` takes a key away like null. */
export function toTagChange(tags: Record<string, string | null>): Record<string, string | null> {
  return Object.fromEntries(Object.entries(tags).map(([key, value]) => [key, value === '' ? null : value]));
}

/** The tags that are set: `""` and null mean "not set". */
export function toSetTags(tags: Record<string, string | null>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => (value === null || value === '' ? [] : [[key, value]])),
  );
}

/** Takes `userPhone` out of tags; its digits, when it is set. Throws `code` for a number that is none. */
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

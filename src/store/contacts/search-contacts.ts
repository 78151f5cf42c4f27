import type { Queryable } from '../db.js';
import type { ReadScope } from '../read-scope.js';

/** A search that matches more contacts is too vague to be worth more. */
const MAX_FOUND = 1_000;

/** The words of a name: lower case, without accents. Must stay as the index `contacts_by_name` has it. */
const NAME_WORDS = `to_tsvector('simple', regexp_replace(normalize(c.push_name, NFKD), '[\\u0300-\\u036f]', '', 'g'))`;

const IN_SCOPE = `c.instance_id IN (
  SELECT i.id FROM instances i WHERE i.workspace_id = $1 AND ($2::text IS NULL OR i.id = $2))`;

/**
 * The contacts of a scope that match a text. Digits, with the marks people write between them, match the beginning or
 * the end of a number; anything else matches the beginnings of words in a name, newest contacts first.
 */
export async function searchContacts(db: Queryable, scope: ReadScope, text: string): Promise<string[]> {
  const values = [scope.workspaceId, scope.instanceId ?? null];
  const digits = /^[\d\s()+.-]*$/.test(text) ? text.replace(/\D/g, '') : '';
  const query = digits === '' ? wordsQuery(text) : digits;
  if (query === '') return [];
  const { rows } = await db.query<{ id: string }>(digits === '' ? BY_NAME : BY_NUMBER, [...values, query]);
  return rows.map(({ id }) => id);
}

const BY_NAME = `SELECT c.id FROM contacts c
  WHERE ${NAME_WORDS} @@ to_tsquery('simple', $3) AND ${IN_SCOPE} ORDER BY c.row_id DESC LIMIT ${MAX_FOUND}`;

const BY_NUMBER = `SELECT c.id FROM contact_addresses a JOIN contacts c ON c.id = a.contact_id
  WHERE (split_part(a.jid, '@', 1) LIKE $3 || '%' OR reverse(split_part(a.jid, '@', 1)) LIKE reverse($3) || '%')
    AND ${IN_SCOPE} GROUP BY c.id ORDER BY max(c.row_id) DESC LIMIT ${MAX_FOUND}`;

/**
 * Letters, their marks and digits only, so that no part of the text becomes an operator. Only the accents that
 * NAME_WORDS leaves out are left out: vowel signs of other scripts are part of a word.
 */
function wordsQuery(text: string): string {
  const words =
    text
      .normalize('NFKD')
      .replace(/[\u0300-\u036f]/g, '')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 5)
    .map((word) => `${word}:*`)
    .join(' & ');
}

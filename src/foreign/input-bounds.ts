/** Most values, keys included, of one JSON text: more than any body or answer of the real world, and fast to read. */
export const MAX_JSON_VALUES = 100_000;

/** Most fields of a form or a query string. */
export const MAX_FIELDS = 1_000;

const [quote, backslash, comma, colon] = [0x22, 0x5c, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/**
 * How many values and keys a JSON text in UTF-8 has, counted up to one more than `MAX_JSON_VALUES`, and how deep they lie.
 * Parsing and checking cost by the value and not by the character, so a text is looked at before it is parsed: in one
 * pass, and without understanding it.
 */
export function measureJson(json: Uint8Array): { values: number; depth: number } {
  let [values, depth, level] = [1, 0, 0];
  let inString = false;
  for (let index = 0; index < json.length && values <= MAX_JSON_VALUES; index += 1) {
    const unit = json[index];
    if (inString) {
      if (unit === backslash) index += 1;
      else if (unit === quote) inString = false;
    } else if (unit === quote) inString = true;
    else if (unit === comma || unit === colon) values += 1;
    else if (unit === openList || unit === openObject) {
      values += 1;
      level += 1;
      if (level > depth) depth = level;
    } else if (unit === closeList || unit === closeObject) level -= 1;
  }
  return { values, depth };
}

/** Whether a JSON text has more than `MAX_JSON_VALUES` values and keys. */
export function hasTooManyValues(json: Uint8Array): boolean {
  return measureJson(json).values > MAX_JSON_VALUES;
}

/** Whether form fields or a query string hold more than `MAX_FIELDS`, without decoding any of them. */
export function hasTooManyFields(text: string): boolean {
  let at = -1;
  for (let fields = 1; fields <= MAX_FIELDS; fields += 1) {
    at = text.indexOf('&', at + 1);
    if (at < 0) return false;
  }
  return true;
}

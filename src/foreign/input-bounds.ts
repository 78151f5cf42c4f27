/** Limit of the values and keys in one JSON text: above any real request or answer, and still fast to parse. */
export const MAX_JSON_VALUES = 100_000;

/** Limit of the fields in a form or query string. */
export const MAX_FIELDS = 1_000;

const [quote, backslash, letterU, comma, colon] = [0x22, 0x5c, 0x75, 0x2c, 0x3a];
const [openList, closeList, openObject, closeObject] = [0x5b, 0x5d, 0x7b, 0x7d];

/** What is seen of a JSON text before it is parsed. `hasUnits`: some of its strings hold `\uXXXX`. */
export interface JsonMeasure {
  values: number;
  depth: number;
  hasUnits: boolean;
}

/**
 * Counts the values and keys in a JSON text (UTF-8), up to one more than `MAX_JSON_VALUES`, and measures their nesting,
 * in one pass and without parsing. The cost of parsing and checking depends on the number of values rather than on the
 * length, so a text is measured first.
 */
export function measureJson(json: Uint8Array): JsonMeasure {
  let [values, depth, level] = [1, 0, 0];
  let [inString, hasUnits] = [false, false];
  for (let index = 0; index < json.length && values <= MAX_JSON_VALUES; index += 1) {
    const unit = json[index];
    if (inString) {
      if (unit === quote) inString = false;
      else if (unit === backslash) {
        index += 1;
        if (json[index] === letterU) hasUnits = true;
      }
    } else if (unit === quote) inString = true;
    else if (unit === comma || unit === colon) values += 1;
    else if (unit === openList || unit === openObject) {
      values += 1;
      level += 1;
      if (level > depth) depth = level;
    } else if (unit === closeList || unit === closeObject) level -= 1;
  }
  return { values, depth, hasUnits };
}

/** Whether a JSON text has more than `MAX_JSON_VALUES` values and keys. */
export function hasTooManyValues(json: Uint8Array): boolean {
  return measureJson(json).values > MAX_JSON_VALUES;
}

/** Whether a form or query string has more than `MAX_FIELDS` fields; decodes none of them. */
export function hasTooManyFields(text: string): boolean {
  let at = -1;
  for (let fields = 1; fields <= MAX_FIELDS; fields += 1) {
    at = text.indexOf('&', at + 1);
    if (at < 0) return false;
  }
  return true;
}

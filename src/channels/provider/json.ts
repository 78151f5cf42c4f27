/** Whether a value is a JSON object: neither null nor an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as JSON text, to search for words in it. Empty when it cannot be printed, such as for too deep a nesting. */
export function printed(value: unknown): string {
  try {
    return JSON.stringify(value ?? '');
  } catch {
    return '';
  }
}

/** The member at a path of names and array indexes; undefined when any step is missing. */
export function member(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof step === 'number') return Array.isArray(at) ? at[step] : undefined;
    return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, value);
}

/**
 * A copy with WhatsApp's own member names (`stanzaId`, `ptt`): servers written in Go write `StanzaID` and `PTT`, others
 * `stanza_id`. Members nested deeper than `depth` keep their names.
 */
export function camelCased(object: Record<string, unknown>, depth: number): Record<string, unknown> {
  const inner = (value: unknown) => (isObject(value) && depth > 0 ? camelCased(value, depth - 1) : value);
  const members = Object.entries(object).slice(0, maxMembers);
  return Object.fromEntries(members.map(([name, value]) => [camelName(name), inner(value)]));
}

/** Further members are left out; no message part has more. */
const maxMembers = 1_000;

/** Longer names are kept as they are. */
const maxName = 128;

function camelName(name: string): string {
  if (name.length > maxName) return name;
  return name
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/[A-Z]{2,}(?:(?=s$)|(?![a-z]))/g, ([first = '', ...rest]) => first + rest.join('').toLowerCase())
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

/** The value if it is a non-empty string. */
export function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A copy without the members that are undefined. */
export function defined<T extends object>(value: T): T {
  const copy = { ...value };
  for (const [name, inner] of Object.entries(copy)) {
    if (inner === undefined) Reflect.deleteProperty(copy, name);
  }
  return copy;
}

/** Whether a value is a JSON object, so that its members can be looked at. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value as text, to look for words in; `""` for nothing, and for what is nested too deeply to be anybody's words. */
export function printed(value: unknown): string {
  try {
    return JSON.stringify(value ?? '');
  } catch {
    return '';
  }
}

/** The member at a path of names and positions, undefined when any step is missing. */
export function member(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((at, step) => {
    if (typeof step === 'number') return Array.isArray(at) ? at[step] : undefined;
    return isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
  }, value);
}

/**
 * The same object by the member names of WhatsApp's JSON: servers written in Go say `StanzaID` or `PTT`, others
 * `stanza_id`. Members deeper than `depth` keep their names.
 */
export function camelCased(object: Record<string, unknown>, depth: number): Record<string, unknown> {
  const inner = (value: unknown) => (isObject(value) && depth > 0 ? camelCased(value, depth - 1) : value);
  const members = Object.entries(object).slice(0, maxMembers);
  return Object.fromEntries(members.map(([name, value]) => [camelName(name), inner(value)]));
}

/** No message part has more members. */
const maxMembers = 1_000;

/** No member's name is longer. */
const maxName = 128;

function camelName(name: string): string {
  if (name.length > maxName) return name;
  return name
    .replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/[A-Z]{2,}(?:(?=s$)|(?![a-z]))/g, ([first = '', ...rest]) => first + rest.join('').toLowerCase())
    .replace(/^[A-Z]/, (letter) => letter.toLowerCase());
}

/** A non-empty string, undefined for anything else. */
export function nonEmpty(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A copy without the members that are undefined: absent values are omitted. */
export function defined<T extends object>(value: T): T {
  const copy = { ...value };
  for (const [name, inner] of Object.entries(copy)) {
    if (inner === undefined) Reflect.deleteProperty(copy, name);
  }
  return copy;
}

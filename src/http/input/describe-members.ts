import { memberWords } from './member-words.js';

type Json = Record<string, unknown>;

/**
 * Gives every member of a JSON Schema that has no description one from `memberWords`. `inside` is the member that holds
 * it.
 */
export function describeMembers(schema: Json, inside = ''): Json {
  const described = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (key === 'properties' && isObject(value)) return [key, describeEach(value, inside)];
    if (['examples', 'default', 'enum', 'const', 'required'].includes(key)) return [key, value];
    if (Array.isArray(value))
      return [key, value.map((part: unknown) => (isObject(part) ? describeMembers(part, inside) : part))];
    return [key, isObject(value) ? describeMembers(value, inside) : value];
  });
  return Object.fromEntries(described);
}

function describeEach(members: Json, inside: string): Json {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [
      name,
      isObject(member) ? describeMember(name, member, inside) : member,
    ]),
  );
}

function describeMember(name: string, member: Json, inside: string): Json {
  const { component, ...rest } = member;
  const [description, example] = wordsOf(name, inside);
  const own = {
    ...(description === undefined ? {} : { description }),
    ...exampleOf(rest, example),
    ...pick(rest, ['description', 'examples']),
  };
  if (typeof component === 'string') return { $ref: `#/components/schemas/${component}`, ...own };
  return { ...describeMembers(rest, name), ...own };
}

/** Description and example for a member or parameter, found by name. */
export function wordsOf(name: string, inside = ''): readonly [description?: string, example?: unknown] {
  const known = [`${inside}.${name}`, name].find((key) => Object.hasOwn(memberWords, key));
  return known === undefined ? [] : (memberWords[known] ?? []);
}

/** An example that fits the member: a value of its enum, the example of the table, or a sample of its type. */
function exampleOf(member: Json, example: unknown): { examples?: unknown[] } {
  if (member['const'] !== undefined) return { examples: [member['const']] };
  if (Array.isArray(member['enum'])) return { examples: [(member['enum'] as unknown[])[0]] };
  const variants = ['anyOf', 'oneOf'].flatMap((key) =>
    Array.isArray(member[key]) ? (member[key] as Json[]) : [],
  );
  const [first] = variants;
  if (first !== undefined && !fits(example, variants)) return exampleOf(first, example);
  if (holdsMembers(member)) return {};
  return { examples: [variants.length > 0 || fits(example, [member]) ? example : sample(member)] };
}

function fits(example: unknown, schemas: readonly Json[]): boolean {
  const type = example === null ? 'null' : Array.isArray(example) ? 'array' : typeof example;
  return schemas.some(
    (schema) => schema['type'] === type || (type === 'number' && schema['type'] === 'integer'),
  );
}

function sample(member: Json): unknown {
  const samples: Record<string, unknown> = {
    string: '…',
    integer: 1,
    number: 1,
    boolean: true,
    array: [],
    object: {},
  };
  const { type, minimum } = member;
  // zod writes the bounds of safe integers where a schema sets none.
  const isBound = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER;
  return isBound ? minimum : (samples[String(type)] ?? null);
}

function holdsMembers(member: Json): boolean {
  return JSON.stringify(member).includes('"properties"');
}

function pick(member: Json, names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(member).filter(([name]) => names.includes(name)));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

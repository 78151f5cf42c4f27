import { gzipSync } from 'node:zlib';
import fc from 'fast-check';

/** A JSON object of a document or a recording, looked into without trust. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Json = any;

const strange: unknown[] = [
  ...[null, true, false, 0, -1, 0.1, 1e308, -1e308, 2 ** 53, 2 ** 31, -(2 ** 31) - 1],
  ...[
    '',
    ' ',
    '\0',
    'a\0b',
    '\ud800',
    'a\udc00b',
    '\u202e',
    '👩‍👩‍👧‍👦'.repeat(200),
    'x'.repeat(70_000),
    '9'.repeat(400),
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '%00',
    '%',
    '..',
    "'; DROP TABLE sessions; --",
    '${7*7}',
    '{{7*7}}',
  ],
  ...[
    '2026-13-45',
    '0000-01-01',
    '+275760-09-13T00:00:00.001Z',
    'Infinity',
    'NaN',
    '1e999',
    '@',
    '@@lid',
    '@g.us',
  ],
  ...['http://127.0.0.1:9/a', 'http://[::1]', 'javascript:alert(1)', 'file:///etc/passwd', 'http://a:b@c'],
  ...[[], {}, [[[[[]]]]], [null], { constructor: 1 }, { toString: null }, Array(300).fill(1)],
];

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/** Values that nobody means. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(...strange),
  fc.constantFrom(30, 600, 4_000).map(nested),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom('__proto__', 'extra', '\0').map((name) => Object.fromEntries([[name, { a: 1 }]])),
);

/** Values of a JSON schema, with strange ones among them. `known` are texts that mean something to the product. */
export function fitting(
  document: Json,
  schema: Json,
  known: readonly string[],
  depth = 0,
): fc.Arbitrary<unknown> {
  const inner = (part: Json) => fitting(document, part, known, depth + 1);
  return fc.oneof(
    { weight: 7, arbitrary: meant(document, schema, known, inner, depth) },
    { weight: 1, arbitrary: anything },
  );
}

// eslint-disable-next-line max-params
function meant(
  document: Json,
  given: Json,
  known: readonly string[],
  inner: (part: Json) => fc.Arbitrary<unknown>,
  depth: number,
): fc.Arbitrary<unknown> {
  const schema =
    typeof given?.$ref === 'string' ? document.components.schemas[given.$ref.split('/').at(-1)] : given;
  const choices = [...(schema?.anyOf ?? []), ...(schema?.oneOf ?? [])];
  if (depth > 6) return fc.constant(null);
  if (choices.length > 0) return fc.oneof(...choices.map(inner));
  if (schema?.enum) return fc.constantFrom(...schema.enum);
  if (schema && 'const' in schema) return fc.constant(schema.const);
  switch (schema?.type) {
    case 'object':
      return objectOf(schema, inner);
    case 'array':
      return fc.array(inner(schema.items), { maxLength: 3 });
    case 'integer':
    case 'number':
      return fc.integer({ min: -3, max: 300 });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return fc.constantFrom('text', 'http://127.0.0.1:9/a', '2026-01-01T00:00:00.000Z', ...known);
  }
}

function objectOf(schema: Json, inner: (part: Json) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(
    Object.entries<Json>(schema.properties ?? {}).map(([name, member]) => [name, inner(member)]),
  );
  // A few optional members at a time: an object in which everything is sent is refused for one of them.
  return fc
    .tuple(
      fc.record(members, { requiredKeys: schema.required ?? [] }),
      fc.double({ min: 0, max: 1, noNaN: true }),
    )
    .map(([object, share]) => thinned(object, new Set<string>(schema.required ?? []), share));
}

function thinned(object: object, required: ReadonlySet<string>, share: number): object {
  const entries = Object.entries(object);
  return Object.fromEntries(
    entries.filter(([name], index) => required.has(name) || (index + 1) / entries.length <= share),
  );
}

/** A body as it goes over the wire. */
export interface Sent {
  body: Buffer;
  headers: Record<string, string>;
  /** The sender says that there is more, and hangs up. */
  breaksOff?: true;
}

/** Ways to spoil the text of a body, the first of which leaves it as it is. */
const spoilers: ((text: string, at: number) => Sent)[] = [
  (text) => json(text),
  (text, at) => json(text.slice(0, Math.floor(text.length * at))),
  (text, at) => json(insert(text, at, '\0')),
  (text, at) => ({
    ...json(text),
    body: Buffer.concat([Buffer.from(text.slice(0, text.length * at)), Buffer.of(255, 254)]),
  }),
  (text) => ({
    body: gzipSync(text),
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
  }),
  (text) => ({ body: gzipSync(text), headers: { 'content-type': 'application/json' } }),
  (text) => ({ body: Buffer.from(text), headers: {} }),
  ...[
    'text/plain',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'application/x-www-form-urlencoded',
  ].map((type) => (text: string) => ({ body: Buffer.from(text), headers: { 'content-type': type } })),
  (text) => json(`{"__proto__":${text || 1},"constructor":{"prototype":1}}`),
  (text) => json(text.replace(/\}$/, ',"name":1,"name":"\\u0000","name":"\\ud800"}')),
  (text) => json(text.replace(/\d+/g, '9'.repeat(400))),
  (text) => json(text.replace(/\d+/g, '1e999')),
  () => json('['.repeat(60_000)),
  () => json(`${'{"a":'.repeat(3_000)}1${'}'.repeat(3_000)}`),
  () => json(' '.repeat(1_100_000)),
  (text) => ({ ...json(text), breaksOff: true }),
];

function json(text: string): Sent {
  return { body: Buffer.from(text), headers: { 'content-type': 'application/json' } };
}

function insert(text: string, at: number, what: string): string {
  const place = Math.floor(text.length * at);
  return text.slice(0, place) + what + text.slice(place);
}

/** How a body is spoiled; about half stay whole. */
export const spoiling: fc.Arbitrary<(text: string) => Sent> = fc
  .tuple(
    fc.oneof(
      { weight: spoilers.length, arbitrary: fc.constant(0) },
      { weight: spoilers.length, arbitrary: fc.nat(spoilers.length - 1) },
    ),
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(
    ([index, at]) =>
      (text: string) =>
        (spoilers[index] ?? json)(text, at),
  );

/** The value with one member, at any depth, made strange or taken away. `choices` are numbers from 0 to 1. */
export function mutated(value: Json, choices: readonly number[], replacement: unknown, depth = 0): Json {
  const choice = choices[depth] ?? 0;
  const names = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  if (names.length === 0 || choice > 0.93) return replacement;
  const name = names[Math.floor((choice / 0.93) * names.length * 0.999)] ?? '';
  const copy = Array.isArray(value) ? [...value] : { ...value };
  if (replacement === undefined && depth > 1) delete copy[name];
  else copy[name] = mutated(value[name], choices, replacement, depth + 1);
  return copy;
}

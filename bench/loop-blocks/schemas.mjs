import { fill, MiB, worstTexts } from './inputs.mjs';

const dist = '../../dist/src';
const MOST_VALUES = 99_000;
const MOST_FIELDS = 1_000;

/** Stands in for all dependencies of a route, of which only the schemas are used. */
const anything = new Proxy(() => undefined, { get: () => anything, apply: () => anything });

const variantsOf = (schema) => schema.anyOf ?? schema.oneOf ?? schema.allOf;

/** A value that fits a JSON Schema; `text` and `count` say how long its texts and lists are. */
function valueOf(schema, { text, count }) {
  if (schema.const !== undefined || schema.enum) return schema.const ?? schema.enum[0];
  if (variantsOf(schema)) return valueOf(variantsOf(schema)[0], { text, count });
  if (schema.type === 'array')
    return Array.from({ length: count }, () => valueOf(schema.items ?? {}, { text, count: 1 }));
  if (schema.type !== 'object') return { integer: 1, number: 1, boolean: true }[schema.type] ?? text;
  const members = Object.entries(schema.properties ?? {}).map(([name, inner]) => [
    name,
    valueOf(inner, { text, count }),
  ]);
  const others = Array.from({ length: schema.additionalProperties ? count : 0 }, (_, n) => [
    `m${n}`,
    valueOf(schema.additionalProperties, { text, count: 1 }),
  ]);
  return Object.fromEntries([...members, ...others]);
}

const textsIn = (value) =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum, inner) => sum + textsIn(inner), 0)
    : Number(typeof value === 'string');
const valuesIn = (value) =>
  typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum, inner) => sum + 2 + valuesIn(inner), 1)
    : 1;

/** Bodies that fit a JSON Schema, with long texts or many elements; at most `most` values each. */
export function bodiesOf(schema, most) {
  const one = valueOf(schema, { text: 'a', count: 1 });
  const length = Math.floor(MiB / 2 / Math.max(1, textsIn(one)));
  const count = Math.floor(most / (valuesIn(one) + 2));
  return {
    ...Object.fromEntries(
      Object.entries(worstTexts).map(([name, text]) => [
        name,
        () => valueOf(schema, { text: text(length), count: 1 }),
      ]),
    ),
    'long lists': () => valueOf(schema, { text: 'a', count }),
    'unknown members': () => Object.fromEntries(Array.from({ length: most / 2 }, (_, n) => [`m${n}`, n])),
    'one unknown member': () => ({ ...one, [fill('a', MiB)]: 1 }),
    'a list': () => Array.from({ length: most }, () => 'a'),
  };
}

/** Body and query of every route of every dialect, and the settings of every channel. */
export async function schemaCases() {
  const { apiSurfaces } = await import(`${dist}/surfaces/surfaces.js`);
  const { channels, channelFor } = await import(`${dist}/channels/index.js`);
  const { parseWith, toJsonSchema } = await import(`${dist}/http/input/schema.js`);
  const directory = { types: Object.keys(channels), find: channelFor, connect: anything };
  const config = { defaultLocale: 'en', defaultTimeZone: 'UTC' };
  const unused = ['db', 'keyRing', 'auth', 'conversations', 'inbound', 'events', 'library'];
  const parts = Object.fromEntries(unused.map((name) => [name, anything]));
  const surfaces = apiSurfaces({ ...parts, directory, config });
  const routes = surfaces.flatMap(({ name, routes: all }) =>
    all.flatMap(({ method, path, body, query }) => [
      ...(body ? [[`body: ${name} ${method} ${path}`, body, parseWith]] : []),
      ...(query ? [[`query: ${name} ${method} ${path}`, query, parseWith]] : []),
    ]),
  );
  const settings = Object.entries(channels).map(([type, { parseSettings }]) => [
    `settings: ${type}`,
    parseSettings.schema,
    (_, value) => parseSettings(value),
  ]);
  return [...routes, ...settings].flatMap(([name, schema, read]) =>
    Object.entries(
      bodiesOf(toJsonSchema(schema, 'input'), name.startsWith('query') ? MOST_FIELDS : MOST_VALUES),
    ).map(([sort, make]) => ({
      name: `${name}, ${sort}`,
      make,
      run: (value) => void read(schema, value),
    })),
  );
}

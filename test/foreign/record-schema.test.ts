import { expect, test } from 'vitest';
import { z } from 'zod';
import { record } from '../../src/foreign/record-schema.js';
import { parseWith } from '../../src/http/input/schema.js';

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a'];
const given = (value: unknown) =>
  JSON.parse(`{${NAMES.map((name) => `"${name}":${JSON.stringify(value)}`).join(',')}}`) as unknown;

test('every key is kept, whatever it means to JavaScript', () => {
  const read = record(z.string().max(200), z.string()).parse(given('x'));
  expect(Object.entries(read)).toEqual(NAMES.map((name) => [name, 'x']));
  expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
});

test('a wrong value is told by the name of its key', () => {
  const read = parseWith(z.object({ tags: record(z.string(), z.string()) }), { tags: given(1) });
  expect(read.ok ? [] : read.issues.map(({ path }) => path)).toEqual(NAMES.map((name) => ['tags', name]));
});

test('what is no object is refused, what is absent may be left out', () => {
  const schema = z.object({ tags: record(z.string(), z.string()).optional() });
  expect(schema.parse({})).toEqual({});
  for (const tags of [[], 'x', null, 1]) expect(schema.safeParse({ tags }).success).toBe(false);
});

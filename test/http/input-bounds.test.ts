import { describe, expect, test, vi } from 'vitest';
import { parseFields } from '../../src/http/input/json-body.js';
import {
  hasTooManyFields,
  hasTooManyValues,
  MAX_FIELDS,
  MAX_JSON_VALUES,
} from '../../src/foreign/input-bounds.js';
import { readJson } from '../../src/foreign/read-json.js';
import { useApi } from './api.js';

const api = useApi();
const fields = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=`).join('&');
const list = (count: number) => `[${Array.from({ length: count }, () => '0').join(',')}]`;

describe('JSON of others', () => {
  test('is parsed up to a number of values, and is none above it', () => {
    // The list itself is a value, too.
    expect(readJson(list(MAX_JSON_VALUES - 2))).toHaveLength(MAX_JSON_VALUES - 2);
    expect(readJson(list(MAX_JSON_VALUES))).toBeUndefined();
    expect(readJson('{')).toBeUndefined();
  });

  test.each([
    ['objects in a list', `[${'{},'.repeat(MAX_JSON_VALUES / 2)}0]`],
    ['members of an object', `{${'"a":0,'.repeat(MAX_JSON_VALUES / 2)}"b":0}`],
    ['a nesting', '['.repeat(MAX_JSON_VALUES)],
    ['values after a string that ends in a backslash', `["\\\\",${'0,'.repeat(MAX_JSON_VALUES)}0]`],
  ])('counts %s', (_, text) => {
    expect(hasTooManyValues(Buffer.from(text))).toBe(true);
  });

  test('may hold anything within a string', () => {
    const text = JSON.stringify('[{,:"\\'.repeat(MAX_JSON_VALUES));
    expect(hasTooManyValues(Buffer.from(text))).toBe(false);
    expect(readJson(text)).toBe('[{,:"\\'.repeat(MAX_JSON_VALUES));
  });
});

describe('form fields', () => {
  test('are counted without being decoded', () => {
    expect(hasTooManyFields(fields(MAX_FIELDS))).toBe(false);
    expect(hasTooManyFields(fields(MAX_FIELDS + 1))).toBe(true);
    expect(hasTooManyFields('')).toBe(false);
  });

  test('are read in one pass: no name is searched for among the others', () => {
    const searches = [
      vi.spyOn(URLSearchParams.prototype, 'get'),
      vi.spyOn(URLSearchParams.prototype, 'getAll'),
    ];
    expect(Object.keys(parseFields(fields(1_000)))).toHaveLength(1_000);
    for (const search of searches) expect(search).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('that repeat are arrays, and __proto__ is a name like any other', () => {
    const read = parseFields('a=1&b=2&a=3&a=4&__proto__=x');
    expect(Object.entries(read)).toEqual([
      ['a', ['1', '3', '4']],
      ['b', '2'],
      ['__proto__', 'x'],
    ]);
  });

  test('beyond a thousand are 413 in the dialect of the route', async () => {
    const { key } = await api().tenant();
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const reply = await api().call('POST', '/chatbot/v1/getSessions', { key, headers, body: fields(1_001) });
    expect(reply).toMatchObject({ status: 413, body: { type: 'RXERROR', message: 'Payload too large' } });
  });

  test('of a query beyond a thousand are 400, and nobody looks at them without a key', async () => {
    const { key } = await api().tenant();
    const path = `/instances?${'a&'.repeat(1_001)}`;
    expect((await api().call('GET', path)).status).toBe(401);
    const sessions = `/events?${'a&'.repeat(1_001)}`;
    expect((await api().call('GET', sessions, { key })).body).toMatchObject({
      code: 400,
      error: 'query has too many parameters',
    });
  });

  test('a body with more values than anybody means is 413', async () => {
    const { key } = await api().tenant();
    const headers = { 'content-type': 'application/json' };
    const reply = await api().call('POST', '/instances', { key, headers, body: list(200_000) });
    expect(reply).toMatchObject({ status: 413, body: { code: 413, success: false } });
  });
});

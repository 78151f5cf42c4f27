import { afterAll, describe, expect, test } from 'vitest';
import { createScripts } from '../../src/typebot/script/scripts.js';

const scripts = createScripts();
afterAll(() => scripts.stop());

const run = (content: string, flow = 'a flow', args: { id: string; value?: unknown }[] = []) =>
  scripts.run({ type: 'script', content, isCode: true, args }, { flow, timeZone: 'UTC' });

/** Functions of the engine that are not interrupted, or not for long. */
const unending = [
  '[].indexOf.call({ length: 2 ** 53 - 1 }, 1)',
  '[].lastIndexOf.call({ length: 2 ** 53 - 1 }, 1)',
  '[].includes.call({ length: 2 ** 53 - 1 }, 1)',
  '[].reverse.call({ length: 2 ** 53 - 1 })',
  '[].copyWithin.call({ length: 2 ** 53 - 1 }, 1, 0)',
  '[].splice.call({ length: 2 ** 53 - 1 }, 0, 1)',
  '[].unshift.call({ length: 2 ** 53 - 2 }, 1)',
  "new Array(2 ** 32 - 1).join('')",
  'new Array(1e8).sort()',
  "'x'.repeat(1e7).replace(/x/g, '$&$&$&')",
  "/^(a+)+$/.test('a'.repeat(40) + 'b')",
  '(async () => { for (;;) await 1; })()',
  'new Promise((resolve) => setTimeout(resolve, 60_000))',
  'new Promise(() => setInterval(() => {}, 1))',
  "const error = new Error(); Object.defineProperty(error, 'message', { get() { for (;;); } }); throw error; return 1",
  'return { toJSON() { for (;;); } }',
  'Promise.prototype.then = () => { for (;;); }; JSON.stringify = () => { for (;;); }; return await { then() { for (;;); } }',
];

describe('a script that does not end', () => {
  test.each(unending)('costs its thread and not the process: %s', async (content) => {
    const [result, other] = await Promise.all([run(content), run('return 1', 'another flow')]);
    // A busy machine may meet the bound on memory first.
    const full = { ok: false, reason: 'error', message: 'InternalError: out of memory', line: 1 };
    expect([{ ok: false, reason: 'time limit' }, full]).toContainEqual(result);
    expect(other).toEqual({ ok: true, text: '1' });
    expect(await run('return 2')).toEqual({ ok: true, text: '2' });
  });

  test.each([
    "'x'.repeat(2 ** 28).split('').sort().join()",
    'JSON.stringify(Array(1e7).fill(1))',
    "'a'.padEnd(2 ** 29, 'bc')",
    '2n ** (10n ** 9n)',
    'Array.from({ length: 1e9 })',
    'const f = () => f(); return f()',
    'const a = []; a[0] = a; let b = a; for (let i = 0; i < 1e5; i += 1) b = [b]; return structuredClone(b)',
    "return await import('node:fs')",
    "return await import('./call.js')",
    'return process.env',
    '}); for (;;); (async () => { return ',
  ])('or asks for too much fails: %s', async (content) => {
    expect((await run(content)).ok).toBe(false);
    expect(await run('return 3')).toEqual({ ok: true, text: '3' });
  });

  test.each([
    "(1).toLocaleString(Array(200000).fill('en'))",
    "new Date().toLocaleString(Array(200000).fill('en'))",
    "new Intl.NumberFormat(Array(200000).fill('en')).format(1)",
    "new TextEncoder().encode('x'.repeat(2000000))",
    "btoa('x'.repeat(2000000))",
    "new URL('http://' + 'é'.repeat(500000))",
    "const url = new URL('http://a'); url.host = 'é'.repeat(500000); return 1",
  ])('gives nothing to Node that takes long there: %s', async (content) => {
    const message = expect.stringMatching(/^RangeError: the (argument|address) is too long$/);
    expect(await run(content)).toMatchObject({ ok: false, reason: 'error', message });
  });

  test('does not starve the flows of others, however many of it wait', async () => {
    const hanging = Array.from({ length: 40 }, () => run(unending[0] ?? '', 'hostile'));
    const others = ['b', 'c', 'd'].map((flow) => run('return 4', flow));
    expect(await Promise.all(others)).toEqual(Array(3).fill({ ok: true, text: '4' }));
    const results = await Promise.all(hanging);
    const reasons = results.map((result) => (result.ok ? 'ok' : result.reason));
    // Who waits too long is told so.
    expect(new Set(reasons)).toEqual(new Set(['time limit', 'busy']));
  });

  test('is refused when too many of its flow wait', async () => {
    const many = Array.from({ length: 103 }, () => run('return 5', 'crowded'));
    const results = await Promise.all(many);
    expect(results.filter(({ ok }) => ok)).toHaveLength(102);
    expect(results.at(-1)).toEqual({ ok: false, reason: 'busy' });
  });
});

describe('texts that cross', () => {
  test('are bounded in both directions', async () => {
    expect(await run('return v.length', 'a flow', [{ id: 'v', value: 'x'.repeat(1_000_001) }])).toEqual({
      ok: false,
      reason: 'too large',
    });
    expect(await run("return 'x'.repeat(1000001)")).toEqual({ ok: false, reason: 'too large' });
    const longest = await run("return 'x'.repeat(1000000)");
    expect(longest.ok && longest.text?.length).toBe(1_000_000);
  });

  test('can be stored, whatever the script made of them', async () => {
    expect(await run("return 'a\\u0000b\\ud800c'")).toEqual({ ok: true, text: 'a\uFFFDb\uFFFDc' });
  });
});

describe('why a script failed', () => {
  const phone = [{ id: 'phone', value: '5511999990000' }];
  test.each([
    ['const a = 1\nreturn missing', { message: "ReferenceError: 'missing' is not defined", line: 2 }],
    [
      'const order = null\n\nreturn order.total',
      { message: "TypeError: cannot read property 'total' of null", line: 3 },
    ],
    ['return phone.rows()', { message: 'TypeError: not a function', line: 1 }],
    ["return 'a\nb'", { message: 'SyntaxError: unexpected end of string', line: 1 }],
    ['1 +', { message: expect.stringContaining('SyntaxError'), line: 2 }],
    ["throw new Error('no order for ' + phone); return 1", { message: 'Error: no order for …', line: 1 }],
    ["throw 'no order for ' + phone; return 1", { message: 'no order for …' }],
    ['throw { phone }; return 1', {}],
    ['return JSON.parse(phone + "x").rows', { message: expect.stringContaining('SyntaxError'), line: 1 }],
    [
      'return globalThis[phone].rows',
      { message: "TypeError: cannot read property 'rows' of undefined", line: 1 },
    ],
    ['return ({})[phone][phone]', { message: 'TypeError: cannot read property of undefined', line: 1 }],
    ["return new URL('/' + phone)", { message: 'TypeError: Invalid URL', line: 1 }],
    ['return await new Promise(() => {})', { message: 'nothing settles the promise' }],
    [
      "await null\nsetTimeout(() => { throw new RangeError('late') }, 5)\nreturn await new Promise(() => {})",
      { message: 'RangeError: late', line: 2 },
    ],
  ])('is told with its line and without values: %j', async (content, why) => {
    const result = await run(content, 'a flow', phone);
    expect(result).toEqual({ ok: false, reason: 'error', ...why });
    expect(JSON.stringify(result)).not.toContain('5511999990000');
  });
});

describe('the browser of a script', () => {
  test.each([
    ["btoa('Olá')", 'T2zh'],
    ["atob('T2zh')", 'Olá'],
    ["atob(btoa('a\\u0000b')).length", '3'],
    ["new URL('/a?b=1#c', 'https://shop.example:8443').href", 'https://shop.example:8443/a?b=1#c'],
    [
      "const u = new URL('https://a.example/?x=1'); u.searchParams.set('y', 'é z'); return u.href",
      'https://a.example/?x=1&y=%C3%A9+z',
    ],
    [
      "const u = new URL('https://a.example/?x=1'); u.search = '?q=2'; return u.searchParams.get('q') + u.origin",
      '2https://a.example',
    ],
    ["URL.canParse('nothing') + ' ' + URL.canParse('https://a')", 'false true'],
    ["new URL('https://é.example').hostname", 'xn--9ca.example'],
    ["new URLSearchParams({ a: '1', b: 'x y' }).toString()", 'a=1&b=x+y'],
    ["JSON.stringify([...new URLSearchParams('a=1&a=2&b')])", '[["a","1"],["a","2"],["b",""]]'],
    [
      "const p = new URLSearchParams('b=1&a=2'); p.sort(); p.append('c', 3); p.delete('b'); return p + ' ' + p.size + p.has('a')",
      'a=2&c=3 2true',
    ],
    [
      '/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(crypto.randomUUID())',
      'true',
    ],
    ["[...new TextEncoder().encode('é')].join()", '195,169'],
    [
      "new TextDecoder().decode(new TextEncoder().encode('né\\u0000😀'))",
      'né\u0000😀'.replace('\0', '\uFFFD'),
    ],
    ["new TextDecoder('latin1').encoding", 'windows-1252'],
    ['new TextDecoder().decode(new Uint8Array([233]))', '\uFFFD'],
    [
      'const a = { d: new Date(0), m: new Map([[1, { x: 1 }]]), s: new Set([2]) }; a.self = a; const b = structuredClone(a); return b !== a && b.self === b && b.d.getTime() === 0 && b.m.get(1).x === 1 && b.m.get(1) !== a.m.get(1) && b.s.has(2)',
      'true',
    ],
    ['try { structuredClone(() => 1) } catch (error) { return error.name }', 'DataCloneError'],
    ["return await new Promise((resolve) => setTimeout(resolve, 20, 'later'))", 'later'],
    [
      "const t = setTimeout(() => { throw new Error() }, 1); clearTimeout(t); return await new Promise((r) => setTimeout(() => r('quiet'), 20))",
      'quiet',
    ],
    [
      'let n = 0; return await new Promise((resolve) => { const t = setInterval(() => { n += 1; if (n === 3) { clearInterval(t); resolve(n) } }, 5) })',
      '3',
    ],
    [
      "const order = []; setTimeout(() => order.push('b'), 20); setTimeout(() => order.push('a'), 5); queueMicrotask(() => order.push('first')); await new Promise((r) => setTimeout(r, 40)); return order.join()",
      'first,a,b',
    ],
    ['window === globalThis && self === window && window.innerWidth', '390'],
    [
      '[typeof fetch, typeof XMLHttpRequest, typeof document, typeof localStorage, typeof process, typeof require, typeof host].join()',
      'undefined,undefined,undefined,undefined,undefined,undefined,undefined',
    ],
  ])('%s is %j', async (content, text) => {
    expect(await run(content)).toEqual({ ok: true, text });
  });

  test('takes the real time of a timer', async () => {
    const result = await run(
      'const began = Date.now(); await new Promise((r) => setTimeout(r, 300)); return Date.now() - began',
    );
    expect(Number(result.ok && result.text)).toBeGreaterThanOrEqual(299);
  });
});

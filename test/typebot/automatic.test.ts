import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AutomaticAction, FlowSettings } from '../../activities/ports/typebot.js';
import { HttpFailure, type HttpRequest } from '../../src/guarded-http/http.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { createTypebot } from '../../src/typebot/index.js';
import { runHttpAction } from '../../src/typebot/calls/http-action.js';
import { createScripts } from '../../src/typebot/script/scripts.js';
import { recorded } from '../support/typebot/stand-in.js';
import { rendering, show } from '../support/typebot/rendering.js';

const run = (content: string, args: { id: string; value?: unknown }[] = [], timeZone = 'UTC') =>
  runScript({ type: 'script', content, isCode: true, args }, timeZone);
const runScript = (script: Extract<AutomaticAction, { type: 'script' }>, timeZone: string) =>
  scripts.run(script, { flow: 'https://viewer.test flow', timeZone });

const scripts = createScripts();
afterAll(() => scripts.stop());

describe('a script of the flow', () => {
  test.each([
    ["return v_a + '!'", [{ id: 'v_a', value: 'morning' }], 'morning!'],
    ['1 + 2', [], '3'],
    ['return { a: [1, true] }', [], '{"a":[1,true]}'],
    ['return list.length', [{ id: 'list', value: ['a', 'b'] }], '2'],
    ['const x = await Promise.resolve(7); return x', [], '7'],
    ['return ""', [], ''],
    ['return null', [], undefined],
    ['const x = 1', [], undefined],
    ['return missing', [{ id: 'missing' }], undefined],
    ['007', [], '007'],
    ['"text";', [], 'text'],
  ])('%j gives %j', async (content, args, text) => {
    const result = await run(content, args);
    if (content === 'const x = 1') expect(result).toMatchObject({ ok: false, reason: 'error' });
    else expect(result).toEqual({ ok: true, text });
  });

  test('sees a phone and no host', async () => {
    const next = show(recorded('61-actions-moment')).next;
    const action = next.type === 'automatic' && next.action.type === 'script' ? next.action : undefined;
    expect(action && (await runScript(action, 'UTC'))).toEqual({ ok: true, text: 'mobile' });
    for (const name of ['process', 'require', 'fetch', 'localStorage', 'document']) {
      expect(await run(`typeof ${name}`)).toEqual({ ok: true, text: 'undefined' });
    }
  });

  test('that throws, loops or eats memory fails without harm', async () => {
    expect(await run("throw new Error('boom')")).toMatchObject({ ok: false, reason: 'error' });
    expect(await run('return (')).toMatchObject({ ok: false, reason: 'error' });
    expect(await run('while (true) {}; return 1')).toEqual({ ok: false, reason: 'time limit' });
    expect((await run("let s = 'x'; while (true) s += s; return s")).ok).toBe(false);
    expect((await run('const f = () => f(); return f()')).ok).toBe(false);
    expect(await run('return await new Promise(() => {})')).toMatchObject({ ok: false, reason: 'error' });
    expect(await run('return 1')).toEqual({ ok: true, text: '1' });
  });

  test('that breaks its engine, however often, leaves the scripts of others alone', async () => {
    const endless = 'const f = () => f(); return f()';
    for (let broken = 0; broken < 30; broken += 1) expect((await run(endless)).ok).toBe(false);
    await Promise.all(Array.from({ length: 30 }, () => run(endless)));
    expect(await run('return 1')).toEqual({ ok: true, text: '1' });
  });

  test.each([
    ['UTC', 'return new Date(0).getHours()', '0'],
    ['America/Sao_Paulo', 'return new Date(0).getHours()', '21'],
    ['Asia/Kolkata', 'return new Date(0).getMinutes()', '30'],
    ['Asia/Tokyo', 'return new Date(2026, 0, 1, 9).toISOString()', '2026-01-01T00:00:00.000Z'],
    ['Asia/Tokyo', "return new Date('2026-01-01T09:00').toISOString()", '2026-01-01T00:00:00.000Z'],
    ['Asia/Tokyo', "return new Date('2026-01-01').toISOString()", '2026-01-01T00:00:00.000Z'],
    ['Asia/Tokyo', 'return new Date(0).getTimezoneOffset()', '-540'],
    [
      'Europe/Paris',
      'const d = new Date(Date.UTC(2026, 6, 1)); d.setHours(0); return d.toISOString()',
      '2026-06-30T22:00:00.000Z',
    ],
    ['No/Where', 'return new Date(0).getHours()', '0'],
  ])('has the clock of %s: %s', async (timeZone, content, text) => {
    expect(await run(content, [], timeZone)).toEqual({ ok: true, text });
  });

  test.each([
    ["new Date(0).toLocaleDateString('pt-BR')", '31/12/1969'],
    ["new Date(0).toLocaleTimeString('pt-BR', { hour: '2-digit', minute: '2-digit' })", '21:00'],
    ["new Date(0).toLocaleDateString('en-US', { timeZone: 'UTC' })", '1/1/1970'],
    ["new Date(0).toLocaleString('pt-BR')", '31/12/1969, 21:00:00'],
    ["new Date(0).toLocaleDateString('es', { weekday: 'long' })", 'miércoles'],
    ['new Date(0).toLocaleDateString()', '31/12/1969'],
    ["(1234.5).toLocaleString('pt-BR', { style: 'currency', currency: 'BRL' })", 'R$\u00a01.234,50'],
    ["Number('1234567').toLocaleString('en-US')", '1,234,567'],
    ["new Intl.NumberFormat('de').format(1234.5)", '1.234,5'],
    ["Intl.DateTimeFormat('en-GB', { month: 'long' }).format(new Date(0))", 'December'],
  ])('writes dates and numbers in a language: %s', async (content, text) => {
    expect(await run(content, [], 'America/Sao_Paulo')).toEqual({ ok: true, text });
  });

  test.each([
    "(1).toLocaleString('no such language')",
    "new Date().toLocaleString('en', { timeZone: 'No/Where' })",
  ])('fails like a browser for what no language has: %s', async (content) => {
    expect(await run(content)).toMatchObject({ ok: false, reason: 'error' });
  });

  test('knows the moment of the day where the contact is', async () => {
    const next = show(recorded('60-actions-start')).next;
    const action = next.type === 'automatic' && next.action.type === 'script' ? next.action : undefined;
    const hour = Number(
      new Intl.DateTimeFormat('en-US', {
        hour: 'numeric',
        hourCycle: 'h23',
        timeZone: 'Asia/Tokyo',
      }).format(),
    );
    const moment = hour < 12 ? 'morning' : hour < 18 ? 'afternoon' : 'evening';
    expect(action && (await runScript(action, 'Asia/Tokyo'))).toEqual({ ok: true, text: moment });
  });
});

describe('a request of the flow', () => {
  const seen: { request: IncomingMessage; body: string }[] = [];
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      seen.push({ request, body });
      response.statusCode = request.url === '/missing' ? 404 : 200;
      response.end(request.url === '/page' ? '<html>' : JSON.stringify({ ok: 'yes' }));
    });
  });
  // The guard never lets a flow reach this machine, so the requests are relabelled as the operator's here.
  const outgoing = createHttpClient({ allowPrivate: ['127.0.0.0/8'] });
  const asOperator = (request: HttpRequest) => outgoing({ ...request, source: 'operator' });
  const act = (path: string, more: Partial<Extract<AutomaticAction, { type: 'http' }>> = {}) =>
    runHttpAction(
      { type: 'http', url: `${base()}${path}`, method: 'POST', headers: {}, ...more },
      asOperator,
    );
  const base = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  afterAll(async () => {
    await outgoing.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test('replies with status and JSON', async () => {
    const { text } = await act('/api', { headers: { 'X-A': '1', Host: 'evil' }, body: { cli: 'x' } });
    expect(text).toBe('{"statusCode":200,"data":{"ok":"yes"}}');
    expect(seen.at(-1)?.body).toBe('{"cli":"x"}');
    expect(seen.at(-1)?.request.headers).toMatchObject({ 'x-a': '1', 'content-type': 'application/json' });
    expect(seen.at(-1)?.request.headers.host).not.toBe('evil');
  });

  test('sends no body with GET and passes the status of an error on', async () => {
    expect((await act('/missing', { method: 'get', body: { a: 1 } })).text).toBe(
      '{"statusCode":404,"data":{"ok":"yes"}}',
    );
    expect(seen.at(-1)?.body).toBe('');
  });

  test('a body that is no JSON, an unknown method and a failure are a 500', async () => {
    expect((await act('/page')).text).toBe('{"statusCode":500,"data":"the answer is not JSON"}');
    expect((await act('/api', { method: 'TRACE' })).statusCode).toBe(500);
    const refused = () => Promise.reject(new HttpFailure('before', 'ECONNREFUSED'));
    const action = { type: 'http', url: 'http://x', method: 'GET', headers: {} } as const;
    expect((await runHttpAction(action, refused)).statusCode).toBe(500);
  });

  test('is made as the flow’s, so that it never reaches a private address', async () => {
    const action = { type: 'http', url: base(), method: 'GET', headers: {} } as const;
    const before = seen.length;
    expect(JSON.parse((await runHttpAction(action, outgoing)).text)).toMatchObject({ statusCode: 500 });
    expect(seen.length).toBe(before);
  });
});

describe('automatic replies', () => {
  const settings: FlowSettings = rendering().settings;
  const flow = { typebotUrl: 'https://viewer.test', publicId: 'flow', settings };
  const typebot = createTypebot({
    scripts,
    http: () => Promise.reject(new HttpFailure('before', 'ECONNREFUSED')),
    timeoutMs: 1000,
  });

  test('of a script are its value, and a note says so', async () => {
    const action: AutomaticAction = { type: 'script', content: 'return 1', isCode: true, args: [] };
    expect(await typebot.automatic(action, flow)).toEqual({
      message: { type: 'text', text: '1' },
      notes: [{ type: 'action.done', data: { action: 'setVariable' } }],
    });
  });

  test('of a failing script are none, and a note says why', async () => {
    const action: AutomaticAction = { type: 'script', content: '\nreturn a.b', isCode: true, args: [] };
    expect(await typebot.automatic(action, flow)).toEqual({
      notes: [
        {
          type: 'action.ignored',
          data: {
            action: 'setVariable',
            reason: 'error',
            message: "ReferenceError: 'a' is not defined",
            line: 2,
          },
        },
      ],
    });
  });

  test('of a request are JSON text even when it fails', async () => {
    const action: AutomaticAction = { type: 'http', url: 'https://e.com', method: 'GET', headers: {} };
    const { message, notes } = await typebot.automatic(action, flow);
    expect(message).toMatchObject({ type: 'text', text: expect.stringContaining('"statusCode":500') });
    expect(notes).toEqual([{ type: 'action.done', data: { action: 'httpRequest', status: 500 } }]);
  });

  test('of what has no result go on without message', async () => {
    expect(await typebot.automatic({ type: 'skip', name: 'stream' }, flow)).toEqual({
      notes: [{ type: 'action.ignored', data: { action: 'stream', reason: 'not supported' } }],
    });
  });
});

import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TimeOver, within } from '../../src/deadline.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { HttpFailure, type HttpRequest } from '../../src/guarded-http/http.js';

// As `node --expose-gc`, for this file alone.
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

describe('a request to a server that drips bytes for ever, once the code is hot and the collector runs,', () => {
  const server = createServer(((request, response) => {
    if (request.url === '/quick') return void response.end('{}');
    response.writeHead(200);
    const drip = setInterval(() => response.write(' '), 20);
    response.on('close', () => clearInterval(drip));
  }) satisfies RequestListener);
  const http = createHttpClient({ allowPrivate: ['127.0.0.1'] });
  const caller = new AbortController();
  let collecting: NodeJS.Timeout;

  const ask = (path: string, more: Partial<HttpRequest>) =>
    http({
      method: 'GET',
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`,
      timeoutMs: 300,
      maxBytes: 1_000_000,
      source: 'operator',
      ...more,
    });

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    for (let round = 0; round < 3_000; round += 1) await ask('/quick', { signal: caller.signal });
    collecting = setInterval(collect, 20);
  });
  afterAll(async () => {
    clearInterval(collecting);
    server.closeAllConnections();
    await http.close();
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['with a signal of the caller', { signal: caller.signal }],
    ['with redirects followed', { signal: caller.signal, redirect: 'follow' }],
    ['without a signal of the caller', {}],
  ] as const)('is cut at its time: %s', { timeout: 5_000 }, async (_, more) => {
    const outcome = await ask('/drip', more).catch((error: unknown) => error);
    expect(outcome).toBeInstanceOf(HttpFailure);
    expect(outcome).toMatchObject({ phase: 'after', causeCode: 'TIMEOUT' });
  });

  test('is cut by its caller', { timeout: 10_000 }, async () => {
    const outcome = ask('/drip', { timeoutMs: 600_000, signal: caller.signal }).catch(
      (error: unknown) => error,
    );
    setTimeout(() => caller.abort(), 200);
    expect(await outcome).toMatchObject({ phase: 'after', causeCode: 'ABORTED' });
  });
});

describe('work within a time', () => {
  const endless = () => new Promise<never>(() => undefined);

  test('gives what it gives, or fails as it fails', async () => {
    expect(await within(10_000, () => Promise.resolve(7))).toBe(7);
    await expect(within(10_000, () => Promise.reject(new Error('own')))).rejects.toThrow('own');
  });

  test('that hears its signal ends in its own words', async () => {
    const work = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('told'))));
    await expect(within(10, work)).rejects.toThrow('told');
  });

  test('that does not hear its signal is left behind', async () => {
    await expect(within(10, endless)).rejects.toBeInstanceOf(TimeOver);
  });

  test('for which no time is left sees a signal that has aborted', async () => {
    expect(await within(0, (signal) => Promise.resolve(signal.aborted))).toBe(true);
    expect(await within(-5, (signal) => Promise.resolve(signal.aborted))).toBe(true);
  });

  test('ends with the outer signal too, and not at all when that has aborted already', async () => {
    const outer = new AbortController();
    const running = within(60_000, endless, outer.signal);
    outer.abort(new Error('gone'));
    await expect(running).rejects.toThrow('gone');
    let begun = false;
    const late = within(60_000, async () => void (begun = true), outer.signal);
    await expect(late).rejects.toThrow('gone');
    expect(begun).toBe(false);
  });

  test('may last longer than a timer can count', async () => {
    expect(await within(Number.MAX_SAFE_INTEGER, (signal) => Promise.resolve(signal.aborted))).toBe(false);
  });
});

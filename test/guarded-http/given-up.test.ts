import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Agent, request } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { resettingConnector } from '../../src/guarded-http/resetting-connector.js';

/** TLS by a shared key, so that no certificate is needed. */
const shared = { ciphers: 'PSK', maxVersion: 'TLSv1.2' as const };
const key = Buffer.from('0123456789abcdef');

/** Listens, and tells how the first connection ended: the code of an error, or `closed`. */
async function listening(server: Server, connected: 'connection' | 'secureConnection', scheme: string) {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void server.close());
  // A later connection may be reset when the test is over.
  server.on('connection', (socket: Socket) => socket.on('error', () => undefined));
  const asked = once(server, connected).then(async ([socket]: Socket[]) => {
    if (socket === undefined) throw new Error('no connection');
    await once(socket, 'data');
    return socket;
  });
  const ending = asked.then(
    (socket) =>
      new Promise<string>((resolve) => {
        socket.on('end', () => resolve('closed'));
        socket.on('error', (error) => resolve('code' in error ? String(error.code) : error.message));
        socket.resume();
      }),
  );
  const { port }: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  return { url: `${scheme}://127.0.0.1:${port}/`, asked, ending };
}

test('a request whose time is over resets its connection, so that nothing of it arrives later', async () => {
  const { url, ending } = await listening(createServer(), 'connection', 'http');
  const http = createHttpClient({ allowPrivate: ['127.0.0.1'] });
  onTestFinished(() => http.close());
  const call = http({ method: 'POST', url, body: 'hi', timeoutMs: 300, maxBytes: 100, source: 'operator' });
  await expect(call).rejects.toMatchObject({ phase: 'after', causeCode: 'TIMEOUT' });
  expect(await ending).toBe('ECONNRESET');
});

test('a request under TLS that is cancelled resets its connection', async () => {
  const server = createTlsServer({ ...shared, pskCallback: () => key });
  const { url, asked, ending } = await listening(server, 'secureConnection', 'https');
  const connect = resettingConnector({
    ...shared,
    pskCallback: () => ({ identity: 'parley', psk: key }),
    checkServerIdentity: () => undefined,
  });
  const agent = new Agent({ connect });
  onTestFinished(() => agent.destroy());
  const giveUp = new AbortController();
  const call = request(url, { dispatcher: agent, signal: giveUp.signal });
  await asked;
  giveUp.abort();
  await expect(call).rejects.toThrow(/abort/);
  expect(await ending).toBe('ECONNRESET');
});

test('TLS that is refused is the failure of the request', async () => {
  const { url } = await listening(
    createServer((socket) => void socket.end('no TLS here')),
    'connection',
    'http',
  );
  const agent = new Agent({ connect: resettingConnector({}) });
  onTestFinished(() => agent.destroy());
  await expect(request(url.replace('http', 'https'), { dispatcher: agent })).rejects.toMatchObject({
    code: 'ERR_SSL_WRONG_VERSION_NUMBER',
  });
});

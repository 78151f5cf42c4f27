import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { HttpFailure, type HttpRequest, type HttpResponse } from '../../src/guarded-http/http.js';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const address: AddressInfo = JSON.parse(JSON.stringify(server.address()));
  return `http://127.0.0.1:${address.port}`;
}

function outgoing(allowPrivate: string[]) {
  const http = createHttpClient({ allowPrivate });
  closers.unshift(() => http.close());
  return http;
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, timeoutMs: 5_000, maxBytes: 10_000, source: 'operator', ...more };
}

async function failure(answer: Promise<HttpResponse>): Promise<HttpFailure> {
  const outcome = await answer.catch((error: unknown) => error);
  if (outcome instanceof HttpFailure) return outcome;
  throw new Error('the request did not fail as an HttpFailure');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const echo: RequestListener = (request, response) => {
  void bodyOf(request).then((body) => {
    response.setHeader('X-Seen', 'yes');
    response.end(
      JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }),
    );
  });
};

function seen(response: HttpResponse): {
  method: string;
  url: string;
  headers: Record<string, string>;
  body: string;
} {
  return JSON.parse(Buffer.from(response.body).toString());
}

describe('addresses', () => {
  const refusedUrls = [
    'http://127.0.0.1:9/',
    'http://localhost:9/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://0.0.0.0/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fe80::1]/',
    'http://[fd00::1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[::127.0.0.1]/',
    'http://[::8.8.8.8]/',
    'http://[::ffff:0:8.8.8.8]/',
    'http://[::ffff:168.63.129.16]/',
    'http://168.63.129.16/',
    'http://192.88.99.1/',
    'http://192.0.0.8/',
    'http://198.18.0.1/',
    'http://240.0.0.1/',
    'http://[2002:7f00:1::1]/',
    'http://[2002:808:808::1]/',
    'http://[2001::1]/',
    'http://[2001:10::1]/',
    'http://[2001:db8::1]/',
    'http://[3fff::1]/',
    'http://[100::1]/',
    'http://[4000::1]/',
    'http://[5f00::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'file:///etc/passwd',
    'ftp://example.com/',
    'no url at all',
  ];

  it.each(refusedUrls)('refuses %s named by a flow', async (url) => {
    const error = await failure(outgoing(['127.0.0.0/8', '::1'])(get(url, { source: 'flow' })));
    expect(error.phase).toBe('refused');
  });

  it('refuses a private address of the operator that is not on the list', async () => {
    const url = await serve(echo);
    expect((await failure(outgoing([])(get(url)))).phase).toBe('refused');
    expect((await failure(outgoing(['10.0.0.0/8', 'other.host'])(get(url)))).phase).toBe('refused');
  });

  it.each([['127.0.0.0/8'], ['127.0.0.1'], ['::ffff:127.0.0.1/128', '127.0.0.1/32']])(
    'reaches a private address of the operator that %s allows',
    async (...allowPrivate) => {
      const url = await serve(echo);
      expect((await outgoing(allowPrivate)(get(url))).status).toBe(200);
    },
  );

  it('checks the addresses a name resolves to, whatever the name', async () => {
    const url = (await serve(echo)).replace('127.0.0.1', 'localhost');
    expect((await failure(outgoing([])(get(url)))).causeCode).toBe('PRIVATE_ADDRESS');
    expect((await outgoing(['127.0.0.0/8'])(get(url))).status).toBe(200);
    expect((await outgoing(['LOCALHOST'])(get(url))).status).toBe(200);
  });

  it('never says the address in the error', async () => {
    const error = await failure(outgoing([])(get('http://127.0.0.1/secret-path')));
    expect(error.message).not.toMatch(/127|secret/);
  });
});

describe('requests', () => {
  it('sends method, headers and body and returns status, lower-case headers, bytes and address', async () => {
    const url = await serve(echo);
    const response = await outgoing(['127.0.0.1'])(
      get(`${url}/a?b=1`, { method: 'PUT', headers: { 'X-One': '1' }, body: 'olá' }),
    );
    expect(response).toMatchObject({ status: 200, url: `${url}/a?b=1`, headers: { 'x-seen': 'yes' } });
    expect(seen(response)).toMatchObject({ method: 'PUT', url: '/a?b=1', body: 'olá' });
    expect(seen(response).headers).toMatchObject({ 'x-one': '1', 'user-agent': 'Parley/1' });
  });

  it('sends a form with its own content type', async () => {
    const url = await serve(echo);
    const form = new FormData();
    form.set('type', 'image/png');
    form.set('file', new File(['bytes'], 'a.png', { type: 'image/png' }));
    const request = seen(await outgoing(['127.0.0.1'])(get(url, { method: 'POST', body: form })));
    expect(request.headers['content-type']).toMatch(/^multipart\/form-data; ?boundary=/);
    expect(request.body).toContain('filename="a.png"');
  });

  it('resolves for error statuses', async () => {
    const url = await serve((_request, response) => response.writeHead(503).end());
    expect((await outgoing(['127.0.0.1'])(get(url))).status).toBe(503);
  });

  it('stops reading an answer that is over the limit', async () => {
    const url = await serve((_request, response) => response.end('x'.repeat(100_000)));
    const http = outgoing(['127.0.0.1']);
    expect((await failure(http(get(url, { maxBytes: 99_999 })))).phase).toBe('tooLarge');
    expect((await http(get(url, { maxBytes: 100_000 }))).body).toHaveLength(100_000);
  });
});

describe('failures', () => {
  it('are before when nothing listens there', async () => {
    const error = await failure(outgoing(['127.0.0.1'])(get('http://127.0.0.1:1/')));
    expect(error).toMatchObject({ phase: 'before', causeCode: 'ECONNREFUSED' });
  });

  it('are before when the certificate is missing', async () => {
    const url = await serve(echo);
    const error = await failure(outgoing(['127.0.0.1'])(get(url.replace('http:', 'https:'))));
    expect(error.phase).toBe('before');
  });

  it('are after when the server takes the request and resets', async () => {
    const url = await serve((request) => request.socket.destroy());
    expect((await failure(outgoing(['127.0.0.1'])(get(url)))).phase).toBe('after');
  });

  it('are after when the answer breaks off', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half', () => request.socket.destroy());
    });
    expect((await failure(outgoing(['127.0.0.1'])(get(url)))).phase).toBe('after');
  });

  it('are after when the time for headers or body runs out', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/body') response.write('begun');
    });
    const http = outgoing(['127.0.0.1']);
    const late = await failure(http(get(url, { timeoutMs: 100 })));
    expect(late).toMatchObject({ phase: 'after', causeCode: 'TIMEOUT' });
    expect(await failure(http(get(`${url}/body`, { timeoutMs: 100 })))).toMatchObject({ phase: 'after' });
  });

  it('are after when the caller aborts a request under way', async () => {
    const controller = new AbortController();
    const url = await serve(() => controller.abort());
    const error = await failure(outgoing(['127.0.0.1'])(get(url, { signal: controller.signal })));
    expect(error).toMatchObject({ phase: 'after', causeCode: 'ABORTED' });
  });
});

describe('redirects', () => {
  const redirectTo = (location: string, status = 302): RequestListener => {
    return (_request, response) => response.writeHead(status, { location }).end();
  };

  it('are returned as they are unless they are asked for', async () => {
    const url = await serve(redirectTo('/there'));
    expect((await outgoing(['127.0.0.1'])(get(url))).status).toBe(302);
  });

  it('are checked like any address', async () => {
    const url = await serve(redirectTo('http://10.0.0.1/'));
    const error = await failure(outgoing(['127.0.0.1'])(get(url, { redirect: 'follow' })));
    expect(error.phase).toBe('refused');
  });

  it('to another origin lose every header that may be a credential', async () => {
    const target = await serve(echo);
    const url = await serve(redirectTo(`${target}/file`));
    const headers = { Authorization: 'Bearer t', Cookie: 'c', 'X-Api-Key': 'k', Accept: 'audio/*' };
    const response = await outgoing(['127.0.0.1'])(get(url, { redirect: 'follow', headers }));
    expect(response.url).toBe(`${target}/file`);
    expect(Object.keys(seen(response).headers).sort()).toEqual([
      'accept',
      'connection',
      'host',
      'user-agent',
    ]);
  });

  it('inside one origin keep the headers', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/') redirectTo('/file')(request, response);
      else echo(request, response);
    });
    const response = await outgoing(['127.0.0.1'])(
      get(`${url}/`, { redirect: 'follow', headers: { authorization: 'Bearer t' } }),
    );
    expect(seen(response)).toMatchObject({ url: '/file', headers: { authorization: 'Bearer t' } });
  });

  it.each([
    [303, 'GET', ''],
    [302, 'GET', ''],
    [307, 'POST', 'data'],
  ])('with status %i go on as %s', async (status, method, body) => {
    const target = await serve(echo);
    const url = await serve(redirectTo(target, status));
    const response = await outgoing(['127.0.0.1'])(
      get(url, { method: 'POST', body: 'data', redirect: 'follow' }),
    );
    expect(seen(response)).toMatchObject({ method, body });
  });

  it('end after five hops', async () => {
    let hops = 0;
    const url = await serve((_request, response) => {
      hops += 1;
      response.writeHead(302, { location: `/${hops}` }).end();
    });
    const error = await failure(outgoing(['127.0.0.1'])(get(url, { redirect: 'follow' })));
    expect(error.causeCode).toBe('TOO_MANY_REDIRECTS');
    expect(hops).toBe(6);
  });
});

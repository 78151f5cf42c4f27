import { createServer } from 'node:net';

/** `wanted`, else the next free port of the loopback interface after it; 0 = any free one. */
export async function freePort(wanted: number, attempts = 50): Promise<number> {
  for (let offset = 0; offset < attempts; offset++) {
    const port = await tryPort(wanted === 0 ? 0 : wanted + offset);
    if (port !== undefined) return port;
  }
  throw new Error(`no free port between ${wanted} and ${wanted + attempts - 1}`);
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : undefined));
    });
  });
}

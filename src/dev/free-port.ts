import { createServer } from 'node:net';

/** Where a server will listen: on the loopback interface only, or on all addresses of this machine. */
export type Reach = 'loopback' | 'everywhere';

const ATTEMPTS = 50;

/** The first free port from `wanted` on; 0: any free port. Throws when there is none among the next 50. */
export async function freePort(wanted: number, reach: Reach = 'loopback'): Promise<number> {
  for (let offset = 0; offset < ATTEMPTS; offset++) {
    const port = await tryPort(wanted === 0 ? 0 : wanted + offset, '127.0.0.1');
    if (port === undefined) continue;
    // Another program may use the port on ::1 only, and `localhost` would lead to it.
    if (reach === 'loopback' || (await tryPort(port)) !== undefined) return port;
  }
  throw new Error(`no free port between ${wanted} and ${wanted + ATTEMPTS - 1}`);
}

function tryPort(port: number, host?: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(undefined));
    probe.listen({ port, host, exclusive: true }, () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === 'object' ? address.port : undefined));
    });
  });
}

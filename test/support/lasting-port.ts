import { freePort } from '../../src/dev/free-port.js';

/**
 * A free port that nobody else takes while its server is away: connections, and servers that ask for any port, get
 * theirs from 32768 on.
 */
export function lastingPort(): Promise<number> {
  return freePort(20_000 + Math.floor(Math.random() * 10_000));
}

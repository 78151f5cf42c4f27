import { installRuntime } from '../../src/temporal/runtime.js';
import { createLogger } from '../../src/logger.js';

const listeners = new Set<(line: string) => void>();
const logger = createLogger(
  { level: 'silent', name: 'test' },
  { write: (line) => listeners.forEach((listener) => listener(line)) },
);

/** Keeps the Temporal SDK from logging in tests. Imported for this effect. */
installRuntime(logger);

/** Calls back with every line that the SDK logs from now on. */
export function hearSdk(listener: (line: string) => void): void {
  logger.level = 'debug';
  listeners.add(listener);
}

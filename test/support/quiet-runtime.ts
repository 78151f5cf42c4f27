import { installRuntime } from '../../src/temporal/runtime.js';
import { createLogger } from '../../src/logger.js';

const listeners = new Set<(line: string) => void>();
const logger = createLogger(
  { level: 'silent', name: 'test' },
  { write: (line) => listeners.forEach((listener) => listener(line)) },
);

/** The SDK logs nothing in tests, but to those who ask for it. Imported for its effect, once in a test process. */
installRuntime(logger);

/** Gives every line that the SDK logs from now on. */
export function hearSdk(listener: (line: string) => void): void {
  logger.level = 'debug';
  listeners.add(listener);
}

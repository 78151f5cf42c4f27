import { installRuntime } from '../../src/temporal/runtime.js';
import { createLogger } from '../../src/logger.js';

/** The SDK logs nothing in tests. Imported for its effect, once in a test process. */
installRuntime(createLogger({ level: 'silent', name: 'test' }));

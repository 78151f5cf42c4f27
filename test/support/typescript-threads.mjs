// Vitest compiles the modules of a test, but not those that the product loads in its own threads.
import { register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

if (!isMainThread) register('./typescript-hooks.mjs', import.meta.url);

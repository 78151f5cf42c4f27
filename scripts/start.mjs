// `npm start`: builds what changed and goes on in this same process, so that a signal to it reaches the launcher.
import { build } from './build.mjs';

await build((line) => process.stdout.write(`${line}\n`));
process.argv[2] = 'dev';
await import('../dist/src/main.js');

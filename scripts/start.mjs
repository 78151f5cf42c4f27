// `npm start`: builds what has changed, then runs the launcher in this same process, so that signals reach it.
import { build } from './build.mjs';

await build((line) => process.stdout.write(`${line}\n`));
process.argv[2] = 'dev';
await import('../dist/src/main.js');

// `npm run chaos -- --contacts 300 --turns 10 --kills 30 --seed 7`: tests Parley's promises on real processes, which are
// killed, frozen and cut off while contacts talk. Prints a table; exits with 1 if a promise was broken. See docs/proof.md.
import { register } from 'node:module';

register('../support/typescript-hooks.mjs', import.meta.url);
await import('./main.ts');

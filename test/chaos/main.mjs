// `npm run chaos -- --contacts 300 --turns 10 --kills 30 --seed 7`: what is promised, tried on real parts that are killed,
// frozen and cut off while contacts talk. Prints a table; ends with 1 when a promise was broken. See docs/proof.md.
import { register } from 'node:module';

register('../support/typescript-hooks.mjs', import.meta.url);
await import('./main.ts');

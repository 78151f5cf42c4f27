// `npm run outages [-- name…]`: takes each part of the system down for a while as contacts write. See docs/proof.md.
import { register } from 'node:module';

register('../support/typescript-hooks.mjs', import.meta.url);
await import('./outages-main.ts');

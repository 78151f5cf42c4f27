// `npm run outages`, or with names: each part of the world away for a while as contacts write. See docs/proof.md.
import { register } from 'node:module';

register('../support/typescript-hooks.mjs', import.meta.url);
await import('./outages-main.ts');

// The console's build, run by `npm run build`. For development, `npx vite dev --config src/console/vite.config.mjs`
// serves the sources with the API of a running `npm start`.
import path from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const api = 'http://localhost:8080';

export default defineConfig({
  root: import.meta.dirname,
  base: '/console/',
  plugins: [react()],
  cacheDir: path.resolve(import.meta.dirname, '../../node_modules/.vite-console'),
  build: {
    outDir: path.resolve(import.meta.dirname, '../../dist/console'),
    emptyOutDir: true,
    target: 'es2022',
    // Browsers that support light-dark(), so that it is not rewritten.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // An inlined picture (`data:`) would need a content security policy wider than 'self'.
    assetsInlineLimit: 0,
    // The size limit is checked by test/console/bundle.test.ts.
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/console/api': api, '/events': api, '/media': api } },
});

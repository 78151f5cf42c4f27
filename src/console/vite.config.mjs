// The console's build: `npm run build` runs it, `npx vite dev --config src/console/vite.config.mjs` serves it while it
// is worked on, with the API of a running `npm start`.
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
    // As written: light-dark() of these is known to the browsers of the last two years.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // A picture inlined as data: would need a wider policy than 'self'.
    assetsInlineLimit: 0,
    // The budget is a test's: test/console/bundle.test.ts.
    chunkSizeWarningLimit: 1_000,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/console/api': api, '/events': api, '/media': api } },
});

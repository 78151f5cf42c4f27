import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

// The build is made by global-setup.ts.
const folder = path.resolve(import.meta.dirname, '../../dist/console');
const assets = path.join(folder, 'assets');
const KB = 1_000;

const sizeOf = (file: string) => gzipSync(readFileSync(file), { level: 9 }).length;

/** What is loaded before the first page is shown: what the page names, and what that imports at once. */
function firstLoad(): string[] {
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const loaded = new Set([...page.matchAll(/assets\/([^"]+\.(?:js|css))/g)].map(([, name = '']) => name));
  for (const name of loaded) {
    const imports = readFileSync(path.join(assets, name), 'utf8').matchAll(/\bfrom\s*["']\.\/([^"']+)["']/g);
    for (const [, next = ''] of imports) loaded.add(next);
  }
  return [...loaded];
}

test('the first load of the console is at most 300 kB of script and style, all of it 350 kB (gzip)', () => {
  const weigh = (names: string[]) =>
    names.reduce((total, name) => total + sizeOf(path.join(assets, name)), 0) / KB;
  const all = readdirSync(assets).filter((name) => /\.(js|css)$/.test(name));
  const languages = all.filter((name) => /^(en|es|pt-BR)-/.test(name)).length;
  expect(languages).toBe(3);
  expect(weigh(firstLoad())).toBeGreaterThan(50);
  expect(weigh(firstLoad())).toBeLessThan(300);
  expect(weigh(all)).toBeLessThan(350);
});

test('the page loads nothing from anywhere else, and no map of its sources is served', () => {
  const page = readFileSync(path.join(folder, 'index.html'), 'utf8');
  const addresses = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address = '']) => address);
  expect(addresses.filter((address) => !address.startsWith('/console/assets/'))).toEqual([]);
  expect(readdirSync(assets).filter((name) => name.endsWith('.map'))).toEqual([]);
});

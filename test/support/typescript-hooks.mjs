import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const own = /^file:(?!.*\/node_modules\/).*\.ts$/;
const cache = path.resolve(import.meta.dirname, '../../dist/test-threads');

/** Resolves `./thread.js` to `./thread.ts` if nothing was built. */
export async function resolve(specifier, context, next) {
  const url = /^(\.|file:)/.test(specifier) ? new URL(specifier, context.parentURL).href : '';
  const source = url.replace(/\.js$/, '.ts');
  const isSource = own.test(source) && !existsSync(fileURLToPath(url)) && existsSync(fileURLToPath(source));
  return isSource ? { url: source, format: 'module', shortCircuit: true } : next(specifier, context);
}

export async function load(url, context, next) {
  if (!own.test(url)) return next(url, context);
  return { format: 'module', source: await translated(fileURLToPath(url)), shortCircuit: true };
}

// The output is cached, because the compiler takes longer to load than a thread to start.
async function translated(file) {
  const source = readFileSync(file, 'utf8');
  const kept = path.join(cache, `${createHash('sha256').update(source).digest('hex')}.js`);
  if (existsSync(kept)) return readFileSync(kept, 'utf8');
  const { default: ts } = await import('typescript');
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(source, { compilerOptions });
  mkdirSync(cache, { recursive: true });
  writeFileSync(`${kept}.${process.pid}`, outputText);
  renameSync(`${kept}.${process.pid}`, kept);
  return outputText;
}

// Compiles to dist, copies what is not TypeScript, bundles the workflows. Does nothing when nothing changed.
// Types are checked by `npm run types`: here every file is only translated, so that a start takes seconds.
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const sourceFolders = ['src', 'activities', 'workflows'];

/** @param {(line: string) => void} progress */
export async function build(progress) {
  const files = (await Promise.all(sourceFolders.map(listFiles))).flat().sort();
  await step('compile', [...files, 'tsconfig.json', 'scripts/build.mjs', 'package-lock.json'], async () => {
    progress('Compiling');
    await Promise.all(
      sourceFolders.map((folder) => rm(path.join(dist, folder), { recursive: true, force: true })),
    );
    const options = await compilerOptions();
    for (const file of files) await (/(?<!\.d)\.ts$/.test(file) ? compile(file, options) : copy(file));
  });
  const workflows = files.filter((file) => file.startsWith('workflows/'));
  if (!workflows.includes('workflows/index.ts')) return;
  await step('bundle', [...workflows, 'scripts/build.mjs', 'package-lock.json'], async () => {
    progress('Bundling the workflows');
    await bundle();
  });
}

// A step is done when its stamp says so, which is written last: a build that was killed is begun again.
async function step(name, inputs, work) {
  const stampFile = path.join(dist, `.${name}-stamp`);
  const stamp = await fingerprint(inputs);
  if ((await readFile(stampFile, 'utf8').catch(() => '')) === stamp) return;
  await mkdir(dist, { recursive: true });
  await rm(stampFile, { force: true });
  await work();
  await writeFile(stampFile, stamp);
}

async function fingerprint(inputs) {
  const hash = createHash('sha256');
  for (const file of inputs) {
    const { mtimeMs, size } = await stat(path.join(root, file));
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  }
  return hash.digest('hex');
}

async function listFiles(folder) {
  const entries = await readdir(path.join(root, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

async function compilerOptions() {
  const file = path.join(root, 'tsconfig.json');
  const { config } = ts.parseConfigFileTextToJson(file, await readFile(file, 'utf8'));
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, root);
  // A single file does not tell the translator that the package is made of ES modules.
  return { ...options, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler };
}

async function compile(file, options) {
  const source = await readFile(path.join(root, file), 'utf8');
  const result = ts.transpileModule(source, {
    compilerOptions: { ...options, inlineSourceMap: true, sourceMap: false },
    fileName: path.join(root, file),
    reportDiagnostics: true,
  });
  const [problem] = result.diagnostics ?? [];
  if (problem) throw new Error(`${file}: ${ts.flattenDiagnosticMessageText(problem.messageText, '\n')}`);
  const target = path.join(dist, file.replace(/\.ts$/, '.js'));
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, result.outputText);
}

async function copy(file) {
  await mkdir(path.dirname(path.join(dist, file)), { recursive: true });
  await cp(path.join(root, file), path.join(dist, file));
}

async function bundle() {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const { code } = await bundleWorkflowCode({
    workflowsPath: path.join(dist, 'workflows/index.js'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(path.join(dist, 'workflow-bundle.js'), code);
}

if (process.argv[1] === import.meta.filename) await build((line) => process.stdout.write(`${line}\n`));

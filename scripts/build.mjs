// Compiles to dist, copies what is not TypeScript, bundles workflows and console. Does nothing if nothing has changed.
// Types are not checked here, so that a start takes seconds; `npm run types` checks them.
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.join(root, 'dist');
const sourceFolders = ['src', 'activities', 'workflows'];
const consoleFolder = 'src/console/';

/** Creates spans in workflows. Only in a separate bundle, because it is as large as everything else. */
const spans = '@temporalio/interceptors-opentelemetry/lib/workflow-interceptors';

/**
 * Builds everything. `traced`: including the workflow bundle for workers with tracing.
 * @param {(line: string) => void} progress
 */
export async function build(progress, traced = Boolean(process.env.OTEL_EXPORTER_OTLP_ENDPOINT)) {
  const all = (await Promise.all(sourceFolders.map(listFiles))).flat().sort();
  const files = all.filter((file) => !file.startsWith(consoleFolder));
  const tools = ['tsconfig.json', 'scripts/build.mjs', 'package-lock.json'];
  await step('compile', tools, files, async (changed) => {
    progress('Compiling');
    const options = await compilerOptions();
    for (const file of changed) await (/(?<!\.d)\.ts$/.test(file) ? compile(file, options) : copy(file));
    await removeOrphans(files);
  });
  const workflows = files.filter((file) => file.startsWith('workflows/'));
  if (workflows.includes('workflows/index.ts')) await bundles(progress, workflows, traced);
  await buildConsole(progress);
}

/**
 * Builds only the console, into dist/console.
 * @param {(line: string) => void} progress
 */
export async function buildConsole(progress) {
  const files = (await listFiles('src')).sort().filter((file) => file.startsWith(consoleFolder));
  if (files.length === 0) return;
  await step('console', ['scripts/build.mjs', 'package-lock.json'], files, async () => {
    progress('Building the console');
    const { build: bundlePages } = await import('vite');
    const configFile = path.join(root, consoleFolder, 'vite.config.mjs');
    await bundlePages({ configFile, mode: 'production', logLevel: 'warn' });
  });
}

// The stamp of a step is written last, so that a step that was killed runs again. `work` gets the changed files, or all
// files if one of the tools has changed.
async function step(name, tools, files, work) {
  const stampFile = path.join(dist, `.${name}-stamp`);
  const known = (await readFile(stampFile, 'utf8').catch(() => '')).split('\n');
  const [toolStamps, fileStamps] = [await stampsOf(tools), await stampsOf(files)];
  const stamps = [...toolStamps, ...fileStamps];
  if (known.join('\n') === stamps.join('\n')) return;
  await mkdir(dist, { recursive: true });
  await rm(stampFile, { force: true });
  const isKnown = (stamp) => known.includes(stamp);
  await work(toolStamps.every(isKnown) ? files.filter((_, index) => !isKnown(fileStamps[index])) : files);
  await writeFile(stampFile, stamps.join('\n'));
}

function stampsOf(files) {
  return Promise.all(
    files.map(async (file) => {
      const { mtimeMs, size } = await stat(path.join(root, file));
      return `${file} ${mtimeMs} ${size}`;
    }),
  );
}

/** Removes the output of files that no longer exist. */
async function removeOrphans(files) {
  const built = new Set(files.map((file) => file.replace(/(?<!\.d)\.ts$/, '.js')));
  const found = (
    await Promise.all(sourceFolders.map((folder) => listFiles(path.join('dist', folder)).catch(() => [])))
  ).flat();
  const orphans = found.filter((file) => !built.has(path.relative('dist', file)));
  await Promise.all(orphans.map((file) => rm(path.join(root, file))));
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
  // From a single file, the compiler cannot tell that the package uses ES modules.
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

async function bundles(progress, workflows, traced) {
  const tools = ['scripts/build.mjs', 'scripts/bundle-workflows.mjs', 'package-lock.json'];
  await step('bundle', tools, workflows, async () => {
    progress('Bundling the workflows');
    await bundle('workflow-bundle.js', []);
  });
  if (!traced) return;
  await step('traced-bundle', tools, workflows, async () => {
    progress('Bundling the workflows with their spans');
    await bundle('workflow-bundle-traced.js', [fileURLToPath(import.meta.resolve(spans))]);
  });
}

async function bundle(name, interceptors) {
  const { bundleWorkflows } = await import('./bundle-workflows.mjs');
  const code = await bundleWorkflows(path.join(dist, 'workflows/index.js'), interceptors);
  await writeFile(path.join(dist, name), code);
}

if (process.argv[1] === import.meta.filename) {
  const progress = (line) => process.stdout.write(`${line}\n`);
  await (process.argv[2] === 'console' ? buildConsole(progress) : build(progress, true));
}

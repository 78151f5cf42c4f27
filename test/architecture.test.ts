import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** workflows ← activities ← src, never the other way; inside src, siblings meet only where this table says. */
const mayImport: Record<string, string[]> = {
  workflows: [],
  activities: ['workflows'],
  'src/foreign': [],
  'src/schema-fields': ['src/foreign', 'src/setting-rules'],
  'src/setting-rules': ['src/foreign'],
  'src/choice-words': [],
  'src/channels': [
    'src/choice-words',
    'src/schema-fields',
    'activities',
    'workflows',
    'src/foreign',
    'src/guarded-http',
    'src/logger',
  ],
  'src/typebot': [
    'src/choice-words',
    'activities',
    'workflows',
    'src/foreign',
    'src/guarded-http',
    'src/logger',
  ],
  'src/transcription': ['src/schema-fields', 'activities', 'src/foreign', 'src/guarded-http', 'src/logger'],
  'src/guarded-http': ['src/deadline', 'src/logger'],
  'src/store': ['activities', 'workflows', 'src/foreign', 'src/errors', 'src/logger'],
  'src/media': [
    'activities',
    'src/foreign',
    'src/deadline',
    'src/store',
    'src/transcription',
    'src/guarded-http',
    'src/config',
    'src/errors',
    'src/logger',
  ],
  'src/conversations': [
    ...[
      'activities',
      'workflows',
      'src/foreign',
      'src/store',
      'src/channels',
      'src/media',
      'src/typebot',
      'src/transcription',
      'src/guarded-http',
    ],
    ...['src/deadline', 'src/errors', 'src/logger', 'src/metrics', 'src/config'],
  ],
  'src/events-out': [
    ...['activities', 'workflows', 'src/store', 'src/guarded-http', 'src/http', 'src/errors', 'src/logger'],
    ...['src/metrics', 'src/config'],
  ],
  'src/http': [
    'src/schema-fields',
    ...[
      'activities',
      'workflows',
      'src/foreign',
      'src/conversations',
      'src/store',
      'src/channels',
      'src/surfaces',
      'src/errors',
    ],
    ...['src/logger', 'src/metrics', 'src/media', 'src/config'],
  ],
  'src/surfaces': [
    'src/choice-words',
    'src/schema-fields',
    'src/setting-rules',
    ...[
      'activities',
      'workflows',
      'src/foreign',
      'src/conversations',
      'src/store',
      'src/channels',
      'src/http',
      'src/events-out',
    ],
    ...['src/media', 'src/transcription', 'src/errors', 'src/logger', 'src/config'],
  ],
  // Of the surfaces the types of answers alone: nothing of the server is in the bundle.
  'src/console': ['src/setting-rules', 'src/surfaces'],
  'src/temporal': [
    ...[
      'activities',
      'workflows',
      'src/conversations',
      'src/store',
      'src/channels',
      'src/typebot',
      'src/deadline',
      'src/media',
    ],
    ...['src/transcription', 'src/events-out', 'src/guarded-http', 'src/config', 'src/errors'],
    ...['src/logger', 'src/metrics', 'src/tracing'],
  ],
  'src/dev': [
    'src/api',
    'src/config',
    'src/deadline',
    'src/foreign',
    'src/http',
    'src/shutdown',
    'src/start-refused',
    'src/store',
    'src/temporal',
  ],
  'src/main': ['src/api', 'src/worker', 'src/migrate', 'src/dev', 'src/start-refused'],
  'src/migrate': ['src/config', 'src/logger', 'src/start-refused', 'src/store'],
  'src/config': ['src/environment-schema', 'src/start-refused'],
  'src/logger': ['src/config', 'src/errors'],
  'src/deadline': [],
  'src/environment-schema': ['src/foreign'],
  'src/errors': [],
  'src/metrics': [],
  'src/shutdown': [],
  'src/start-refused': [],
  'src/tracing': [],
  'src/start-checks': [
    'src/config',
    'src/errors',
    'src/logger',
    'src/media',
    'src/start-refused',
    'src/store',
  ],
};

/** Packages that only some areas may use; all others are free, but for workflows. */
const packageUsers: Record<string, string[]> = {
  '@temporalio/workflow': ['workflows'],
  '@temporalio/activity': ['activities', 'src/temporal'],
  '@temporalio/worker': ['src/temporal'],
  '@opentelemetry/api': ['src/tracing', 'src/http'],
  '@opentelemetry/exporter-trace-otlp-proto': ['src/tracing'],
  '@opentelemetry/resources': ['src/tracing'],
  '@opentelemetry/sdk-trace-node': ['src/tracing'],
  '@temporalio/client': ['src/conversations', 'src/events-out', 'src/temporal', 'src/dev'],
  express: ['src/http', 'src/surfaces', 'src/media', 'src/events-out', 'src/dev'],
  helmet: ['src/http'],
  pg: ['src/store', 'src/dev'],
  undici: ['src/guarded-http'],
};

/** Where everything meets and is put together. */
const compositionRoot = ['src/api', 'src/worker', 'src/parts'];

/** Which lanes of `src/conversations` each lane may import. */
const laneMayImport: Record<string, string[]> = {
  commands: ['arrivals', 'sends', 'sessions'],
  arrivals: ['sends', 'sessions'],
  turns: ['sends', 'sessions'],
  sends: ['sessions'],
  sessions: [],
};

/** No channel and no dialect of their own: what WhatsApp's web protocol has in common, and the native error shape. */
const sharedFolders = ['baileys', 'forms', 'native', 'provider'];

const workflowPackages = ['@temporalio/workflow', '@temporalio/common'];

interface SourceFile {
  file: string;
  text: string;
  /** Without comments. */
  code: string;
  area: string;
}

const root = path.resolve(import.meta.dirname, '..');
const sources = ['workflows', 'activities', 'src'].flatMap(filesIn);

function filesIn(folder: string): SourceFile[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => {
      const file = `${folder}/${name.split(path.sep).join('/')}`;
      const text = readFileSync(path.join(root, file), 'utf8');
      const code = text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '');
      return { file, text, code, area: areaOf(file) };
    });
}

function areaOf(file: string): string {
  const [top = '', second = '', third] = file.split('/');
  if (top !== 'src') return top;
  return third === undefined ? `src/${second.replace(/\.[jt]s$/, '')}` : `src/${second}`;
}

function importsOf({ code }: SourceFile): string[] {
  return [...code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '');
}

const target = (from: SourceFile, specifier: string) =>
  path.posix.normalize(path.posix.join(path.posix.dirname(from.file), specifier));

/** The files of the product that a file imports, for their types or to run. */
function ownImports(source: SourceFile): string[] {
  return importsOf(source)
    .filter((specifier) => specifier.startsWith('.'))
    .map((specifier) => target(source, specifier).replace(/\.js$/, '.ts'))
    .map((file) => (existsSync(path.join(root, file)) ? file : file.replace(/\.ts$/, '.tsx')));
}

/** Own files and packages that are loaded with a file, before it runs: no types, nothing that is imported later. */
function loadedWith(entry: string): string[] {
  const byFile = new Map(sources.map((source) => [source.file, source]));
  const loaded = new Set([entry]);
  for (const name of loaded) {
    const source = byFile.get(name);
    if (source === undefined) continue;
    const code = source.code.replace(/\b(?:import|export) type\b[^;]*;|\bimport\([^)]*\)/g, '');
    const run = { ...source, code };
    for (const file of ownImports(run)) loaded.add(file);
    for (const specifier of importsOf(run)) if (!specifier.startsWith('.')) loaded.add(specifier);
  }
  return [...loaded];
}

/** One circle for each file that closes one, as the path from the file back to it. */
function circlesOf(imports: Map<string, string[]>): string[] {
  const circles: string[] = [];
  const done = new Set<string>();
  const follow = (file: string, trail: string[]) => {
    const start = trail.indexOf(file);
    if (start >= 0) circles.push([...trail.slice(start), file].join(' → '));
    if (start >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) follow(next, [...trail, file]);
    done.add(file);
  };
  for (const file of imports.keys()) follow(file, []);
  return circles;
}

function violations(check: (source: SourceFile) => string[]): string[] {
  return sources.flatMap((source) => check(source).map((problem) => `${source.file}: ${problem}`));
}

test('the console takes types from the server, and nothing to run', () => {
  const found = violations(({ area, code }) =>
    area === 'src/console'
      ? [...code.matchAll(/import (?!type )[^;]*'((?:\.\.\/)+surfaces\/[^']+)'/g)].map(
          (match) => match[1] ?? '',
        )
      : [],
  );
  expect(found).toEqual([]);
});

test('areas import only what the table allows', () => {
  const found = violations((source) =>
    importsOf(source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => areaOf(target(source, specifier)))
      .filter((area) => area !== source.area && !compositionRoot.includes(source.area))
      .filter((area) => !mayImport[source.area]?.includes(area)),
  );
  expect(found).toEqual([]);
});

test('a package that belongs to one ring is used in no other', () => {
  const found = violations((source) =>
    importsOf(source).filter((specifier) => {
      const users = packageUsers[specifier];
      if (source.area === 'workflows')
        return !specifier.startsWith('.') && !workflowPackages.includes(specifier);
      return users !== undefined && ![...compositionRoot, ...users].includes(source.area);
    }),
  );
  expect(found).toEqual([]);
});

test('nothing but api.ts and worker.ts builds the parts, and nothing but the entry points imports those', () => {
  const importersOf = (file: string) =>
    sources
      .filter((source) => ownImports(source).includes(file))
      .map((source) => source.file)
      .sort();
  expect(importersOf('src/parts.ts')).toEqual(['src/api.ts', 'src/worker.ts']);
  expect(importersOf('src/api.ts')).toEqual(['src/dev/api-process.ts', 'src/main.ts']);
  expect(importersOf('src/worker.ts')).toEqual(['src/main.ts']);
});

test('a worker loads no Express, and the API neither the worker SDK nor what talks to Typebot', () => {
  const worker = loadedWith('src/worker.ts');
  const api = loadedWith('src/api.ts');
  expect(worker).toContain('@temporalio/worker');
  expect(worker.filter((name) => name === 'express' || /^src\/(surfaces|http)\//.test(name))).toEqual([]);
  expect(api).toContain('express');
  expect(api.filter((name) => /^@temporalio\/(worker|activity)$/.test(name))).toEqual([]);
  expect(api.filter((name) => name === 'src/typebot/index.ts')).toEqual([]);
  // Spans are loaded where they are made.
  const heavy = /opentelemetry|^src\/(tracing\/open-telemetry|http\/request-spans)\.ts$/;
  expect([...api, ...worker].filter((name) => heavy.test(name))).toEqual([]);
});

test('no files import each other in a circle, types included', () => {
  expect(circlesOf(new Map(sources.map((source) => [source.file, ownImports(source)])))).toEqual([]);
});

// A folder may hold shelves of its own: it puts them together, and they take from it what they share.
test('no two folders that stand side by side import each other', () => {
  const folders = new Map<string, string[]>();
  for (const source of sources) {
    const folder = path.posix.dirname(source.file);
    const others = ownImports(source).map((file) => path.posix.dirname(file));
    folders.set(folder, [...(folders.get(folder) ?? []), ...others.filter((other) => other !== folder)]);
  }
  const both = [...folders].flatMap(([folder, others]) =>
    [...new Set(others)]
      .filter((other) => folder < other && !other.startsWith(`${folder}/`))
      .filter((other) => folders.get(other)?.includes(folder))
      .map((other) => `${folder} and ${other}`),
  );
  expect(both).toEqual([]);
});

test('the lanes of a conversation run one way', () => {
  const lane = (file: string) => /^src\/conversations\/([a-z-]+)\//.exec(file)?.[1];
  const found = violations((source) =>
    ownImports(source)
      .map(lane)
      .filter((to) => to !== undefined && to !== lane(source.file))
      .filter(
        (to) =>
          lane(source.file) !== undefined && !laneMayImport[lane(source.file) ?? '']?.includes(to ?? ''),
      )
      .map((to) => `imports ${to}`),
  );
  expect(found).toEqual([]);
});

test('channels do not import each other, nor do surfaces', () => {
  const found = violations((source) => {
    const [, group = '', own, inside] = source.file.split('/');
    if (!['channels', 'surfaces'].includes(group) || inside === undefined) return [];
    return importsOf(source)
      .filter((specifier) => specifier.startsWith('.'))
      .map((specifier) => target(source, specifier).split('/'))
      .filter(([, otherGroup, other, rest]) => otherGroup === group && rest !== undefined && other !== own)
      .filter(([, , other = '']) => !sharedFolders.includes(other))
      .map((parts) => parts.join('/'));
  });
  expect(found).toEqual([]);
});

test('the environment is read in src/config.ts alone', () => {
  const found = violations(({ file, code }) =>
    file !== 'src/config.ts' && /\bprocess\.env\b/.test(code) ? ['process.env'] : [],
  );
  expect(found).toEqual([]);
});

test('zod stays at the border: wire.ts, schema.ts and their kind', () => {
  const found = violations((source) =>
    importsOf(source).includes('zod') && !/(^|[/-])(wire|schema|fields)\.ts$/.test(source.file)
      ? ['zod']
      : [],
  );
  expect(found).toEqual([]);
});

test('SQL stays in src/store', () => {
  const statement =
    /[`'"]\s*(SELECT|INSERT INTO|UPDATE|DELETE FROM|WITH)\s[^`'"]*\b(FROM|SET|VALUES|SELECT)\b/;
  const found = violations(({ area, code }) =>
    area !== 'src/store' && area !== 'src/dev' && statement.test(code) ? ['a statement'] : [],
  );
  expect(found).toEqual([]);
});

test('no file has more than 250 lines, with its comments', () => {
  const found = violations(({ text }) => {
    const lines = text.trimEnd().split('\n').length;
    return lines > 250 ? [`${lines} lines`] : [];
  });
  expect(found).toEqual([]);
});

test('no folder has more than 20 files', () => {
  const counts = new Map<string, number>();
  for (const { file } of sources) {
    const folder = path.posix.dirname(file);
    counts.set(folder, (counts.get(folder) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count > 20)).toEqual([]);
});

test('no default exports, no enums, no any', () => {
  const forbidden = [/\bexport default\b/, /\benum \w+ \{/, /(:|<|\bas|\|)\s*any\b(?!\w)(\[\])?\s*[,;)>=|]/];
  const found = violations(({ code }) => forbidden.flatMap((pattern) => pattern.exec(code)?.[0] ?? []));
  expect(found).toEqual([]);
});

test('file names are kebab-case and say what is inside', () => {
  const found = violations(({ file }) => {
    const name = path.basename(file).replace(/\.tsx?$/, '');
    const vague = /^(utils?|common|misc|helpers?|service|manager)$|-(service|manager)$/.test(name);
    return /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?$/.test(name) && !vague ? [] : [name];
  });
  expect(found).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

/** workflows ← activities ← src, never the other way; inside src, siblings meet only where this table says. */
const mayImport: Record<string, string[]> = {
  workflows: [],
  activities: ['workflows'],
  'src/channels': ['activities', 'workflows', 'src/guarded-http', 'src/input-bounds', 'src/logger'],
  'src/typebot': ['activities', 'workflows', 'src/guarded-http', 'src/input-bounds', 'src/logger'],
  'src/transcription': ['activities', 'src/guarded-http', 'src/input-bounds', 'src/logger'],
  'src/guarded-http': ['src/deadline', 'src/logger'],
  'src/store': ['activities', 'workflows', 'src/errors', 'src/logger'],
  'src/media': [
    'activities',
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
      'src/store',
      'src/channels',
      'src/media',
      'src/typebot',
      'src/transcription',
      'src/guarded-http',
    ],
    ...['src/deadline', 'src/errors', 'src/events', 'src/logger', 'src/metrics', 'src/config'],
  ],
  'src/events-out': [
    ...['activities', 'workflows', 'src/store', 'src/guarded-http', 'src/http', 'src/errors', 'src/logger'],
    ...['src/metrics', 'src/config'],
  ],
  'src/http': [
    ...[
      'activities',
      'workflows',
      'src/conversations',
      'src/store',
      'src/channels',
      'src/surfaces',
      'src/errors',
      'src/input-bounds',
    ],
    ...['src/events', 'src/logger', 'src/metrics', 'src/media', 'src/config'],
  ],
  'src/surfaces': [
    ...[
      'activities',
      'workflows',
      'src/conversations',
      'src/store',
      'src/channels',
      'src/http',
      'src/events-out',
    ],
    ...[
      'src/media',
      'src/transcription',
      'src/errors',
      'src/events',
      'src/input-bounds',
      'src/logger',
      'src/config',
    ],
  ],
  'src/temporal': [
    ...[
      'activities',
      'workflows',
      'src/conversations',
      'src/store',
      'src/channels',
      'src/typebot',
      'src/media',
    ],
    ...['src/transcription', 'src/events-out', 'src/guarded-http', 'src/config', 'src/errors', 'src/events'],
    ...['src/logger', 'src/metrics'],
  ],
  'src/dev': [
    'src/config',
    'src/deadline',
    'src/run',
    'src/shutdown',
    'src/start-refused',
    'src/store',
    'src/temporal',
  ],
  'src/main': ['src/run', 'src/dev', 'src/start-refused'],
  'src/run': [
    'src/app',
    'src/config',
    'src/logger',
    'src/shutdown',
    'src/start-refused',
    'src/store',
    'src/temporal',
    'src/metrics',
  ],
  'src/config': ['src/environment-schema', 'src/start-refused'],
  'src/logger': ['src/config'],
  'src/events': ['src/logger', 'src/metrics'],
  'src/deadline': [],
  'src/environment-schema': [],
  'src/errors': [],
  'src/input-bounds': [],
  'src/metrics': [],
  'src/shutdown': [],
  'src/start-refused': [],
};

/** Packages that only some areas may use; all others are free, but for workflows. */
const packageUsers: Record<string, string[]> = {
  '@temporalio/workflow': ['workflows'],
  '@temporalio/activity': ['activities', 'src/temporal'],
  '@temporalio/worker': ['src/temporal'],
  '@temporalio/client': ['src/conversations', 'src/events-out', 'src/temporal', 'src/dev'],
  express: ['src/http', 'src/surfaces', 'src/media', 'src/events-out', 'src/dev'],
  pg: ['src/store', 'src/dev'],
  undici: ['src/guarded-http'],
};

/** Where everything meets and is put together. */
const compositionRoot = ['src/app', 'src/worker-ports'];

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
    .filter((name) => name.endsWith('.ts'))
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

function violations(check: (source: SourceFile) => string[]): string[] {
  return sources.flatMap((source) => check(source).map((problem) => `${source.file}: ${problem}`));
}

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

test('nothing but app.ts builds the parts, and nothing but the entry points imports it', () => {
  const importers = sources.filter((source) =>
    importsOf(source).some(
      (specifier) => specifier.startsWith('.') && target(source, specifier) === 'src/app.js',
    ),
  );
  expect(
    importers
      .map((source) => source.file)
      .filter((file) => !['src/run.ts', 'src/worker-ports.ts'].includes(file)),
  ).toEqual([]);
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

test('no file has more than 250 lines of code', () => {
  const found = violations(({ code }) => {
    const lines = code.split('\n').filter((line) => line.trim() !== '').length;
    return lines > 250 ? [`${lines} lines`] : [];
  });
  expect(found).toEqual([]);
});

test('no default exports, no enums, no any', () => {
  const forbidden = [/\bexport default\b/, /\benum \w+ \{/, /(:|<|\bas|\|)\s*any\b(?!\w)(\[\])?\s*[,;)>=|]/];
  const found = violations(({ code }) => forbidden.flatMap((pattern) => pattern.exec(code)?.[0] ?? []));
  expect(found).toEqual([]);
});

test('file names are kebab-case and say what is inside', () => {
  const found = violations(({ file }) => {
    const name = path.basename(file, '.ts');
    const vague = /^(utils?|common|misc|helpers?|service|manager)$|-(service|manager)$/.test(name);
    return /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?$/.test(name) && !vague ? [] : [name];
  });
  expect(found).toEqual([]);
});

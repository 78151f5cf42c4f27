import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';

const root = path.resolve(import.meta.dirname, '..');

/** Everything that a person reads: code, tests, scripts and pages; recorded payloads are not ours to word. */
const texts = ['.', '.ci', 'workflows', 'activities', 'src', 'test', 'docs', 'scripts', 'bench', 'deploy']
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: folder !== '.', encoding: 'utf8' }).map((name) =>
      path.posix.join(folder, name.split(path.sep).join('/')),
    ),
  )
  .filter((file) => /\.(ts|js|mjs|md|sql|ya?ml|css|html|sh)$|(^|\/)(Dockerfile|run)$/.test(file))
  .filter((file) => !['test/references.test.ts', 'LICENSE'].includes(file))
  .map((file) => ({ file, lines: readFileSync(path.join(root, file), 'utf8').split('\n') }));

const documents =
  'design|contract|conversation|typebot|channels|surfaces|evolution|temporal|peers|console|style';

/** How a numbered part of a document is cited. The repository holds no such document: the reason belongs here. */
const citations = [
  new RegExp(
    `\\b(${documents})(\\.md)?(,? reference)?,?( rules?| sections?)? ([A-Z]\\d{1,2}|\\d{1,2}(\\.\\d+)*)\\b`,
  ),
  new RegExp(`\\b(${documents}|performance|house)\\.md\\b`),
  new RegExp(`\\b(${documents}) reference\\b`),
  /\b[Rr]ules? \d/,
  /\b[Ss]ections? \d/,
  /§ ?\d/,
  /\([A-Z]\d{1,2}(, [A-Z]\d{1,2})*\)/,
  /\s\(\d{1,2}\.\d{1,2}\)/,
  /\bshared\/(design|contract|conversation|performance|reference|plans|fixtures|hooks)/,
  /\breference\/[a-z]+\.md\b/,
  /\b[Ii]ssues? \d/,
];

/** The lines that a pattern finds, but for links of this repository's own `docs/`. */
function cited(line: string): boolean {
  const foreign = line.replace(/\bdocs\/[\w./-]+/g, '').replace(/\[[^\]]*\]\([^)]*\)/g, '');
  return citations.some((pattern) => pattern.test(foreign));
}

describe('what the repository says stands on the repository alone', () => {
  test.each([
    'the same comparison as in design rule 9',
    'kept for so long (contract 3)',
    'channels reference 13 decides',
    'asked without a message (A12)',
    'debounce (rule 4)',
    'one decision per event, section 13',
    'see ../shared/fixtures/field',
    'as conversation.md has it',
    'why: temporal.md 15.3',
    'surfaces 4.9, contract 4.5',
  ])('a citation is seen: %s', (line) => {
    expect(cited(line)).toBe(true);
  });

  test('no comment, test or page cites a numbered part of a document that is not here', () => {
    const found = texts.flatMap(({ file, lines }) =>
      lines.flatMap((line, index) => (cited(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
    expect(found).toEqual([]);
  });

  test('every file and folder that a page or a comment names exists', () => {
    const found = texts.flatMap(({ file, lines }) =>
      lines.flatMap((line, index) =>
        pathsIn(file, line)
          .filter((name) => !existsSync(path.join(root, name)))
          .map((name) => `${file}:${index + 1}: ${name}`),
      ),
    );
    expect(found).toEqual([]);
  });
});

/** Paths from the root in code spans and comments, and the relative links of pages. Patterns and examples are none. */
function pathsIn(file: string, line: string): string[] {
  const isPage = file.endsWith('.md') && !file.startsWith('test/fixtures/');
  const isComment = /^\s*(\/\/|\/?\*|#)/.test(line) && !file.endsWith('.md');
  const named =
    isPage || isComment
      ? [
          ...line.matchAll(
            /(?<![\w./@-])(?:src|workflows|activities|test|scripts|bench|docs|deploy)\/[^\s`'"\]),;:#]*/g,
          ),
        ]
      : [];
  const links = isPage ? [...line.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)] : [];
  return [
    ...named.map(([name]) => name.replace(/\.$/, '')).filter((name) => !/[*<{…]/.test(name)),
    ...links.map((link) => path.posix.join(path.posix.dirname(file), link[1] ?? '')),
  ];
}

test('every file that the threat model names is there', () => {
  const page = readFileSync(path.join(root, 'docs/threat-model.md'), 'utf8');
  const named = [...page.matchAll(/`((?:src|activities|test|bench)\/[^`]+)`/g)].map(([, file]) => file ?? '');
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createTranslator } from 'use-intl/core';
import { expect, test } from 'vitest';
import { AUDIT_ACTIONS } from '../../src/store/accounts/audit.js';

const folder = path.resolve(import.meta.dirname, '../../src/console/languages');
const names = readdirSync(folder).map((file) => file.replace('.json', ''));
type Texts = Record<string, Record<string, string>>;
const read = (name: string): Texts => JSON.parse(readFileSync(path.join(folder, `${name}.json`), 'utf8'));
const keysOf = (texts: Texts) =>
  Object.entries(texts)
    .flatMap(([space, words]) => Object.keys(words).map((key) => `${space}.${key}`))
    .sort();
const placeholders = (text: string) => [...text.matchAll(/\{(\w+)(?=[,}])/g)].map(([, name]) => name).sort();

test('the console speaks English, Portuguese and Spanish', () => {
  expect(names.sort()).toEqual(['en', 'es', 'pt-BR']);
});

test.each(names)('%s has every text, with the same values in it', (name) => {
  const [english, texts] = [read('en'), read(name)];
  expect(keysOf(texts)).toEqual(keysOf(english));
  const different = Object.entries(english).flatMap(([space, words]) =>
    Object.entries(words)
      .filter(([key, text]) => {
        const [wanted, found] = [placeholders(text), placeholders(texts[space]?.[key] ?? '')];
        return JSON.stringify([...new Set(wanted)]) !== JSON.stringify([...new Set(found)]);
      })
      .map(([key]) => `${space}.${key}`),
  );
  expect(different).toEqual([]);
});

test.each(names)('every text of %s can be said', (name) => {
  const messages = read(name);
  const faults: string[] = [];
  const t = createTranslator({ locale: name, messages, onError: (error) => faults.push(error.message) });
  const values = Object.fromEntries(
    [
      'count',
      'minutes',
      'bubbles',
      'ms',
      'number',
      'done',
      'refused',
      'hours',
      'total',
      'highest',
      'changed',
    ].map((value) => [value, 3] as [string, string | number]),
  );
  const words = [
    'what',
    'words',
    'reason',
    'trigger',
    'by',
    'type',
    'to',
    'action',
    'emoji',
    'name',
    'surface',
    'id',
    ...['flow', 'viewer', 'names', 'url', 'event'],
  ];
  for (const word of words) values[word] = 'x';
  for (const key of keysOf(messages)) t(key as never, values as never);
  expect(faults).toEqual([]);
});

test.each(names)('%s says that messages of a number without WhatsApp fail in the end', (name) => {
  const { stuck, instances } = read(name);
  expect(stuck?.['channel']).toContain('message_ttl_seconds');
  expect(instances?.['disconnectedHelp']).toContain('message_ttl_seconds');
});

test.each(names)('%s has words for every change that the audit notes', (name) => {
  const words = read(name)['auditAction'] ?? {};
  expect(AUDIT_ACTIONS.filter((action) => words[action.replace('.', '_')] === undefined)).toEqual([]);
});

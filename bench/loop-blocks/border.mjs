import { Readable } from 'node:stream';
import { fill, MiB, worstTexts } from './inputs.mjs';

const dist = '../../dist/src';
const list = (count, item) => `[${Array.from({ length: count }, () => item).join(',')}]`;
const members = (count, value) =>
  `{${Array.from({ length: count }, (_, n) => `"m${n}":${value}`).join(',')}}`;

/** Foreign JSON of the largest size, and with texts that cannot be stored. */
const jsons = {
  '99,998 numbers': () => list(99_998, '1'),
  '33,000 objects': () => list(33_000, '{"a":1}'),
  '90,000 lists in one another': () => `${'['.repeat(90_000)}${']'.repeat(90_000)}`,
  'one long text': () => `"${fill('a', 7.9 * MiB)}"`,
  'one text of escapes': () => `"${fill('\\n', 7.9 * MiB)}"`,
  'one text of NULs': () => `"${'\\u0000'.repeat(1.3 * MiB)}"`,
  'one text of halves of a pair': () => `"${'\\ud800'.repeat(1.3 * MiB)}"`,
  '49,999 members with a NUL in each': () => members(49_999, '"a\\u0000b"'),
  '49,999 members with a long key': () => members(49_999, `"${fill('é', 70)}"`),
};

/** Inputs that are not parsed yet: JSON, form fields, patterns, transcripts, files. */
export async function borderCases() {
  const { readJson } = await import(`${dist}/foreign/read-json.js`);
  const { holdsPattern, patternFault } = await import(`${dist}/foreign/pattern.js`);
  const { readBody, parseFields } = await import(`${dist}/http/input/json-body.js`);
  const { readTranscript, isQuotaUsedUp } = await import(`${dist}/transcription/wire.js`);
  const { triggerMatches } = await import(`${dist}/conversations/sessions/triggers.js`);
  const foreign = Object.entries(jsons).map(([name, json]) => ({
    name: `JSON: ${name}`,
    make: () => Buffer.from(json()),
    run: readJson,
  }));
  const bodyOf = (type, bytes) =>
    Object.assign(Readable.from([bytes]), { headers: { 'content-type': type } });
  const bodies = Object.entries(jsons).map(([name, json]) => ({
    name: `body of a caller: ${name}`,
    make: () => bodyOf('application/json', Buffer.from(json().slice(0, MiB))),
    run: (request) => readBody(request, ['json']),
  }));
  const fields = {
    '1,000 of a kilobyte': fill(`a=${fill('x', 1000)}&`, 1_000_000),
    '1,000 of one name': fill('a=1&', 3_996),
    'a megabyte of percent signs': fill('%', MiB),
    'a megabyte of escapes': fill('%41', MiB),
    'a million ampersands': fill('&', MiB),
  };
  const forms = Object.entries(fields).flatMap(([name, text]) => [
    {
      name: `form fields: ${name}`,
      make: () => bodyOf('application/x-www-form-urlencoded', Buffer.from(text)),
      run: (request) => readBody(request, ['form']),
    },
    { name: `query: ${name}`, make: () => text.slice(0, 16_384), run: parseFields },
  ]);
  const patterns = [
    '(a|aa)+$',
    '(x+x+)+y',
    String.raw`(\w+\s?)*!`,
    '(.*){20}z',
    '((a?){20}a{20})',
    fill('a?', 480),
    fill('(', 400),
    fill('[a-z', 1_000),
    fill('[', 1_000),
    String.raw`\pL{100}`,
    '(a{1,30}){1,30}',
  ];
  const triggers = patterns.flatMap((pattern, at) => [
    {
      name: `pattern: stored, ${pattern.slice(0, 20)}`,
      make: (round) => `${pattern}${round}`,
      run: patternFault,
    },
    ...Object.entries(worstTexts).map(([name, text]) => ({
      name: `pattern: ${pattern.slice(0, 20)} on ${name}`,
      make: (round) => [text(8 * MiB), `${pattern}${round}${at}`],
      run: ([words, value]) => holdsPattern(words, value),
    })),
  ]);
  const words = ['contains', 'equals', 'starts_with'].flatMap((operator) =>
    Object.entries(worstTexts).map(([name, text]) => ({
      name: `trigger: ${operator}, ${name}`,
      make: () => text(8 * MiB),
      run: (said) =>
        triggerMatches(
          { trigger_type: 'advanced', trigger_operator: operator, trigger_value: text(1_000) },
          said,
        ),
    })),
  );
  const transcripts = Object.entries(worstTexts).flatMap(([name, text]) => [
    {
      name: `transcript: ${name}`,
      make: () => Buffer.from(JSON.stringify({ text: text(MiB) })),
      run: (bytes) => readTranscript(bytes, 'application/json'),
    },
    {
      name: `transcript: bare, ${name}`,
      make: () => Buffer.from(text(MiB)),
      run: (bytes) => readTranscript(bytes),
    },
  ]);
  const refusal = {
    name: 'transcript: a refusal of many values',
    make: () => Buffer.from(list(99_000, '1')),
    run: isQuotaUsedUp,
  };
  return [
    ...foreign,
    ...bodies,
    ...forms,
    ...triggers,
    ...words,
    ...transcripts,
    refusal,
    ...(await fileCases()),
  ];
}

/** Files of the largest size, with the first bytes of various types. */
async function fileCases() {
  const { createMediaLibrary } = await import(`${dist}/media/media-library.js`);
  const library = createMediaLibrary({
    db: { query: async () => ({ rows: [{ id: 'm' }], rowCount: 1 }) },
    storage: { put: async () => undefined, delete: async () => undefined },
    links: {},
  });
  const heads = {
    nothing: '',
    zip: 'PK\u0003\u0004',
    'MP3 with tags': 'ID3\u0004\u0000\u0000\u007f\u007f\u007f\u007f',
    Ogg: 'OggS',
    PNG: '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\u0000',
    'an old office file': '\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1',
    Matroska: '\u001aE\u00df\u00a3',
    MP4: '\u0000\u0000\u0000\u0018ftypmp42',
    XML: '<?xml version="1.0"?>',
    ASF: '0&\u00b2u\u008ef\u00cf\u0011\u00a6\u00d9',
    TIFF: 'II*\u0000\u0008\u0000\u0000\u0000',
  };
  return Object.entries(heads).map(([name, head]) => ({
    name: `file of 100 MiB: ${name}`,
    make: () => {
      const bytes = Buffer.alloc(100 * MiB, head || 'a', 'latin1');
      return { instanceId: 'i', bytes, mimeType: fill(';', MiB), fileName: fill('/', 8 * MiB) };
    },
    run: (file) => library.keep(file),
  }));
}

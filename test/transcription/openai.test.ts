import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { TranscriptionConfig } from '../../src/transcription/transcriber.js';
import { createHttpClient } from '../../src/guarded-http/client.js';
import { createTranscriber } from '../../src/transcription/openai.js';
import { speechServiceForThisTest, type Answer } from './speech-service.js';

interface Case {
  case: string;
  config: { model: string; apiKey: string; language: string; maxBytes: number; maxSeconds: number };
  audio: { mimeType: string; seconds: number; size: number; sha256: string; cached?: string };
  request: {
    headers: { authorization: string };
    multipart: Record<string, unknown> & { file: object };
  } | null;
  response: { status: number; headers?: Record<string, string>; body?: unknown; rawBody?: string } | null;
  expect: { result: string; text?: string; class?: string; reason?: string; providerCalls?: number };
}

const folder = path.join(import.meta.dirname, '../fixtures/channels/transcription');
const cases = readdirSync(folder)
  .map((file): Case => JSON.parse(readFileSync(path.join(folder, file), 'utf8')))
  // What was heard before is looked up by `transcribeOnce`.
  .filter((recorded) => recorded.audio.cached === undefined);

const voice = { bytes: Buffer.from('OggS, as it were'), mimeType: 'audio/ogg; codecs=opus', seconds: 4 };
const heard = { body: '{"text":" Olá, quero agendar\\n"}', headers: { 'content-type': 'application/json' } };

function configFor(baseUrl: string, change: Partial<TranscriptionConfig> = {}): TranscriptionConfig {
  const limits = { maxSeconds: 300, maxBytes: 1_000, timeoutMs: 10_000 };
  return { baseUrl, model: 'whisper-1', ...limits, fallback: 'send_url', ...change };
}

function transcriberForThisTest(allowPrivate = ['127.0.0.1']) {
  const http = createHttpClient({ allowPrivate });
  onTestFinished(() => http.close());
  return createTranscriber({ http, retryDelayMs: 1 });
}

async function transcribeWith(answers: Answer[], change: Partial<TranscriptionConfig> = {}, base = '/v1') {
  const { origin, uploads } = await speechServiceForThisTest(...answers);
  const result = await transcriberForThisTest().transcribe(voice, configFor(origin + base, change));
  return { result, uploads };
}

test.each(cases)('recorded case $case', async ({ config, audio, request, response, expect: expected }) => {
  const body = response?.rawBody ?? JSON.stringify(response?.body);
  const { origin, uploads } = await speechServiceForThisTest({ ...response, body });
  const result = await transcriberForThisTest().transcribe(
    { ...audio, bytes: Buffer.alloc(audio.size, 1) },
    configFor(`${origin}/v1`, config && { ...config, baseUrl: `${origin}/v1`, fallback: 'send_url' }),
  );
  const { result: kind, text, class: errorClass, reason } = expected;
  expect(result).toMatchObject(JSON.parse(JSON.stringify({ result: kind, text, class: errorClass, reason })));
  if (expected.providerCalls !== undefined) expect(uploads).toHaveLength(expected.providerCalls);
  if (!request) return;
  const { file, ...fields } = request.multipart;
  expect(uploads[0]).toMatchObject({
    path: '/v1/audio/transcriptions',
    authorization: request.headers.authorization,
    fields,
    file,
  });
});

test('the audio arrives unchanged, with the prompt when there is one, and without key when there is none', async () => {
  const { uploads } = await transcribeWith([heard], { prompt: 'Parley', language: 'pt-BR' });
  expect(uploads).toEqual([
    {
      path: '/v1/audio/transcriptions',
      authorization: undefined,
      fields: {
        model: 'whisper-1',
        language: 'pt',
        prompt: 'Parley',
        response_format: 'json',
        temperature: '0',
      },
      file: { fileName: 'audio.ogg', contentType: 'audio/ogg', bytes: voice.bytes },
    },
  ]);
});

test.each([
  ['audio/ogg', 'audio.ogg'],
  ['audio/opus', 'audio.ogg'],
  ['audio/mpeg', 'audio.mp3'],
  ['audio/mp4', 'audio.m4a'],
  ['audio/wav', 'audio.wav'],
  ['audio/webm', 'audio.webm'],
  ['video/mp4', 'audio.mp4'],
  ['audio/amr', 'audio.ogg'],
])('audio of type %s is uploaded as %s', async (mimeType, fileName) => {
  const { origin, uploads } = await speechServiceForThisTest(heard);
  await transcriberForThisTest().transcribe({ ...voice, mimeType }, configFor(origin));
  expect(uploads[0]?.file).toMatchObject({ fileName, contentType: mimeType });
});

test.each([
  ['json', heard, { result: 'text', text: 'Olá, quero agendar' }],
  [
    'verbose_json',
    { body: '{"task":"transcribe","text":"Olá","segments":[]}' },
    { result: 'text', text: 'Olá' },
  ],
  ['a bare text', { body: ' 12\n' }, { result: 'text', text: '12' }],
  ['a text in quotes', { body: '"Olá"' }, { result: 'text', text: 'Olá' }],
  ['a text that begins like JSON', { body: '{ah' }, { result: 'text', text: '{ah' }],
  ['nothing', { body: '' }, { result: 'nothingHeard' }],
  ['another object', { body: '{"error":"no"}' }, { result: 'error', class: 'Permanent', reason: 'unknown' }],
  [
    'a web page',
    { body: '<html>', headers: { 'content-type': 'text/html' } },
    { result: 'error', class: 'Permanent', reason: 'unknown' },
  ],
])('an answer of %s is read', async (_, answer, expected) => {
  expect((await transcribeWith([answer])).result).toMatchObject(expected);
});

test.each([
  ['longer than max_seconds', { maxSeconds: 3 }, 'tooLong'],
  ['larger than max_bytes', { maxBytes: 10 }, 'tooLarge'],
])('audio %s is not uploaded', async (_, limits, reason) => {
  const { result, uploads } = await transcribeWith([heard], limits);
  expect(result).toEqual({ result: 'skipped', reason });
  expect(uploads).toEqual([]);
});

test('audio of exactly the limits is uploaded', async () => {
  const { result } = await transcribeWith([heard], { maxSeconds: 4, maxBytes: voice.bytes.length });
  expect(result).toMatchObject({ result: 'text' });
});

test.each([
  [401, '', { class: 'Auth' }],
  [403, '', { class: 'Auth' }],
  [404, '', { class: 'Permanent', reason: 'accountConfig' }],
  [413, '', { class: 'Permanent', reason: 'mediaInvalid' }],
  [429, '{"error":{"type":"insufficient_quota"}}', { class: 'Permanent', reason: 'accountConfig' }],
  [429, '{"error":{"code":"insufficient_quota"}}', { class: 'Permanent', reason: 'accountConfig' }],
  [400, '{"error":"bad"}', { class: 'Permanent', reason: 'unknown' }],
])('%i %s is final', async (status, body, expected) => {
  const { result, uploads } = await transcribeWith([{ status, body }]);
  expect(result).toEqual({ result: 'error', httpStatus: status, ...expected });
  expect(uploads).toHaveLength(1);
});

test.each([[429], [500], [503]])('%i is tried once more', async (status) => {
  const { result, uploads } = await transcribeWith([{ status }, heard]);
  expect(result).toMatchObject({ result: 'text' });
  expect(uploads).toHaveLength(2);
});

test('a lost connection is tried once more', async () => {
  const { result } = await transcribeWith([{ reset: true }, heard]);
  expect(result).toMatchObject({ result: 'text' });
});

test('two failures are the end', async () => {
  const { result, uploads } = await transcribeWith([{ status: 500 }]);
  expect(result).toEqual({ result: 'error', class: 'Retryable', httpStatus: 500 });
  expect(uploads).toHaveLength(2);
});

test('a second try that would begin after the time limit is not made', async () => {
  const { result, uploads } = await transcribeWith([{ status: 429, headers: { 'retry-after': '30' } }]);
  expect(result).toMatchObject({ class: 'Retryable' });
  expect(uploads).toHaveLength(1);
});

test('the time limit ends a call that is not answered', async () => {
  const { result, uploads } = await transcribeWith([{ silent: true }], { timeoutMs: 200 });
  expect(result).toEqual({ result: 'error', class: 'Retryable' });
  expect(uploads).toHaveLength(1);
});

test('a private address that is not allowed is refused without a request', async () => {
  const { origin, uploads } = await speechServiceForThisTest(heard);
  const result = await transcriberForThisTest([]).transcribe(voice, configFor(origin));
  expect(result).toEqual({ result: 'error', class: 'Permanent', reason: 'accountConfig' });
  expect(uploads).toEqual([]);
});

test.each([
  ['/v1', ['/v1/audio/transcriptions']],
  ['/v1/', ['/v1/audio/transcriptions']],
  ['/openai/v1', ['/openai/v1/audio/transcriptions']],
  ['', ['/audio/transcriptions', '/v1/audio/transcriptions']],
  ['/', ['/audio/transcriptions', '/v1/audio/transcriptions']],
])('the base %j is asked at %j until something is there', async (base, paths) => {
  const answers = paths.map((_, at) => (at === paths.length - 1 ? heard : { status: 404 }));
  const { result, uploads } = await transcribeWith(answers, {}, base);
  expect(result).toMatchObject({ result: 'text' });
  expect(uploads.map((upload) => upload.path)).toEqual(paths);
});

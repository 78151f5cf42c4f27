import { expect, test } from 'vitest';
import { parseTranscriptionSettings, transcriptionConfig } from '../../src/transcription/settings.js';

const least = { base_url: 'https://api.openai.com/v1/', model: 'gpt-4o-mini-transcribe' };

test('only the address and the model are required', () => {
  expect(parseTranscriptionSettings(least)).toEqual({
    ok: true,
    settings: {
      base_url: 'https://api.openai.com/v1',
      model: 'gpt-4o-mini-transcribe',
      max_seconds: 300,
      max_bytes: 26_214_400,
      timeout_ms: 30_000,
      fallback: 'send_url',
    },
  });
});

test('null takes a member back to its default and unknown members are ignored', () => {
  const given = { ...least, max_seconds: null, fallback: null, api_key: null, colour: 'red' };
  expect(parseTranscriptionSettings(given)).toEqual(parseTranscriptionSettings(least));
});

test.each([
  [{ base_url: undefined }, 'transcription.base_url is required'],
  [{ base_url: null }, 'transcription.base_url is required'],
  [{ base_url: 'api.openai.com' }, 'transcription.base_url must be an http or https URL'],
  [{ base_url: 'ftp://stt' }, 'transcription.base_url must be an http or https URL'],
  [{ base_url: 'https://user:secret@stt' }, 'transcription.base_url must be an http or https URL'],
  [{ model: undefined }, 'transcription.model is required'],
  [{ model: 7 }, 'transcription.model must be a string of 1 to 256 characters'],
  [{ api_key: '' }, 'transcription.api_key must be a string of 1 to 4096 characters'],
  [{ language: 'Portuguese, please' }, 'transcription.language must be a language code such as pt'],
  [{ prompt: 7 }, 'transcription.prompt must be a string of 1 to 4096 characters'],
  [{ max_seconds: 0 }, 'transcription.max_seconds must be an integer between 1 and 86400'],
  [{ max_bytes: '5' }, 'transcription.max_bytes must be an integer between 1 and 104857600'],
  [{ timeout_ms: 1.5 }, 'transcription.timeout_ms must be an integer between 1 and 600000'],
  [{ fallback: 'sendUrl' }, 'transcription.fallback must be one of send_url, ask_to_type, ignore'],
])('%j is refused: %s', (change, error) => {
  expect(parseTranscriptionSettings({ ...least, ...change })).toEqual({ ok: false, errors: [error] });
});

test('every wrong member is named at once', () => {
  expect(parseTranscriptionSettings({ max_seconds: -1 })).toEqual({
    ok: false,
    errors: [
      'transcription.base_url is required',
      'transcription.model is required',
      'transcription.max_seconds must be an integer between 1 and 86400',
    ],
  });
});

test.each([['text'], [[least]], [5]])('%j is no object', (input) => {
  expect(parseTranscriptionSettings(input)).toEqual({
    ok: false,
    errors: ['transcription must be an object'],
  });
});

test('the settings of an instance stand over the default service', () => {
  const stored = {
    ...least,
    api_key: 'own',
    max_seconds: 60,
    timeout_ms: 50,
    fallback: 'ignore',
    prompt: 'Parley',
  };
  expect(transcriptionConfig(stored, { url: 'https://default.example/v1', model: 'm', apiKey: 'k' })).toEqual(
    {
      baseUrl: 'https://api.openai.com/v1',
      apiKey: 'own',
      model: 'gpt-4o-mini-transcribe',
      language: undefined,
      prompt: 'Parley',
      maxSeconds: 60,
      maxBytes: 26_214_400,
      timeoutMs: 50,
      fallback: 'ignore',
    },
  );
});

test('an instance without settings uses the default service with the default limits', () => {
  const service = { url: 'https://default.example/v1', model: 'whisper-1', language: 'pt', apiKey: 'k' };
  expect(transcriptionConfig(null, service)).toMatchObject({
    baseUrl: 'https://default.example/v1',
    apiKey: 'k',
    model: 'whisper-1',
    language: 'pt',
    maxSeconds: 300,
    fallback: 'send_url',
  });
});

test('without any service nothing is transcribed', () => {
  expect(transcriptionConfig(null, undefined)).toBeUndefined();
});

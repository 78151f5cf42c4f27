import { setTimeout as pause } from 'node:timers/promises';
import type { TranscriberPort, TranscriptionConfig, TranscriptionResult } from './transcriber.js';
import { HttpFailure, type HttpClient, type HttpResponse } from '../guarded-http/http.js';
import { retryAfterMs } from '../guarded-http/retry-after.js';
import { audioFile } from './audio-file.js';
import { isQuotaUsedUp, readTranscript } from './wire.js';
import { withoutEndSlashes } from '../foreign/trim-end.js';

type Audio = Parameters<TranscriberPort['transcribe']>[0];

/** The result of one request, and whether another one may succeed. */
interface Outcome {
  result: TranscriptionResult;
  retry: boolean;
  retryAfterMs?: number;
}

interface Asked {
  http: HttpClient;
  audio: Audio;
  config: TranscriptionConfig;
  /** As `performance.now()`. */
  deadline: number;
}

const MAX_TRIES = 2;
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Transcribes with any service that has OpenAI's `POST {baseUrl}/audio/transcriptions`. Never rejects: audio that is
 * too long or too large is `skipped` without a request, a failure is an `error` with class and reason. After 429, 5xx
 * or no answer there is one more try, within `timeoutMs` and after at least `retryDelayMs`.
 */
export function createTranscriber(options: { http: HttpClient; retryDelayMs?: number }): TranscriberPort {
  const { http, retryDelayMs = 500 } = options;
  return {
    transcribe: async (audio, config) => {
      const excess = overLimit(audio, config);
      if (excess) return { result: 'skipped', reason: excess };
      const deadline = performance.now() + config.timeoutMs;
      for (let tries = 1; ; tries += 1) {
        const outcome = await askAnyAddress({ http, audio, config, deadline });
        const waitMs = Math.max(outcome.retryAfterMs ?? 0, retryDelayMs);
        const inTime = performance.now() + waitMs < deadline;
        if (!outcome.retry || tries === MAX_TRIES || !inTime) return outcome.result;
        await pause(waitMs);
      }
    },
  };
}

function overLimit(audio: Audio, config: TranscriptionConfig): 'tooLong' | 'tooLarge' | undefined {
  if (audio.seconds !== undefined && audio.seconds > config.maxSeconds) return 'tooLong';
  return audio.bytes.byteLength > config.maxBytes ? 'tooLarge' : undefined;
}

async function askAnyAddress(asked: Asked): Promise<Outcome> {
  const { literal, withVersion } = addresses(asked.config.baseUrl);
  const outcome = await ask(literal, asked);
  const isElsewhere = outcome.result.result === 'error' && outcome.result.httpStatus === 404;
  return isElsewhere && withVersion ? ask(withVersion, asked) : outcome;
}

// The root of OpenAI and similar services ends in /v1. If it was left out, the service answers 404.
function addresses(baseUrl: string): { literal: string; withVersion?: string } {
  const base = withoutEndSlashes(baseUrl);
  const literal = `${base}/audio/transcriptions`;
  return /\/v\d+$/.test(base) ? { literal } : { literal, withVersion: `${base}/v1/audio/transcriptions` };
}

async function ask(url: string, { http, audio, config, deadline }: Asked): Promise<Outcome> {
  try {
    const response = await http({
      method: 'POST',
      url,
      headers: config.apiKey ? { authorization: `Bearer ${config.apiKey}` } : {},
      body: form(audio, config),
      timeoutMs: Math.max(1, Math.ceil(deadline - performance.now())),
      maxBytes: MAX_ANSWER_BYTES,
      source: 'operator',
    });
    return succeeded(response) ? answered(response) : refused(response);
  } catch (error) {
    if (error instanceof HttpFailure) return unreached(error);
    throw error;
  }
}

function form(audio: Audio, config: TranscriptionConfig): FormData {
  const fields = new FormData();
  fields.set('file', audioFile(audio));
  fields.set('model', config.model);
  if (config.language) fields.set('language', languageCode(config.language));
  if (config.prompt) fields.set('prompt', config.prompt);
  fields.set('response_format', 'json');
  fields.set('temperature', '0');
  return fields;
}

// The services expect a language (ISO 639-1) without a region.
function languageCode(language: string): string {
  return language.split('-', 1).join('').toLowerCase();
}

function succeeded({ status }: HttpResponse): boolean {
  return status >= 200 && status < 300;
}

function answered(response: HttpResponse): Outcome {
  const text = readTranscript(response.body, response.headers['content-type']);
  if (text === undefined)
    return failed({ class: 'Permanent', reason: 'unknown', httpStatus: response.status });
  return { result: text === '' ? { result: 'nothingHeard' } : { result: 'text', text }, retry: false };
}

function refused(response: HttpResponse): Outcome {
  const { status: httpStatus } = response;
  if (httpStatus === 401 || httpStatus === 403) return failed({ class: 'Auth', httpStatus });
  if (httpStatus === 404 || (httpStatus === 429 && isQuotaUsedUp(response.body))) {
    return failed({ class: 'Permanent', reason: 'accountConfig', httpStatus });
  }
  if (httpStatus === 413) return failed({ class: 'Permanent', reason: 'mediaInvalid', httpStatus });
  if (httpStatus === 429 || httpStatus >= 500) {
    return {
      ...failed({ class: 'Retryable', httpStatus }),
      retry: true,
      retryAfterMs: retryAfterMs(response.headers),
    };
  }
  return failed({ class: 'Permanent', reason: 'unknown', httpStatus });
}

// Transcribing twice does no harm, so a request whose answer was lost may be repeated too.
function unreached({ phase }: HttpFailure): Outcome {
  switch (phase) {
    case 'before':
    case 'after':
      return { ...failed({ class: 'Retryable' }), retry: true };
    case 'refused':
      return failed({ class: 'Permanent', reason: 'accountConfig' });
    case 'tooLarge':
      return failed({ class: 'Permanent', reason: 'unknown' });
  }
}

function failed(why: { class: string; reason?: string; httpStatus?: number }): Outcome {
  return { result: { result: 'error', ...why }, retry: false };
}

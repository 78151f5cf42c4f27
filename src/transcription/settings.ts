import type { TranscriptionConfig } from './transcriber.js';
import { transcriptionSchema, type TranscriptionSettings } from './schema.js';

export type { TranscriptionSettings } from './schema.js';

/** Members of `transcription` that are stored encrypted and never shown. */
export const transcriptionSecretMembers = ['api_key'];

/** The settings, or one message for each wrong member. */
export type TranscriptionSettingsResult =
  { ok: true; settings: TranscriptionSettings } | { ok: false; errors: string[] };

/**
 * Validates `transcription` of an instance. `null` counts as left out, unknown members are ignored. Errors name the
 * member: `transcription.base_url is required`.
 */
export function parseTranscriptionSettings(input: unknown): TranscriptionSettingsResult {
  const parsed = transcriptionSchema.safeParse(withoutNulls(input));
  if (parsed.success) return { ok: true, settings: parsed.data };
  const errors = parsed.error.issues.map(
    ({ path, message }) => `${['transcription', ...path].join('.')} ${message}`,
  );
  return { ok: false, errors: [...new Set(errors)] };
}

/** The default service of a process (PARLEY_TRANSCRIPTION_*). */
export interface DefaultService {
  url: string;
  model: string;
  language?: string;
  apiKey?: string;
}

/**
 * The service that transcribes for an instance: by its own settings, else the default service with default limits.
 * Undefined when none is configured; flows then get the URL of an audio. Throws when the stored settings are invalid.
 */
export function transcriptionConfig(
  stored: Record<string, unknown> | null,
  service: DefaultService | undefined,
): TranscriptionConfig | undefined {
  if (stored) return fromSettings(stored);
  return service && fromSettings(ofService(service));
}

function ofService({ url, model, language, apiKey }: DefaultService) {
  return { base_url: url, model, language, api_key: apiKey };
}

function fromSettings(settings: Record<string, unknown>): TranscriptionConfig {
  const read = parseTranscriptionSettings(settings);
  if (!read.ok) throw new Error(`the transcription settings cannot be used: ${read.errors.join(', ')}`);
  return {
    baseUrl: read.settings.base_url,
    apiKey: read.settings.api_key,
    model: read.settings.model,
    language: read.settings.language,
    prompt: read.settings.prompt,
    maxSeconds: read.settings.max_seconds,
    maxBytes: read.settings.max_bytes,
    timeoutMs: read.settings.timeout_ms,
    fallback: read.settings.fallback,
  };
}

function withoutNulls(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

/**
 * Turns audio into text. Never rejects. `seconds`: length of the audio, if known; `sha256`: hex digest of the bytes.
 */
export interface TranscriberPort {
  transcribe(
    audio: { bytes: Uint8Array; mimeType: string; seconds?: number; sha256?: string },
    config: TranscriptionConfig,
  ): Promise<TranscriptionResult>;
}

/** A service and its limits; see the schema of `transcription`. */
export interface TranscriptionConfig {
  baseUrl: string;
  apiKey?: string;
  model: string;
  language?: string;
  prompt?: string;
  maxSeconds: number;
  maxBytes: number;
  timeoutMs: number;
  fallback: 'send_url' | 'ask_to_type' | 'ignore';
}

/** `nothingHeard`: no speech in the audio. `skipped`: too long or too large. `error`: the service failed. */
export type TranscriptionResult =
  | { result: 'text'; text: string }
  | { result: 'nothingHeard' | 'skipped' | 'error'; class?: string; reason?: string; httpStatus?: number };

/** Audio to text. */
export interface TranscriberPort {
  transcribe(
    audio: { bytes: Uint8Array; mimeType: string; seconds?: number; sha256?: string },
    config: TranscriptionConfig,
  ): Promise<TranscriptionResult>;
}

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

export type TranscriptionResult =
  | { result: 'text'; text: string }
  | { result: 'nothingHeard' | 'skipped' | 'error'; class?: string; reason?: string; httpStatus?: number };

import type {
  TranscriberPort,
  TranscriptionConfig,
  TranscriptionResult,
} from '../transcription/transcriber.js';
import { persistently } from '../store/db.js';
import type { Db } from '../store/db.js';
import { findTranscript, setTranscript, type MediaRow } from '../store/messages/media.js';
import type { MediaLibrary } from './media-library.js';

/** A kept audio file to transcribe. `seconds`: its length according to the webhook, if known. */
export interface AudioRequest {
  mediaId: string;
  seconds?: number;
  config: TranscriptionConfig;
}

/** Transcribes an audio file, see `createTranscribeOnce`. Rejects only when database or storage cannot be used. */
export type TranscribeOnce = (request: AudioRequest) => Promise<TranscriptionResult>;

/**
 * Pays for each audio only once: the text is stored with the file, so that a repeated turn, a redelivered webhook or
 * the same audio sent to the instance again needs no new call. Concurrent requests share one call. Failures are not
 * stored.
 */
export function createTranscribeOnce(deps: {
  db: Db;
  library: MediaLibrary;
  transcriber: TranscriberPort;
}): TranscribeOnce {
  const underWay = new Map<string, Promise<TranscriptionResult>>();
  return async (request) => {
    const media = await deps.library.find(request.mediaId);
    if (!media) return { result: 'error', class: 'Permanent', reason: 'mediaInvalid' };
    if (media.transcript !== null) return heard(media.transcript);
    const audio = `${media.instanceId}/${media.sha256}`;
    const shared =
      underWay.get(audio) ?? firstTime(media, request, deps).finally(() => underWay.delete(audio));
    underWay.set(audio, shared);
    const result = await shared;
    // The text has been paid for, so a short outage of the database must not lose it.
    await persistently(() => remember(deps.db, media.id, result));
    return result;
  };
}

async function firstTime(
  media: MediaRow,
  request: AudioRequest,
  deps: { db: Db; library: MediaLibrary; transcriber: TranscriberPort },
): Promise<TranscriptionResult> {
  const known = await findTranscript(deps.db, media);
  if (known !== undefined) return heard(known);
  const bytes = await deps.library.bytes(media);
  if (!bytes) return { result: 'error', class: 'Permanent', reason: 'mediaInvalid' };
  const { mimeType, sha256 } = media;
  return deps.transcriber.transcribe({ bytes, mimeType, seconds: request.seconds, sha256 }, request.config);
}

async function remember(db: Db, mediaId: string, result: TranscriptionResult): Promise<void> {
  if (result.result === 'text') await setTranscript(db, mediaId, result.text);
  if (result.result === 'nothingHeard') await setTranscript(db, mediaId, '');
}

function heard(transcript: string): TranscriptionResult {
  return transcript === '' ? { result: 'nothingHeard' } : { result: 'text', text: transcript };
}

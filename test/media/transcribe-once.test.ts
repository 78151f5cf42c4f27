import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { TranscriptionConfig, TranscriptionResult } from '../../src/transcription/transcriber.js';
import { createTranscribeOnce } from '../../src/media/transcribe-once.js';
import { files } from './files.js';
import { instanceId, libraryForThisTest } from './library-for-test.js';

const config: TranscriptionConfig = {
  baseUrl: 'http://stt.example/v1',
  model: 'whisper-1',
  maxSeconds: 300,
  maxBytes: 1_000,
  timeoutMs: 1_000,
  fallback: 'send_url',
};
const voice = { instanceId, bytes: files.oggOpus, mimeType: 'audio/ogg; codecs=opus' };

async function withAnswers(...answers: TranscriptionResult[]) {
  const parts = await libraryForThisTest();
  const asked: { bytes: Uint8Array; mimeType: string; seconds?: number; sha256?: string }[] = [];
  const transcribeOnce = createTranscribeOnce({
    ...parts,
    transcriber: {
      transcribe: async (audio) => {
        asked.push(audio);
        return answers[asked.length - 1] ?? { result: 'error', reason: 'asked too often' };
      },
    },
  });
  return { ...parts, asked, transcribeOnce };
}

test('an audio is transcribed once, however often a turn is repeated', async () => {
  const { asked, library, transcribeOnce } = await withAnswers({ result: 'text', text: 'Olá' });
  const { mediaId } = await library.keep(voice);
  const request = { mediaId, seconds: 4, config };
  expect(await transcribeOnce(request)).toEqual({ result: 'text', text: 'Olá' });
  expect(await transcribeOnce(request)).toEqual({ result: 'text', text: 'Olá' });
  const { sha256 } = (await library.find(mediaId)) ?? {};
  expect(asked).toEqual([{ bytes: files.oggOpus, mimeType: 'audio/ogg', seconds: 4, sha256 }]);
});

test('the same audio sent again is not paid for again', async () => {
  const { asked, library, transcribeOnce } = await withAnswers({ result: 'text', text: 'Olá' });
  const [first, second] = [await library.keep(voice), await library.keep(voice)];
  await transcribeOnce({ mediaId: first.mediaId, config });
  expect(await transcribeOnce({ mediaId: second.mediaId, config })).toEqual({ result: 'text', text: 'Olá' });
  expect(await library.find(second.mediaId)).toMatchObject({ transcript: 'Olá' });
  expect(asked).toHaveLength(1);
});

test('requests for one audio at the same time share one call', async () => {
  const { asked, library, transcribeOnce } = await withAnswers({ result: 'text', text: 'Olá' });
  const kept = [await library.keep(voice), await library.keep(voice), await library.keep(voice)];
  const results = await Promise.all(kept.map(({ mediaId }) => transcribeOnce({ mediaId, config })));
  expect(results.map((result) => result.result)).toEqual(['text', 'text', 'text']);
  expect(asked).toHaveLength(1);
});

test('that nothing was heard is remembered too', async () => {
  const { asked, library, transcribeOnce } = await withAnswers({ result: 'nothingHeard' });
  const { mediaId } = await library.keep(voice);
  await transcribeOnce({ mediaId, config });
  expect(await transcribeOnce({ mediaId, config })).toEqual({ result: 'nothingHeard' });
  expect(asked).toHaveLength(1);
});

test('a failure is not remembered', async () => {
  const { library, transcribeOnce } = await withAnswers(
    { result: 'error', class: 'Retryable' },
    { result: 'text', text: 'Olá' },
  );
  const { mediaId } = await library.keep(voice);
  expect(await transcribeOnce({ mediaId, config })).toEqual({ result: 'error', class: 'Retryable' });
  expect(await transcribeOnce({ mediaId, config })).toEqual({ result: 'text', text: 'Olá' });
});

test('a file that is gone cannot be transcribed', async () => {
  const { asked, library, storage, transcribeOnce } = await withAnswers();
  const { mediaId } = await library.keep(voice);
  await storage.delete(`${instanceId}/${mediaId}`);
  const gone = { result: 'error', class: 'Permanent', reason: 'mediaInvalid' };
  expect(await transcribeOnce({ mediaId, config })).toEqual(gone);
  expect(await transcribeOnce({ mediaId: randomUUID(), config })).toEqual(gone);
  expect(asked).toEqual([]);
});

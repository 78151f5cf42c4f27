/** File extensions that transcription services know, by MIME type. */
const knownExtensions: ReadonlyMap<string, string> = new Map([
  ['audio/aac', 'm4a'],
  ['audio/flac', 'flac'],
  ['audio/mp4', 'm4a'],
  ['audio/mpeg', 'mp3'],
  ['audio/ogg', 'ogg'],
  ['audio/wav', 'wav'],
  ['audio/webm', 'webm'],
  ['video/mp4', 'mp4'],
  ['video/webm', 'webm'],
]);

/**
 * The audio as the `file` of a multipart form. Services look at the extension of its name, so it is always one they
 * know: an unknown type becomes `audio.ogg`, and the service decides by the bytes.
 */
export function audioFile(audio: { bytes: Uint8Array; mimeType: string }): File {
  const type = audio.mimeType.split(';', 1).join('').trim().toLowerCase();
  const name = `audio.${knownExtensions.get(type) ?? 'ogg'}`;
  return new File([new Uint8Array(audio.bytes)], name, { type });
}

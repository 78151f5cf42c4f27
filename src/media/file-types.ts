import { fileTypeFromBuffer } from 'file-type';
import { extension } from 'mime-types';

const unknownType = 'application/octet-stream';
const mimePattern = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** Other names of a type that Typebot's table and the transcription servers know. */
const commonNames: Record<string, string> = {
  'application/ogg': 'audio/ogg',
  'audio/mp3': 'audio/mpeg',
  'audio/opus': 'audio/ogg',
  'audio/vnd.wave': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-m4a': 'audio/mp4',
  'audio/x-wav': 'audio/wav',
  'image/jpg': 'image/jpeg',
};

/** Formats that others are built on: the bytes show the container, only the sender knows what is in it. */
const insideContainer: Record<string, RegExp> = {
  'application/x-cfb': /^application\/(msword|vnd\.ms-(excel|powerpoint|outlook|project)|vnd\.visio)$/,
  'application/xml': /^(image\/svg\+xml|text\/xml|application\/[a-z.-]+\+xml)$/,
  'application/zip':
    /^application\/(vnd\.(openxmlformats-officedocument|oasis\.opendocument|android)\..+|epub\+zip)$/,
  'audio/ogg': /^video\/ogg$/,
  'video/matroska': /^(audio|video)\/webm$/,
  'video/mp4': /^audio\/(mp4|aac)$/,
  'video/webm': /^audio\/webm$/,
};

/** Where Typebot's table of extensions differs from the usual one. */
const typebotExtensions: Record<string, string> = {
  'audio/aac': 'aac',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'image/jpeg': 'jpeg',
  'video/quicktime': 'mov',
};

/**
 * The type of a file, lower-case and without parameters: what the bytes show, and only where they show nothing or
 * just a container, what the sender said. `application/octet-stream` when neither is readable.
 */
export async function detectMimeType(bytes: Uint8Array, declared: string): Promise<string> {
  const said = plain(declared);
  const found = await fileTypeFromBuffer(bytes);
  if (!found) return said;
  const seen = plain(found.mime);
  return insideContainer[seen]?.test(said) ? said : seen;
}

/** The ending, without dot, that Typebot's file inputs accept for a type; `bin` if unknown. */
export function fileExtension(mimeType: string): string {
  return typebotExtensions[mimeType] ?? (extension(mimeType) || 'bin');
}

function plain(mimeType: string): string {
  const bare = mimeType.split(';', 1).join('').trim().toLowerCase();
  return mimePattern.test(bare) ? (commonNames[bare] ?? bare) : unknownType;
}

import { fileTypeFromBuffer } from 'file-type';
import { extension } from 'mime-types';

const unknownType = 'application/octet-stream';
const mimePattern = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/;

/** Aliases of types, replaced by the name that Typebot and the transcription services know. */
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

/** By container format, the types that are stored in it: the bytes show only the container. */
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

/** Extensions for which Typebot's table differs from the usual one. */
const typebotExtensions: Record<string, string> = {
  'audio/aac': 'aac',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'image/jpeg': 'jpeg',
  'video/quicktime': 'mov',
};

/**
 * The MIME type of a file, in lower case and without parameters: what the bytes show, or what the sender declared if
 * they show nothing or only a container. `application/octet-stream` when neither is known.
 */
export async function detectMimeType(bytes: Uint8Array, declared: string): Promise<string> {
  const said = plain(declared);
  const found = await fileTypeFromBuffer(bytes);
  if (!found) return said;
  const seen = plain(found.mime);
  return insideContainer[seen]?.test(said) ? said : seen;
}

/** The extension, without a dot, that Typebot's file inputs expect for a type; `bin` for an unknown type. */
export function fileExtension(mimeType: string): string {
  return typebotExtensions[mimeType] ?? (extension(mimeType) || 'bin');
}

function plain(mimeType: string): string {
  const bare = mimeType.split(';', 1).join('').trim().toLowerCase();
  return mimePattern.test(bare) ? (commonNames[bare] ?? bare) : unknownType;
}

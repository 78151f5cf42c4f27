import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { addAbortSignal, type Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { within } from '../deadline.js';
import type { Db } from '../store/db.js';
import {
  deleteMedia,
  findMedia,
  findMediaByToken,
  forgetDeletedMediaBytes,
  insertMedia,
  listDeletedMediaBytes,
  type MediaRow,
} from '../store/messages/media.js';
import { detectMimeType } from './file-types.js';
import type { MediaLinks } from './links.js';
import type { MediaStorage } from './storage.js';

const MAX_FILE_NAME_LENGTH = 200;
const MAX_PATH_LENGTH = 4_096;
const HASHED_AT_ONCE = 4 * 1024 * 1024;
/** The largest file from a slow storage; what drips longer is an error. */
const READ_MS = 60_000;

/** A file to keep. `mimeType` is what the sender said; `sessionId` is the session whose deletion deletes the file. */
export interface NewMedia {
  instanceId: string;
  sessionId?: string;
  bytes: Uint8Array;
  mimeType: string;
  fileName?: string;
}

/** A file that is kept: enough for `flowUrl`. `mimeType` is what the bytes show. */
export interface KeptMedia {
  mediaId: string;
  token: string;
  mimeType: string;
}

/** A file about to be read. The stream must be read or destroyed. */
export interface OpenMedia {
  media: MediaRow;
  stream: Readable;
}

/**
 * The files people sent: bytes in the storage, the rest in the table `media`. Addresses come from `MediaLinks`.
 * Throws when the storage or the database cannot be used.
 */
export interface MediaLibrary extends Pick<MediaLinks, 'flowUrl' | 'transcriptUrl'> {
  keep(file: NewMedia): Promise<KeptMedia>;
  /** Undefined when there is no such file. */
  find(mediaId: string): Promise<MediaRow | undefined>;
  bytes(media: MediaRow): Promise<Uint8Array | undefined>;
  openByToken(token: string): Promise<OpenMedia | undefined>;
  /** Undefined also when the address is expired or was not made by `transcriptUrl`. */
  openSigned(
    signed: { mediaId: string; expires: string; signature: string },
    nowMs: number,
  ): Promise<OpenMedia | undefined>;
  /**
   * Deletes the bytes of at most `limit` files whose rows are gone (`deleteMediaOfSession`, a deleted instance) and
   * resolves to their number. To be called after the commit and now and then, from any process.
   */
  deleteForgottenBytes(limit?: number): Promise<number>;
}

/** Everything that reads and writes files goes through the one library of a process. */
export function createMediaLibrary(parts: {
  db: Db;
  storage: MediaStorage;
  links: MediaLinks;
}): MediaLibrary {
  const { db, storage, links } = parts;
  return {
    flowUrl: links.flowUrl,
    transcriptUrl: links.transcriptUrl,
    keep: (file) => keep(file, parts),
    find: (mediaId) => findMedia(db, mediaId),
    bytes: async (media) => {
      const stream = await storage.get(media.storageKey);
      return stream && within(READ_MS, (signal) => buffer(addAbortSignal(signal, stream)));
    },
    openByToken: async (token) => opened(await findMediaByToken(db, token), storage),
    openSigned: async (signed, nowMs) =>
      links.isValid(signed, nowMs) ? opened(await findMedia(db, signed.mediaId), storage) : undefined,
    deleteForgottenBytes: (limit = 100) => deleteForgottenBytes(limit, parts),
  };
}

async function keep(file: NewMedia, { db, storage }: { db: Db; storage: MediaStorage }): Promise<KeptMedia> {
  const media = await describe(file);
  await insertMedia(db, media);
  try {
    await storage.put(media.storageKey, file.bytes, media.mimeType);
  } catch (error) {
    await deleteMedia(db, media.id);
    throw error;
  }
  // The session may have been deleted meanwhile, and its bytes with it: these came too late for that.
  if (!(await findMedia(db, media.id))) await storage.delete(media.storageKey);
  return { mediaId: media.id, token: media.token, mimeType: media.mimeType };
}

async function describe(file: NewMedia): Promise<Omit<MediaRow, 'transcript'>> {
  const id = randomUUID();
  return {
    id,
    instanceId: file.instanceId,
    sessionId: file.sessionId ?? null,
    token: randomBytes(24).toString('base64url'),
    storageKey: `${file.instanceId}/${id}`,
    mimeType: await detectMimeType(file.bytes, file.mimeType),
    fileName: cleanFileName(file.fileName),
    size: file.bytes.byteLength,
    sha256: await sha256Of(file.bytes),
  };
}

/** Piece by piece, for a hundred megabytes would hold the event loop. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += HASHED_AT_ONCE) {
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
    await nextTurn();
  }
  return hash.digest('hex');
}

/** A name of at most `MAX_FILE_NAME_LENGTH` characters, read from the end of what may be a path. */
function cleanFileName(given = ''): string | null {
  const lastSegment = given.slice(-MAX_PATH_LENGTH).split(/[/\\]/).at(-1) ?? '';
  const visible = lastSegment.replace(/\p{C}/gu, '').trim();
  return [...visible].slice(0, MAX_FILE_NAME_LENGTH).join('') || null;
}

async function opened(media: MediaRow | undefined, storage: MediaStorage): Promise<OpenMedia | undefined> {
  const stream = media && (await storage.get(media.storageKey));
  return stream && { media, stream };
}

async function deleteForgottenBytes(
  limit: number,
  { db, storage }: { db: Db; storage: MediaStorage },
): Promise<number> {
  const keys = await listDeletedMediaBytes(db, limit);
  for (const key of keys) {
    await storage.delete(key);
    await forgetDeletedMediaBytes(db, key);
  }
  return keys.length;
}

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
/** Enough for the largest file from a slow storage. */
const READ_MS = 60_000;

/** A file to keep. `mimeType` is as declared by the sender; deleting the session `sessionId` deletes the file. */
export interface NewMedia {
  instanceId: string;
  sessionId?: string;
  bytes: Uint8Array;
  mimeType: string;
  fileName?: string;
}

/** A kept file, with what `flowUrl` needs. `mimeType` is that of `detectMimeType`. */
export interface KeptMedia {
  mediaId: string;
  token: string;
  mimeType: string;
}

/** A file opened for reading. The stream must be read to its end or destroyed. */
export interface OpenMedia {
  media: MediaRow;
  stream: Readable;
}

/**
 * The files that people sent: bytes in the storage, everything else in the table `media`. All methods that return a
 * promise reject when the storage or the database cannot be used.
 */
export interface MediaLibrary extends Pick<MediaLinks, 'flowUrl' | 'transcriptUrl'> {
  keep(file: NewMedia): Promise<KeptMedia>;
  /** Undefined for an unknown id. */
  find(mediaId: string): Promise<MediaRow | undefined>;
  bytes(media: MediaRow): Promise<Uint8Array | undefined>;
  openByToken(token: string): Promise<OpenMedia | undefined>;
  /** Undefined for an unknown file, and for a URL that has expired or was not made by `transcriptUrl`. */
  openSigned(
    signed: { mediaId: string; expires: string; signature: string },
    nowMs: number,
  ): Promise<OpenMedia | undefined>;
  /**
   * Deletes the bytes of at most `limit` files whose rows were deleted, and resolves to their number. Called after the
   * commit of such a deletion and at intervals, from any process.
   */
  deleteForgottenBytes(limit?: number): Promise<number>;
}

/** A process has one library; all reading and writing of files goes through it. */
export function createMediaLibrary(deps: { db: Db; storage: MediaStorage; links: MediaLinks }): MediaLibrary {
  const { db, storage, links } = deps;
  return {
    flowUrl: links.flowUrl,
    transcriptUrl: links.transcriptUrl,
    keep: (file) => keep(file, deps),
    find: (mediaId) => findMedia(db, mediaId),
    bytes: async (media) => {
      const stream = await storage.get(media.storageKey);
      return stream && within(READ_MS, (signal) => buffer(addAbortSignal(signal, stream)));
    },
    openByToken: async (token) => opened(await findMediaByToken(db, token), storage),
    openSigned: async (signed, nowMs) =>
      links.isValid(signed, nowMs) ? opened(await findMedia(db, signed.mediaId), storage) : undefined,
    deleteForgottenBytes: (limit = 100) => deleteForgottenBytes(limit, deps),
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
  // If the session was deleted meanwhile, its files were deleted before these bytes were written.
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

/** In pieces, because hashing a hundred megabytes at once would block the event loop. */
async function sha256Of(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += HASHED_AT_ONCE) {
    hash.update(bytes.subarray(at, at + HASHED_AT_ONCE));
    await nextTurn();
  }
  return hash.digest('hex');
}

/** The last segment of a name that may be a path, without control characters, at most `MAX_FILE_NAME_LENGTH` long. */
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

import type { Readable } from 'node:stream';

/**
 * Where the bytes of files are kept, under keys made by the media library: `<instance id>/<media id>`. Every operation
 * may be repeated. Methods reject when the storage cannot be used; a missing file is not an error.
 */
export interface MediaStorage {
  /** Writes all bytes or none. */
  put(key: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  /** The bytes as a stream that the caller must read or destroy; undefined when there is no such file. */
  get(key: string): Promise<Readable | undefined>;
  /** Succeeds even if there is no such file. */
  delete(key: string): Promise<void>;
  /** Writes a file and deletes it again, to see whether the storage can be used. */
  check(): Promise<void>;
  /** Frees sockets. */
  close(): void;
}

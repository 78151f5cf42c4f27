import type { Readable } from 'node:stream';

/**
 * Where the bytes of files lie. Keys are made by the media library: `<instance id>/<media id>`. Every operation may
 * be repeated. Throws when the storage cannot be used; that a file is not there is no error.
 */
export interface MediaStorage {
  /** Writes all of the bytes or nothing. */
  put(key: string, bytes: Uint8Array, mimeType: string): Promise<void>;
  /** The bytes as a stream that the caller reads or destroys; undefined when there is no such file. */
  get(key: string): Promise<Readable | undefined>;
  /** Succeeds also when there is no such file. */
  delete(key: string): Promise<void>;
  /** Writes a file and takes it away again. */
  check(): Promise<void>;
  /** Frees sockets. */
  close(): void;
}

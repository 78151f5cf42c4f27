import type { Readable } from 'node:stream';
import type { MediaConfig, Secrets } from '../config.js';
import { createLocalStorage } from './local-storage.js';
import { createS3Storage } from './s3-storage.js';

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
  /** Frees sockets. */
  close(): void;
}

/** The storage that the configuration names. Nothing is reached or written before the first use. */
export function createMediaStorage(config: MediaConfig, credentials: Secrets['s3']): MediaStorage {
  switch (config.type) {
    case 'folder':
      return createLocalStorage(config.folder);
    case 's3':
      return createS3Storage({ ...config, credentials });
  }
}

import type { MediaConfig, Secrets } from '../config.js';
import { createLocalStorage } from './local-storage.js';
import { createS3Storage } from './s3-storage.js';
import type { MediaStorage } from './storage.js';

/** Creates the storage that is configured. Connects to nothing and writes nothing before the first use. */
export function createMediaStorage(config: MediaConfig, credentials: Secrets['s3']): MediaStorage {
  switch (config.type) {
    case 'folder':
      return createLocalStorage(config.folder);
    case 's3':
      return createS3Storage({ ...config, credentials });
  }
}

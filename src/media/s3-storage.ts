import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { within } from '../deadline.js';
import type { MediaStorage } from './storage.js';

/** An existing bucket, and how to reach it. */
export interface S3Settings {
  bucket: string;
  region: string;
  /** Root of an S3-compatible server; files are at `<endpoint>/<bucket>/<key>`. Absent: Amazon S3. */
  endpoint?: string;
  /** Absent: the AWS SDK finds them (instance role, profile). */
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

const CONNECT_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 60_000;
/** Limit of one operation including all its attempts. */
const OPERATION_MS = 3 * 60_000;
/** A request ends when no byte was sent or received for this long, even while its body is being read. */
const STALLED_MS = 60_000;

/** Keeps files in a bucket of an S3-compatible service. Rejects with the AWS SDK's errors, after its three attempts. */
export function createS3Storage(settings: S3Settings): MediaStorage {
  const client = openClient(settings);
  const at = (key: string) => ({ Bucket: settings.bucket, Key: key });
  const put: MediaStorage['put'] = async (key, bytes, mimeType) => {
    const object = { ...at(key), Body: bytes, ContentType: mimeType };
    await within(OPERATION_MS, (abortSignal) => client.send(new PutObjectCommand(object), { abortSignal }));
  };
  const remove: MediaStorage['delete'] = async (key) => {
    await within(OPERATION_MS, (abortSignal) =>
      client.send(new DeleteObjectCommand(at(key)), { abortSignal }),
    );
  };
  return {
    put,
    get: (key) => openObject(client, at(key)),
    delete: remove,
    check: async () => {
      const key = `check/${randomUUID()}`;
      await put(key, new Uint8Array(), 'application/octet-stream');
      await remove(key);
    },
    close: () => client.destroy(),
  };
}

function openClient(settings: S3Settings): S3Client {
  return new S3Client({
    region: settings.region,
    endpoint: settings.endpoint,
    credentials: settings.credentials,
    forcePathStyle: settings.endpoint !== undefined,
    // Some S3-compatible servers do not know the checksum headers that the SDK adds by default.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      socketTimeout: STALLED_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
}

async function openObject(
  client: S3Client,
  address: { Bucket: string; Key: string },
): Promise<Readable | undefined> {
  try {
    const { Body } = await within(OPERATION_MS, (abortSignal) =>
      client.send(new GetObjectCommand(address), { abortSignal }),
    );
    if (Body instanceof Readable) return Body;
    throw new Error('the object storage answered without a body');
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

import { pipeline } from 'node:stream/promises';
import { create as contentDisposition } from 'content-disposition';
import { Router, type Request, type Response } from 'express';
import { fileExtension } from './file-types.js';
import type { MediaLibrary, OpenMedia } from './media-library.js';

const flowFilePattern = /^([A-Za-z0-9_-]{32})\.[a-z0-9]{1,16}$/;

/** Types that a browser may display. Others are downloaded, because they could run scripts in Parley's origin. */
const shownInPlace = /^(audio|video)\/|^image\/(?!svg)/;

/**
 * `GET /media/{token}.{ext}` and `GET /media/signed/{id}?expires&signature`, without credentials. 404 for a file that
 * is unknown or deleted and for a URL that has expired or is wrongly signed. When the storage is down, the
 * application's error handler answers.
 */
export function mediaRoutes(library: MediaLibrary, now: () => number = Date.now): Router {
  const router = Router();
  router.get('/media/signed/:id', async (request, response) => {
    await send(await openSigned(library, request, now()), response);
  });
  router.get('/media/:file', async (request, response) => {
    const token = flowFilePattern.exec(request.params.file)?.[1];
    await send(token && (await library.openByToken(token)), response);
  });
  return router;
}

function openSigned(library: MediaLibrary, request: Request<{ id: string }>, nowMs: number) {
  const { expires, signature } = request.query;
  if (typeof expires !== 'string' || typeof signature !== 'string') return undefined;
  return library.openSigned({ mediaId: request.params.id, expires, signature }, nowMs);
}

async function send(file: OpenMedia | '' | undefined, response: Response): Promise<void> {
  if (!file) {
    response.status(404).json({ code: 404, success: false, error: 'media not found' });
    return;
  }
  response.writeHead(200, headersOf(file.media));
  // If the reader disconnects or the storage breaks off, it is too late for an error answer.
  await pipeline(file.stream, response).catch(() => response.destroy());
}

function headersOf(media: OpenMedia['media']) {
  const name = media.fileName ?? `file.${fileExtension(media.mimeType)}`;
  const type = shownInPlace.test(media.mimeType) ? 'inline' : 'attachment';
  return {
    'content-type': media.mimeType,
    'content-length': media.size,
    'content-disposition': contentDisposition(name, { type }),
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'referrer-policy': 'no-referrer',
    // A deleted transcript must be gone everywhere, so no cache may keep its files.
    'cache-control': 'private, no-store',
  };
}

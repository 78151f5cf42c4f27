import { setTimeout as sleep } from 'node:timers/promises';
import { ChannelError } from '../../../activities/ports/channel-error.js';
import type { InboundContent, InboundMedia } from '../../../activities/ports/messages.js';
import { describeError } from '../../errors.js';
import type { MediaLibrary } from '../../media/media-library.js';
import { readFileRow } from '../../store/messages/files.js';
import type { FileRow } from '../../store/messages/files.js';
import { setInboundMedia } from '../../store/messages/inbox.js';
import { writeLastError } from '../../store/sessions/sessions.js';
import type { Core } from '../core.js';

/** Larger inbound files are not kept; WhatsApp carries none. */
const MAX_BYTES = 100 * 1024 * 1024;

/**
 * Fetches a message's file from the provider and keeps it, unless it is kept already. Resolves to the file's id, or to
 * undefined when it cannot be had, with the reason noted on the session. Throws failures worth retrying, except on the
 * last attempt.
 */
export async function keepMedia(
  deps: Core,
  library: MediaLibrary,
  { inboxId, lastTry }: { inboxId: string; lastTry: boolean },
): Promise<string | undefined> {
  const row = await readFileRow(deps.db, inboxId);
  const media = row && mediaOf(row.content);
  if (row === undefined || media === undefined) return undefined;
  if (row.mediaId !== null) return row.mediaId;
  try {
    return await fetchAndKeep(deps, library, row, media);
  } catch (error) {
    if (!lastTry && !isPermanent(error)) throw error;
    await noteLoss(deps, row, error);
    return undefined;
  }
}

function isPermanent(error: unknown): boolean {
  return error instanceof ChannelError && error.info.class === 'Permanent';
}

const TRIES_OF_A_TURN = 3;
const TRY_AGAIN_MS = 500;

/**
 * The same for a turn, which must not be held up: after some attempts it goes on without the file, while the message's
 * own workflow keeps trying.
 */
export async function keepForTurn(
  deps: Core,
  library: MediaLibrary,
  inboxId: string,
): Promise<string | undefined> {
  for (let tries = 1; ; tries += 1) {
    const lastTry = tries === TRIES_OF_A_TURN;
    try {
      return await keepMedia(deps, library, { inboxId, lastTry });
    } catch (error) {
      if (lastTry) throw error;
      await sleep(TRY_AGAIN_MS);
    }
  }
}

/** The file that comes with a content, if any. */
export function mediaOf(content: InboundContent): InboundMedia | undefined {
  return 'media' in content ? content.media : undefined;
}

async function fetchAndKeep(
  deps: Core,
  library: MediaLibrary,
  row: FileRow,
  media: InboundMedia,
): Promise<string | undefined> {
  const instance = await deps.instances.find(row.instanceId);
  if (instance === undefined) return undefined;
  const { channel, context } = deps.instances.connect(instance);
  const file = await channel.fetchMedia(media, context, MAX_BYTES);
  const { mediaId } = await library.keep({
    instanceId: row.instanceId,
    sessionId: row.sessionId ?? undefined,
    bytes: file.bytes,
    mimeType: file.mimeType,
    fileName: file.fileName ?? media.fileName,
  });
  await setInboundMedia(deps.db, row.id, mediaId);
  return mediaId;
}

async function noteLoss(deps: Core, row: FileRow, error: unknown): Promise<void> {
  const info = error instanceof ChannelError ? error.info : undefined;
  if (info === undefined)
    deps.log.error({ ...describeError(error), inboxId: row.id }, 'a file could not be kept');
  if (row.sessionId === null) return;
  await writeLastError(deps.db, row.sessionId, {
    at: new Date().toISOString(),
    source: 'media',
    status: info?.httpStatus ?? null,
    message: info === undefined ? 'internal error' : (info.reason ?? info.class),
  });
}

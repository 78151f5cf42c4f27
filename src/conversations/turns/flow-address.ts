import type { TypebotPort } from '../../../activities/ports/typebot.js';
import type { BegunTurn } from '../../../activities/ports/turns.js';
import type { MediaLibrary } from '../../media/media-library.js';
import { isPrivateHost } from '../../guarded-http/private-addresses.js';
import type { MediaRow } from '../../store/messages/media.js';

/** What finding a file's address depends on. */
export interface FlowAddressDeps {
  library: Pick<MediaLibrary, 'flowUrl' | 'bytes'>;
  typebot: Pick<TypebotPort, 'upload'>;
}

/** Typebot accepts uploads only while one of these questions is open. */
const TAKE_FILES = ['file input', 'text input'];

/**
 * The address a flow gets for a kept file: normally Parley's own. If Parley has a private address and the viewer does
 * not, the viewer could not open it, so the file goes to Typebot's store; if that refuses it, Parley's address stays.
 */
export async function flowAddress(
  { library, typebot }: FlowAddressDeps,
  turn: Pick<BegunTurn, 'openInput' | 'typebotSessionId' | 'typebot'>,
  media: MediaRow,
): Promise<string> {
  const ours = library.flowUrl(media);
  const { openInput, typebotSessionId } = turn;
  const { typebotUrl, publicId } = turn.typebot;
  const opens = !isPrivateHost(ours) || isPrivateHost(typebotUrl);
  if (opens || typebotSessionId === null || openInput === null || !TAKE_FILES.includes(openInput.type))
    return ours;
  const bytes = await library.bytes(media);
  if (bytes === undefined) return ours;
  const file = { fileName: media.fileName ?? media.id, mimeType: media.mimeType, bytes };
  const target = { typebotUrl, publicId, typebotSessionId, blockId: openInput.id };
  return (await typebot.upload({ ...target, ...file })) ?? ours;
}

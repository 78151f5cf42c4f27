import type { TypebotPort } from '../activities/ports/typebot.js';
import type { ActivityPorts } from '../activities/index.js';
import type { Parts } from './app.js';
import { createChannelPort, createPresence } from './conversations/sends/channel-port.js';
import { requestChange } from './conversations/sessions/change.js';
import { endBatch } from './conversations/commands/deletions.js';
import { createDeliveryRecords } from './conversations/sends/records.js';
import { keepMedia } from './conversations/turns/keep-media.js';
import { createTurnMedia } from './conversations/turns/media.js';
import { createTurnRecords } from './conversations/turns/records.js';
import { reconcile, sweep } from './conversations/upkeep.js';
import { sweepEvents } from './events-out/sweep-events.js';
import { createTranscribeOnce } from './media/transcribe-once.js';
import { createTranscriber } from './transcription/openai.js';
import { createTypebot } from './typebot/index.js';

/** What the activities need, from the parts of a worker process. */
export function activityPorts(parts: Parts): ActivityPorts {
  const { core, db, library, http, settings } = parts;
  const { config } = settings;
  const presence = createPresence(core);
  const typebot = createTypebot({ http, timeoutMs: config.typebot.timeoutMs });
  return {
    talk: {
      typebot,
      records: createTurnRecords(core, { publicUrl: config.publicUrl, typebot: config.typebot }),
      media: turnMedia(parts, typebot),
      presence,
    },
    deliver: { records: createDeliveryRecords(core), channel: createChannelPort(core), presence },
    requestChange: (request) => requestChange(core, request),
    endSessions: ({ endingId }) => endBatch(core, endingId),
    keepMedia: async ({ inboxId }) => {
      await keepMedia(core, library, inboxId);
    },
    reconcile: () => reconcile(core, parts.temporal.client, parts.taskQueue),
    sweep: () => sweep(core, library, () => sweepEvents(db)),
  };
}

function turnMedia({ core, db, library, http, settings }: Parts, typebot: TypebotPort) {
  const { transcription } = settings.config;
  const apiKey = settings.secrets.transcriptionApiKey;
  return createTurnMedia(core, {
    library,
    typebot,
    transcribe: createTranscribeOnce({ db, library, transcriber: createTranscriber({ http }) }),
    service: transcription === undefined ? undefined : { ...transcription, apiKey },
  });
}

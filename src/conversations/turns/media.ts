import type { TranscriptionConfig, TranscriptionResult } from '../../transcription/transcriber.js';
import type { TurnMessage } from '../../../activities/ports/typebot.js';
import type { BegunTurn, TurnInput, TurnMediaPort } from '../../../activities/ports/turns.js';
import { describeError } from '../../errors.js';
import type { MediaLibrary } from '../../media/media-library.js';
import type { TranscribeOnce } from '../../media/transcribe-once.js';
import { setTranscript } from '../../store/messages/inbox.js';
import { troubleOf } from '../../store/db.js';
import type { Locale } from '../../store/rows.js';
import { writeLastError } from '../../store/sessions/sessions.js';
import { readSessionContext } from '../../store/sessions/turn-context.js';
import type { DefaultService } from '../../transcription/settings.js';
import { transcriptionConfig } from '../../transcription/settings.js';
import type { Core } from '../core.js';
import { flowAddress } from './flow-address.js';
import type { FlowAddressDeps } from './flow-address.js';
import { keepForTurn, mediaOf } from './keep-media.js';

/** What preparing the files of a turn depends on. */
export interface TurnMediaDeps extends Core, FlowAddressDeps {
  library: MediaLibrary;
  transcribe: TranscribeOnce;
  /** PARLEY_TRANSCRIPTION_…; undefined = none. */
  service: DefaultService | undefined;
}

/** What the contact is asked when a voice message could not be understood and the fallback is `ask_to_type`. */
const ASK_TO_TYPE: Record<Locale, string> = {
  'pt-BR': 'Não consegui ouvir o áudio. Pode escrever, por favor?',
  en: 'I could not understand the voice message. Could you type it, please?',
  es: 'No pude entender el audio. ¿Puedes escribirlo, por favor?',
};

/** Keeps files and transcribes voice before the flow reads a turn. */
export function createTurnMedia(deps: TurnMediaDeps): TurnMediaPort {
  return {
    prepare: async (turn) => {
      const heard = await Promise.all(turn.inputs.map((input) => prepareOne(deps, turn, input)));
      const say = heard.find((one) => one.type === 'say');
      if (say?.type === 'say') return { messages: [], say: say.text };
      const messages = heard.flatMap((one) => (one.type === 'message' ? [one.message] : []));
      return messages.length === 0 && turn.inputs.length > 0 ? { messages, say: '' } : { messages };
    },
  };
}

type Prepared =
  { type: 'message'; message: TurnMessage } | { type: 'say'; text: string } | { type: 'ignored' };

async function prepareOne(deps: TurnMediaDeps, turn: BegunTurn, input: TurnInput): Promise<Prepared> {
  const quotedTurn = input.quotedTurn ?? undefined;
  if (mediaOf(input.content) === undefined)
    return { type: 'message', message: { content: input.content, quotedTurn } };
  const mediaId = await keepForTurn(deps, deps.library, input.inboxId);
  const kept = mediaId === undefined ? undefined : await deps.library.find(mediaId);
  const mediaUrl = kept && (await flowAddress(deps, turn, kept));
  const message: TurnMessage = { content: input.content, mediaUrl, quotedTurn };
  if (
    input.content.contentType !== 'audio' ||
    input.content.transcript !== undefined ||
    mediaId === undefined
  ) {
    return { type: 'message', message };
  }
  return hear(deps, { turn, input, mediaId, message });
}

interface Voice {
  turn: BegunTurn;
  input: TurnInput;
  mediaId: string;
  message: TurnMessage;
}

async function hear(deps: TurnMediaDeps, voice: Voice): Promise<Prepared> {
  const { turn, input, mediaId, message } = voice;
  const config = await configFor(deps, turn);
  if (config === undefined || input.content.contentType !== 'audio') return { type: 'message', message };
  const request = { mediaId, seconds: input.content.media.seconds, config };
  const result = await deps.transcribe(request).catch((error: unknown) => asResult(deps, turn, error));
  if (result.result === 'text') {
    await setTranscript(deps.db, input.inboxId, result.text);
    return {
      type: 'message',
      message: { ...message, content: { ...input.content, transcript: result.text } },
    };
  }
  if (result.result === 'error') {
    await writeLastError(deps.db, turn.sessionId, {
      at: new Date().toISOString(),
      source: 'transcription',
      status: result.httpStatus ?? null,
      message: result.reason ?? result.class ?? 'error',
    });
  }
  return fallBack(config, turn, message);
}

/** A fault of Parley's is treated as a failure of the service, so that the turn goes on. */
function asResult(deps: Core, { sessionId }: BegunTurn, error: unknown): TranscriptionResult {
  if (troubleOf(error) === 'outage') throw error;
  deps.log.error({ ...describeError(error), sessionId }, 'a voice message could not be transcribed');
  return { result: 'error', class: 'internal error' };
}

function fallBack(config: TranscriptionConfig, turn: BegunTurn, message: TurnMessage): Prepared {
  switch (config.fallback) {
    case 'send_url':
      return { type: 'message', message };
    case 'ask_to_type':
      return { type: 'say', text: ASK_TO_TYPE[turn.settings.locale] };
    case 'ignore':
      return { type: 'ignored' };
  }
}

/** The transcription service for this turn; undefined when none is configured or the typebot does not want it. */
async function configFor(deps: TurnMediaDeps, turn: BegunTurn): Promise<TranscriptionConfig | undefined> {
  const context = await readSessionContext(deps.db, turn.sessionId);
  if (context?.settings.transcribe_audio !== true) return undefined;
  const instance = await deps.instances.find(turn.instanceId);
  return transcriptionConfig(instance?.transcription ?? null, deps.service);
}

import type { ChatMessage, ReplyDecision } from '../../../activities/ports.js';
import type { QuestionOf } from '../schema.js';
import { textsFor } from '../texts.js';
import { askAgain, explain, send, sendText } from './decision.js';
import { captionsOf, filesOf, isReadable, structuredOf, wordsOf, type Heard } from './heard.js';
import { bareWords } from './plain-words.js';
import type { ReplyContext } from './read.js';

/** Free text, with attachments and voice where the block takes them (typebot B4, B9). Never an empty answer. */
export function readFreeText(heard: Heard[], { open, render }: ReplyContext): ReplyDecision {
  const { question } = open;
  const takes = question.kind === 'text' ? question : { audio: false, attachments: false };
  const message = freeMessage(heard, takes);
  if (message) return send(message);
  return heard.some(isReadable) ? explain(open, render) : { type: 'unreadable' };
}

function freeMessage(
  heard: Heard[],
  takes: Pick<QuestionOf<'text'>, 'audio' | 'attachments'>,
): ChatMessage | undefined {
  const files = takes.attachments ? filesOf(heard.filter(({ type }) => type === 'file')) : [];
  const clips = takes.audio ? filesOf(heard.filter(isUnheard)) : [];
  const text = [wordsOf(heard), captionsOf(heard), structuredOf(heard)].filter(Boolean).join('\n');
  const [clip] = clips;
  if (!text && files.length === 0 && clip !== undefined) return { type: 'audio', url: clip };
  const words = [text, ...clips].filter(Boolean).join('\n');
  // An empty text would count as an answer, so a file without words is named by its address.
  const spoken = words || files.join(', ');
  if (!spoken) return undefined;
  const replyId = onlyTapId(heard);
  return {
    type: 'text',
    text: spoken,
    ...(files.length > 0 ? { attachedFileUrls: files } : {}),
    ...(replyId === undefined ? {} : { metadata: { replyId } }),
  };
}

function isUnheard(message: Heard): boolean {
  return message.type === 'audio' && message.transcript === undefined;
}

function onlyTapId(heard: Heard[]): string | undefined {
  const [only] = heard;
  return heard.length === 1 && only?.type === 'foreignTap' ? only.id : undefined;
}

/** A page that waits: the done word continues without message, any other text is the event's data (typebot B7). */
export function readEmbed(heard: Heard[], { open, render }: ReplyContext): ReplyDecision {
  const text = [wordsOf(heard), captionsOf(heard), structuredOf(heard)].filter(Boolean).join('\n');
  const { doneWord } = textsFor(render.settings.locale);
  if (bareWords(text) === bareWords(doneWord)) return send(undefined);
  if (text) return sendText(text);
  return heard.some(isReadable) ? askAgain(open, render) : { type: 'unreadable' };
}

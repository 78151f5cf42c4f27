import type { ChatMessage, ReplyDecision } from '../../../activities/ports/typebot.js';
import { send } from './decision.js';
import { filesOf, linesOf, type Heard } from './heard.js';

/**
 * The message of startChat: it answers the flow's first input when the flow begins with one. A file
 * without words is its address, which a file input and a text input both can take. Nothing readable, such as a
 * sticker: no message.
 */
export function firstMessage(heard: Heard[]): ReplyDecision {
  const words = heard
    .map((message) => (message.type === 'tap' ? message.title : linesOf([message])))
    .filter(Boolean)
    .join('\n');
  const files = filesOf(heard.filter(isUnread));
  const text = words || files.join(', ');
  if (!text) return send(undefined);
  return send(withFiles({ type: 'text', text }, heard, files));
}

function isUnread(message: Heard): boolean {
  if (message.type === 'audio') return message.transcript === undefined;
  return message.type === 'file' && !message.isSticker;
}

function withFiles(
  message: Extract<ChatMessage, { type: 'text' }>,
  heard: Heard[],
  files: string[],
): ChatMessage {
  const [only] = heard;
  const replyId = heard.length === 1 && only?.type === 'foreignTap' ? only.id : undefined;
  return {
    ...message,
    ...(files.length > 0 ? { attachedFileUrls: files } : {}),
    ...(replyId === undefined ? {} : { metadata: { replyId } }),
  };
}

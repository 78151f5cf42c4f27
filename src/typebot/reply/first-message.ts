import type { ReplyDecision } from '../../../activities/ports/typebot.js';
import { send, sendText } from './decision.js';
import { filesOf, linesOf, type Heard } from './heard.js';

/**
 * The text of the messages that begin a run, which becomes the variable `firstMessage`. Files without any text count by
 * their addresses. If nothing is readable, as with a sticker, there is no message.
 */
export function firstMessage(heard: Heard[]): ReplyDecision {
  const words = heard
    .map((message) => (message.type === 'tap' ? message.title : linesOf([message])))
    .filter(Boolean)
    .join('\n');
  const text = words || filesOf(heard.filter(isUnread)).join(', ');
  return text ? sendText(text) : send(undefined);
}

function isUnread(message: Heard): boolean {
  if (message.type === 'audio') return message.transcript === undefined;
  return message.type === 'file' && !message.isSticker;
}

import type { ReplyDecision } from '../../../activities/ports/typebot.js';
import { send, sendText } from './decision.js';
import { filesOf, linesOf, type Heard } from './heard.js';

/**
 * What begins a run, in words: the variable `firstMessage` of its start. A file without words is its address. Nothing
 * readable, such as a sticker: no message.
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

import type { TypebotAnswer, TypebotBubble } from './wire.js';

/** How many bubbles of an answer a transcript shows: texts and media, but neither embeds nor a refusal. */
export function transcribed({ messages, input }: TypebotAnswer): number {
  const isShown = ({ type, id, content }: TypebotBubble) =>
    id !== input?.id &&
    (type === 'text' || (['image', 'video', 'audio'].includes(type) && Boolean(content.url)));
  return messages.filter(isShown).length;
}

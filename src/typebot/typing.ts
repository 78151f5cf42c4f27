import type { FlowItem } from '../../activities/ports/typebot.js';
import type { TypingEmulation } from './wire.js';

const DEFAULT_WORDS_PER_MINUTE = 400;
const DEFAULT_MAX_DELAY_S = 3;
/** The highest that Typebot allows, for typing and between bubbles. */
const HIGHEST_DELAY_S = 5;

/**
 * Sets `typingMs` of each message from the bot's typing settings and the number of its words, in any script. The first
 * message of a chat is not delayed, unless the bot's settings say so.
 */
export function withTyping(
  items: FlowItem[],
  settings: TypingEmulation | undefined,
  isFirstAnswer: boolean,
): FlowItem[] {
  if (settings?.enabled === false) return items;
  const isFirstFree = isFirstAnswer && (settings?.isDisabledOnFirstMessage ?? true);
  const first = items.findIndex(({ type }) => type === 'message');
  return items.map((item, index) => {
    if (item.type !== 'message' || (isFirstFree && index === first)) return item;
    const pauseMs =
      index === first ? 0 : Math.min(settings?.delayBetweenBubbles ?? 0, HIGHEST_DELAY_S) * 1000;
    const typingMs = Math.round(durationMs(textOf(item), settings) + pauseMs);
    return typingMs > 0 ? { ...item, typingMs } : item;
  });
}

function textOf({ content }: Extract<FlowItem, { type: 'message' }>): string {
  if (content.type === 'text') return content.text;
  return content.type === 'buttons' || content.type === 'list' ? content.body : '';
}

function durationMs(text: string, settings: TypingEmulation | undefined): number {
  const speed = settings?.speed ?? DEFAULT_WORDS_PER_MINUTE;
  const maxDelayS = Math.min(settings?.maxDelay ?? DEFAULT_MAX_DELAY_S, HIGHEST_DELAY_S);
  if (speed <= 0) return 0;
  const enough = Math.min((maxDelayS / 60) * speed, MOST_COUNTED);
  return Math.min((countWords(text, enough) / speed) * 60_000, maxDelayS * 1000);
}

/** Counting stops at this many words; nobody types more in five seconds. */
const MOST_COUNTED = 1_000;

const words = new Intl.Segmenter(undefined, { granularity: 'word' });
/** Shortened before counting, because the segmenter makes a segment of each of these characters. */
const BETWEEN_WORDS = /[^\p{L}\p{M}\p{N}]{2,}/gu;

/** Counts the words of a text, but stops at `enough`. */
function countWords(text: string, enough: number): number {
  let count = 0;
  for (const { isWordLike } of words.segment(text.replace(BETWEEN_WORDS, ' '))) {
    if (isWordLike) count += 1;
    if (count >= enough) break;
  }
  return count;
}

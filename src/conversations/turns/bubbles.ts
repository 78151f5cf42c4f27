import { MAX_WAIT_MS } from '../../../activities/ports/typebot.js';
import type { FlowItem } from '../../../activities/ports/typebot.js';
import type { BegunTurn } from '../../../activities/ports/turns.js';
import type { OutboundContent } from '../../../activities/ports/messages.js';
import { adapt } from '../../channels/forms/adapt.js';
import type { NewOutbound } from '../../store/messages/outbox.js';
import type { SessionContext, TurnMark } from '../../store/sessions/turn-context.js';
import { outboundRow } from '../sends/outbound-rows.js';

/** Bubbles are numbered in steps, to leave room for one that has to be split into several simpler parts. */
const BUBBLE_STEP = 100;

/** How many bubbles there are up to `lastBubble`, which may be a part of a split one; 0: there is none. */
export function bubblesUpTo(lastBubble: number): number {
  return Math.floor(lastBubble / BUBBLE_STEP);
}

/** The number of the bubble after `lastBubble`. */
export function bubbleAfter(lastBubble: number): number {
  return (bubblesUpTo(lastBubble) + 1) * BUBBLE_STEP;
}

/** Items that a turn says, and where. */
export interface Saying {
  turn: BegunTurn;
  items: FlowItem[];
  context: SessionContext;
  mark: TurnMark;
  /** The choices of the question that ends the answer. They are the flow's own, without the ids used on the wire. */
  choices?: { id: string; title: string }[];
}

/** The outbox rows of these items, after the bubbles that the turn has already. */
export function bubblesOf({ turn, items, context, mark, choices = [] }: Saying): NewOutbound[] {
  const session = { ...context, id: context.sessionId };
  const fate = mark.dropAnswer ? 'dropped' : turn.surface.kind === 'api' ? 'sent' : 'pending';
  let bubbleNo = mark.lastBubble;
  const timed = timedMessages(items, turn, bubbleNo === 0);
  return timed.map(({ content, waitMs }, index) => {
    bubbleNo = bubbleAfter(bubbleNo);
    const spec = { sender: 'bot', content, fate, waitMs, turnNo: turn.turn, bubbleNo } as const;
    const isLast = index === timed.length - 1;
    return outboundRow(session, isLast && choices.length > 0 ? { ...spec, choices } : spec);
  });
}

/** Messages as the channel can show them, each with the pause before it. */
function timedMessages(
  items: FlowItem[],
  turn: BegunTurn,
  isBeginning: boolean,
): { content: OutboundContent; waitMs: number }[] {
  const messages: { content: OutboundContent; waitMs: number }[] = [];
  let waitMs = 0;
  for (const item of items) {
    if (item.type === 'wait') {
      waitMs += item.waitMs;
      continue;
    }
    for (const content of adapt(item.content, turn.surface.capabilities, turn.surface)) {
      const delayMs = isBeginning && messages.length === 0 ? 0 : turn.settings.defaultDelayMs;
      messages.push({ content, waitMs: Math.min(MAX_WAIT_MS, waitMs + delayMs + (item.typingMs ?? 0)) });
      waitMs = 0;
    }
  }
  return messages;
}

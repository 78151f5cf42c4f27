import { MAX_WAIT_MS } from '../../activities/ports/typebot.js';
import type { AutomaticAction, FlowNote, NextStep } from '../../activities/ports/typebot.js';
import { MAX_ADDRESS, withScheme } from './bubbles/media-kind.js';
import type { TypebotAction, TypebotAnswer, TypebotBubble } from './wire.js';

/** One thing in an answer: a bubble to show, or an action to perform. */
export type Step =
  | { type: 'bubble'; bubble: TypebotBubble }
  | { type: 'wait'; waitMs: number }
  | { type: 'redirect'; url: string }
  | { type: 'note'; note: FlowNote }
  | { type: 'handoff'; note: FlowNote };

/**
 * The bubbles and actions of an answer in the order in which a browser performs them: first the actions tied to no
 * bubble, then each bubble followed by its actions, then whatever is left. Every action appears once.
 */
export function orderSteps({ messages, clientSideActions }: TypebotAnswer): Step[] {
  const left = clientSideActions.filter((action) => !action.expectsDedicatedReply);
  const take = (isWanted: (action: TypebotAction) => boolean): Step[] => {
    const taken = left.filter(isWanted);
    for (const action of taken) left.splice(left.indexOf(action), 1);
    return taken.map(toStep);
  };
  const steps = take(({ lastBubbleBlockId }) => lastBubbleBlockId === undefined);
  const lastPlaces = new Map(messages.map(({ id }, index) => [id, index]));
  messages.forEach((bubble, index) => {
    const isLoop = lastPlaces.get(bubble.id) !== index;
    const own = isLoop ? leading(left, bubble.id) : left.filter((action) => isAfter(action, bubble.id));
    steps.push({ type: 'bubble', bubble }, ...take((action) => own.includes(action)));
  });
  return [...steps, ...take(() => true)];
}

/** A loop repeats a bubble's id, so only the order of the actions tells which of them belong to this round. */
function leading(actions: TypebotAction[], bubbleId: string): TypebotAction[] {
  const end = actions.findIndex((action) => !isAfter(action, bubbleId));
  return end < 0 ? [...actions] : actions.slice(0, end);
}

function isAfter({ lastBubbleBlockId }: TypebotAction, bubbleId: string): boolean {
  return lastBubbleBlockId === bubbleId;
}

function redirectStep({ redirect }: TypebotAction): Step {
  const url = redirect?.url?.trim();
  if (!url) return ignored('redirect', 'no url');
  if (url.length > MAX_ADDRESS) return ignored('redirect', 'the url is too long');
  return { type: 'redirect', url: withScheme(url) };
}

/** What Parley does with an action that expects no reply. */
function toStep(action: TypebotAction): Step {
  switch (action.type) {
    case 'wait':
      return { type: 'wait', waitMs: waitMsOf(action) };
    case 'redirect':
      return redirectStep(action);
    case 'chatwoot':
      return {
        type: 'handoff',
        note: { type: 'action.done', data: { action: 'chatwoot', reason: 'the flow asks for a person' } },
      };
    default:
      return ignored(action.type, 'for browsers only');
  }
}

function ignored(name: string, reason: string): Step {
  return { type: 'note', note: { type: 'action.ignored', data: { action: name, reason } } };
}

function waitMsOf({ wait }: TypebotAction): number {
  return Math.min(MAX_WAIT_MS, Math.max(0, Math.round((wait?.secondsToWaitFor ?? 0) * 1000)));
}

/** What the flow does once the items of an answer have been sent. */
export function nextStep({ clientSideActions, input, messages }: TypebotAnswer): NextStep {
  const dedicated = clientSideActions.findLast((action) => action.expectsDedicatedReply);
  if (dedicated) return dedicatedStep(dedicated);
  return input || isWaitingEmbed(messages.at(-1)) ? { type: 'question' } : { type: 'ended' };
}

/** An embed or booking page after which the flow waits without an input. */
export function isWaitingEmbed(bubble: TypebotBubble | undefined): boolean {
  if (bubble?.type === 'custom-embed') return true;
  return bubble?.type === 'embed' && bubble.content.waitForEvent?.isEnabled === true;
}

function dedicatedStep(action: TypebotAction): NextStep {
  if (action.type === 'wait') return { type: 'pause', waitMs: waitMsOf(action) };
  if (action.type === 'listenForWebhook') return { type: 'webhook' };
  return { type: 'automatic', action: automaticAction(action) };
}

function automaticAction(action: TypebotAction): AutomaticAction {
  const { type, setVariable, httpRequestToExecute, webhookToExecute } = action;
  if (type === 'setVariable' && setVariable) return { type: 'script', ...setVariable.scriptToExecute };
  // Bots of older schema versions use the second name.
  const request = httpRequestToExecute ?? webhookToExecute;
  if (request) return { type: 'http', ...request };
  return { type: 'skip', name: type };
}

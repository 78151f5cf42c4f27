import { ApplicationFailure } from '@temporalio/common';
import type {
  BegunTurn,
  Chain,
  ChainStep,
  PresencePort,
  TurnMediaPort,
  TurnOutcome,
  TurnRecords,
} from './ports/turns.js';
import type {
  ChatMessage,
  FlowAnswer,
  NextStep,
  OpenInput,
  RenderContext,
  TranscriptPlace,
  TurnMessage,
  TypebotPort,
} from './ports/typebot.js';
import type { OutboundContent } from './ports/messages.js';

/** What a turn with Typebot needs. */
export interface TalkDeps {
  typebot: TypebotPort;
  records: TurnRecords;
  media: TurnMediaPort;
  presence: PresencePort;
  /** Bubbles of the turn are stored and may be sent through the gate of this number, while the chain goes on. */
  bubblesReady?(gateNo: number): void;
}

/** Whether the chain of a turn goes on, or how the turn ended. */
export type Progress = { type: 'go'; chain: Chain } | { type: 'over'; outcome: TurnOutcome };

/** Limit of the calls for one message of the contact; a flow that needs more is taken to be endless. */
export const MAX_CALLS = 50;

/** The render context of a turn; `asked` is the question that was open. */
export function renderContext(turn: BegunTurn, asked: OpenInput | null, nowMs: number): RenderContext {
  const { settings, surface, sessionId } = turn;
  return { settings, surface, turn: turn.turn, session: sessionId, asked, nowMs };
}

/** The chain of a turn before its first call, given what the messages mean for the open question. */
export function firstChain(
  turn: BegunTurn,
  messages: TurnMessage[],
  typebot: Pick<TypebotPort, 'read'>,
  nowMs: number,
): Chain {
  const callback = turn.inputs.find((input) => input.origin === 'callback');
  if (turn.continuation) return emptyChain(turn, { type: 'answer' });
  if (callback !== undefined)
    return emptyChain(turn, { type: 'answer', message: callbackMessage(callback.content) });
  const open = turn.typebotSessionId === null ? null : turn.openInput;
  const decision = typebot.read(messages, open, renderContext(turn, open, nowMs));
  switch (decision.type) {
    case 'send':
      if (turn.typebotSessionId === null) return opened(turn, decision.message);
      return emptyChain(turn, {
        type: 'answer',
        message: decision.message,
        ...(decision.passedOn === true ? { passedOn: true } : {}),
      });
    case 'show':
      return {
        ...said(turn, decision.items),
        openInput: decision.openInput,
        refused: decision.refused,
      };
    case 'unreadable':
      return turn.typebotSessionId === null
        ? opened(turn, undefined)
        : { ...said(turn, unknownMessage(turn)), refused: true };
  }
}

function opened(turn: BegunTurn, message: ChatMessage | undefined): Chain {
  return { ...emptyChain(turn, { type: 'start', message }), opening: true };
}

/** A webhook's data for Typebot's webhook block, which expects JSON with all data under `data`. */
function callbackMessage(content: BegunTurn['inputs'][number]['content']): { type: 'text'; text: string } {
  const data = content.contentType === 'flowReply' ? content.json : null;
  return { type: 'text', text: JSON.stringify({ data }) };
}

/**
 * Variables of a start. `firstMessage` is the text of the messages that begin the run. When a lost session is started
 * again, the variables stay those of the session.
 */
export function startVariables(
  { prefilledVariables }: BegunTurn,
  chain: Chain,
  message: ChatMessage | undefined,
): Record<string, string> {
  if (chain.restarted !== false) return prefilledVariables;
  return { ...prefilledVariables, firstMessage: message?.type === 'text' ? message.text : '' };
}

/** The message that the typebot's `unknown_message` asks for; none when it is empty. */
export function unknownMessage(turn: BegunTurn): OutboundContent[] {
  const text = turn.settings.unknownMessage;
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** A chain that sends these messages and makes no call. The open question stays open. */
export function said(turn: BegunTurn, contents: OutboundContent[]): Chain {
  const chain = emptyChain(turn, { type: 'done', next: { type: 'question' } });
  return { ...chain, items: contents.map((content) => ({ type: 'message', content })) };
}

/** The chain of a turn with nothing said yet and `step` to do. */
export function emptyChain(turn: BegunTurn, step: ChainStep): Chain {
  return {
    step,
    items: [],
    notes: [],
    openInput: turn.openInput,
    typebotSessionId: turn.typebotSessionId,
    resultId: null,
    refused: false,
    handoff: false,
    calls: turn.continuations,
    restarted: false,
    unclear: false,
    place: turn.place,
    slowestCallMs: 0,
  };
}

/** The chain after one more answer. */
export function extend(chain: Chain, answer: FlowAnswer, callMs: number): Chain {
  const typebotSessionId = answer.typebotSessionId ?? chain.typebotSessionId;
  return {
    ...chain,
    ...heardOf(chain, answer),
    place: placeAfter(chain, answer),
    step: nextStep(typebotSessionId === null ? withoutSession(answer.next) : answer.next, chain.calls + 1),
    notes: [...chain.notes, ...answer.notes],
    typebotSessionId,
    resultId: answer.resultId ?? chain.resultId,
    handoff: chain.handoff || answer.handoff,
    calls: chain.calls + 1,
    slowestCallMs: Math.max(chain.slowestCallMs, callMs),
  };
}

/**
 * What the contact gets to see after one more answer. The words that began a run may be tried as the answer to its
 * first question: if they are accepted, the question is not shown; if they are refused, it is shown as if nothing was
 * tried.
 */
function heardOf(chain: Chain, answer: FlowAnswer): Pick<Chain, 'items' | 'openInput' | 'refused'> {
  const { items, step } = chain;
  const { openInput, refused } = answer;
  if (step.type !== 'answer' || step.first === undefined)
    return { items: [...items, ...answer.items], openInput, refused };
  if (refused) return { items, openInput: chain.openInput, refused: false };
  return { items: [...withoutAnswered(chain), ...answer.items], openInput, refused };
}

/** How much of the transcript has arrived after one more answer. */
function placeAfter(chain: Chain, answer: FlowAnswer): TranscriptPlace | null {
  const { place, step, typebotSessionId } = chain;
  if (step.type === 'start' || typebotSessionId === null) return answer.place ?? null;
  if (place === null || answer.refused) return place;
  return isReply(chain)
    ? { ...place, replies: place.replies + 1, bubbles: answer.bubbles }
    : { ...place, bubbles: place.bubbles + answer.bubbles };
}

/** Whether the step is a reply that a transcript shows: results of actions, embeds and webhooks are not in it. */
export function isReply({ step, openInput }: Chain): boolean {
  const isQuestion = openInput !== null && !['embed', 'webhook', 'action'].includes(openInput.type);
  return step.type === 'answer' && step.message !== undefined && isQuestion;
}

/** The items of a chain without the first question, if the words that began the run are tried as its answer. */
export function withoutAnswered({ items, step }: Chain): Chain['items'] {
  const promptItems = step.type === 'answer' ? (step.first?.promptItems ?? 0) : 0;
  return items.slice(0, items.length - promptItems);
}

/** A flow whose answer has no session id cannot continue: another call would start it again. */
function withoutSession(next: NextStep): NextStep {
  return next.type === 'automatic' || next.type === 'pause' ? { type: 'ended' } : next;
}

function nextStep(next: NextStep, calls: number): ChainStep {
  const isAutomatic = next.type === 'automatic' || next.type === 'pause';
  if (isAutomatic && calls >= MAX_CALLS) return { type: 'done', next: { type: 'endless' } };
  return next.type === 'automatic' ? { type: 'automatic', action: next.action } : { type: 'done', next };
}

/** The outcome of a turn whose chain is done. */
export function outcomeOf(chain: Chain): TurnOutcome {
  const next = chain.step.type === 'done' ? chain.step.next.type : undefined;
  return {
    chain,
    mark: null,
    endedAs: next === 'ended' ? 'completed' : next === 'endless' ? 'failed' : null,
    failure:
      next === 'endless'
        ? { status: null, reason: `the flow did not stop within ${MAX_CALLS} automatic calls` }
        : null,
  };
}

/** The error when the turn no longer belongs to this attempt. The retry then finds out what is true now. */
export function cancelled(nextRetryDelay = 50): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'the turn was taken over or cancelled',
    type: 'TurnTakenOver',
    nonRetryable: false,
    nextRetryDelay,
  });
}

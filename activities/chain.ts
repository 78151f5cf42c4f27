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
}

/** Where a chain stands: `over` carries how the turn ended. */
export type Progress = { type: 'go'; chain: Chain } | { type: 'over'; outcome: TurnOutcome };

/** Calls allowed for one message of the contact; a flow that needs more is taken to be endless. */
export const MAX_CALLS = 50;

/** What the typebot side needs to render for this turn. */
export function renderContext(turn: BegunTurn, asked: OpenInput | null, nowMs: number): RenderContext {
  const { settings, surface, sessionId } = turn;
  return { settings, surface, turn: turn.turn, session: sessionId, asked, nowMs };
}

/** The chain of a turn before its first call: what the messages mean for the open question. */
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

/** A webhook's data as Typebot's webhook block takes it: a text of JSON, for paths that begin with `data.`. */
function callbackMessage(content: BegunTurn['inputs'][number]['content']): { type: 'text'; text: string } {
  const data = content.contentType === 'flowReply' ? content.json : null;
  return { type: 'text', text: JSON.stringify({ data }) };
}

/**
 * Variables of a start. `firstMessage` is what begins the run, heard and merged as the flow gets it; a lost session
 * that is begun anew keeps that of the session.
 */
export function startVariables(
  { prefilledVariables }: BegunTurn,
  chain: Chain,
  message: ChatMessage | undefined,
): Record<string, string> {
  if (chain.restarted !== false) return prefilledVariables;
  return { ...prefilledVariables, firstMessage: message?.type === 'text' ? message.text : '' };
}

/** `unknown_message` as something to say; nothing when the setting is empty. */
export function unknownMessage(turn: BegunTurn): OutboundContent[] {
  const text = turn.settings.unknownMessage;
  return text.trim() === '' ? [] : [{ type: 'text', text }];
}

/** A chain that says these things and makes no call. The open question stays. */
export function said(turn: BegunTurn, contents: OutboundContent[]): Chain {
  const chain = emptyChain(turn, { type: 'done', next: { type: 'question' } });
  return { ...chain, items: contents.map((content) => ({ type: 'message', content })) };
}

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
 * What the contact is told by one more answer. What began a run is no reply to its first question: taken, it leaves
 * that question unsaid; refused, it leaves the question alone.
 */
function heardOf(chain: Chain, answer: FlowAnswer): Pick<Chain, 'items' | 'openInput' | 'refused'> {
  const { items, step } = chain;
  const { openInput, refused } = answer;
  if (step.type !== 'answer' || step.first === undefined)
    return { items: [...items, ...answer.items], openInput, refused };
  if (refused) return { items, openInput: chain.openInput, refused: false };
  return { items: [...withoutAnswered(chain), ...answer.items], openInput, refused };
}

/** Where the transcript has been heard to after one more answer. */
function placeAfter(chain: Chain, answer: FlowAnswer): TranscriptPlace | null {
  const { place, step, typebotSessionId } = chain;
  if (step.type === 'start' || typebotSessionId === null) return answer.place ?? null;
  if (place === null || answer.refused) return place;
  return isReply(chain)
    ? { ...place, replies: place.replies + 1, bubbles: answer.bubbles }
    : { ...place, bubbles: place.bubbles + answer.bubbles };
}

/** The chain's step is a reply to a question: results of actions, embeds and webhooks stand in no transcript. */
export function isReply({ step, openInput }: Chain): boolean {
  const isQuestion = openInput !== null && !['embed', 'webhook', 'action'].includes(openInput.type);
  return step.type === 'answer' && step.message !== undefined && isQuestion;
}

/** The items of a chain without the question that what began the run answers. */
export function withoutAnswered({ items, step }: Chain): Chain['items'] {
  const promptItems = step.type === 'answer' ? (step.first?.promptItems ?? 0) : 0;
  return items.slice(0, items.length - promptItems);
}

/** Without a session id in the answer the flow cannot continue: another call would begin it again. */
function withoutSession(next: NextStep): NextStep {
  return next.type === 'automatic' || next.type === 'pause' ? { type: 'ended' } : next;
}

function nextStep(next: NextStep, calls: number): ChainStep {
  const isAutomatic = next.type === 'automatic' || next.type === 'pause';
  if (isAutomatic && calls >= MAX_CALLS) return { type: 'done', next: { type: 'endless' } };
  return next.type === 'automatic' ? { type: 'automatic', action: next.action } : { type: 'done', next };
}

/** How a chain that is done leaves the session. */
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

/** The turn is no longer this attempt's: a retry finds out what is true now. */
export function cancelled(): ApplicationFailure {
  return ApplicationFailure.create({
    message: 'the turn was taken over or cancelled',
    type: 'TurnTakenOver',
    nonRetryable: false,
    nextRetryDelay: 50,
  });
}

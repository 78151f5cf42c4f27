import type { FlowAnswer, FlowNote, RenderContext } from '../../activities/ports/typebot.js';
import { cutText } from '../foreign/cut-text.js';
import { isWaitingEmbed, nextStep } from './actions.js';
import { bodyOf, toItems, type Body } from './answer-body.js';
import { addressIn, withScheme } from './bubbles/media-kind.js';
import { bridgeTo } from './prompts/bridge.js';
import { buildPrompt, type Prompt } from './prompts/prompt.js';
import { toQuestion } from './question.js';
import { withRetryWords } from './retry-words.js';
import { readOpen, type OpenQuestion } from './schema.js';
import { textsFor } from './texts/languages.js';
import { transcribed } from './transcribed.js';
import { withTyping } from './typing.js';
import type { TypebotAnswer, TypingEmulation } from './wire.js';

/** An answer, and what is needed to render it. */
export interface Rendering {
  answer: TypebotAnswer;
  render: RenderContext;
  /** Parley could not read the reply and passed it on as written; see `isRefused`. */
  passedOn?: boolean;
  /** The answer is that of startChat. */
  isFirst: boolean;
  /** The answer's retry bubble is replaced by a short text that says the conversation goes on. */
  isBridge?: boolean;
  traits?: FlowTraits;
}

/** Settings that only startChat returns and that apply to all later answers. */
export interface FlowTraits {
  typing?: TypingEmulation;
  /** `settings.general.isInputPrefillEnabled`: stored values are offered as answers. */
  prefill?: boolean;
}

/** Turns an answer of Typebot into messages for the contact, and says what comes after them. */
export function renderAnswer(rendering: Rendering): FlowAnswer {
  const { answer, render, traits, isFirst } = rendering;
  const asked = render.asked ? readOpen(render.asked) : undefined;
  const refused = isRefused(rendering, asked);
  const body = bodyOf(
    refused ? withRetryWords(answer, render) : answer,
    rendering,
    refused ? asked : undefined,
  );
  const prompt = promptOf(rendering, body, refused ? asked : undefined);
  const items = [...body.items, ...toItems(prompt?.contents ?? [])];
  return {
    typebotSessionId: answer.sessionId,
    resultId: answer.resultId,
    items: render.settings.typingEmulation ? withTyping(items, traits?.typing, isFirst) : items,
    promptItems: prompt?.contents.length ?? 0,
    silent: !body.isQuestionHeld && body.items.every(({ type }) => type === 'wait'),
    next: nextStep(answer),
    openInput: prompt?.open ?? null,
    bubbles: transcribed(answer),
    notes: [...body.notes, ...paymentNotes(prompt), ...cutNotes(answer), ...logNotes(answer)],
    refused,
    handoff: body.handoff,
  };
}

/** Typebot refuses a reply with a single text bubble that has the id of the input. */
export function isRetryAnswer({ messages, input }: TypebotAnswer): boolean {
  return messages.length === 1 && input !== undefined && messages[0]?.id === input.id;
}

/**
 * A retry bubble is certainly a refusal. The same question without one may be either the flow's invalid-reply event or
 * a flow that loops back to its input; it is taken for a refusal only if the reply had been passed on as written.
 */
function isRefused({ answer, passedOn, isBridge }: Rendering, asked: OpenQuestion | undefined): boolean {
  if (isBridge || !answer.input) return false;
  if (isRetryAnswer(answer)) return true;
  return passedOn === true && asked?.id === answer.input.id && answer.lastMessageNewFormat === undefined;
}

function promptOf(
  { answer, render, traits, isBridge }: Rendering,
  body: Body,
  asked: OpenQuestion | undefined,
): Prompt | undefined {
  const texts = textsFor(render.settings.locale);
  const { typing, prefill } = traits ?? {};
  const firstTurn = asked?.firstTurn ?? render.turn;
  const isBridged = isBridge === true || asked?.isBridged;
  const common = { firstTurn, isRepeated: asked !== undefined, isBridged, typing, prefill };
  if (answer.input) {
    const { id, type } = answer.input;
    const isBodySent = !isBridge && !asked && !body.isQuestionHeld;
    const { prefilledValue } = answer.input;
    const offered = { ...answer.input, prefilledValue: prefill ? prefilledValue : undefined };
    const question = toQuestion(offered, texts);
    const words = isBridge ? bridgeTo(question, render) : (asked?.body ?? body.question);
    const { offers } = body;
    return buildPrompt({ id, type, question, body: words, isBodySent, offers, ...common }, render);
  }
  const step = nextStep(answer);
  const wait = step.type === 'webhook' ? 'webhook' : step.type === 'question' ? 'embed' : undefined;
  if (!wait) return undefined;
  const words = wait === 'embed' && isWaitingEmbed(answer.messages.at(-1)) ? embedWords(answer) : '';
  return buildPrompt(
    { id: wait, type: wait, question: { kind: wait }, body: words, isBodySent: true, ...common },
    render,
  );
}

/** The address of the embedded page, for when the prompt is repeated. */
function embedWords({ messages }: TypebotAnswer): string {
  const url = addressIn(messages.at(-1)?.content.url);
  return url === undefined ? '' : withScheme(url);
}

function paymentNotes(prompt: Prompt | undefined): FlowNote[] {
  if (prompt?.open.question.kind !== 'payment') return [];
  return [{ type: 'action.ignored', data: { action: 'payment', reason: 'not possible here' } }];
}

function cutNotes({ isCut }: TypebotAnswer): FlowNote[] {
  const description = 'the answer holds more than a conversation can take: the rest was left out';
  return isCut ? [{ type: 'typebot.log', data: { description } }] : [];
}

const MAX_LOG_LENGTH = 500;

function logNotes({ logs }: TypebotAnswer): FlowNote[] {
  return logs
    .filter((log) => log.description !== undefined)
    .map(({ description = '' }) => ({
      type: 'typebot.log',
      data: { description: cutText(description, MAX_LOG_LENGTH) },
    }));
}
